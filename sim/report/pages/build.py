"""The report: one self-contained HTML page from a run folder or a comparison folder."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.catalogue import OWN_REASON, load_tariffs
from sim.errors import LANGUAGES, InputError, Message
from sim.later import pd
from sim.ledger import amount_of_law
from sim.report.formats.render import render_page, render_template, search_script
from sim.report.language import Language, language
from sim.report.page import Section
from sim.report.pages import budget as budget_page
from sim.report.results import Alternative, Kpis, Result, RunView
from sim.report.sections import areas as sections_areas
from sim.report.sections import background, decomposition, numbers_table, sensitivity
from sim.report.sections import costs_and_schemes as sections
from sim.report.sections import payments as sections_payments
from sim.report.sections import places as sections_places
from sim.report.sections import uncertainty as sections_uncertainty
from sim.report.sections import winners as sections_winners
from sim.report.sections.comparison_answer import answer_note
from sim.report.sections.glossary import terms_of
from sim.report.sections.payments import Example, load_examples
from sim.report.sections.provenance import Published, Source, followed, load_published
from sim.scenario.own import is_price, own_tariffs_of
from sim.scenario.paths import HEADER, PATHS_OVER_DATES, PROVENANCE
from sim.studies.budget import BUDGET

if TYPE_CHECKING:
    from sim.store import StoredRun
    from sim.studies.decompose import Decomposition
    from sim.studies.headline import Headlined
    from sim.studies.sensitivity.assumptions import Assumptions
    from sim.studies.sensitivity.study import Sensitivity

__all__ = ["answer_of", "load_result", "render", "render_page"]

REPORT_TEMPLATE = "report.html.j2"


def page_of(result: Result, words: Language) -> str:
    """The page of a result as HTML text, beside the published figures and the bills of an example."""
    return render(result, words, load_published(result.base.area), examples=load_examples(result.base))


def load_result(folder: Path) -> Result:
    """Read what a page reports from a run folder or a comparison folder; raises InputError for any other."""
    from sim.runs.stored import scenario_of_manifest
    from sim.store import is_comparison, load_run
    from sim.studies.decompose import read_decompositions
    from sim.studies.sensitivity.assumptions import read_assumptions
    from sim.studies.sensitivity.study import read_sensitivities

    if not folder.is_dir():
        raise InputError(
            "{folder}: no such folder; give a folder made by palsim run or palsim compare", folder=folder
        )
    _refuse_study(folder)
    runs = [load_run(path) for path in (comparison_runs(folder) if is_comparison(folder) else [folder])]
    _refuse_damage(folder)
    for run in runs:
        scenario_of_manifest(run.manifest, run.folder)
    if not is_comparison(folder):
        return result_of(runs, sensitivities=read_sensitivities(folder))
    apart, drawn = read_decompositions(folder), read_assumptions(folder)
    return result_of(runs, apart, read_sensitivities(folder), drawn)


def _refuse_study(folder: Path) -> None:
    """Refuse the folder of a study that holds no run of itself, and say where its answer is."""
    from sim.store import MANIFEST, StudyPlace, is_comparison

    if is_comparison(folder) or (folder / MANIFEST).exists():
        return
    studies = {
        "result.json": Message("a result that was saved in Python; palsim.load opens it there"),
        StudyPlace.SENSITIVITY: Message(
            "a sensitivity analysis alone; with the folder of a run as its --out "
            "the report of that run shows it"
        ),
        BUDGET: Message("a budget, which has a page and no workbook; leave --format out"),
    }
    for file, what in studies.items():
        if (folder / file).exists():
            raise InputError("{folder}: holds {what}", folder=folder, what=what)


def result_of(
    runs: Sequence[StoredRun],
    decompositions: Sequence[Decomposition] = (),
    sensitivities: Sequence[Sensitivity] = (),
    assumptions: Sequence[Assumptions] = (),
) -> Result:
    """What a page reports of runs at hand, the base first."""
    from sim.measure.estimates import differences
    from sim.studies.headline import headlined
    from sim.studies.winners import winners_of

    base, *others = runs
    by_area = [_by_area(run) for run in runs]
    apart = {found.alternative: found for found in decompositions}
    drawn = {found.alternative: found for found in assumptions}
    items = [run.manifest["scenario"].get("headline") or () for run in others]

    def measured(run: StoredRun) -> tuple[tuple[Headlined, ...], ...]:
        """The headline measures of every alternative in one of them."""
        found = iter(headlined([*chain(*items)], base.kpis, run.kpis))
        return tuple(tuple(islice(found, len(several))) for several in items)

    return Result(
        _view(base, by_area[0]),
        tuple(
            Alternative(
                _view(run, here),
                Kpis.of(differences(base.kpis, run.kpis)),
                _all_changes(base.manifest, run.manifest),
                apart.get(str(run.manifest["scenario"]["name"])),
                drawn.get(str(run.manifest["scenario"]["name"])),
                found[place],
                {
                    area: Kpis.of(differences(kpis, here[area]))
                    for area, kpis in by_area[0].items()
                    if area in here
                },
                partial(winners_of, base, run),
                found,
            )
            for place, (run, here) in enumerate(zip(others, by_area[1:], strict=True))
            for found in (measured(run),)
        ),
        tuple(sensitivities),
    )


def _all_changes(base: Mapping[str, Any], other: Mapping[str, Any]) -> tuple[Mapping[str, Any], ...]:
    """Settings, values of the area, own prices and own rules in which two runs differ."""
    area = changed({"area": base["area"]}, {"area": other["area"]}) if base["area"] != other["area"] else ()
    return (*changed(base["scenario"], other["scenario"]), *area, *_own_changes(base, other))


def _own_changes(base: Mapping[str, Any], other: Mapping[str, Any]) -> tuple[Mapping[str, Any], ...]:
    before, after = _own_values(base), _own_values(other)
    book, day = load_tariffs(), dt.date.fromisoformat(base["scenario"]["horizon"]["count_from"])
    for path in after:
        if is_price(path) and path not in before:
            before[path] = amount_of_law(book, path, day)
    sources = {mine.path: f"{OWN_REASON}: {mine.source}" for mine in own_tariffs_of(other).tariffs}
    return tuple(
        {"path": path, "before": before.get(path), "after": after.get(path), "source": sources.get(path)}
        for path in dict.fromkeys((*before, *after))
        if before.get(path) != after.get(path)
    )


def _own_values(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Own prices and own rules of a run by what they stand in the place of."""
    own = manifest.get("own", {})
    prices = {mine.path: float(mine.amount) for mine in own_tariffs_of(manifest).tariffs}
    return prices | {f"law.{each['key']}": each["name"] for each in own.get("rules", ())}


