"""The command `palsim region`: real municipalities as a region that every other command reads."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli.shared import JsonOption, Lang, LangOption, print_block, print_json

if TYPE_CHECKING:
    from sim.report.language import Language
    from sim.scenario import Region


def _names(option: str, text: str) -> Any:
    return typer.Option(option, metavar="NAMES", help=text)


def region(
    gemeenten: Annotated[str | None, _names("--gemeenten", "Municipalities, between commas.")] = None,
    zorgkantoor: Annotated[str | None, _names("--zorgkantoor", "Care-office areas.")] = None,
    ggd: Annotated[str | None, _names("--ggd", "Areas of public health services.")] = None,
    corop: Annotated[str | None, _names("--corop", "COROP areas.")] = None,
    provincie: Annotated[str | None, _names("--provincie", "Provinces.")] = None,
    name: Annotated[str | None, typer.Option("--name", metavar="NAME", help="Of the region.")] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="FILE", help="Form to write: .xlsx, .csv or .yaml; default: NAME.xlsx."
        ),
    ] = None,
    lang: LangOption = Lang.nl,
    as_json: JsonOption = False,
) -> None:
    """Make a region of real municipalities: inhabitants and deaths from CBS, places as assumptions."""
    from sim.api.regions import region as made
    from sim.api.regions import write_region
    from sim.report.language import language

    area = made(
        gemeenten or (),
        zorgkantoor=zorgkantoor or (),
        ggd=ggd or (),
        corop=corop or (),
        provincie=provincie or (),
        name=name,
    )
    file = write_region(out or Path(f"{area.name}.xlsx"), area)
    found = area.regions[0]
    if as_json:
        print_json({"file": str(file), "area": area.model_dump(mode="json", exclude_none=True)})
        return
    words = language(lang.value)
    print_block(found.name, _told(found, file, words))
    print(file)


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
