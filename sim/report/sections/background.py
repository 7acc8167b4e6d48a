"""What stands behind the results: counted parts, published figures, sources, limits, manifest."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
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
    Shown,
    TableView,
    cells,
    noted,
    number,
    on_screen,
    row,
    table,
    text,
    told_table,
)
from sim.report.results import Result, RunView
from sim.report.rounding import row_form
from sim.report.sections.numbers_table import TariffRow
from sim.report.sections.provenance import Module, Published, Source, parameters, shown, source_name, value_in
from sim.studies.targets import Target


def modules(result: Result, published: Published, words: Language) -> Section:
    """Which parts of the cost are counted, each against its own published figure; which are not."""
    run = result.base
    module, check, within = (
        text(words.say("column.module")),
        text(words.say("column.check")),
        text(words.say("column.within", share=words.percent(published.module_tolerance, 0))),
    )
    simulated_cost, *numbers = words.each("column", "simulated_cost", "published", "simulated", "ratio")
    rows: list[Row] = []
    counted_costs = run.kpis.along("cost", "module", view="calendar")
    known = {m.id for m in published.modules}
    extra = [Module(id, ()) for id in counted_costs if id not in known]
    for each in (*published.modules, *extra):
        cost = counted_costs.get(each.id)
        if cost is None or not cost.mean:
            continue
        targets = [published.target(id) for id in each.checks]
        measured = [t for t in targets if math.isfinite(value_in(run, t))]
        amount, name = words.million(cost.mean), words.word("module", each.id)
        if not measured:
            nothing = text(words.say("module.no_figure"))
            rows.append(row(name, amount, nothing, *(words.none for _ in numbers), text(""), aside=True))
        for index, target in enumerate(measured):
            made = _check(target, run, published, words)
            aside = made[-1].text != words.say("within.no")
            rows.append(row(name, "" if index else amount, *made, aside=aside))
    heads: tuple[Shown, ...] = (module, simulated_cost, check, *numbers, within)
    counted = _on_paper(told_table("table.modules", heads, rows, words, wide=True), words)
    reasons = ((o.name[words.code], o.reason[words.code]) for o in published.left_out(run.tariff_rows))
    told = (row(name, text(reason)) for name, reason in reasons)
    missing = told_table("table.not_counted", (module, text(words.say("column.reason"))), told, words)
    blocks: list[Block] = [Prose(words.say("modules.intro")), counted]
    blocks += [missing] if missing.rows else []
    return Section("modules", words.say("section.modules"), tuple(blocks))


def _on_paper(made: TableView, words: Language) -> TableView:
    """A table of which some rows, or all, are not on paper."""
    return replace(made, paper=words.say("published.paper"), aside=all(each.aside for each in made.rows))


def _check(target: Target, run: RunView, published: Published, words: Language) -> tuple[Cell, ...]:
    found = value_in(run, target)
    ratio = found / target.value
    within = abs(ratio - 1) <= published.module_tolerance
    why = target.why.get(words.code, "") if not within else ""
    return cells(
        (target.name[words.code], str(target.year)),
        (shown(target.value, target.unit, words), _basis(target, words)),
        shown(found, target.unit, words, target.value),
        words.percent(ratio, 0),
        text(words.say("within.yes" if within else "within.no"), why),
    )


def _basis(target: Target, words: Language) -> str:
    if not (target.national or target.indexed):
        return ""
    key = "both" if target.national and target.indexed else "national" if target.national else "indexed"
    value = shown(target.published, target.unit, words, target.value)
    return words.say(f"basis.{key}", value=value, year=target.year)


def published_figures(result: Result, published: Published, words: Language) -> Section:
    """The base run beside every published figure, with what counts as reproduction."""
    run = result.base
    missed = words.say("within.no")

    def made(target: Target) -> Row:
        found = value_in(run, target)
        if not math.isfinite(found):
            inside, why = words.say("not_measured"), ""
        else:
            fits = target.low_ok <= found <= target.high_ok
            inside = words.say("within.yes") if fits else missed
            why = "" if fits else target.why.get(words.code, "")
        low, high, simulated = (
            shown(value, target.unit, words, target.value) for value in (target.low_ok, target.high_ok, found)
        )
        return row(
            (target.name[words.code], str(target.year)),
            text(words.say(f"use.{target.use}")),
            (shown(target.value, target.unit, words), _basis(target, words)),
            words.say("interval.cell", low=low, high=high),
            simulated,
            text(inside, why),
            aside=inside != missed,
        )

    figure, use, inside = (text(name) for name in words.each("column", "figure", "use", "inside"))
    rows = map(made, published.targets)
    numbers = map(number, words.each("column", "published", "accepted", "simulated"))
    whole = table(words.say("table.published"), (figure, use, *numbers, inside), rows, wide=True)
    told = Prose(f"{validation_summary(published, run, words)} {words.say('validation.table')}")
    blocks = (told, Prose(words.say("published.intro")), _on_paper(whole, words))
    return Section("published", words.say("section.published"), blocks)


def validation_summary(published: Published, run: RunView, words: Language) -> str:
    """How many published figures the run reproduces, of those to calibrate and of those to validate."""

    def part(use: str) -> str:
        found = [(t, value_in(run, t)) for t in published.targets if t.use == use]
        inside = [t.low_ok <= value <= t.high_ok for t, value in found if math.isfinite(value)]
        counts = {"inside": words.number(sum(inside)), "measured": words.number(len(inside))}
        return words.say(f"validation.{use}", **counts)

    return words.say("validation.summary", test=part("V"), fit=part("C"))


def used_sources(
    result: Result,
    tariffs: Sequence[TariffRow],
    published: Published,
    known: Mapping[str, Source],
    words: Language,
) -> Section:
    """Every source with its address and what it was used for."""
    uses: dict[str, list[str]] = {
        "scenario": [p.source for run in result.runs for p in parameters(run.scenario)],
        "area": [p.source for run in result.runs for p in parameters(run.area)],
        "tariff": [t.source for t in tariffs],
        "target": [id for target in published.targets for id in target.sources],
    }
    rows = []
    for id in sorted({id for several in uses.values() for id in several if id}):
        source = known.get(id, Source(id, id))
        title = noted(source.title, words, link=source.url)
        what = words.each("source_use", *(use for use, several in uses.items() if id in several))
        rows.append(row(source_name(id, words), title, text(words.listing(what))))
    head = map(text, words.each("column", "source", "title", "used_for"))
    made = table(words.say("table.sources"), head, rows, wide=True)
    return Section("sources", words.say("section.sources"), tuple(on_screen([made])))


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
    head = [text(title) for title in (words.say("column.what"), *(run.title(words) for run in result.runs))]
    lines = manifest_lines(result, words)
    rows = tuple(
        row(label, *map(text, values), aside=place >= style.MANIFEST_PRINTED)
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
    runs = result.runs
    windows = ((words.date(day) for day in run.counted) for run in runs)
    told = {
        "scenario": [run.name for run in runs],
        "area": [run.area["title"][words.code] for run in runs],
        "window": [words.say("period", start=start, end=end) for start, end in windows],
        "seed": [str(run.manifest["seed"]) for run in runs],
        "replications": [words.number(run.replications) for run in runs],
        "basis": [str(run.scenario["prices"]["basis_year"]) for run in runs],
    }
    lines = [(words.say(f"manifest.{key}"), values) for key, values in told.items()]
    for key in sorted({k for run in runs for k in run.manifest.get("hashes", {})}):
        found = [run.manifest["hashes"].get(key) for run in runs]
        values = [words.none if each is None else str(each)[: style.HASH_CHARACTERS] for each in found]
        lines.append((words.say("manifest.hash", what=words.word("hash", key)), values))
    for key in sorted({k for run in runs for k in run.manifest.get("versions", {})}):
        values = [str(run.manifest["versions"].get(key, "")) for run in runs]
        lines.append((words.say("manifest.version", what=key), values))
    return lines