def answer_of(folder: Path | str, lang: str = LANGUAGES[0]) -> list[str]:
    """The sentences that answer the question of a folder: three of a run, else those of each alternative."""
    from sim.report.pages import capacity as capacity_page
    from sim.studies.budget import read_budget
    from sim.studies.capacity.runs import is_capacity, read_capacity

    if (Path(folder) / BUDGET).exists():
        return budget_page.answers(read_budget(folder), language(lang))
    if is_capacity(Path(folder)):
        return capacity_page.sentences(read_capacity(Path(folder)), language(lang))
    return told_answer(load_result(Path(folder)), language(lang))


def told_answer(result: Result, words: Language) -> list[str]:
    """The sentences that answer the question of a result, of one alternative after the other."""
    found = sections.answers(result, words, load_published(result.base.area))
    return [sentence for _, sentences in found for sentence in sentences]


def comparison_runs(folder: Path) -> list[Path]:
    """Run folders of a comparison folder, the base first."""
    from sim.store import read_comparison, read_manifest

    document = read_comparison(folder)
    names = (document["base"], *document["alternatives"])
    runs = [folder / document["runs"][name] for name in names]
    for name, run in zip(names, runs, strict=True):
        manifest = read_manifest(run)
        if (manifest["scenario"]["name"], manifest["seed"]) != (name, document["seed"]):
            raise InputError(
                "{run}: holds {name} with seed {seed}, not {name2} with seed {seed2}; compare "
                "again into another folder",
                run=run,
                name=manifest["scenario"]["name"],
                seed=manifest["seed"],
                name2=name,
                seed2=document["seed"],
            )
    return runs


def _refuse_damage(folder: Path) -> None:
    """Refuse to report on a folder with a file that is not as it was written; earlier reports may differ."""
    from sim.store import verify
    from sim.store.reports import REPORTS, report_names

    of_reports = {REPORTS, *report_names(folder)}
    damaged = [path for path in verify(folder).damaged if path not in of_reports]
    if damaged:
        raise InputError(
            "{folder}: {damaged}: missing or damaged; give the run's command again with --resume",
            folder=folder,
            damaged=damaged,
        )


def _by_area(run: StoredRun) -> dict[str, pd.DataFrame]:
    """KPIs by area, of a run on several areas of the map."""
    from sim.measure.by_area import kpis_by_area

    if not sections_areas.are_mapped(run.manifest.get("clusters", ())):
        return {}
    return kpis_by_area(run.folder, run.manifest, sections_areas.BY_AREA)


def _view(run: StoredRun, by_area: Mapping[str, pd.DataFrame]) -> RunView:
    from sim.measure.estimates import summarise

    return RunView(
        run.manifest,
        Kpis.of(summarise(run.kpis)),
        tuple(run.manifest.get("tariff_rows", ())),
        {area: Kpis.of(summarise(kpis)) for area, kpis in by_area.items()},
    )


_HEADER = (*HEADER, "replications")


