"""The commands that study a scenario or a stored run: advice, other prices."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from sim.choices import Lang, Method
from sim.cli import asked
from sim.cli.asked import How, Number, Text, Texts, argument, option
from sim.cli.shared import console, options, print_block, print_json, show_run, tell_tasks
from sim.cli.spoken import say
from sim.errors import Message, Place

if TYPE_CHECKING:
    from sim.report.language import Language
    from sim.studies.advise import Advice, Need
    from sim.studies.sensitivity.study import Sensitivity

AgainstOption = Annotated[Text, option("--against", "Study the paired difference with this base.", "BASE")]
BaseOption = Annotated[Text, option("--against", "Base of the difference; default: what it extends.", "BASE")]


@asked.shares("jobs engine out keep resume lang as_json")
def price(
    run: Annotated[Path, argument("RUN", "Folder of a run that keeps its journeys.")],
    scenario: Annotated[str, option("--scenario", "Whose prices and rules are applied.", "SCENARIO")],
    how: How,
) -> None:
    """Price a stored run under other prices or rules, without simulating."""
    from sim.api import folders
    from sim.api.scenarios import scenario_of

    loaded = scenario_of(scenario).loaded
    with options(how) as made:
        result = folders.price(run, loaded, made, out=how.out, keep=how.keep)
    tell_tasks(how, result)
    show_run(result, how, journeys=result.manifest["timings"]["journeys"])


@asked.shares("area replications seed jobs engine scheduler out lang as_json")
def sensitivity(
    scenario: asked.Scenario,
    how: How,
    against: AgainstOption = None,
    method: Annotated[Method, option("--method", "One by one, all at once, or Sobol indices.")] = "tornado",
    kpi: Annotated[str, option("--kpi", "The answer: name or name:key=value.", "KPI")] = "cost:view=calendar",
    parameter: Annotated[Texts, option("--parameter", "Only these; default: all.", "PATH")] = None,
    samples: Annotated[Number, option("--samples", "Points of psa; base points of sobol.", "N")] = None,
) -> None:
    """Judge which parameters an answer depends on; name the three assumptions that matter most."""
    from sim.api import studies as api
    from sim.studies.sensitivity.study import (
        SENSITIVITY_REPLICATIONS,
        SENSITIVITY_SAMPLES,
        sensitivity_as_json,
    )

    several = SENSITIVITY_REPLICATIONS if how.replications is None else how.replications
    scenarios = api.studied(scenario, against, **how.scenario | {"replications": several})
    with options(how) as made:
        result = api.sensitivity(
            scenarios,
            made,
            method=method,
            kpi=kpi,
            parameters=parameter or (),
            samples=SENSITIVITY_SAMPLES if samples is None else samples,
            out=how.out,
        )
    found = result.found
    assert result.folder is not None
    if how.as_json:
        report = _report_again(result.folder, how.lang)
        tasks = {"reused": found.reused, "computed": found.computed}
        place = {"sensitivity": str(result.folder), "tasks": tasks, "report": report}
        print_json(sensitivity_as_json(found) | place)
        return
    _show(found, kpi, how.lang)
    console().print(_report_again(result.folder, how.lang) or str(result.folder))


def _show(found: Sensitivity, kpi: str, lang: Lang) -> None:
    """The parameters, what the analysis says, and where its most important assumptions come from."""
    from rich.table import Table

    from sim.report.language import language
    from sim.report.sections.sensitivity import note_of, sentences

    screen = console()
    interval = (say("95% low"), say("95% high"))
    heads = {"tornado": (say("weight"), say("low"), say("high")), "psa": (say("rank correlation"), *interval)}
    columns = heads.get(found.method, (say("total index"), *interval, say("first order")))
    words = language(lang)
    title = f"{found.method}: {kpi} ({words.word('unit', found.unit)})"
    table = Table(say("parameter"), say("range"), *columns, title=title)
    for each in (each for each in found.influences if each.weight > 0):
        about = each.parameter
        span = (
            say("{low:g} to {high:g} times", low=about.low, high=about.high)
            if about.is_factor
            else say("{low:g} to {high:g}", low=about.low, high=about.high)
        )
        numbers = [*each.effect[:-1]]
        if found.method == "tornado":
            numbers = [each.weight, each.low.mean, each.high.mean]
        elif found.method == "sobol":
            numbers.append(each.low.mean)
        table.add_row(about.path, span, *(f"{number:.4g}" for number in numbers))
    screen.print(table)
    for sentence in filter(None, (*sentences(found, words), note_of(found, words))):
        screen.print(f"- {sentence}", soft_wrap=True)
    for rank, each in enumerate(found.most_important, start=1):
        about = each.parameter
        origin = "; ".join(filter(None, (about.source, words.name(about.reason or ""))))
        print_block(f"{rank}. {about.path}", [f"{words.word('origin', about.kind)}: {origin}"])


def _report_again(folder: Path, lang: Lang) -> str | None:
    """The report of the run or comparison that a study belongs to, made again with the study in it."""
    from sim import store
    from sim.report.formats.files import build_report

    if (folder / store.MANIFEST).exists() or store.is_comparison(folder):
        return str(build_report(folder, lang))
    return None


@asked.shares("area replications seed assumptions jobs engine scheduler out lang as_json", lang=asked.Told)
def solve(
    scenario: asked.Scenario,
    vary: Annotated[str, option("--vary", "The setting or price (tariffs.ID) that moves.", "PATH")],
    until: Annotated[str, option("--until", "What must hold, such as cost=0.", "KPI=VALUE")],
    how: How,
    between: Annotated[Text, option("--between", "Range that is searched.", "LOW,HIGH")] = None,
    against: BaseOption = None,
    level: Annotated[
        bool, option("--level", "The answer of the scenario by itself, not a difference.")
    ] = False,
) -> None:
    """Find the value of a setting or price at which an answer becomes what is asked, with its uncertainty."""
    from sim.api import solving

    with options(how) as made:
        found = solving.find(
            scenario,
            vary,
            until,
            made,
            between=between,
            against=against,
            level=level,
            assumptions=how.assumptions,
            **how.scenario,
        )
    if how.out is not None:
        found.save(how.out)
    if how.as_json:
        print_json(found.as_json())
        return
    for sentence in found.answer(how.lang):
        print(f"- {sentence}")


@asked.shares("precision area seed jobs engine lang as_json", lang=asked.Told)
def advise(scenario: asked.Scenario, how: How, against: BaseOption = None) -> None:
    """Advise on warm-up, replications and run time for a wanted precision, by a short pilot."""
    from sim.api import studies as api
    from sim.report.language import language

    scenarios = api.advised(scenario, against, area=how.area, seed=how.seed)
    with options(how) as made:
        found = api.advise(scenarios, made, how.precision or ()).found
    if how.as_json:
        warm_up = [asdict(row) | {"enough": row.enough} for row in found.warm_up]
        print_json({**asdict(found), "warm_up": warm_up})
        return
    words = language(how.lang)
    screen = console()
    for row in found.warm_up:
        verdict = Message("enough") if row.enough else Message("too short: raise horizon.warmup_days")
        screen.print(
            say(
                "warm-up, {setting}: MSER-5 leaves out {needed} days, the scenario {left_out}: {verdict}",
                setting=words.word("setting", row.setting),
                needed=row.needed_days,
                left_out=row.scenario_days,
                verdict=verdict,
            )
        )
    seconds = words.number(found.seconds_per_replication, 1)
    screen.print(say("one replication takes {seconds} s on one process", seconds=seconds))
    of = found.scenario if found.against is None else f"{found.scenario} − {found.against}"
    print_block(of, (_need_told(need, found, words) for need in found.needs))


def _need_told(need: Need, found: Advice, words: Language) -> str:
    from sim.measure.estimates import Estimate
    from sim.report.language import JOINER
    from sim.report.rounding import form_of, row_form
    from sim.units import SECONDS_PER_MINUTE

    paired, reach = found.against is not None, min(need.half_width or need.wanted, need.wanted)
    level = Estimate(need.mean, need.mean - reach, need.mean + reach)
    form = (
        form_of(need.unit, (need.mean,), reach, words)
        if paired
        else row_form(need.unit, (level,), (), words).value(level)
    )

    def shown(value: float, signed: bool = False) -> Place:
        return Place(form.whole(value, signed).replace(JOINER, ""))

    told = {
        "kpi": Place(need.label.get(words.code) or words.kpi_of(need.name, need.dimension)),
        "replications": words.number(need.replications),
        "minutes": words.number(need.seconds / SECONDS_PER_MINUTE, 1),
    }
    if not need.wanted:
        return say(
            "{kpi}: 0 in {pilot} replications; {replications} replications tell that it is rare "
            "({minutes} minutes)",
            pilot=found.pilot,
            **told,
        )
    return say(
        "{kpi}: {mean} ± {half_width} in {pilot} replications; ± {wanted} takes {replications} "
        "({minutes} minutes)",
        mean=shown(need.mean, paired),
        half_width=shown(need.half_width),
        wanted=shown(need.wanted),
        pilot=found.pilot,
        **told,
    )


if TYPE_CHECKING:
    from sim.studies.budget import Budget


@asked.shares("area replications seed jobs engine scheduler out check resume lang as_json")
def budget(
    base: asked.Base,
    how: How,
    alternatives: Annotated[Texts, argument("[ALT...]", "Their own changes on top of BASE.")] = None,
    from_year: Annotated[Number, option("--from", "First year; default 2026.", "YEAR")] = None,
    to_year: Annotated[Number, option("--to", "Last year; default 2031.", "YEAR")] = None,
) -> None:
    """Total the cost of every year by law and payer, with growth, dated law, subsidy and state budgets."""
    from sim.api import studies as api
    from sim.api.scenarios import scenario_of
    from sim.studies.budget import BUDGET_FROM_YEAR, BUDGET_TO_YEAR, rows_json

    with options(how) as made:
        result = api.budget(
            scenario_of(base, **how.scenario),
            alternatives or (),
            made,
            from_year=BUDGET_FROM_YEAR if from_year is None else from_year,
            to_year=BUDGET_TO_YEAR if to_year is None else to_year,
            out=how.out,
        )
    tell_tasks(how, result)
    found = result.found
    report = result.report(how.lang)
    if not how.as_json:
        _show_budget(found, how.lang)
        print(report)
        return
    print_json(
        {
            "budget": str(found.folder),
            "base": found.base,
            "alternatives": list(found.alternatives),
            "area": found.area,
            "replications": found.replications,
            "seed": found.seed,
            "from": found.first,
            "to": found.last,
            "price_year": found.price_year,
            "plans": {name: list(plans) for name, plans in found.plans.items()},
            "tasks": {"reused": result.reused, "computed": result.computed},
            **rows_json(found.rows, found.differences),
            "report": str(report),
        }
    )


def _show_budget(found: Budget, lang: Lang) -> None:
    """The answer, the tables and on what they rest."""
    from rich.table import Table

    from sim.report.language import language
    from sim.report.pages.budget import answers, budget_tables, notes

    words = language(lang)
    screen = console()
    screen.print(words.say("budget.title", first=found.first, last=found.last))
    for view in budget_tables(found, words):
        table = Table(*(cell.text for cell in view.head), title=view.caption, title_justify="left")
        for row in view.rows:
            table.add_row(*("\n".join(filter(None, (cell.text, cell.note))) for cell in row.cells))
        screen.print(table)
    for sentence in (*answers(found, words), *notes(found, words)):
        screen.print(f"- {sentence}", soft_wrap=True)
