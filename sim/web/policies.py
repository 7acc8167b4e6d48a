"""Several policies side by side: each beside the base, composed, ranked by what help costs."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sim.errors import LANGUAGES
from sim.measure.estimates import Difference
from sim.report.language import Language
from sim.report.page import Cell, Row, TableView, number, range_cell, row, table
from sim.report.results import Alternative, Result
from sim.report.rounding import told_range
from sim.scenario import load_scenario
from sim.scenario.headline import CARRYING_OUT
from sim.stats import Interval
from sim.web import work
from sim.web.recipe import Document, Recipe, load_document, overlay_of

TOGETHER = "samen_gekozen"  # name of the scenario in which all ticked policies hold
_COST = ("cost", {"view": "calendar"})
_SHOWN: Mapping[str, tuple[str, dict[str, str], str]] = {
    "total": (*_COST, "eur"),
    "patients": ("cost", {"view": "calendar", "payer": "patient"}, "eur"),
    "wishes_met": ("wishes_met", {}, "share"),
}
"""Columns, by the word of the gallery: KPI, dimension and unit."""


@dataclass(frozen=True)
class Ticked:
    """What stands side by side."""

    recipe: Recipe  # base, area, seed, replications, draws; and the levers as they stand
    names: tuple[str, ...]  # policies of this installation
    together: bool = False  # whether they are composed too

    @property
    def moved(self) -> bool:
        """Whether a lever moved, so that the question of the page is a policy of its own."""
        return not work.as_it_ships(self.recipe)


def together_document(base: str, names: Sequence[str]) -> Document:
    """The scenario in which several policies hold at once."""
    titles = [load_scenario(name).scenario.title for name in names]
    document: Document = {
        "name": TOGETHER,
        "title": {code: " + ".join(str(getattr(title, code)) for title in titles) for code in LANGUAGES},
        "author": "palsim web",
        "extends": base,
        "combines": list(names),
    }
    load_document(document)
    return document


def side_by_side(ticked: Ticked, cache: Path, runner: work.Runner) -> work.Answer:
    """Every policy beside the base, on the same people; raises as `work.answer`."""
    others: list[str | Document] = list(ticked.names)
    if ticked.moved:
        others.append(overlay_of(ticked.recipe))
    shared = load_header(ticked)
    if ticked.together:
        others.append(shared)
    return work.beside_base(ticked.recipe, others, shared, cache, runner)


def load_header(ticked: Ticked) -> Document:
    """The scenario file to take along: all policies composed, or the first where they are not."""
    recipe = ticked.recipe
    if ticked.together:
        run = [
            {"path": "seed", "value": recipe.seed},
            {"path": "replications", "value": recipe.replications},
        ]
        return {**together_document(recipe.base, ticked.names), "area": recipe.area, "set": run}
    return overlay_of(replace(recipe, start=ticked.names[0], values={}, upload=None, title=""))


# ------------------------------------------------------------------ the table
@dataclass(frozen=True)
class Helped:
    """What one policy does for people, and what that costs."""

    alternative: Alternative
    # more people who died where they wished, in the counted window; None where it was not measured, and where
    # more or fewer people die
    people: Difference | None
    # cost of all care and of carrying it out more for each of them; NaN where it is not sure that anybody
    # was helped
    euros_each: float


def ranked(result: Result) -> list[Helped]:
    """Policies by what a person helped costs, the least first; those that are not sure to help come last."""
    found = [_helped(each, result) for each in result.alternatives]
    return sorted(found, key=lambda each: (math.isnan(each.euros_each), each.euros_each))


def _helped(alternative: Alternative, result: Result) -> Helped:
    met, cost = alternative.differences.get("wishes_met"), alternative.differences.get(_COST[0], **_COST[1])
    dead = alternative.differences.get("patients")
    if met is None or dead is None or dead.difference:
        return Helped(alternative, None, math.nan)
    helped = met.scaled(dead.base)
    sure = met.has_interval and met.low > 0 and cost is not None
    after, before = (run.kpis.get(CARRYING_OUT) for run in (alternative.run, result.base))
    carried = (after.mean if after else 0.0) - (before.mean if before else 0.0)
    each = (cost.difference + carried) / helped.mean if sure and cost is not None else math.nan
    return Helped(alternative, helped, each)


def policies_table(result: Result | None, waiting: Sequence[str], words: Language) -> TableView:
    """Policies below each other with what they move, ranked; those that wait for an answer say so."""
    head = [words.say("gallery.policy"), *words.each("gallery", *_SHOWN)]
    head += words.each("web.policies", "helped", "each")
    rows = [] if result is None else [_row(each, words) for each in ranked(result)]
    late, none = words.say("web.policies.waiting"), [words.none for _ in head[2:]]
    rows += [row(title, late, *none) for title in waiting]
    return table(words.say("web.policies.table"), head, rows, words.say("web.policies.note"), wide=True)


def _row(found: Helped, words: Language) -> Row:
    differences = found.alternative.differences
    shown = [(differences.get(name, **dimension), unit) for name, dimension, unit in _SHOWN.values()]
    cells = (
        number(words.none) if each is None else range_cell(each, unit, words)
        for each, unit in (*shown, (found.people, "count"))
    )
    return row(found.alternative.run.title(words), *cells, _each(found, words))


def _each(found: Helped, words: Language) -> Cell:
    """Euros for a person helped, in no more digits than the number of people allows."""
    if math.isnan(found.euros_each):
        return number(words.say("web.policies.not_sure"))
    if found.euros_each <= 0:
        return number(words.say("web.policies.saves"))
    assert found.people is not None
    cost = found.euros_each * found.people.mean
    span = Interval(found.euros_each, cost / found.people.high, cost / found.people.low, found.people.n)
    return number(*told_range(span, "eur", words))
