"""The sheets of the workbook: summary, costs, patients, throughput, capacity, assumptions, manifest."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain
from typing import Any

from sim.measure.estimates import Difference, Estimate, Ranged, difference_of
from sim.measure.kpis import KPIS
from sim.report.figures.flow import level_name, month_name
from sim.report.formats.excel import Sheet, Value
from sim.report.language import Language
from sim.report.results import Result
from sim.report.sections import background
from sim.report.sections import costs_and_schemes as sections
from sim.report.sections import winners as sections_winners
from sim.report.sections.comparison_answer import answer_note
from sim.report.sections.numbers_table import TariffRow, range_of_row
from sim.report.sections.provenance import Parameter, Published, parameters, range_text, value_text
from sim.units import CENTS_PER_EURO

DIMENSIONS = (
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
Key = tuple[str, Mapping[str, str]]


def all_sheets(result: Result, words: Language, published: Published) -> list[Sheet]:
    """Every sheet of a run or a comparison."""
    keys = sorted(result.base.kpis.index(), key=_breadth)
    names = dict.fromkeys([*KPIS, *(name for name, _ in keys)])

    def sheet(id: str) -> Sheet:
        mine = [name for name in names if (KPIS[name].sheet if name in KPIS else "patients") == id]
        return _kpi_sheet(id, [k for name in mine for k in keys if k[0] == name], result, words)

    return [
        _summary(result, words, published),
        sheet("costs"),
        sheet("patients"),
        sheet("throughput"),
        _with_beds(sheet("capacity"), result, words),
        *_winners(result, words),
        assumptions(result, words),
        sources(result, published, words),
        manifest(result, words),
    ]


def _winners(result: Result, words: Language) -> list[Sheet]:
    """Who pays more and less by group, then what providers declare; no sheet where it is not known."""
    rows: list[tuple[Value, ...]] = []
    units: list[str] = []
    for alternative in result.alternatives:
        title = alternative.run.text("title", words.code)
        found = alternative.winners
        told: list[tuple[str, str, str, Ranged]] = []
        for group in found.groups if found is not None else ():
            name = sections_winners.name_of(group, words)
            told += [(name, f"pays_{way}", "share", share) for way, share in group.shares.items()]
            for key, cents in (("mean_more", group.mean_change(1)), ("mean_less", group.mean_change(-1))):
                if cents.n:
                    mean, low, high = (edge / CENTS_PER_EURO for edge in (cents.mean, cents.low, cents.high))
                    told.append((name, key, "eur", Estimate(mean, low, high)))
        for kind, (base, alt) in found.providers.items() if found is not None else ():
            change = difference_of(base / CENTS_PER_EURO, alt / CENTS_PER_EURO, "eur")
            told.append((words.word("provider", kind), "difference", "eur", change))
        for name, key, unit, each in told:
            rows.append((title, name, words.say(f"column.{key}"), each.mean, each.low, each.high))
            units.append(unit)
    if not rows:
        return []
    head = [words.say("column.used_in"), words.say("column.group"), words.say("column.measure")]
    head += [words.say(f"sheet_column.{name}", title="").lstrip(": ") for name in ("mean", "low", "high")]
    line = words.say("sheet_line.winners")
    return [Sheet(words.say("sheet.winners"), tuple(head), tuple(rows), tuple(units), (line,))]


def _breadth(key: Key) -> tuple[int, list[int]]:
    """Totals before parts, parts in the order of their columns; otherwise as in the table."""
    known = [DIMENSIONS.index(name) for name in key[1] if name in DIMENSIONS]
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
    columns = [k for k in DIMENSIONS if k in found] + sorted(found - set(DIMENSIONS))
    sites = _sites(result)
    head = [words.say("column.measure"), *(words.word("dimension", k) for k in columns)]
    head += [words.say("column.unit"), *_number_heads(result, words)]
    rows, units = [], []
    for name, dimension in keys:
        unit, numbers = _numbers(name, dimension, result)
        cells = [dimension_word(k, dimension[k], sites, words) if k in dimension else None for k in columns]
        rows.append((words.kpi(name, short=True), *cells, words.word("kpi_unit", unit), *numbers))
        units.append(unit)
    first = len(columns) + 2
    title = result.base.text("title", words.code)
    return Sheet(
        words.say(f"sheet.{id}"),
        tuple(head),
        tuple(rows),
        tuple(units),
        (words.say(f"sheet_line.{id}", title=title),),
        _change_columns(first, result),
        _ratio_columns(first, result),
    )


def _number_heads(result: Result, words: Language) -> list[str]:
    heads = []
    for run in result.runs:
        title = run.text("title", words.code)
        heads += [words.say(f"sheet_column.{k}", title=title) for k in ("mean", "low", "high")]
    for alternative in result.alternatives:
        title = alternative.run.text("title", words.code)
        heads += [
            words.say(f"sheet_column.{k}", title=title)
            for k in ("difference", "difference_low", "difference_high", "variance_ratio")
        ]
    return heads


def _change_columns(first: int, result: Result) -> frozenset[int]:
    """Columns with differences: three an alternative, then its variance ratio; before them three a run."""
    each = len(("mean", "low", "high"))
    start = first + each * len(result.runs)
    wide = each + 1
    return frozenset(start + wide * a + i for a in range(len(result.alternatives)) for i in range(each))


def _ratio_columns(first: int, result: Result) -> frozenset[int]:
    """Columns with variance ratios: the one after the differences of each alternative."""
    changes = _change_columns(first, result)
    return frozenset({column + 1 for column in changes} - changes)


def _numbers(name: str, dimension: Mapping[str, str], result: Result) -> tuple[str, list[Value]]:
    estimates: list[Estimate | None] = [run.kpis.get(name, **dimension) for run in result.runs]
    paired: list[Difference | None] = [a.differences.get(name, **dimension) for a in result.alternatives]
    numbers: list[Value] = []
    for e in estimates:
        numbers += [None, None, None] if e is None else [e.mean, e.low, e.high]
    for d in paired:
        numbers += [None, None, None, None] if d is None else [d.difference, d.low, d.high, d.variance_ratio]
    unit = next((e.unit for e in estimates if e is not None), "")
    return unit, numbers


def _sites(result: Result) -> dict[str, str]:
    regions = result.base.area["regions"]
    return {str(site["id"]): str(site["name"]) for region in regions for site in region["sites"]}


def _summary(result: Result, words: Language, published: Published) -> Sheet:
    told = sections.answers(result, words, published)
    lines = [
        " · ".join(run.text("title", words.code) for run in result.runs),
        sections.subtitle(result, words),
        sections.question(result, words),
        *(f"{name}: {text}" if name else text for name, texts in told for text in texts),
        answer_note(result.alternatives, words),
    ]
    head = [words.say("column.measure"), words.say("column.unit"), *_number_heads(result, words)]
    rows, units = [], []
    for metric in sections.headline_metrics(result, words):
        unit, numbers = _numbers(metric.name, dict(metric.dimension), result)
        if any(value is not None for value in numbers):
            rows.append((metric.label, words.word("kpi_unit", unit), *numbers))
            units.append(unit)
    changes, ratios = _change_columns(2, result), _ratio_columns(2, result)
    name = words.say("sheet.summary")
    return Sheet(name, tuple(head), tuple(rows), tuple(units), tuple(lines), changes, ratios)


def _with_beds(sheet: Sheet, result: Result, words: Language) -> Sheet:
    """The beds of each site of the area before the occupancies."""
    width = len(sheet.head)
    place = [words.word("dimension", k) for k in ("setting", "site")]
    at = [sheet.head.index(name) if name in sheet.head else None for name in place]
    rows = []
    for region in result.base.area["regions"]:
        for site in region["sites"]:
            row: list[Value] = [words.say("sheet_column.beds"), *([None] * (width - 1))]
            for column, text in zip(at, (words.word("setting", site["setting"]), site["name"]), strict=True):
                if column is not None:
                    row[column] = str(text)
            unit_column = sheet.head.index(words.say("column.unit"))
            row[unit_column] = words.word("kpi_unit", "beds")
            row[unit_column + 1] = _plain(site["beds"])
            rows.append(tuple(row))
    return Sheet(
        sheet.name,
        sheet.head,
        (*rows, *sheet.rows),
        (*["whole"] * len(rows), *sheet.units),
        sheet.lines,
        sheet.changes,
        sheet.ratios,
    )


def _plain(value: Any) -> Value:
    """A setting's number, without the provenance beside it."""
    found = value.get("value") if isinstance(value, Mapping) else value
    return found if isinstance(found, int | float | str) or found is None else str(found)


