"""What every shipped policy says in its report, note and gallery: digits, units, language, sentences, terms.

One comparison of all policies on a hamlet; the draws of its assumptions are made up, as wide as the chance of
each difference or up to ten times as wide, so that every form of a sentence and many assumptions are told.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import cycle
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import sim
from sim import store
from sim.catalogue import load_tariffs
from sim.errors import LANGUAGES
from sim.measure.estimates import Difference, difference_of, summarise
from sim.report.figures import change as figures_change
from sim.report.figures import drawing
from sim.report.language import language
from sim.report.pages import build
from sim.report.pages.gallery import Gallery, gallery_page, gallery_plan, policies_of, read_gallery
from sim.report.pages.note import note_html, note_of
from sim.report.results import Alternative, Kpis, Result, RunView
from sim.report.sections.provenance import load_published
from sim.report.sections.uncertainty import why_of
from sim.scenario import load_area, load_scenario, scenario_names
from sim.studies.headline import HEADLINE
from sim.studies.sensitivity.assumptions import Assumptions, Carried, Spread
from sim.studies.sensitivity.draws import Assumption, Drawing
from tests.unit.texts import (
    Page,
    exact_cells,
    exact_sentences,
    mixed_rows,
    other_language,
    sentences,
    too_long,
)

pytestmark = pytest.mark.slow
DEATHS, DRAWS, MOST_WIDTH = 20, 8, 10.0
WHOLE = ("azwa_pzp", "eigen_risico_165_tranche")
"""Policies of which the whole report is read; of the others the first page and the note."""
JARGON = (
    r"\b[A-Z][a-z]*[A-Z][A-Za-z$]*|\bWlz\b|\bZvw\b|\bWmo\b|\bJeugdwet\b|\b[mv]pt\b|\bpgb\b|odds ratio"
    r"|eigen risico|bijna-thuis-huis|palliatieve unit|palliative unit|high care hospice"
)
PLAIN = {"II", "DIS", "UMC", "BWBR", "BMC", "COMPASS", "CT", "MRI", "VAT"}
"""A number, parts of names of a register, a hospital, a law, a journal and a study, and words of everyone."""
ID = re.compile(r"\S*[._@/]\S*\w")
"""An id, a path or an address."""
NAMES = ("Bron: ", "Source: ")
"""What the name of a source stands behind; it has the language of the source."""


@dataclass(frozen=True)
class Told:
    """The pages of one language: of every policy the first page and its note, whole reports, the gallery."""

    first: dict[str, Page]
    notes: dict[str, Page]
    whole: dict[str, Page]
    gallery: Page

    @property
    def pages(self) -> Iterator[tuple[str, Page]]:
        """All pages with their names."""
        for kind, pages in (("report", self.first), ("note", self.notes), ("whole report", self.whole)):
            yield from ((f"{name}, {kind}", page) for name, page in pages.items())
        yield "gallery", self.gallery


@pytest.fixture(scope="module")
def assumptions() -> tuple[Assumption, ...]:
    """Every assumption that a comparison of all policies can draw."""
    names = ["basis_2026", *policies_of(gallery_plan())]
    book = load_tariffs()
    return Drawing([load_scenario(name) for name in names], book, ids_of(book)).assumptions


def ids_of(book: Any) -> list[str]:
    """All rows of the tariff book."""
    return [value.row for id in book.ids for value in book.values(id)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All policies against the base on a hamlet."""
    place = tmp_path_factory.mktemp("texts")
    area = load_area("middenland").model_dump(mode="json") | {"name": "gehucht"}
    area["regions"][0]["palliative_deaths"] |= {"value": DEATHS}
    (place / "gehucht.yaml").write_text(json.dumps(area), encoding="utf-8")
    plan = gallery_plan()
    options: dict[str, Any] = {"replications": 2, "keep": "kpis", "jobs": 1, "assumptions": 0}
    sim.compare(plan["base"], *policies_of(plan), area=place / "gehucht.yaml", out=place / "runs", **options)
    return place / "runs"


