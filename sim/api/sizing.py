"""How many beds a region needs, for notebooks and programs: the question, and an answer that stays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from sim import store
from sim.api.facade import facade
from sim.api.given import AreaGiven, AreaLike
from sim.api.saved import Saved
from sim.api.scenarios import ScenarioLike, scenario_of
from sim.api.shared import processes
from sim.api.show import Figure, Written, figure_of, listed
from sim.catalogue import load_tariffs
from sim.data import user_path
from sim.errors import InputError
from sim.later import pd
from sim.ledger import own_book
from sim.limits import LAST_AGED_YEAR, MOST_FACTOR, MOST_GROWTH_YEARS, MOST_RUNS
from sim.measure.estimates import edges
from sim.runs.options import OnProgress, Progress
from sim.scenario import load_area
from sim.scenario.area.template import area_form
from sim.stats import Interval
from sim.studies.capacity.alternatives import Alternative, named
from sim.studies.capacity.answer import Capacity, ExtraBeds, Outcome, Point, TypeAnswer, as_json
from sim.studies.capacity.norms import parse_norms
from sim.studies.capacity.observe import TYPES
from sim.studies.capacity.place_changes import Change, changes_of
from sim.studies.capacity.runs import CAPACITY_REPLICATIONS, Runs, document_of
from sim.studies.capacity.study import OnGuess, Question, kinds_of, study

_TABLES = ("load", "months", "growth", "closing", "places", "houses")
"""Tables that are about no one type."""


@facade
@dataclass(frozen=True)
class CapacityResult(Saved, Written):
    """The answer to how many beds a region needs; `folder` keeps the study, where one does."""

    found: Capacity
    folder: Path | None = None

    @property
    def types(self) -> tuple[str, ...]:
        """What was sized: `all` for the hospices together, then types."""
        return tuple(self.found.types)

    def type(self, name: str | None = None) -> TypeAnswer:
        """All about one type; by default the first.

        Raises InputError when it was not sized.
        """
        chosen = name or self.types[0]
        if chosen not in self.found.types:
            raise InputError(
                "capacity: {chosen!r} was not sized; there are {types}", chosen=chosen, types=self.types
            )
        return self.found.types[chosen]

    def curve(self, type: str | None = None) -> pd.DataFrame:
        """Numbers of beds with what they show: a column a measure, `_low` and `_high` beside it."""
        return pd.DataFrame([_point_row(point) for point in self.type(type).curve])

    def to_frame(self) -> pd.DataFrame:
        """The curves of all types under each other, `type` the first level of the index."""
        return pd.concat({kind: self.curve(kind) for kind in self.types}, names=["type", "point"])

    def __repr__(self) -> str:
        """What was sized."""
        return f"CapacityResult({', '.join(self.types)})"

    def _repr_html_(self) -> str:
        return listed(self.answer())

    def smallest(self, type: str | None = None) -> dict[str, Any] | None:
        """Smallest number of beds that meets the norms with 95% confidence; None when no number does.

        Keys: `beds` by type, `total`, `extra`, `decided`, `undecided` numbers below it, `replications`.
        """
        answer = self.type(type)
        if answer.smallest is None:
            return None
        return {
            "beds": dict(answer.smallest.beds),
            "total": answer.smallest.total,
            "extra": answer.smallest.extra,
            "decided": answer.ranking.decided,
            "undecided": list(answer.ranking.open),
            "replications": answer.smallest.judged,
        }

    def per_extra_bed(self, type: str | None = None) -> pd.DataFrame:
        """Effect of more beds: paired differences with the beds of now, with their intervals."""
        return pd.DataFrame([_extra_row(row) for row in self.type(type).per_extra])

    @property
    def load(self) -> pd.DataFrame:
        """Offered load of each type in beds, with the analytic first guesses."""
        rows = []
        for kind, answer in self.found.types.items():
            guess = asdict(answer.guess)
            pooled, apart = guess.pop("fewest"), guess.pop("fewest_sites")
            named = {f"beds {norm}": beds for norm, beds in pooled.items()}
            named |= {f"beds per site {norm}": beds for norm, beds in apart.items()}
            rows.append({"type": kind, "beds": answer.now.total, **guess, **named})
        return pd.DataFrame(rows)

    @property
    def months(self) -> pd.DataFrame:
        """Calendar months at the beds of now: load, requests, not_admitted, occupancy."""
        rows = [{"month": each.month, **_columns(each.measures)} for each in self.found.months]
        return pd.DataFrame(rows)

    @property
    def growth(self) -> pd.DataFrame:
        """Years with more deaths: demand, load, smallest number of beds; empty when none was asked for."""
        rows = [
            {
                "year": row.year,
                "demand": row.demand,
                **dict(zip(("demand_low", "demand_high"), row.span or (), strict=False)),
                "load": row.load,
                "smallest": row.ranking.smallest,
                "decided": row.ranking.decided,
                **_columns(row.now.values),
            }
            for row in self.found.growth
        ]
        return pd.DataFrame(rows)

    @property
    def closing(self) -> pd.DataFrame:
        """Effect of closing sites; empty when none was closed."""
        return pd.DataFrame([{"closed": row.closed, **_extra_row(row)} for row in self.found.closing])

    @property
    def places(self) -> pd.DataFrame:
        """Places of now and others: a row each, measures with intervals; `change_` is the paired difference.

        `range_low` and `range_high` of a difference are those over the assumptions about places. Empty where
        no change was asked about.
        """
        return pd.DataFrame(
            [
                {"places": each.name, **{f"beds_{kind}": beds for kind, beds in each.beds.items()}}
                | _columns({**each.norms, **each.values})
                | _columns({f"cost_{payer}": value for payer, value in each.cost.items()})
                | _columns({f"change_{name}": value for name, value in each.differences.items()})
                | _columns({f"change_cost_{payer}": v for payer, v in each.cost_differences.items()})
                | {
                    f"{'change_' * bool(each.differences)}{name}_range_{end}": value
                    for name, span in each.ranges.items()
                    for end, value in zip(("low", "high"), span, strict=True)
                }
                for each in self._compared
            ]
        )

    @property
    def _compared(self) -> list[Outcome]:
        """Places of now and others."""
        found = self.found.compared
        return [] if found is None else [found.today, *found.others]

    @property
    def houses(self) -> pd.DataFrame:
        """Beds and occupancy of every house with the places of now and others; `places` is empty for now."""
        rows = [
            {"places": each.name, "id": house.id, "site": house.name, "type": house.kind, "beds": house.beds}
            | edges(house.occupancy, "occupancy")
            for each in self._compared
            for house in each.houses
        ]
        return pd.DataFrame(rows)

    @cached_property
    def tables(self) -> Mapping[str, pd.DataFrame]:
        """All tables by name: `curve_<type>`, `extra_<type>`, then `load`, `months`, `growth` and others."""
        return {
            **{f"curve_{kind}": self.curve(kind) for kind in self.types},
            **{f"extra_{kind}": self.per_extra_bed(kind) for kind in self.types},
            **{name: getattr(self, name) for name in _TABLES},
        }

    def as_json(self) -> dict[str, Any]:
        """The document of `palsim capacity --json`."""
        return as_json(self.found)

    def answer(self, lang: str = "nl") -> list[str]:
        """The answer in sentences."""
        from sim.report.language import language
        from sim.report.pages.capacity import sentences

        return sentences(self.found, language(lang))

    def figure_curve(self, type: str | None = None, lang: str = "nl") -> Figure:
        """Beds against waits and refusals, with the norms and the smallest number."""
        return figure_of("figures.capacity", "figure_curve", lang, self.found, self.type(type).kind)

    def _written(self, form: str, lang: str, out: Path | str | None) -> Path:
        from sim.report.formats.capacity_files import capacity_bytes
        from sim.report.formats.files import REPORT_FORMS
        from sim.report.language import in_language, language

        if out is None and self.folder is None:
            raise InputError("capacity: no folder to write in; size with out=DIR or give report(out=FILE)")
        name = in_language(REPORT_FORMS[form], lang)
        file = user_path(out) if out is not None else Path(self.folder or ".") / name
        made = capacity_bytes(self.found, form, language(lang))
        store.write_report(file, made, Path(self.folder or file.parent))
        return file


def capacity(
    area: AreaLike,
    *,
    scenario: ScenarioLike = "basis_2026",
    type: str = "all",
    norm: str | Sequence[str] = (),
    region: str | None = None,
    replications: int | None = None,
    seed: int | None = None,
    jobs: int | None = None,
    growth: float = 0.0,
    years: int = 0,
    until: int | None = None,
    close: str | Sequence[str] = (),
    changes: str | Sequence[str] = (),
    alternatives: str | Sequence[str] | Mapping[str, str] = (),
    search: bool = True,
    peak: bool = False,
    prices: bool = True,
    out: Path | str | None = None,
    resume: bool = False,
    on_progress: OnProgress | None = None,
    on_guess: OnGuess | None = None,
) -> CapacityResult:
    """As `sim.capacity`, but without `out` nothing is kept."""
    loaded = scenario_of(scenario, area, seed=seed).loaded
    _refuse(replications, growth, years)
    if until is not None and (growth or years):
        raise InputError("--until {until}: takes no --growth beside it; give one of both", until=until)
    if until is not None and until > LAST_AGED_YEAR:
        raise InputError("--until {until}: must be {last} or less", until=until, last=LAST_AGED_YEAR)
    if loaded.own.rules:
        raise InputError("capacity: own rules change no number of beds; give the scenario without them")
    book = own_book(load_tariffs(), loaded.own)
    closed, changed = _changed(close, changes)
    question = Question(
        loaded=loaded,
        norms=parse_norms(norm),
        kinds=kinds_of(type, TYPES),
        region=region,
        replications=replications or CAPACITY_REPLICATIONS,
        growth=growth,
        growth_years=years,
        until=until,
        closed=closed,
        changes=changed,
        alternatives=_alternatives(alternatives),
        search=search,
        peak=peak,
        prices=prices,
    )
    folder = None if out is None else user_path(out)
    if resume and folder is None:
        raise InputError("capacity: --resume: no folder to go on with; name it with --out DIR")
    name = loaded.area.name

    def told(done: int, asked: int) -> None:
        if on_progress is not None:
            on_progress(Progress(done, asked, 0, name, asked, name))

    if folder is None:
        return CapacityResult(study(question, book, Runs(processes(jobs), None, told), on_guess=on_guess))
    with store.folder_lock(folder):
        runs = Runs(processes(jobs), folder, told)
        found = study(question, book, runs, resume, on_guess)
        runs.finish(document_of(found))
    return CapacityResult(found, folder)


@facade
def template_bytes(ending: str = "xlsx", area: AreaGiven | None = None) -> bytes:
    """The form of an area, "xlsx" or "csv", ready to be filled in: with its numbers, by default an example.

    Raises InputError for another kind of file, or an area that cannot be read.
    """
    return area_form(ending, None if area is None else load_area(area))


@facade
def write_template(path: Path | str, area: AreaGiven | None = None) -> Path:
    """Write the form of an area, by default an example; its ending says whether as CSV or as Excel.

    Raises InputError when the file is there already, or has another ending.
    """
    file = user_path(path)
    if file.exists():
        raise InputError("{file}: is there already; choose another name", file=file)
    store.write_bytes(file, template_bytes(file.suffix.lower().removeprefix("."), area))
    return file


def _changed(
    close: str | Sequence[str], changes: str | Sequence[str]
) -> tuple[tuple[str, ...], tuple[Change, ...]]:
    """Sites that close for good, and all other changes; one that closes on a date is one of these, first."""
    closing = (close,) if isinstance(close, str) else tuple(close)
    lines = (changes,) if isinstance(changes, str) else tuple(changes)
    given = [each for line in lines for each in changes_of(line)]
    dated = [Change("close", each) for each in closing if "@" in each]
    return tuple(each for each in closing if "@" not in each), (*dated, *given)


def _alternatives(given: str | Sequence[str] | Mapping[str, str]) -> tuple[Alternative, ...]:
    if isinstance(given, Mapping):
        return tuple(named(changes_of(text), name) for name, text in given.items())
    lines = (given,) if isinstance(given, str) else tuple(given)
    return tuple(named(changes_of(line)) for line in lines)


def _refuse(replications: int | None, growth: float, years: int) -> None:
    if replications is not None and replications < 2:
        raise InputError(
            "--replications {replications}: too few to rank numbers of beds; must be 2 or more",
            replications=replications,
        )
    if replications is not None and replications > MOST_RUNS:
        raise InputError(
            "--replications {replications}: must be {most} or less", replications=replications, most=MOST_RUNS
        )
    if not -1 < growth <= 1:
        raise InputError(
            "--growth {growth:g}: is no yearly share; write 0.02 for two per cent", growth=growth
        )
    if not 0 <= years <= MOST_GROWTH_YEARS:
        raise InputError(
            "--years {years}: must be 0 to {most_growth_years}",
            years=years,
            most_growth_years=MOST_GROWTH_YEARS,
        )
    if bool(growth) != bool(years):
        missing, given = ("--years", "--growth") if growth else ("--growth", "--years")
        raise InputError(
            "{given}: needs {missing} beside it; write --growth 0.02 --years 5", given=given, missing=missing
        )
    if not 1 / MOST_FACTOR <= (1 + growth) ** years <= MOST_FACTOR:
        raise InputError(
            "--growth {growth:g} --years {years}: more than {most} times or less than a tenth of the deaths "
            "in the last year; give fewer years or less growth",
            growth=growth,
            years=years,
            most=MOST_FACTOR,
        )


def _columns(values: Mapping[str, Interval]) -> dict[str, float]:
    return {key: number for name, value in values.items() for key, number in edges(value, name).items()}


def _point_row(point: Point) -> dict[str, Any]:
    cost = {} if point.cost is None else {f"cost_{payer}": value for payer, value in point.cost.items()}
    return {
        "total": point.total,
        "extra": point.extra,
        **point.beds,
        "meets_norm": {"meets": True, "misses": False}.get(point.verdict),
        **_columns(point.norms),
        **_columns(point.values),
        **_columns(cost),
    }


def _extra_row(row: ExtraBeds) -> dict[str, Any]:
    cost = {f"cost_{payer}": value for payer, value in row.cost.items()}
    return {
        "extra": row.extra,
        **row.beds,
        "avoided_refusals": -row.differences["refusals"].mean,
        "avoided_not_placed": -row.differences["not_placed"].mean,
        **_columns({**row.differences, **cost, "cost_per_avoided_refusal": row.cost_per_refusal}),
    }
