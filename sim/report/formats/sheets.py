"""The sheets of the workbook: summary, costs, patients, throughput, capacity, assumptions, manifest."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from typing import Any

from sim.measure.estimates import Estimate, Ranged, difference_of
from sim.measure.kpis import KPIS
from sim.report import style
from sim.report.figures.flow import level_name, month_name
from sim.report.formats.excel import Sheet, UnitRow, Value, sheet
from sim.report.language import Language
from sim.report.page import Section
from sim.report.results import Kpis, Result, RunView
from sim.report.sections import background, numbers_table
from sim.report.sections import costs_and_schemes as sections
from sim.report.sections import winners as sections_winners
from sim.report.sections.comparison_answer import answer_note
from sim.report.sections.numbers_table import TariffRow, range_of_row, tariff_rows
from sim.report.sections.provenance import (
    Parameter,
    Published,
    Source,
    load_published,
    parameters,
    range_text,
    value_text,
)
from sim.studies.winners import Winners
from sim.units import CENTS_PER_EURO

_DIMENSIONS = (
    "view",
    "law",
    "payer",
    "setting",
    "module",
    "group",
    "wlz",
    "income",
    "item",
    "reason",
    "form",
    "line",
    "kind",
    "site",
    "month",
    "level",
    "from",
    "to",
    "listed",
    "outcome",
    "provider",
)
"""Dimensions of KPIs in the order of their columns; one that is not here comes after them."""
_WORD = {"wlz": "person", "line": "budget_line", "kind": "ceiling_kind", "from": "setting", "to": "setting"}
_CHANGE = ("difference", "difference_low", "difference_high", "variance_ratio")
"""Columns of an alternative."""
Key = tuple[str, Mapping[str, str]]


def all_sheets(result: Result, words: Language, published: Published) -> list[Sheet]:
    """Every sheet of a run or a comparison."""
    keys = sorted(result.base.kpis.index(), key=_breadth)
    names = dict.fromkeys([*KPIS, *(name for name, _ in keys)])

    def of(id: str) -> Sheet:
        mine = [name for name in names if (KPIS[name].sheet if name in KPIS else "patients") == id]
        return _kpi_sheet(id, [k for name in mine for k in keys if k[0] == name], result, words)

    return [
        _summary(result, words, published),
        *map(of, ("costs", "patients", "throughput")),
        _with_beds(of("capacity"), result, words),
        *_winners(result, words),
        assumptions(result, words),
        sources(result, published, words),
        manifest(result, words),
    ]


def _winners(result: Result, words: Language) -> list[Sheet]:
    """Who pays more and less by group, then what providers declare; no sheet where it is not known."""

    def rows() -> Iterator[UnitRow]:
        for alternative in result.alternatives:
            title = alternative.run.title(words)
            for name, key, unit, each in moved(alternative.winners):
                yield unit, (title, name, words.say(f"column.{key}"), each.mean, each.low, each.high)

    def moved(found: Winners | None) -> Iterator[tuple[str, str, str, Ranged]]:
        for group in found.groups if found is not None else ():
            name = sections_winners.name_of(group, words)
            for way, share in group.shares.items():
                yield name, f"pays_{way}", "share", share
            for key, cents in (("mean_more", group.mean_change(1)), ("mean_less", group.mean_change(-1))):
                if cents.n:
                    mean, low, high = (edge / CENTS_PER_EURO for edge in (cents.mean, cents.low, cents.high))
                    yield name, key, "eur", Estimate(mean, low, high)
        for kind, sides in found.providers.items() if found is not None else ():
            base, alt = (side / CENTS_PER_EURO for side in sides)
            yield words.word("provider", kind), "difference", "eur", difference_of(base, alt, "eur")

    told = list(rows())
    head = words.each("column", "used_in", "group", "measure")
    head += [words.say(f"sheet_column.{name}", title="").lstrip(": ") for name in ("mean", "low", "high")]
    lines = [words.say("sheet_line.winners")]
    return [sheet(words.say("sheet.winners"), head, told, lines)] if told else []


def _breadth(key: Key) -> tuple[int, list[int]]:
    """Totals before parts, parts in the order of their columns; otherwise as in the table."""
    known = [_DIMENSIONS.index(name) for name in key[1] if name in _DIMENSIONS]
    return len(key[1]), sorted(known)


def dimension_word(key: str, value: str, sites: Mapping[str, str], words: Language) -> str:
    """A value of a dimension of the KPI table in words."""
    special: dict[str, Callable[[], str]] = {
        "site": lambda: sites.get(value, value),
        "month": lambda: month_name(value, words),
        "level": lambda: level_name(value, words),
    }
    return special[key]() if key in special else words.word(_WORD.get(key, key), value)


def _kpi_sheet(id: str, keys: Sequence[Key], result: Result, words: Language) -> Sheet:
    """One row a KPI: its dimensions, every run with its interval, every paired difference with its."""
    found = {name for _, dimension in keys for name in dimension}
    columns = [k for k in _DIMENSIONS if k in found] + sorted(found - set(_DIMENSIONS))
    sites = result.base.sites

    def row(name: str, dimension: Mapping[str, str]) -> UnitRow:
        unit, numbers = _numbers(name, dimension, result)
        cells = [dimension_word(k, dimension[k], sites, words) if k in dimension else None for k in columns]
        return unit, (words.kpi(name, short=True), *cells, words.word("kpi_unit", unit), *numbers)

    head = [words.say("column.measure"), *(words.word("dimension", k) for k in columns)]
    line = words.say(f"sheet_line.{id}", title=result.base.title(words))
    rows = (row(*key) for key in keys)
    return _numbers_sheet(id, head, rows, [line], result, words)


def _numbers_sheet(
    id: str, head: list[str], rows: Iterable[UnitRow], lines: list[str], result: Result, words: Language
) -> Sheet:
    """A sheet whose rows end with a unit, the numbers of every run and those of every difference."""
    heads = [*head, words.say("column.unit"), *_number_heads(result, words)]
    # the last columns hold of each alternative its difference with low and high, then the variance ratio
    first = len(heads) - len(_CHANGE) * len(result.alternatives)
    ratios = range(first + len(_CHANGE) - 1, len(heads), len(_CHANGE))
    changes = set(range(first, len(heads))) - set(ratios)
    return sheet(words.say(f"sheet.{id}"), heads, rows, lines, changes, ratios)


def _number_heads(result: Result, words: Language) -> list[str]:
    told: list[tuple[RunView, Sequence[str]]] = [(run, ("mean", "low", "high")) for run in result.runs]
    told += [(alternative.run, _CHANGE) for alternative in result.alternatives]
    return [words.say(f"sheet_column.{k}", title=run.title(words)) for run, keys in told for k in keys]


def _numbers(name: str, dimension: Mapping[str, str], result: Result) -> tuple[str, list[Value]]:
    estimates = [run.kpis.get(name, **dimension) for run in result.runs]
    paired = [a.differences.get(name, **dimension) for a in result.alternatives]
    numbers: list[Value] = []
    for e in estimates:
        numbers += [None, None, None] if e is None else [e.mean, e.low, e.high]
    for d in paired:
        numbers += [None, None, None, None] if d is None else [d.difference, d.low, d.high, d.variance_ratio]
    unit = next((e.unit for e in estimates if e is not None), "")
    return unit, numbers


def _summary(result: Result, words: Language, published: Published) -> Sheet:
    told = sections.answers(result, words, published)
    lines = [
        " · ".join(run.title(words) for run in result.runs),
        sections.subtitle(result, words),
        sections.question(result, words),
        *(f"{name}: {text}" if name else text for name, texts in told for text in texts),
        answer_note(result.alternatives, words),
    ]
    rows: list[UnitRow] = []
    for metric in sections.headline_metrics(result, words):
        unit, numbers = _numbers(metric.name, dict(metric.dimension), result)
        if any(value is not None for value in numbers):
            rows.append((unit, (metric.label, words.word("kpi_unit", unit), *numbers)))
    return _numbers_sheet("summary", [words.say("column.measure")], rows, lines, result, words)


def _with_beds(made: Sheet, result: Result, words: Language) -> Sheet:
    """The beds of each site of the area before the occupancies."""
    width = len(made.head)
    place = [words.word("dimension", k) for k in ("setting", "site")]
    at = [made.head.index(name) if name in made.head else None for name in place]
    rows = []
    for region in result.base.area["regions"]:
        for site in region["sites"]:
            row: list[Value] = [words.say("sheet_column.beds"), *([None] * (width - 1))]
            for column, text in zip(at, (words.word("setting", site["setting"]), site["name"]), strict=True):
                if column is not None:
                    row[column] = str(text)
            unit_column = made.head.index(words.say("column.unit"))
            row[unit_column] = words.word("kpi_unit", "beds")
            row[unit_column + 1] = _plain(site["beds"])
            rows.append(tuple(row))
    units = (*["whole"] * len(rows), *made.units)
    return replace(made, rows=(*rows, *made.rows), units=units)


def _plain(value: Any) -> Value:
    """A setting's number, without the provenance beside it."""
    found = value.get("value") if isinstance(value, Mapping) else value
    return found if isinstance(found, int | float | str) or found is None else str(found)


