"""What stands behind the results: counted parts, published figures, sources, limits, manifest."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sim.report import style
from sim.report.language import Language
from sim.report.page import (
    Block,
    Bullets,
    Cell,
    Prose,
    Row,
    Section,
    TableView,
    number,
    on_screen,
    text,
)
from sim.report.results import Result, RunView
from sim.report.rounding import row_form
from sim.report.sections.numbers_table import TariffRow
from sim.report.sections.provenance import Module, Published, Target, parameters, shown, source_name


@dataclass(frozen=True)
class Source:
    """A source with its title and, where it has one, its address."""

    id: str
    title: str
    url: str = ""


def modules(result: Result, published: Published, words: Language) -> Section:
    """Which parts of the cost are counted, each against its own published figure; which are not."""
    run = result.base
    head = (
        text(words.say("column.module")),
        number(words.say("column.simulated_cost")),
        text(words.say("column.check")),
        number(words.say("column.published")),
        number(words.say("column.simulated")),
        number(words.say("column.ratio")),
        text(words.say("column.within", share=words.percent(published.module_tolerance, 0))),
    )
    rows: list[Row] = []
    counted_costs = run.kpis.along("cost", "module", view="calendar")
    known = {m.id for m in published.modules}
    extra = [Module(id, ()) for id in counted_costs if id not in known]
    for module in (*published.modules, *extra):
        cost = counted_costs.get(module.id)
        if cost is None or not cost.mean:
            continue
        targets = [published.target(id) for id in module.checks]
        measured = [t for t in targets if math.isfinite(t.simulated(run))]
        amount = number(words.million(cost.mean))
        name = text(words.word("module", module.id))
        if not measured:
            blank = number(words.say("none"))
            none = text(words.say("module.no_figure"))
            rows.append(Row((name, amount, none, blank, blank, blank, text("")), aside=True))
        for index, target in enumerate(measured):
            cost_once = amount if index == 0 else number("")
            cells = _check(target, run, published, words)
            rows.append(Row((name, cost_once, *cells), aside=cells[-1].text != words.say("within.no")))
    counted = TableView(
        words.say("table.modules"),
        head,
        tuple(rows),
        words.say("table.modules_note"),
        wide=True,
        paper=words.say("published.paper"),
        aside=all(row.aside for row in rows),
    )
    missing = TableView(
        words.say("table.not_counted"),
        (text(words.say("column.module")), text(words.say("column.reason"))),
        tuple(
            Row((text(o.name[words.code]), text(o.reason[words.code])))
            for o in published.left_out(run.tariff_rows)
        ),
    )
    blocks: list[Block] = [Prose(words.say("modules.intro")), counted]
    blocks += [missing] if missing.rows else []
    return Section("modules", words.say("section.modules"), tuple(blocks))


def _check(target: Target, run: RunView, published: Published, words: Language) -> tuple[Cell, ...]:
    found = target.simulated(run)
    ratio = found / target.expected
    within = abs(ratio - 1) <= published.module_tolerance
    why = target.why.get(words.code, "") if not within else ""
    return (
        text(target.name[words.code], str(target.year)),
        number(shown(target.expected, target.unit, words), _basis(target, words)),
        number(shown(found, target.unit, words, target.expected)),
        number(words.percent(ratio, 0)),
        text(words.say("within.yes" if within else "within.no"), why),
    )


def _basis(target: Target, words: Language) -> str:
    if target.national and target.indexed:
        return words.say("basis.both", value=shown(target.published, target.unit, words, target.expected))
    if target.national:
        return words.say("basis.national", value=shown(target.published, target.unit, words, target.expected))
    if target.indexed:
        return words.say(
            "basis.indexed",
            value=shown(target.published, target.unit, words, target.expected),
            year=target.year,
        )
    return ""


def published_figures(result: Result, published: Published, words: Language) -> Section:
    """The base run beside every published figure, with what counts as reproduction."""
    run = result.base
    head = (
        text(words.say("column.figure")),
        text(words.say("column.use")),
        number(words.say("column.published")),
        number(words.say("column.accepted")),
        number(words.say("column.simulated")),
        text(words.say("column.inside")),
    )
    rows = []
    for target in published.targets:
        found = target.simulated(run)
        if not math.isfinite(found):
            inside, why = words.say("not_measured"), ""
        else:
            fits = target.low_ok <= found <= target.high_ok
            inside = words.say("within.yes" if fits else "within.no")
            why = "" if fits else target.why.get(words.code, "")
        rows.append(
            Row(
                (
                    text(target.name[words.code], str(target.year)),
                    text(words.say(f"use.{target.use}")),
                    number(shown(target.expected, target.unit, words), _basis(target, words)),
                    number(
                        words.say(
                            "interval.cell",
                            low=shown(target.low_ok, target.unit, words, target.expected),
                            high=shown(target.high_ok, target.unit, words, target.expected),
                        )
                    ),
                    number(shown(found, target.unit, words, target.expected)),
                    text(inside, why),
                ),
                aside=inside != words.say("within.no"),
            )
        )
    table = TableView(
        words.say("table.published"),
        head,
        tuple(rows),
        wide=True,
        paper=words.say("published.paper"),
        aside=all(row.aside for row in rows),
    )
    told = Prose(f"{validation_summary(published, run, words)} {words.say('validation.table')}")
    intro = Prose(words.say("published.intro"))
    return Section("published", words.say("section.published"), (told, intro, table))


def validation_summary(published: Published, run: RunView, words: Language) -> str:
    """How many published figures the run reproduces, of those to calibrate and of those to validate."""
    parts = []
    for use in ("V", "C"):
        found = [(t, t.simulated(run)) for t in published.targets if t.use == use]
        measured = [(t, value) for t, value in found if math.isfinite(value)]
        inside = [t for t, value in measured if t.low_ok <= value <= t.high_ok]
        parts.append(
            words.say(
                f"validation.{use}", inside=words.number(len(inside)), measured=words.number(len(measured))
            )
        )
    return words.say("validation.summary", test=parts[0], fit=parts[1])


def used_sources(
    result: Result,
    tariffs: Sequence[TariffRow],
    published: Published,
    known: Mapping[str, Source],
    words: Language,
) -> Section:
    """Every source with its address and what it was used for."""
    uses: dict[str, set[str]] = {}
    for run in result.runs:
        for tree, use in ((run.scenario, "scenario"), (run.area, "area")):
            for p in parameters(tree):
                if p.source:
                    uses.setdefault(p.source, set()).add(use)
    for t in tariffs:
        if t.source:
            uses.setdefault(t.source, set()).add("tariff")
    for target in published.targets:
        for id in target.sources:
            uses.setdefault(id, set()).add("target")
    rows = []
    for id in sorted(uses):
        source = known.get(id, Source(id, id))
        what = [
            words.say(f"source_use.{u}") for u in ("scenario", "area", "tariff", "target") if u in uses[id]
        ]
        name, lang = words.note(source.title)
        title = text(name, lang="" if lang == words.code else lang, link=source.url)
        rows.append(Row((text(source_name(id, words)), title, text(words.listing(what)))))
    head = (
        text(words.say("column.source")),
        text(words.say("column.title")),
        text(words.say("column.used_for")),
    )
    table = TableView(words.say("table.sources"), head, tuple(rows), wide=True)
    return Section("sources", words.say("section.sources"), tuple(on_screen([table])))


def limits(result: Result, words: Language) -> Section:
    """What the model leaves out."""
    items = Bullets(left_out(result.runs, words))
    return Section("limits", words.say("section.limits"), (Prose(words.say("limits.intro")), items))


def left_out(runs: Sequence[RunView], words: Language) -> tuple[str, ...]:
    """What the model leaves out of all these runs; what the scenario of one of them counts is not."""
    counted = {key for key, counts in _COUNTED.items() if any(counts(run.scenario) for run in runs)}
    return tuple(
        words.say(f"limits.{key}") for key in words.say("limits.order").split() if key not in counted
    )


_COUNTED: Mapping[str, Callable[[Mapping[str, Any]], bool]] = {
    "nurses": lambda scenario: bool(scenario["nurses"]["applies"]),
    "prices": lambda scenario: scenario["hospice"]["fewer_hours"]["value"] > 0,
}
"""Limits that a scenario can lift, and whether it does."""


def manifest(result: Result, words: Language, remarks: Sequence[str] = ()) -> Section:
    """What was run: names, seeds, replications, hashes, versions."""
    head = [text(words.say("column.what"))]
    head += [text(run.text("title", words.code)) for run in result.runs]
    lines = manifest_lines(result, words)
    rows = tuple(
        Row((text(label), *(text(v) for v in values)), aside=place >= style.MANIFEST_PRINTED)
        for place, (label, values) in enumerate(lines)
    )
    patients = result.base.kpis.get("patients")
    paper = words.say("manifest.paper")
    blocks: list[Block] = [TableView(words.say("table.manifest"), tuple(head), rows, paper=paper)]
    if patients is not None:
        count = row_form(patients.unit, [patients], [], words).value(patients).whole(patients.mean)
        blocks.insert(0, Prose(words.say("manifest.patients", count=count)))
    blocks += [Prose(r) for r in remarks]
    return Section("manifest", words.say("section.manifest"), tuple(blocks))


def manifest_lines(result: Result, words: Language) -> list[tuple[str, list[str]]]:
    """Lines of the manifest: a label, and a text for every run."""
    lines = [
        (words.say("manifest.scenario"), [run.name for run in result.runs]),
        (words.say("manifest.area"), [run.area["title"][words.code] for run in result.runs]),
        (words.say("manifest.window"), [_window(run, words) for run in result.runs]),
        (words.say("manifest.seed"), [str(run.manifest["seed"]) for run in result.runs]),
        (words.say("manifest.replications"), [words.number(run.replications) for run in result.runs]),
        (words.say("manifest.basis"), [str(run.scenario["prices"]["basis_year"]) for run in result.runs]),
    ]
    for key in sorted({k for run in result.runs for k in run.manifest.get("hashes", {})}):
        label = words.say("manifest.hash", what=words.word("hash", key))
        lines.append((label, [_hash(run.manifest["hashes"].get(key), words) for run in result.runs]))
    for key in sorted({k for run in result.runs for k in run.manifest.get("versions", {})}):
        label = words.say("manifest.version", what=key)
        lines.append((label, [str(run.manifest["versions"].get(key, "")) for run in result.runs]))
    return lines


def _window(run: RunView, words: Language) -> str:
    start, end = run.counted
    return words.say("period", start=words.date(start), end=words.date(end))


def _hash(value: Any, words: Language) -> str:
    return words.say("none") if value is None else str(value)[: style.HASH_CHARACTERS]
