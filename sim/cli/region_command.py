"""The command `palsim region`: real municipalities as a region that every other command reads."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from sim.choices import Form, Lang
from sim.cli import asked
from sim.cli.asked import File, Text, Texts, option
from sim.cli.shared import print_block, print_json
from sim.errors import InputError

if TYPE_CHECKING:
    from sim.api.registers import RegisterResult
    from sim.report.language import Language
    from sim.scenario import Region


_ENDINGS: Mapping[Form, str] = {"note": "_note.html"}
"""How the file of a report ends, where not by the name of its form."""


def region(
    gemeenten: Annotated[Text, option("--gemeenten", "Municipalities, between commas.", "NAMES")] = None,
    zorgkantoor: Annotated[Text, option("--zorgkantoor", "Care-office areas.", "NAMES")] = None,
    ggd: Annotated[Text, option("--ggd", "Areas of public health services.", "NAMES")] = None,
    corop: Annotated[Text, option("--corop", "COROP areas.", "NAMES")] = None,
    provincie: Annotated[Text, option("--provincie", "Provinces.", "NAMES")] = None,
    name: Annotated[Text, option("--name", "Of the region.", "NAME")] = None,
    out: Annotated[
        File, option("--out", "Form to write: .xlsx, .csv or .yaml; default: NAME.xlsx.", "FILE")
    ] = None,
    register: Annotated[
        File, option("--register", "Own register of requests and admissions, CSV or Excel.", "FILE")
    ] = None,
    house: Annotated[
        Texts, option("--house", "Beds (and type) of a house of the register.", "NAME=BEDS")
    ] = None,
    shut: Annotated[Texts, option("--shut", "Days on which a house was shut.", "NAME=FROM..TO")] = None,
    since: Annotated[Text, option("--since", "First day of the register.", "DATE")] = None,
    until: Annotated[Text, option("--until", "Last day of the register.", "DATE")] = None,
    weeks: Annotated[int, option("--weeks", "Weeks after the register to look ahead.", "N")] = 0,
    form: Annotated[
        Form | None, option("--format", "Of the report of the register: a page, a workbook, or the note.")
    ] = None,
    lang: asked.Lang = "nl",
    as_json: asked.Json = False,
) -> None:
    """Make a region of real municipalities, and read the own register of its hospices."""
    from sim.api.regions import region as made
    from sim.api.regions import write_region
    from sim.report.language import language

    named = {"zorgkantoor": zorgkantoor, "ggd": ggd, "corop": corop, "provincie": provincie}
    groups = {key: value or () for key, value in named.items()}
    if register is not None:
        from sim.api.registers import day, fitted, with_region

        days = (day("--since", since), day("--until", until))
        by_name = any([gemeenten, *groups.values()])
        area = made(gemeenten or (), **groups, name=name) if by_name else None
        found = with_region(fitted(register, (house or [], shut or []), days, weeks), area)
        stem = (out or Path(register.stem if area is None else area.name)).with_suffix("")
        _tell_register(found, stem, out, form or "html", lang, as_json)
        return
    alone = {"--house": house, "--shut": shut, "--since": since, "--until": until, "--weeks": weeks}
    for about, given in {**alone, "--format": form}.items():
        if given:
            raise InputError("{option}: is about a register; give its file with --register", option=about)
    area = made(gemeenten or (), **groups, name=name)
    file = write_region(out or Path(f"{area.name}.xlsx"), area)
    region = area.regions[0]
    if as_json:
        print_json({"file": str(file), "area": area.model_dump(mode="json", exclude_none=True)})
        return
    words = language(lang)
    print_block(region.name, _told(region, file, words))
    print(file)


def _tell_register(
    found: RegisterResult, stem: Path, out: Path | None, form: Form, lang: Lang, as_json: bool
) -> None:
    """Write the report of a register and, with names of municipalities, a region and a scenario."""
    from sim.api.regions import write_region
    from sim.report.language import language
    from sim.report.pages.register import sentences
    from sim.store import write_bytes

    report = stem.with_name(f"{stem.name}_register{_ENDINGS.get(form, f'.{form}')}")
    write_bytes(report, found.report_bytes(form, lang))
    written = {"page": report}
    if found.area is not None:
        place = out if out is not None and out.suffix else stem.with_suffix(".yaml")
        written["area"] = write_region(place, found.area)
        scenario = stem.with_name(f"{stem.name}_scenario.yaml")
        written["scenario"] = found.write_scenario(scenario, scenario.stem)
    words = language(lang)
    if as_json:
        rows = [
            {key: value if value == value else None for key, value in row.items()}
            for row in found.to_frame().to_dict("records")
        ]
        print_json({**{key: str(path) for key, path in written.items()}, "estimates": rows})
        return
    lines = sentences(found.fit, words)
    aside = found.fit.register.set_aside
    lines += [words.say("register.cli.aside", n=len(aside))] if aside else []
    lines += [words.say(f"register.cli.{key}", file=path) for key, path in written.items()]
    print_block(words.say("register.title"), lines)


def _told(found: Region, file: Path, words: Language) -> list[str]:
    beds = ", ".join(
        f"{words.word('setting', kind)} {words.number(sum(s.beds for s in found.sites if s.setting == kind))}"
        for kind in dict.fromkeys(site.setting for site in found.sites)
    )
    return [
        words.say("region.people", count=words.number(found.population)),
        words.say("region.deaths", count=words.number(found.palliative_deaths.value)),
        words.say("region.ages", factors="; ".join(words.number(each, 2) for each in found.factors.deaths)),
        words.say("region.beds", beds=beds),
        words.say("region.places", count=words.number(found.nursing_home_places.value)),
        words.say("region.next", file=shlex.quote(str(file))),
    ]