def assumptions(result: Result, words: Language) -> Sheet:
    """Every number of scenarios and area with its provenance, then the prices and legal amounts."""
    head = tuple(
        words.say(f"column.{k}")
        for k in ("used_in", "parameter", "path", "value", "range", "kind_of_number", "source", "reason")
    )
    rows: list[tuple[Value, ...]] = []
    seen: dict[str, Parameter] = {}
    trees = [(run.title(words), run.scenario) for run in result.runs]
    trees.insert(1, (str(result.base.area["title"][words.code]), result.base.area))
    for title, tree in trees:
        for p in parameters(tree):
            if seen.get(p.path) == p:
                continue
            seen[p.path] = p
            rows.append(_assumption(title, p, words))
    rows += [_price(row, words) for row in tariff_rows(result.base)[0]]
    line = words.say("sheet_line.assumptions")
    return Sheet(words.say("sheet.assumptions"), head, tuple(rows), (), (line,))


def _assumption(title: str, p: Parameter, words: Language) -> tuple[Value, ...]:
    number = isinstance(p.value, int | float) and not isinstance(p.value, bool)
    value: Value = p.value if number else value_text(p.value, words, p.path)
    origin = words.word("origin", p.kind)
    return (
        title,
        words.path(p.path),
        p.path,
        value,
        range_text(p, words),
        origin,
        p.source,
        words.note(p.reason)[0],
    )


