"""The gallery: every shipped policy against current practice, on one page and in one table."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim import store
from sim.data import data_folder, read_json
from sim.errors import LANGUAGES
from sim.measure.estimates import (
    Difference,
    Estimate,
    assumed_price_share,
    difference_of,
    mean_of,
    paired_values,
    summarise,
)
from sim.report import style
from sim.report.figures import change as figures_change
from sim.report.formats.render import render_page
from sim.report.language import Language, language
from sim.report.nation import OVERVIEW, Measure, NationalAnswer, both_sides
from sim.report.page import (
    Block,
    Prose,
    Section,
    Shown,
    TableView,
    difference_cell,
    estimate_cell,
    figure,
    range_cell,
    row,
    table,
    text,
    told_table,
    with_assumed,
)
from sim.report.pages.build import result_of
from sim.report.results import Alternative, Kpis, RunView
from sim.report.rounding import Change, RowForm
from sim.report.sections import nation as sections_nation
from sim.report.sections import sensitivity
from sim.report.sections.comparison_answer import answer_note, comparison_answer
from sim.report.sections.nation import Beside
from sim.report.sections.provenance import load_published
from sim.report.sentences import period
from sim.store import MANIFEST
from sim.studies.sensitivity.assumptions import Spread, read_assumptions
from sim.studies.sensitivity.study import Sensitivity

PLAN = "gallery.yaml"
TABLE = "overview.csv"
PAGES = {code: "index.html" if code == LANGUAGES[0] else f"index_{code}.html" for code in LANGUAGES}
PROVIDER_GAIN = "provider_gain"
_TABLES = {
    "money": ("total", "insurer", "care_office", "municipality", "other_payers", "patients"),
    "people": ("home_deaths", "nursing_home_deaths", "hospital_deaths", "hospice_deaths", "wishes_met"),
    "payments": ("payment_mean", "preference_met"),
    "pressure": ("refused", "wait", "subsidy", "subsidy_earned", "unfunded"),
}
"""Tables of the page, each with its measures."""


@dataclass(frozen=True)
class Entry:
    """One policy of the gallery: its header, and what it moves."""

    changes: tuple[Mapping[str, Any], ...]  # `path`, `before`, `after` of its own changes
    values: Mapping[str, Difference]
    # what providers get more than their declarations would have brought, where a policy pays otherwise
    gains: Mapping[str, Estimate]
    alternative: Alternative  # what its answer is made of
    # what the values owe to the assumptions, of measures that are one KPI; empty where none were drawn
    spreads: Mapping[str, Spread]

    @property
    def name(self) -> str:
        """Name of the scenario."""
        return self.alternative.run.name

    def text(self, key: str, lang: str) -> str:
        """A sentence of its header; empty where it has none."""
        found = self.alternative.run.scenario.get(key) or {}
        return str(found.get(lang, ""))

    def change(self, measure: str) -> Change:
        """What it moves of a measure."""
        return Change(self.values[measure], self.spreads.get(measure))


@dataclass(frozen=True)
class Gallery:
    """All policies of a comparison in the order of the plan."""

    base: Mapping[str, Any]  # manifest of the base run
    middle: Mapping[str, Estimate]  # values of the base
    families: tuple[tuple[Mapping[str, str], tuple[Entry, ...]], ...]
    sensitivities: tuple[Sensitivity, ...] = ()
    assumed: float = math.nan  # share of the costs of the base that rests on assumed prices
    nation: NationalAnswer | None = None  # the same policies over the Netherlands

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All policies."""
        return tuple(entry for _, entries in self.families for entry in entries)


def gallery_plan() -> dict[str, Any]:
    """What the gallery compares: `scenarios/gallery.yaml`.

    Its keys are `base`, `replications`, `draws`, `nation`, `families`, `apart` (not compared) and
    `sensitivity`.
    """
    found: dict[str, Any] = json.loads(read_json(data_folder("scenarios") / PLAN))
    return found


def policies_of(plan: Mapping[str, Any]) -> list[str]:
    """Names of all scenarios of a plan of `gallery_plan`, in its order."""
    return [name for family in plan["families"] for name in family["scenarios"]]


def read_gallery(
    folder: Path,
    plan: Mapping[str, Any],
    sensitivities: Sequence[Sensitivity] = (),
    nation: NationalAnswer | None = None,
) -> Gallery:
    """Read the gallery of a plan from a comparison of its base with all its scenarios."""
    base = store.load_run(folder / str(plan["base"]))
    drawn = read_assumptions(folder)
    found: dict[str, Entry] = {}
    middle: dict[str, Estimate] = {}
    for name in policies_of(plan):
        run = store.load_run(folder / name)
        values = paired_values(base.kpis, run.kpis)
        moved = {m.id: both_sides(values, m) for m in OVERVIEW}
        middle = middle or {m.id: mean_of(moved[m.id][0], m.unit) for m in OVERVIEW}
        found[name] = Entry(
            tuple(run.manifest["changes"]),
            {id: difference_of(*sides) for id, sides in moved.items()},
            _gains(run),
            (alternative := result_of([base, run], assumptions=drawn).alternatives[0]),
            _spreads(alternative),
        )
    families = tuple(
        (family["title"], tuple(found[name] for name in family["scenarios"])) for family in plan["families"]
    )
    return Gallery(
        base.manifest, middle, families, tuple(sensitivities), assumed_price_share(base.kpis), nation
    )