def assumptions(result: Result, words: Language) -> Sheet:
    """Every number of scenarios and area with its provenance, then the prices and legal amounts."""
    from sim.report.sections.tariffs import tariff_rows

    head = tuple(
        words.say(f"column.{k}")
        for k in ("used_in", "parameter", "path", "value", "range", "kind_of_number", "source", "reason")
    )
    rows: list[tuple[Value, ...]] = []
    seen: dict[str, Parameter] = {}
    trees = [(run.text("title", words.code), run.scenario) for run in result.runs]
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
    from sim.report.pages.build import published_sources
    from sim.report.sections.tariffs import tariff_rows

    tariffs, known, _ = tariff_rows(result.base)
    known = {**published_sources(published), **known}
    used = chain(
        (p.source for run in result.runs for tree in (run.scenario, run.area) for p in parameters(tree)),
        (t.source for t in tariffs),
        (source for target in published.targets for source in target.sources),
    )
    rows = []
    for id in sorted(set(filter(None, used))):
        source = known.get(id, background.Source(id, id))
        rows.append((id, words.note(source.title)[0], source.url))
    head = tuple(words.say(f"column.{k}") for k in ("source", "title", "address"))
    return Sheet(words.say("sheet.sources"), head, tuple(rows), (), (words.say("table.sources"),))


def manifest(result: Result, words: Language) -> Sheet:
    """What was run: names, seeds, replications, digests, versions."""
    head = (words.say("column.what"), *(run.text("title", words.code) for run in result.runs))
    lines: Iterable[tuple[str, list[str]]] = background.manifest_lines(result, words)
    rows = tuple((label, *values) for label, values in lines)
    return Sheet(words.say("sheet.manifest"), head, rows, (), (words.say("table.manifest"),))