@pytest.fixture(scope="module")
def gallery(folder: Path, assumptions: Sequence[Assumption]) -> Gallery:
    """The gallery of it, its differences with draws."""
    found = read_gallery(folder, gallery_plan())
    carriers, random = cycle(assumptions), np.random.default_rng(5)
    families = []
    for title, entries in found.families:
        drawn = []
        for entry in entries:
            alternative = with_draws(entry.alternative, carriers, random)
            drawn.append(replace(entry, alternative=alternative, spreads=_spreads(alternative)))
        families.append((title, tuple(drawn)))
    return replace(found, families=tuple(families))


def _spreads(alternative: Alternative) -> dict[str, Spread]:
    from sim.report.pages.gallery import _spreads as of_measures

    return of_measures(alternative)


def with_draws(
    alternative: Alternative, carriers: Iterator[Assumption], random: np.random.Generator
) -> Alternative:
    """The same with draws: half of the ranges about the difference, half clear of 0 or all on one side."""
    spreads = []
    for name, dimension in alternative.differences.index():
        found = alternative.differences.get(name, **dimension)
        assert found is not None
        spreads.append(spread_of(name, dimension, found, carriers, random))
    for place, sides in enumerate(alternative.headline):
        if len(sides.base):
            found = difference_of(sides.base, sides.alternative, sides.unit)
            spreads.append(spread_of(HEADLINE, {"item": str(place)}, found, carriers, random))
    drawn = Assumptions(alternative.run.name, DRAWS, 2, 323, tuple(spreads))
    return replace(alternative, assumptions=drawn)


def spread_of(
    name: str,
    dimension: dict[str, str],
    found: Difference,
    carriers: Iterator[Assumption],
    random: np.random.Generator,
) -> Spread:
    """A range about a difference, none where nothing moves."""
    half = (found.high - found.low) / 2 if found.has_interval else 0.0
    width = max(half, abs(found.difference)) * random.uniform(0.1, MOST_WIDTH)
    middle = found.difference * random.choice([1.0, 3.0])
    carried = tuple(Carried(next(carriers), share, 0.01) for share in (0.6, 0.2, 0.1))
    low, high = middle - width * random.uniform(0, 1), middle + width * random.uniform(0, 1)
    errors = dict.fromkeys(("low_error", "high_error", "sign_error", "deviation", "chance"), 0.0)
    return Spread(
        name,
        dimension,
        found.unit,
        found.difference,
        low,
        high,
        sign=random.uniform(0.5, 1.0),
        draws=DRAWS,
        carried=carried if width else (),
        **errors,
    )


@pytest.fixture(scope="module", params=LANGUAGES)
def told(request: pytest.FixtureRequest, folder: Path, gallery: Gallery) -> tuple[str, Told]:
    """The pages of a language, without their drawings."""
    lang = str(request.param)
    words = language(lang)
    stored = store.load_run(folder / "basis_2026")
    base = RunView(stored.manifest, Kpis.of(summarise(stored.kpis)), tuple(stored.manifest["tariff_rows"]))
    published = load_published(base.area)
    first, notes, whole = {}, {}, {}
    with pytest.MonkeyPatch.context() as bare:
        bare.setattr(figures_change, "differences", lambda *_: None)
        bare.setattr(drawing.Drawing, "svg", lambda _: "<svg></svg>")
        for name in WHOLE:
            (entry,) = (each for each in gallery.entries if each.name == name)
            page = build.render(Result(base, (entry.alternative,)), words, published)
            whole[name] = Page(page)
        bare.setattr(build, "result_sections", lambda *_: [])
        bare.setattr(build, "background_sections", lambda *_: [])
        for entry in gallery.entries:
            result = Result(base, (entry.alternative,))
            first[entry.name] = Page(build.render(result, words, published, (), {}))
            notes[entry.name] = Page(note_html(note_of(result, words, published), words))
        page = gallery_page(gallery, lang)
    return lang, Told(first, notes, whole, Page(page))


def test_no_amount_has_more_digits_than_its_uncertainty_carries(told: tuple[str, Told]) -> None:
    lang, pages = told
    wrong = {
        name: found
        for name, page in pages.pages
        if (found := [*exact_sentences(page, lang), *exact_cells(page, lang)])
    }
    assert not wrong


def test_no_row_mixes_units(told: tuple[str, Told]) -> None:
    _, pages = told
    assert not {name: found for name, page in pages.pages if (found := mixed_rows(page))}