def changed(base: Mapping[str, Any], other: Mapping[str, Any]) -> tuple[Mapping[str, Any], ...]:
    """Settings in which two merged scenarios of manifests differ: `path`, `before`, `after`.

    Titles, provenance and the number of replications are left out. A setting that follows a path over dates
    has its values by day.
    """
    found: list[Mapping[str, Any]] = []

    def walk(before: Any, after: Any, path: str) -> None:
        if isinstance(before, Mapping) and isinstance(after, Mapping):
            for key in dict.fromkeys((*before, *after)):
                if key in PROVENANCE or (not path and key in _HEADER):
                    continue
                walk(before.get(key), after.get(key), f"{path}.{key}" if path else str(key))
        elif before != after:
            found.append({"path": path, "before": before, "after": after})

    plain = [{key: part for key, part in side.items() if key != PATHS_OVER_DATES} for side in (base, other)]
    walk(plain[0], plain[1], "")
    return tuple(_over_dates(found, followed(base), followed(other)))


def _over_dates(
    found: list[Mapping[str, Any]], before: Mapping[str, Any], after: Mapping[str, Any]
) -> Iterator[Mapping[str, Any]]:
    """Changes with the values by day in place of the highest; what changes by day alone comes last."""
    told = set()
    for change in found:
        path = str(change["path"]).removesuffix(".value")
        told.add(path)
        yield {
            "path": change["path"],
            "before": before.get(path, change["before"]),
            "after": after.get(path, change["after"]),
        }
    for path in dict.fromkeys((*before, *after)):
        if path not in told and before.get(path) != after.get(path):
            yield {"path": path, "before": before.get(path), "after": after.get(path)}


def render(
    result: Result,
    words: Language,
    published: Published,
    tariffs: tuple[numbers_table.TariffRow, ...] | None = None,
    known: Mapping[str, Source] | None = None,
    examples: Sequence[Example] = (),
) -> str:
    """The page as HTML text, with bills of one patient side by side.

    By default it has the prices of the project that priced the run, and the sources of tariffs and published
    figures.
    """
    remarks: list[str] = []
    if tariffs is None or known is None:
        tariffs, known, same = numbers_table.tariff_rows(result.base, published)
        if not same:
            remarks.append(words.say("manifest.other_tariffs"))
    found = [
        *result_sections(result, words, published, examples),
        *background_sections(result, words, published, tariffs, known, remarks),
    ]
    heading, asked = _heading(result, words), sections.question(result, words)
    answers = sections_winners.told_with(sections.answers(result, words, published), result, words)
    note = answer_note(result.alternatives, words)
    told = (sentence for _, sentences in answers for sentence in sentences)
    return render_template(
        REPORT_TEMPLATE,
        words,
        " · ".join(r.title(words) for r in result.runs),
        heading=heading,
        question=asked,
        subtitle=sections.subtitle(result, words),
        answers=answers,
        answer_note=note,
        terms=terms_of((heading, asked, *told, note), words),
        lead=sections.summary(result, words),
        sections=found,
        script=search_script(),
    )


def result_parts(
    result: Result, words: Language, published: Published, examples: Sequence[Example] = ()
) -> list[Callable[[], Section | None]]:
    """What makes the results, section by section, so that a page can draw them one after another."""
    others = result.alternatives
    return [
        partial(sections.changes, others, words),
        partial(sections_winners.section, others, words),
        partial(sections_uncertainty.section, others, words),
        partial(sections.costs, result, words),
        partial(decomposition.section, others, words),
        partial(sections_areas.section, result, words),
        partial(sections_payments.payments, result, words, examples),
        partial(sections_places.places, result, words, published),
        partial(sections_places.hospices, result, words),
        partial(sections.use, result, words),
        partial(sections.schemes, result, words),
        partial(sensitivity.section, result.sensitivities, words),
    ]


def result_sections(
    result: Result, words: Language, published: Published, examples: Sequence[Example] = ()
) -> list[Section]:
    """The results, section by section; those without anything to show left out."""
    found = (part() for part in result_parts(result, words, published, examples))
    return [section for section in found if section is not None and section.blocks]


def background_sections(
    result: Result,
    words: Language,
    published: Published,
    tariffs: Sequence[numbers_table.TariffRow],
    known: Mapping[str, Source],
    remarks: Sequence[str] = (),
) -> list[Section]:
    """What stands behind the results: counted parts, validation, assumptions, sources, limits, manifest."""
    found = [
        background.modules(result, published, words),
        background.published_figures(result, published, words),
        numbers_table.section(result, tariffs, words),
        background.used_sources(result, tariffs, published, known, words),
        background.limits(result, words),
        background.manifest(result, words, remarks),
    ]
    return [section for section in found if section.blocks]


def _heading(result: Result, words: Language) -> str:
    base = result.base.title(words)
    if not result.alternatives:
        return base
    others = words.listing([a.run.title(words) for a in result.alternatives])
    return words.say("heading.compare", base=base, others=others)
