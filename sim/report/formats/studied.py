"""What stands behind a study that simulated beside its own answer: assumptions, sources, limits, manifest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sim.report import style
from sim.report.formats import sheets
from sim.report.formats.excel import Sheet
from sim.report.language import Language
from sim.report.page import Section
from sim.report.results import Kpis, Result, RunView
from sim.report.sections import background, numbers_table
from sim.report.sections.numbers_table import tariff_rows
from sim.report.sections.provenance import Published, load_published

Manifest = Mapping[str, Any]


def result_of(manifest: Manifest) -> tuple[Result, Published]:
    """The study as the sections of a run's report read it; its published figures are none of a run's."""
    view = RunView(manifest, Kpis({}), tuple(manifest["tariff_rows"]))
    return Result(view), replace(load_published(manifest["area"]), targets=())


def background_sections(manifest: Manifest, words: Language) -> list[Section]:
    """Assumptions with their ranges, sources, what is left out, seed, versions and digests."""
    result, published = result_of(manifest)
    tariffs, known, same = tariff_rows(result.base, published)
    if not manifest["tariff_rows"]:
        tariffs = ()
    remarks = () if same else (words.say("manifest.other_tariffs"),)
    return [
        numbers_table.section(result, tariffs, words),
        background.used_sources(result, tariffs, published, known, words),
        background.limits(result, words),
        background.manifest(result, words, remarks),
    ]


def background_sheets(manifest: Manifest, words: Language) -> list[Sheet]:
    """The same as sheets of a workbook."""
    result, published = result_of(manifest)
    return [
        sheets.assumptions(result, words),
        sheets.sources(result, published, words),
        sheets.manifest(result, words),
    ]


def origin(manifest: Manifest, words: Language) -> str:
    """Version and digests in one sentence, for a note."""
    hashes = manifest["hashes"]
    told = {key: short(str(hashes[key])) for key in ("code", "scenario", "tariffs")}
    return words.say("capacity.origin", version=manifest["versions"]["palsim"], **told)


def short(digest: str) -> str:
    """As much of a digest as a reader compares."""
    return digest[: style.HASH_CHARACTERS]
