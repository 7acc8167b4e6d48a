"""A network's own register: what it says, the same beside the model, and settings that follow from it."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sim import store
from sim.api.facade import facade
from sim.api.given import AreaGiven
from sim.api.results import RunResult
from sim.api.running import run as run_model
from sim.api.saved import Saved
from sim.api.show import Figure, figure_of, listed
from sim.data import user_path, yaml_text
from sim.errors import InputError, Message, meant, nearest
from sim.later import pd
from sim.limits import FACTOR_PLACES, LONGEST_NAME, MOST_WEEKS
from sim.scenario import Area, Site, load_area, load_scenario
from sim.scenario.area.form_lines import date_of_cell
from sim.scenario.area.real_region import slug
from sim.scenario.area.register_file import Register, read_register
from sim.schema import HOSPICE_SETTINGS
from sim.stats import Interval
from sim.studies.register.fit import Closing, RegisterFit, estimates_of, fit_register
from sim.studies.register.weeks import Weeks, coming_weeks
from sim.studies.sensitivity.assumptions import DRAW_REPLICATIONS
from sim.units import DAYS_PER_WEEK, DAYS_PER_YEAR, MOST_BEDS

SCENARIO: Final = "basis_2026"
_HOUSE = re.compile(r"(?P<house>.+)=(?P<beds>\d+)(,(?P<kind>\w+))?")
_SHUT = re.compile(r"(?P<house>.+?)(@(?P<beds>\d+))?=(?P<first>[^.]+)\.\.(?P<last>[^.]+)")
"""A house and its beds, or some of them, shut from a date to a date."""


@facade
@dataclass(frozen=True)
class RegisterResult(Saved):
    """What a register says.

    Parameters
    ----------
    area : Area, optional
        The region with the houses of the register.
    model : mapping of str to Interval
        What the model gives for the region: `requests`, `stay_days`, `wait_days`, `refused`, `occupancy`;
        empty without a region.
    weeks : Weeks, optional
        The weeks after the register.
    digest : str
        Of the file of the register.
    manifest : mapping, optional
        Of the run of the model; None where it was not run.
    """

    fit: RegisterFit
    area: Area | None
    model: Mapping[str, Interval]
    weeks: Weeks | None = None
    digest: str = ""
    manifest: Mapping[str, Any] | None = None

    def to_frame(self) -> pd.DataFrame:
        """Estimates with their 95% intervals, one a row, those of the model beside them."""
        rows = [
            (name, found.mean, found.low, found.high, self.model[name].mean if name in self.model else None)
            for name, found in estimates_of(self.fit).items()
        ]
        return pd.DataFrame(rows, columns=["measure", "register", "low", "high", "model"])

    def figure_requests(self, lang: str = "nl") -> Figure:
        """Requests of each month, by where the person was."""
        return figure_of("figures.register", "requests_by_month", lang, self.fit)

    def figure_stays(self, lang: str = "nl") -> Figure:
        """How long guests stay, with the distribution that fits best."""
        return figure_of("figures.register", "stays", lang, self.fit)

    def figure_occupancy(self, lang: str = "nl") -> Figure:
        """How full each house was."""
        return figure_of("figures.register", "occupancy", lang, self.fit)

    def __repr__(self) -> str:
        """Rows and houses."""
        return f"RegisterResult({len(self.fit.register)} rows, {len(self.fit.houses)} houses)"

    def _repr_html_(self) -> str:
        from sim.report.language import language
        from sim.report.pages.register import sentences

        told = listed(sentences(self.fit, language("nl")))
        return f"{told}{self.to_frame().to_html(index=False, border=0)}"

    def report(self, out: Path | str, lang: str = "nl") -> Path:
        """Write the report: register and model side by side, houses, rows that do not fit.

        The ending of the file says what it becomes: `.xlsx` a workbook, `.docx` or `.pdf` a note for a
        meeting, else a page. The language is "nl" or "en".
        """
        file = user_path(out)
        store.write_bytes(file, self.report_bytes(file.suffix.lower().removeprefix("."), lang))
        return file

    def report_bytes(self, form: str = "html", lang: str = "nl") -> bytes:
        """The report as a page, or as "xlsx", "note" (the note as a page), "docx" or "pdf"; "nl" or "en"."""
        from sim.report.formats.register_files import Origin, register_bytes
        from sim.report.language import language

        origin = Origin(self.digest, self.manifest)
        return register_bytes(self.fit, self.model, self.weeks, form, language(lang), origin)

    def settings(self) -> list[dict[str, Any]]:
        """Settings of a scenario that follow from the register, each an assumption with its 95% range."""
        return settings_of(self.fit, self.model)

    def write_scenario(self, out: Path | str, name: str) -> Path:
        """Write a scenario that extends current practice with the settings of the register."""
        file = user_path(out)
        store.write_bytes(file, yaml_text(self.scenario_document(name)).encode())
        return file

    def scenario_document(self, name: str) -> dict[str, Any]:
        """The scenario of `write_scenario` as a document."""
        told = {"nl": f"{name}: eigen register", "en": f"{name}: own register"}
        return {"name": slug(name), "title": told, "extends": SCENARIO, "set": self.settings()}


@facade
def register(
    path: Path | str,
    *,
    area: AreaGiven | None = None,
    houses: Sequence[str] = (),
    shut: Sequence[str] = (),
    since: dt.date | None = None,
    until: dt.date | None = None,
    model: bool = True,
    weeks: int = 0,
) -> RegisterResult:
    """Read a network's register of requests and admissions and estimate what it tells.

    Raises InputError when the register or an option is wrong.

    Parameters
    ----------
    path : Path or str
        CSV or Excel, one row a request; without anything that tells who a guest was.
    area : str, Path or Area, optional
        Region of the network, as `region` makes it: its hospices become the houses of the register.
    houses : sequence of str
        Beds and type of a house, as `De Linde=4,bth`.
    shut : sequence of str
        Closed beds, as `De Linde=2025-07-01..2025-08-31`; `De Linde@2=...` for two of them.
    since, until : date, optional
        First and last day that the register covers.
    model : bool
        Whether to simulate the region too, to set it beside the register.
    weeks : int
        Weeks after the register to look ahead.
    """
    found = None if area is None else load_area(area)
    return with_region(fitted(path, (houses, shut), (since, until), weeks), found, model)


@dataclass(frozen=True)
class Fitted:
    """What a register says by itself."""

    fit: RegisterFit
    kinds: Mapping[str, str]  # types of houses that were told
    weeks: Weeks | None = None
    digest: str = ""  # of the file


def fitted(
    path: Path | str,
    told: tuple[Sequence[str], Sequence[str]],
    days: tuple[dt.date | None, dt.date | None],
    weeks: int = 0,
) -> Fitted:
    """What a register says by itself, nothing simulated but the weeks after it.

    Told are houses, and beds that were shut; days are the first and the last, None for those of the rows.
    """
    houses, shut = told
    since, until = days
    rows = read_register(user_path(path), until, since)
    if not 0 <= weeks <= MOST_WEEKS:
        raise InputError("--weeks {weeks}: must be 0 to {most}", weeks=weeks, most=MOST_WEEKS)
    beds, kinds = _houses(houses, rows.houses)
    fit = fit_register(rows, beds, _closings(shut, rows, weeks))
    return Fitted(fit, kinds, _ahead(fit, weeks), store.checksum(user_path(path).read_bytes()))


def with_region(found: Fitted, area: Area | None, model: bool = True) -> RegisterResult:
    """A register in its region, simulated for a model: its houses stand in place of the region's hospices."""
    own = None if area is None else _with_houses(area, found.fit, found.kinds)
    run = None if own is None or not model else _run(own)
    side, manifest = ({}, None) if run is None else (side_of(run), run.manifest)
    return RegisterResult(found.fit, own, side, found.weeks, found.digest, manifest)