def _spreads(alternative: Alternative) -> dict[str, Spread]:
    """What measures that are one KPI owe to the assumptions."""
    alone = {m.id: m.parts[0] for m in OVERVIEW if len(m.parts) == 1}
    told = {id: alternative.spread(name, **dimension) for id, (name, dimension) in alone.items()}
    return {id: spread for id, spread in told.items() if spread is not None}


def _gains(run: store.StoredRun) -> dict[str, Estimate]:
    rows = run.kpis
    return {
        found.dimension["provider"]: found
        for found in summarise(rows[rows["name"].astype(str) == PROVIDER_GAIN])
        if set(found.dimension) == {"provider"} and (found.mean or found.low < found.high)
    }


def gallery_csv(gallery: Gallery) -> str:
    """All numbers of the overview as comma-separated text, one line a policy and measure.

    The range that assumptions give (assumed_low, assumed_high) and the probability of the sign are empty
    where a measure sums several KPIs or no assumptions were drawn. Amounts in euros, shares from 0 to 1.
    """
    out = io.StringIO()
    lines = csv.writer(out, lineterminator="\n")
    lines.writerow(
        (
            *("scenario", "measure", "unit", "base", "alternative", "difference", "low", "high"),
            *("replications", "assumed_low", "assumed_high", "sign"),
        )
    )
    for entry in gallery.entries:
        for measure in OVERVIEW:
            d = entry.values[measure.id]
            unit = "eur" if measure.unit == "thousand" else measure.unit
            spread = entry.spreads.get(measure.id)
            owed = ("", "", "") if spread is None else _digits(spread.low, spread.high, spread.sign)
            numbers = _digits(d.base, d.alt, d.difference, d.low, d.high)
            lines.writerow((entry.name, measure.id, unit, *numbers, d.n, *owed))
    return out.getvalue()


def _digits(*values: float) -> tuple[str, ...]:
    return tuple(f"{value:.{style.CSV_DIGITS}f}" for value in values)


def gallery_page(gallery: Gallery, lang: str) -> str:
    """The page in one language, as self-contained HTML."""
    words = language(lang)
    base = gallery.base
    subtitle = words.say(
        "subtitle",
        area=str(base["area"]["title"][lang]),
        period=period(RunView(base, Kpis({})), words),
        replications=words.number(int(base["replications"])),
    )
    subtitle = with_assumed(subtitle, gallery.assumed, words)
    drawn = any(entry.alternative.assumptions is not None for entry in gallery.entries)
    lead: list[Block] = [
        Prose(words.say("gallery.lead", base=str(base["scenario"]["title"][lang]))),
        Prose(words.say("gallery.how" if drawn else "gallery.how_chance")),
        Prose(answer_note(tuple(entry.alternative for entry in gallery.entries), words)),
        _answers(gallery, words),
        *(_table(f"gallery.{key}", ids, gallery, words) for key, ids in _TABLES.items()),
    ]
    # the answers for the Netherlands beside those of the region
    beside = [
        Beside(each.text("title", lang), each.name, {id: each.change(id) for id in each.values})
        for each in gallery.entries
    ]
    region = str(base["area"]["title"][lang]).partition(",")[0]
    nation = sections_nation.section(gallery.nation, beside, region, words)
    sections = [
        Section("gallery-figure", words.say("gallery.figure_title"), tuple(_figure(gallery, words))),
        *([] if nation is None else [nation]),
        *(_family(n, title[lang], entries, words) for n, (title, entries) in enumerate(gallery.families)),
        _provider_section(gallery, words),
    ]
    found = sensitivity.section(gallery.sensitivities, words)
    if found is not None:
        sections.append(found)
    return render_page(words.say("gallery.title"), lead, lang, subtitle, sections)


def _answers(gallery: Gallery, words: Language) -> TableView:
    """The answer to every policy in one sentence, chance and assumptions beside each amount."""
    scales = load_published(gallery.base["area"]).scales
    rows = (
        row(_policy(entry, words), text(comparison_answer(entry.alternative, words, scales)[0]))
        for entry in gallery.entries
    )
    head = map(text, words.each("gallery", "policy", "answer"))
    return table(words.say("gallery.answers"), head, rows, wide=True)


def _policy(entry: Entry, words: Language) -> tuple[str, str]:
    return entry.text("title", words.code), entry.name


_SIZES = {"thousand": ("eur", style.THOUSAND), "share": (style.SHARE_UNIT, 1 / 100)}
"""Unit of the KPI, and size of the unit that the heading names; others are written as they are."""


