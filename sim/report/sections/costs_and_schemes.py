"""The results of the page, section by section, from the KPIs of one run or a comparison."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import product

from sim.measure.budgets import BUDGET_LINES
from sim.measure.estimates import Estimate
from sim.measure.kpis import ASSUMED_PRICE_SHARE
from sim.report import style
from sim.report.figures import change as figures_change
from sim.report.figures import costs_and_places as figures
from sim.report.figures import flow as figures_flow
from sim.report.language import Language
from sim.report.page import (
    Block,
    Cell,
    Metric,
    Prose,
    Section,
    Shown,
    TableView,
    estimate_cell,
    figure,
    indicator_metrics,
    measures_table,
    metric_table,
    on_screen,
    row,
    split,
    table,
    told_table,
    wish_metrics,
    with_assumed,
)
from sim.report.results import Alternative, Result, RunView
from sim.report.rounding import RowForm, row_form
from sim.report.sections.comparison_answer import comparison_answer
from sim.report.sections.headlines import headline_rows
from sim.report.sections.provenance import Published, path_name, value_text
from sim.report.sentences import period, plain_names, run_answer
from sim.schema import CEILING_OUTCOMES, LAWS, PAYERS, SETTINGS, UNFUNDED_REASONS

Answers = tuple[tuple[str, tuple[str, ...]], ...]


def answers(result: Result, words: Language, published: Published) -> Answers:
    """The answer in sentences: of a run by itself, or of every alternative of a comparison."""
    if not result.alternatives:
        return (("", run_answer(result.base, words)),)
    many = len(result.alternatives) > 1
    return tuple(
        (a.run.title(words) if many else "", comparison_answer(a, words, published.scales))
        for a in result.alternatives
    )


def law_by_payer(run: RunView, words: Language) -> list[Block]:
    """Euros of the counted window: payers in rows, laws in columns, both with their totals."""
    if run.kpis.get("cost", view="calendar") is None:
        return []
    return [_cross(run, "payer", PAYERS, "law", LAWS, words)]


def _cross(
    run: RunView, down: str, rows: Sequence[str], across: str, columns: Sequence[str], words: Language
) -> TableView:
    """Euros of the counted window by two dimensions with their totals, the largest row first.

    The totals of payers have their intervals.
    """
    of = run.kpis
    whole: dict[str, dict[str, Estimate]] = {
        key: {k: found[k] for k in codes if k in found and found[k].mean}
        for key, codes in ((down, rows), (across, columns))
        for found in (of.along("cost", key, view="calendar"),)
    }
    in_millions = RowForm("eur", style.MILLION, words, bare=True)
    with_interval = down == "payer"

    def shown(found: Estimate | None) -> str:
        return words.none if not found or not found.mean else in_millions.value(found).whole(found.mean)

    def summed(found: Estimate | None) -> Shown:
        return estimate_cell(found, in_millions, words) if with_interval else shown(found)

    def part(**where: str) -> str:
        return shown(of.get("cost", view="calendar", **where))

    total = words.say("total")
    caption = words.say(
        "table.law_payer" if with_interval else f"table.setting_{across}",
        title=run.title(words),
        period=period(run, words),
    )
    return table(
        caption,
        [
            words.say(f"column.{down}"),
            *(words.word(across, k) for k in whole[across]),
            (total, words.say("interval.head")) if with_interval else total,
        ],
        [
            *(
                row(
                    words.word(down, k), *(part(**{down: k, across: c}) for c in whole[across]), summed(found)
                )
                for k, found in sorted(whole[down].items(), key=lambda pair: -pair[1].mean)
            ),
            row(total, *map(summed, (*whole[across].values(), of.get("cost", view="calendar"))), total=True),
        ],
        words.say("table.law_payer_note") if with_interval else "",
    )


def by_setting(run: RunView, key: str, codes: Sequence[str], words: Language) -> list[Block]:
    """Euros of the counted window: settings in rows, laws or payers in columns, both with their totals.

    `key` is law or payer, `codes` are theirs in the order of the columns. Empty where a run has no cost by
    setting.
    """
    known = any(run.kpis.along("cost", "setting", view="calendar", **{key: k}) for k in codes)
    return [_cross(run, "setting", SETTINGS, key, codes, words)] if known else []


def summary(result: Result, words: Language) -> list[Block]:
    """First screen: one table and one figure."""
    if not result.alternatives:
        return [*law_by_payer(result.base, words), *figure(figures.costs_by_payer(result.base, words))]
    drawn = figure(figures_change.differences_by_payer(result.alternatives, words))
    return [*headline_tables(result, words, bool(drawn)), *drawn]


def headline_metrics(result: Result, words: Language) -> list[Metric]:
    """The core in some rows: costs of the window, then own payments, places and wishes of who died in it."""
    return [*_costs_of_window(result, words), *_of_decedents(words)]


def _costs_of_window(result: Result, words: Language) -> list[Metric]:
    """Costs with a date in the window, in all and by law."""
    whole = Metric(words.say("headline.cost"), "cost", (("view", "calendar"),), True)
    parts = _parts_of_cost("law", LAWS, result.base)
    return [whole, *(Metric(words.say("by.law", word=words.word("law", k)), "cost", by) for k, by in parts)]


def _parts_of_cost(
    key: str, codes: Sequence[str], run: RunView
) -> list[tuple[str, tuple[tuple[str, str], ...]]]:
    """Parts of the cost of a run that are not 0, by code, each with its dimension."""
    found = run.kpis.along("cost", key, view="calendar")
    return [(k, ((key, k), ("view", "calendar"))) for k in codes if k in found and found[k].mean]


def _of_decedents(words: Language) -> list[Metric]:
    """Own payments, places of death and wishes of who died in the window."""
    own, places = Metric(words.say("headline.own"), "patient_payment_mean"), ("thuis", "ziekenhuis")
    died = split("place_of_death", "setting", places, words, "headline.death", "place_in_sentence")
    return [own, *died, *wish_metrics(words)]


def headline_tables(result: Result, words: Language, figure_below: bool = False) -> list[Block]:
    """The core: what a policy is about, costs in a table of the window, the rest in one of who died in it."""
    measure, when = words.say("column.measure"), period(result.base, words)
    note = " ".join([words.say("headline.note"), *([words.say("headline.figure")] if figure_below else [])])
    costs, people = _costs_of_window(result, words), _of_decedents(words)
    beside = [metric.kpi for metric in (*costs, *people)]
    about = headline_rows(result.alternatives[0], words, beside) if len(result.alternatives) == 1 else []
    caption = words.say("table.headline", period=when)
    whose = words.say("table.headline_people", period=when)
    return [
        *metric_table(words.say("short_note.table", period=when), measure, about, result, words, short=True),
        *metric_table(caption, measure, costs, result, words, short=True),
        *metric_table(whose, measure, people, result, words, note, short=True),
    ]


def changes(alternatives: Sequence[Alternative], words: Language) -> Section | None:
    """What each alternative changes in the base: the setting, its value before and after."""
    blocks: list[Block] = []
    for alternative in alternatives:
        title = alternative.run.title(words)
        blocks.append(Prose(plain_names(f"{title}: {alternative.run.text('mechanism', words.code)}", words)))
        blocks += [Prose(line) for line in evidence(alternative.run, words)]
        if alternative.changes:
            head = words.each("column", "parameter", "before", "after")
            rows = (
                row(
                    (path_name(path, words), path),
                    value_text(c["before"], words, path),
                    (value_text(c["after"], words, path), words.name(c.get("source") or "")),
                )
                for c in alternative.changes
                for path in (str(c["path"]),)
            )
            blocks.append(table(words.say("table.changes", title=title), head, rows))
    return Section("changes", words.say("section.changes"), tuple(blocks)) if blocks else None


def evidence(run: RunView, words: Language) -> list[str]:
    """How good the evidence of a policy is, and how far the policy is."""
    told = [words.say("evidence", text=run.text("evidence", words.code))]
    if run.scenario.get("status"):
        told.append(words.say("policy_status", text=run.text("status", words.code)))
    return [plain_names(line, words) for line in told]


def costs(result: Result, words: Language) -> Section:
    """Costs by law and payer, by setting, by part, and per person."""
    blocks: list[Block] = []
    if result.alternatives:
        blocks += law_by_payer(result.base, words)
        for alternative in result.alternatives:
            blocks += on_screen(law_by_payer(alternative.run, words))
        blocks += on_screen(figure(figures.costs_by_payer(result.base, words)))
    blocks += figure(figures.costs_by_setting(result.base, words))
    blocks += on_screen(by_setting(result.base, "law", LAWS, words))
    blocks += on_screen(by_setting(result.base, "payer", PAYERS, words))
    modules = result.base.kpis.along("cost", "module", view="calendar")
    parts: tuple[tuple[str, Sequence[str]], ...] = (
        ("payer", PAYERS if result.alternatives else ()),
        ("setting", SETTINGS),
        ("module", sorted(modules, key=lambda k: -modules[k].mean)),
    )
    for key, codes in parts:
        found = _parts_of_cost(key, codes, result.base)
        metrics = [Metric(words.word(key, k), "cost", by) for k, by in found]
        caption = words.say(f"table.cost_{key}", period=period(result.base, words))
        made = metric_table(caption, words.say(f"column.{key}"), metrics, result, words)
        blocks += on_screen(made) if key == "setting" else made
    per_person = [
        Metric(words.say(f"person.{key or 'all'}"), "cost_per_decedent", (("wlz", key),) if key else ())
        for key in ("", "zonder", "met")
    ]
    caption, note = words.say("table.per_person"), words.say("table.per_person_note")
    blocks += metric_table(caption, words.say("column.group"), per_person, result, words, note)
    blocks += measures_table("costs", result, words)
    return Section("costs", words.say("section.costs"), tuple(blocks))


def use(result: Result, words: Language) -> Section:
    """Care near the end: admissions, emergency visits, GP contacts, nursing hours."""
    metrics = indicator_metrics("use", result, words)
    blocks = metric_table(words.say("table.use"), words.say("column.measure"), metrics, result, words)
    return Section("use", words.say("section.use"), tuple(blocks))


def schemes(result: Result, words: Language) -> Section:
    """The ceiling on district nursing, the Regeling PTZ, and care that nobody may bill."""
    first, during = words.say("column.measure"), {"period": period(result.base, words)}
    touched = ("ceiling_exhausted_day", "ceiling_patients_affected")
    later = ("subsidy_claimed", "subsidy_payout", "subsidy_earned", "subsidy_earned_payout")
    forms = split("subsidy", "form", result.base.kpis.along("subsidy", "form"), words)

    def counted(table: str, head: str, metrics: list[Metric], **said: str) -> list[Block]:
        title, note = words.say(f"table.{table}", **said), words.say(f"table.{table}_note")
        return metric_table(title, head, metrics, result, words, note)

    def whole(*names: str) -> list[Metric]:
        return [Metric(words.kpi(name), name) for name in names]

    def pairs(names: Sequence[str], key: str, codes: Iterable[str], kind: str) -> list[Metric]:
        """Money there is and money used of it, one after the other."""
        return [
            each
            for code in codes
            for name in names
            for each in split(name, key, [code], words, f"column.{name}", kind)
        ]

    kinds = result.base.kpis.along("ceiling_room", "kind")
    rooms = pairs(("ceiling_room", "ceiling_used"), "kind", kinds, "ceiling_kind")
    budgets = pairs(("budget", "budget_used"), "line", BUDGET_LINES, "budget_line")
    unfunded = split("unfunded", "reason", UNFUNDED_REASONS, words)
    carrying_out = split("carrying_out", "payer", PAYERS, words)
    blocks = [
        *counted("ceiling", first, [*rooms, *whole(*touched)]),
        *on_screen(counted("contracts", first, _contracts(result, words))),
        *on_screen(counted("touched", first, _touched(words))),
        *counted("subsidy", words.say("column.form"), [*forms, *whole(*later)]),
        *counted(
            "budgets", words.say("column.budget_line"), [*budgets, *whole("spiritual_hours_left")], **during
        ),
        *figure(figures_flow.ceiling_use(result, words)),
        *counted("unfunded", words.say("column.reason"), unfunded, **during),
        *on_screen(figure(figures_flow.unfunded_care(result, words))),
        *counted("carrying_out", words.say("column.payer"), carrying_out, **during),
        *on_screen(_providers(result, words)),
        *measures_table("schemes", result, words),
    ]
    return Section("schemes", words.say("section.schemes"), tuple(blocks))


def _contracts(result: Result, words: Language) -> list[Metric]:
    """The same for each contract."""
    metrics = []
    for contract in result.base.kpis.along("ceiling_exhausted_day", "contract"):
        told = ", ".join(words.part(f"ceiling.{part}") for part in contract.split("/"))
        for name in ("ceiling_exhausted_day", "ceiling_patients_affected"):
            label = words.say(f"column.{name}", contract=told)
            metrics.append(Metric(label, name, (("contract", contract),)))
    return metrics


def _touched(words: Language) -> list[Metric]:
    """People touched by a ceiling, by what became of them and where they went."""
    name, ways = "ceiling_touched", product(CEILING_OUTCOMES, SETTINGS)
    told = {by: {"outcome": words.word("outcome", by[0]), "to": words.word("setting", by[1])} for by in ways}
    return [
        Metric(words.say(f"column.{name}", **said), name, (("outcome", outcome), ("to", to)))
        for (outcome, to), said in told.items()
    ]


def _providers(result: Result, words: Language) -> list[Block]:
    """What providers would have declared, and what another way to pay gains or loses them."""
    names = result.base.sites
    with_interval = words.say("interval.head")
    columns = words.each("column", "provider_shadow", "provider_gain")
    head: list[Shown] = [words.say("dimension.provider"), *((column, with_interval) for column in columns)]

    def cell(found: Estimate | None, signed: bool = False) -> Cell:
        return estimate_cell(found, row_form("eur", [found], [], words), words, signed)

    blocks: list[Block] = []
    for run in result.runs:
        shadow = run.kpis.along("provider_shadow", "provider")
        gain = run.kpis.along("provider_gain", "provider")
        rows = [
            row(names.get(kind, words.word("provider", kind)), cell(found), cell(gain.get(kind), signed=True))
            for kind, found in sorted(shadow.items(), key=lambda pair: -pair[1].mean)
        ]
        if rows:
            blocks.append(told_table("table.providers", head, rows, words, title=run.title(words)))
    return blocks


def question(result: Result, words: Language) -> str:
    """The question of the page: that of the run or of its one alternative, or one for several."""
    if len(result.alternatives) > 1:
        return words.say("question.several")
    return result.runs[-1].text("question", words.code)


def subtitle(result: Result, words: Language) -> str:
    """Area, counted window, replications, and how much of the money rests on assumed prices."""
    run = result.base
    line = words.say(
        "subtitle",
        area=run.area["title"][words.code],
        period=period(run, words),
        replications=words.number(min(r.replications for r in result.runs)),
    )
    share = run.kpis.get(ASSUMED_PRICE_SHARE, view="calendar")
    return with_assumed(line, None if share is None else share.mean, words)