def day(option: str, text: str | None) -> dt.date | None:
    """A day as an option gives it, None where it is left out; InputError when it is no date."""
    found = None if text is None else date_of_cell(text)
    if text is not None and found is None:
        raise InputError("{option} {text!r}: is no date; write it as 2026-01-31", option=option, text=text)
    return found


def _ahead(fit: RegisterFit, weeks: int) -> Weeks | None:
    if weeks and not fit.stay:
        raise InputError(
            "--weeks {weeks}: too few stays of the register have ended to look ahead; leave it out",
            weeks=weeks,
        )
    return coming_weeks(fit, weeks) if weeks else None


def _run(area: Area) -> RunResult:
    """The region as it is in the model."""
    return run_model(SCENARIO, area=area, replications=DRAW_REPLICATIONS, keep="kpis")


def side_of(run: RunResult) -> dict[str, Interval]:
    """What a run of the region with the houses of the register gives for the same measures, a year."""
    found = {row.name: row for row in run.estimates if not row.dimension}

    def interval(name: str, factor: float = 1.0) -> Interval:
        row = found[name]
        return Interval(row.mean * factor, row.low * factor, row.high * factor, row.n)

    beds = sum(
        site["beds"]
        for region in run.manifest["area"]["regions"]
        for site in region["sites"]
        if site["setting"] in HOSPICE_SETTINGS
    )
    stays = found["hospice_stays"].mean
    return {
        "requests": interval("hospice_requests"),
        "wait_days": interval("wait_days_mean"),
        "refused": interval("hospice_refused"),
        "occupancy": interval("hospice_occupancy"),
        "stay_days": interval("hospice_occupancy", beds * DAYS_PER_YEAR / stays if stays else math.nan),
    }