def _row_form(measure: Measure, words: Language) -> RowForm:
    unit, size = _SIZES.get(measure.unit, (measure.unit, 1.0))
    return RowForm(unit, size, words, bare=True)


def _change(change: Change, measure: Measure, words: Language) -> Shown:
    """A difference in the unit of its heading, both its ranges under it."""
    if change.found.mean != change.found.mean or change.verdict == "same":
        return words.say("gallery.nothing")
    told, *spans = difference_cell(change, _row_form(measure, words), words)
    chance, assumed = (span.replace(" ", "\u00a0") for span in spans)  # on one line
    ranges = [chance] if chance != words.none else []
    if change.ends is not None:
        ranges.append(words.say("gallery.assumed", range=assumed))
    return told.text, "; ".join(ranges)


def _table(key: str, ids: Sequence[str], gallery: Gallery, words: Language) -> TableView:
    """Base in the first row; the paired difference of every policy under it, family by family."""
    measures = sorted((m for m in OVERVIEW if m.id in ids), key=lambda m: ids.index(m.id))

    def changes(entry: Entry) -> list[Shown]:
        return [_change(entry.change(m.id), m, words) for m in measures]

    first = str(gallery.base["scenario"]["title"][words.code])
    middle = (estimate_cell(gallery.middle[m.id], _row_form(m, words), words) for m in measures)
    heads = ((words.say(f"gallery.{m.id}"), words.say(f"gallery.unit.{m.unit}")) for m in measures)
    rows = (row(_policy(entry, words), *changes(entry)) for entry in gallery.entries)
    head: list[Shown] = [words.say("gallery.policy"), *heads]
    return told_table(key, head, [row(first, *middle, total=True), *rows], words)


def _figure(gallery: Gallery, words: Language) -> list[Block]:
    """Total cost of every policy as a paired difference, but for those that change who is counted."""
    blocks: list[Block] = []
    for id in ("total", "patients"):
        moved = [e for e in gallery.entries if e.values[id].difference or e.values[id].high]
        demand = "cohort.population.demand"
        entries = [e for e in moved if not any(str(c["path"]).startswith(demand) for c in e.changes)]
        labels = [entry.text("title", words.code) for entry in entries]
        series = [(words.say(f"gallery.{id}"), [entry.change(id) for entry in entries])]
        caption = words.say(f"gallery.figure_{id}")
        blocks += figure(figures_change.differences(f"fig-gallery-{id}", caption, labels, series, words))
    return blocks


def _family(place: int, title: str, entries: Sequence[Entry], words: Language) -> Section:
    """What each policy of a family does and how sure that is."""
    keys = ("mechanism", "evidence", "status")
    rows = (
        row(
            _policy(entry, words),
            *(text(entry.text(key, words.code) or ("" if key != "status" else words.none)) for key in keys),
        )
        for entry in entries
    )
    head = map(text, words.each("gallery", "policy", "mechanism", "evidence_head", "status"))
    made = table(words.say("gallery.family", title=title), head, rows, wide=True)
    return Section(f"family-{place}", title, (made,))


def _provider_section(gallery: Gallery, words: Language) -> Section:
    """Gain and loss by provider, of the policies that pay them otherwise."""
    names = RunView(gallery.base, Kpis({})).sites
    head = words.each("gallery", "provider", "gain")
    blocks: list[Block] = []
    for entry in (entry for entry in gallery.entries if entry.gains):
        rows = (
            row(names.get(provider) or words.word("provider", provider), range_cell(found, "eur", words))
            for provider, found in sorted(entry.gains.items(), key=lambda item: -item[1].mean)
        )
        title = entry.text("title", words.code)
        blocks.append(told_table("gallery.gains", head, rows, words, title=title))
    return Section("gallery-providers", words.say("gallery.providers"), tuple(blocks))


def write_gallery(gallery: Gallery, folder: Path) -> list[Path]:
    """Write the pages, the table and the manifest, and give their paths, the manifest last."""
    files = {name: gallery_page(gallery, code).encode() for code, name in PAGES.items()}
    files[TABLE] = gallery_csv(gallery).encode()
    base = gallery.base
    told = ("scenario", "against", "kpi", "dimension", "runs")
    manifest = {
        "made_by": "make gallery",
        "base": base["scenario"]["name"],
        "area": base["area"]["name"],
        "horizon": base["scenario"]["horizon"],
        **{key: base[key] for key in ("seed", "replications", "hashes", "versions")},
        "scenarios": {entry.name: [dict(change) for change in entry.changes] for entry in gallery.entries},
        "sensitivity": [{key: getattr(s, key) for key in told} for s in gallery.sensitivities],
        "files": {name: store.checksum(data) for name, data in files.items()},
    }
    if gallery.nation is not None:
        kept = ("area", "seed", "replications", "hashes", "versions")
        manifest["nation"] = {key: gallery.nation.about[key] for key in kept}
    files[MANIFEST] = store.json_bytes(manifest)
    for name, data in files.items():
        store.write_bytes(folder / name, data)
    return [folder / name for name in files]