def test_every_page_has_one_language_but_for_the_names_of_sources(told: tuple[str, Told]) -> None:
    lang, pages = told
    titles = {source.title for source in load_tariffs().sources().values()}
    titles |= {
        each["title"] for each in load_published(load_area("middenland").model_dump()).sources.values()
    }
    wrong = {}
    for name, page in pages.pages:
        blocks = [
            block
            for block in page.blocks
            if block.text.strip() not in titles and not any(mark in block.text for mark in NAMES)
        ]
        if found := list(other_language(blocks, lang)):
            wrong[name] = found
    assert not wrong


def test_no_word_of_an_english_page_is_a_dutch_one(told: tuple[str, Told]) -> None:
    """A word of Dutch texts of the program that no English text of it has; names and ids are no words."""
    lang, pages = told
    dutch = vocabulary("nl") - vocabulary("en") if lang == "en" else set()
    wrong = {
        name: {
            word
            for block in page.blocks
            if block.lang == lang and not any(mark in block.text for mark in NAMES)
            for word in words_in(ID.sub("", block.text)) & dutch
        }
        for name, page in pages.pages
    }
    sites = [site.name for region in load_area("middenland").regions for site in region.sites]
    names = set(policies_of(gallery_plan())).union(*map(words_in, sites))
    assert not {name: found - names for name, found in wrong.items() if found - names}


def vocabulary(lang: str) -> set[str]:
    """Words of the texts of a language: the catalogue, notes, scenarios and their areas."""
    words = language(lang)
    notes = language("en").notes
    texts = [*map(str, words.catalogue.values()), *(notes.values() if lang == "en" else notes)]
    for name in scenario_names():
        loaded = load_scenario(name)
        texts += texts_of((loaded.scenario.model_dump(), loaded.area.model_dump()), lang)
    return set().union(*map(words_in, texts))


def texts_of(tree: Any, lang: str) -> Iterator[str]:
    """Texts of a language in a scenario or area."""
    if isinstance(tree, dict):
        if tree.keys() == set(LANGUAGES):
            yield tree[lang]
        else:
            for part in tree.values():
                yield from texts_of(part, lang)
    elif isinstance(tree, list | tuple):
        for part in tree:
            yield from texts_of(part, lang)


def words_in(text: str) -> set[str]:
    """Words of four letters or more."""
    return {word.lower() for word in re.findall(r"[A-Za-zÀ-ü]{4,}", text)}


def test_no_first_page_or_note_calls_a_scenario_or_a_document_as_its_file_is(told: tuple[str, Told]) -> None:
    _, pages = told
    short = [*pages.first.items(), *pages.notes.items()]
    named = re.compile(r"\b[A-Za-z0-9]+(?:_[a-z0-9]+)+\b|\.yaml\b")
    wrong = {name: [b.text for b in page.blocks if named.search(b.text)] for name, page in short}
    assert not {name: found for name, found in wrong.items() if found}


def test_the_sentences_of_first_page_note_and_gallery_have_at_most_25_words(told: tuple[str, Told]) -> None:
    _, pages = told
    short = [*pages.first.items(), *pages.notes.items(), ("gallery", pages.gallery)]
    assert not {name: found for name, page in short if (found := too_long(page.blocks))}


def test_no_term_of_a_first_page_a_note_or_the_gallery_stands_unexplained(told: tuple[str, Told]) -> None:
    _, pages = told
    wrong = {}
    for name, page in (*pages.first.items(), *pages.notes.items(), ("gallery", pages.gallery)):
        explained = [term.lower() for term in page.explained]
        used = {term for block in page.blocks for term in re.findall(JARGON, block.text)} - PLAIN
        if lost := {term for term in used if not any(e.startswith(term.lower()) for e in explained)}:
            wrong[name] = lost
    assert not wrong


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_reason_of_every_assumption_is_told_in_short_sentences(
    assumptions: Sequence[Assumption], lang: str
) -> None:
    words = language(lang)
    told = [why_of(each.reason, None, words) for each in assumptions]
    assert not [s for text in told for s in sentences(text) if len(s.split()) > 25]
    assert sum(map(bool, told)) > 0.9 * len(told)