def settings_of(fit: RegisterFit, model: Mapping[str, Interval]) -> list[dict[str, Any]]:
    """Settings of a scenario that follow from a register.

    Patience is the register's own. Shares that ask for a hospice, and how long before death they ask, are
    those of current practice times what the register has more than the model; they need the model.
    """
    base = load_scenario(SCENARIO).scenario.hospice
    found = estimates_of(fit)
    out: list[dict[str, Any]] = []
    patience = found["patience_days"]
    if patience.n and math.isfinite(patience.high):
        text = f"eigen register: {patience.n} aanvragers gaven het wachten op"
        out.append(
            _item("hospice.patience.value", round(patience.mean, 2), text)
            | {"range": [round(patience.low, 2), round(patience.high, 2)]}
        )
    asked, expected = found["requests"], model.get("requests")
    if expected is not None and expected.mean and asked.n:
        for name in ("from_home", "after_hospital"):
            factor = asked.mean / expected.mean
            shares = {
                str(group): round(min(share * factor, 1.0), FACTOR_PLACES)
                for group, share in getattr(base, name).value.items()
            }
            text = f"eigen register: {factor:.2f} keer de aanvragen van het model"
            out.append(_item(f"hospice.{name}.value", shares, text) | _factors(asked))
    stay, simulated = found.get("stay_days"), model.get("stay_days")
    if stay is not None and simulated is not None and simulated.mean > 0:
        factor = stay.mean / simulated.mean
        text = f"eigen register: verblijf {stay.mean:.1f} dagen, in het model {simulated.mean:.1f}"
        median = round(base.home_request_before_death.median * factor, 2)
        out.append(_item("hospice.home_request_before_death.median", median, text) | _factors(stay))
    return out


def _item(path: str, value: object, reason: str) -> dict[str, Any]:
    return {"path": path, "value": value, "kind": "assumption", "reason": reason}


def _factors(found: Interval) -> dict[str, list[float]]:
    """The 95% interval as multiples of the estimate."""
    bounds = (found.low / found.mean, found.high / found.mean)
    return {"range_factor": [round(bound, FACTOR_PLACES) for bound in bounds]}


# ------------------------------------------------------------------ houses
def _houses(given: Sequence[str], known: Sequence[str]) -> tuple[dict[str, int], dict[str, str]]:
    """Beds and types of houses as they were given."""
    beds, kinds = {}, {}
    for text in given:
        found = _HOUSE.fullmatch(text.strip())
        if found is None:
            raise InputError(
                "--house {text!r}: write NAME=BEDS, such as 'De Linde=4' or 'De Linde=4,bth'", text=text
            )
        name = _known("--house", found["house"].strip(), known)
        if not 1 <= int(found["beds"]) <= MOST_BEDS:
            raise InputError(
                "--house {text!r}: a house has 1 bed or more; write the number of beds", text=text
            )
        beds[name] = int(found["beds"])
        if found["kind"] is not None:
            if found["kind"] not in HOSPICE_SETTINGS:
                raise InputError(
                    "--house {text!r}: {kind!r} is no type of hospice; choose {names}",
                    text=text,
                    kind=found["kind"],
                    names=HOSPICE_SETTINGS,
                )
            kinds[name] = found["kind"]
    return beds, kinds


def _closings(given: Sequence[str], rows: Register, weeks: int) -> list[Closing]:
    begin, end = (dt.date.fromordinal(day) for day in (rows.since, rows.until - 1 + weeks * DAYS_PER_WEEK))
    out = []
    for text in given:
        found = _SHUT.fullmatch(text.strip())
        first, last = (
            (date_of_cell(found[end].strip()) for end in ("first", "last")) if found else (None, None)
        )
        if found is None or first is None or last is None or last < first:
            raise InputError(
                "--shut {text!r}: write NAME=FROM..TO or NAME@BEDS=FROM..TO, such as "
                "'De Linde@2=2025-07-01..2025-08-31'",
                text=text,
            )
        if last < begin or first > end:
            raise InputError(
                "--shut {text!r}: lies outside the register, {begin} to {end}",
                text=text,
                begin=begin.isoformat(),
                end=end.isoformat(),
            )
        name = _known("--shut", found["house"].strip(), rows.houses)
        out.append(Closing(name, first, last, None if found["beds"] is None else int(found["beds"])))
    return out


def _known(option: str, name: str, known: Sequence[str]) -> str:
    same = {house.lower(): house for house in known}
    if name.lower() in same:
        return same[name.lower()]
    close = nearest(name.lower(), same)
    hint = meant(same[close]) if close else Message("known are {names}", names=list(known))
    raise InputError(
        "{option}: {name!r} is no house of the register; {hint}", option=option, name=name, hint=hint
    )


def _with_houses(area: Area, fit: RegisterFit, kinds: Mapping[str, str]) -> Area:
    """The region with the houses of the register in place of its hospices."""
    if len(area.regions) != 1:
        raise InputError(
            "{label}: holds {count} regions; give one region at a time",
            label=area.name,
            count=len(area.regions),
        )
    (region,) = area.regions
    others = [site for site in region.sites if site.setting not in HOSPICE_SETTINGS]
    own = [
        Site(
            id=f"{slug(region.id)[: LONGEST_NAME // 2]}-huis-{at}",
            name=house.name if house.name in kinds else f"{house.name} (soort: aanname)",
            setting=kinds.get(house.name, HOSPICE_SETTINGS[0]),
            beds=house.beds,
        )
        for at, house in enumerate(fit.houses, start=1)
    ]
    document = area.model_dump(mode="json", exclude_none=True)
    document["regions"][0]["sites"] = [*own, *others]
    document["references"] = [*document["references"], "eigen register: huizen en bedden"]
    return Area.model_validate(document)