def _price(row: TariffRow, words: Language) -> tuple[Value, ...]:
    return (
        words.say("numbers.price", law=words.word("law", row.law)),
        words.note(row.title)[0],
        row.row,
        float(row.amount),
        range_of_row(row, words),
        words.word("kind", row.kind),
        row.source,
        words.note(row.reason)[0],
    )


def sources(result: Result, published: Published, words: Language) -> Sheet:
    """Every source that a number is from."""
    tariffs, known, _ = tariff_rows(result.base, published)
    used = chain(
        (p.source for run in result.runs for tree in (run.scenario, run.area) for p in parameters(tree)),
        (t.source for t in tariffs),
        (source for target in published.targets for source in target.sources),
    )
    rows = []
    for id in sorted(set(filter(None, used))):
        source = known.get(id, Source(id, id))
        rows.append((id, words.note(source.title)[0], source.url))
    head = tuple(words.say(f"column.{k}") for k in ("source", "title", "address"))
    return Sheet(words.say("sheet.sources"), head, tuple(rows), (), (words.say("table.sources"),))


def manifest(result: Result, words: Language) -> Sheet:
    """What was run: names, seeds, replications, digests, versions."""
    head = (words.say("column.what"), *(run.title(words) for run in result.runs))
    lines: Iterable[tuple[str, list[str]]] = background.manifest_lines(result, words)
    rows = tuple((label, *values) for label, values in lines)
    return Sheet(words.say("sheet.manifest"), head, rows, (), (words.say("table.manifest"),))


Manifest = Mapping[str, Any]


def result_of(run: Manifest) -> tuple[Result, Published]:
    """The study as the sections of a run's report read it; its published figures are none of a run's."""
    view = RunView(run, Kpis({}), tuple(run["tariff_rows"]))
    return Result(view), replace(load_published(run["area"]), targets=())


def background_sections(run: Manifest, words: Language) -> list[Section]:
    """Assumptions with their ranges, sources, what is left out, seed, versions and digests."""
    result, published = result_of(run)
    tariffs, known, same = tariff_rows(result.base, published)
    if not run["tariff_rows"]:
        tariffs = ()
    remarks = () if same else (words.say("manifest.other_tariffs"),)
    return [
        numbers_table.section(result, tariffs, words),
        background.used_sources(result, tariffs, published, known, words),
        background.limits(result, words),
        background.manifest(result, words, remarks),
    ]


def background_sheets(run: Manifest, words: Language) -> list[Sheet]:
    """The same as sheets of a workbook."""
    result, published = result_of(run)
    return [
        assumptions(result, words),
        sources(result, published, words),
        manifest(result, words),
    ]


def origin(run: Manifest, words: Language) -> str:
    """Version and digests in one sentence, for a note."""
    hashes = run["hashes"]
    told = {key: short(str(hashes[key])) for key in ("code", "scenario", "tariffs")}
    return words.say("capacity.origin", version=run["versions"]["palsim"], **told)


def short(digest: str) -> str:
    """As much of a digest as a reader compares."""
    return digest[: style.HASH_CHARACTERS]
