"""The results of the page, section by section, from the KPIs of one run or a comparison."""

from __future__ import annotations

from collections.abc import Sequence

from sim.experiment.budgets import BUDGET_LINES
from sim.report import figures, style
from sim.report.answers import comparison_answer, period, run_answer
from sim.report.language import Language
from sim.report.page import (
    Block,
    Cell,
    Metric,
    Prose,
    Row,
    Section,
    Show,
    TableView,
    estimate_cell,
    figure,
    metric_table,
    number,
    share_metric,
    text,
)
from sim.report.provenance import Published, value_text
from sim.report.results import Alternative, Estimate, Result, RunView
from sim.schema import HOSPICE_SETTINGS, ITEMS, LAWS, PAYERS, SETTINGS, UNFUNDED_REASONS

Answers = tuple[tuple[str, tuple[str, str, str]], ...]


def answers(result: Result, words: Language, published: Published) -> Answers:
    """The answer in three sentences: one a run, or one an alternative of a comparison.

    Returns
    -------
    tuple of (title, three sentences)
    """
    if not result.alternatives:
        return (("", run_answer(result.base, words)),)
    many = len(result.alternatives) > 1
    return tuple(
        (a.run.text("title", words.code) if many else "", comparison_answer(a, words, published.scales))
        for a in result.alternatives
    )


def law_by_payer(run: RunView, words: Language) -> list[Block]:
    """Euros of the counted window: payers in rows, laws in columns, both with their totals."""
    total = run.kpis.get("cost", view="calendar")
    if total is None:
        return []
    by_law = run.kpis.along("cost", "law", view="calendar")
    by_payer = run.kpis.along("cost", "payer", view="calendar")
    laws = [k for k in LAWS if k in by_law and by_law[k].mean]
    payers = [k for k in PAYERS if k in by_payer and by_payer[k].mean]
    payers.sort(key=lambda k: -by_payer[k].mean)

    def shown(found: Estimate | None) -> Cell:
        if found is None or not found.mean:
            return number(words.say("none"))
        return number(words.millions(found.mean))

    def counted(found: Estimate) -> Cell:
        return estimate_cell(found, words.millions, words)

    head = [text(words.say("column.payer")), *(number(words.word("law", k)) for k in laws)]
    head.append(number(words.say("total"), words.say("interval.head")))
    rows = []
    for payer in payers:
        cells = [shown(run.kpis.get("cost", view="calendar", law=k, payer=payer)) for k in laws]
        rows.append(Row((text(words.word("payer", payer)), *cells, counted(by_payer[payer]))))
    sums = tuple(counted(by_law[k]) for k in laws)
    rows.append(Row((text(words.say("total")), *sums, counted(total)), total=True))
    caption = words.say("table.law_payer", title=run.text("title", words.code), period=period(run, words))
    return [TableView(caption, tuple(head), tuple(rows), words.say("table.law_payer_note"))]


def summary(result: Result, words: Language) -> list[Block]:
    """First screen: one table and one figure."""
    if not result.alternatives:
        return [*law_by_payer(result.base, words), *figure(figures.costs_by_payer(result.base, words))]
    return [
        *_headline(result, words),
        *figure(figures.differences_by_payer(result.alternatives, words)),
    ]


def _money(words: Language) -> tuple[Show, Show]:
    return words.millions, lambda v: words.millions(v, True)


def _headline(result: Result, words: Language) -> list[Block]:
    show, change = _money(words)
    base = result.base.kpis
    metrics = [Metric(words.say("total"), "cost", show, change, (("view", "calendar"),), True)]
    for key, codes in (("law", LAWS), ("payer", PAYERS)):
        found = base.along("cost", key, view="calendar")
        metrics += [
            Metric(
                words.say(f"by.{key}", word=words.word(key, k)),
                "cost",
                show,
                change,
                ((key, k), ("view", "calendar")),
            )
            for k in codes
            if k in found and found[k].mean
        ]
    caption = words.say("table.headline", period=period(result.base, words))
    return metric_table(
        caption, words.say("column.cost"), metrics, result, words, words.say("table.law_payer_note")
    )


def changes(alternatives: Sequence[Alternative], words: Language) -> Section | None:
    """What each alternative changes in the base: the setting, its value before and after."""
    blocks: list[Block] = []
    for alternative in alternatives:
        title = alternative.run.text("title", words.code)
        blocks.append(Prose(f"{title}: {alternative.run.text('mechanism', words.code)}"))
        blocks.append(Prose(words.say("evidence", text=alternative.run.text("evidence", words.code))))
        if alternative.changes:
            head = (
                text(words.say("column.parameter")),
                number(words.say("column.before")),
                number(words.say("column.after")),
            )
            rows = tuple(
                Row(
                    (
                        text(words.path(str(c["path"])), str(c["path"])),
                        number(value_text(c["before"], words)),
                        number(value_text(c["after"], words)),
                    )
                )
                for c in alternative.changes
            )
            blocks.append(TableView(words.say("table.changes", title=title), head, rows))
    return Section("changes", words.say("section.changes"), tuple(blocks)) if blocks else None


def costs(result: Result, words: Language) -> Section:
    """Costs by law and payer, by setting, by part, and per person."""
    show, change = _money(words)
    blocks: list[Block] = []
    if result.alternatives:
        for run in result.runs:
            blocks += law_by_payer(run, words)
        blocks += figure(figures.costs_by_payer(result.base, words))
    for key, codes in (("setting", SETTINGS), ("module", _modules(result.base))):
        found = result.base.kpis.along("cost", key, view="calendar")
        metrics = [
            Metric(words.word(key, k), "cost", show, change, ((key, k), ("view", "calendar")))
            for k in codes
            if k in found and found[k].mean
        ]
        blocks += metric_table(
            words.say(f"table.cost_{key}", period=period(result.base, words)),
            words.say(f"column.{key}"),
            metrics,
            result,
            words,
        )
    per_person = [
        Metric(
            words.say(f"person.{key or 'all'}"),
            "cost_per_decedent",
            words.euro,
            lambda v: words.euro(v, signed=True),
            (("wlz", key),) if key else (),
        )
        for key in ("", "zonder", "met")
    ]
    blocks += metric_table(
        words.say("table.per_person"),
        words.say("column.group"),
        per_person,
        result,
        words,
        words.say("table.per_person_note"),
    )
    return Section("costs", words.say("section.costs"), tuple(blocks))


def _modules(run: RunView) -> list[str]:
    found = run.kpis.along("cost", "module", view="calendar")
    return sorted(found, key=lambda k: -found[k].mean)


def payments(result: Result, words: Language) -> Section:
    """What patients pay: distribution, by item, by law and by income."""

    def euro(value: float) -> str:
        return words.euro(value)

    def change(value: float) -> str:
        return words.euro(value, 2, signed=True)

    spread = [
        Metric(words.say(f"payment.{n}"), f"patient_payment_{n}", euro, change)
        for n in ("mean", "median", "p90", "p99")
    ]
    kinds = [
        Metric(words.word(kind, k), "patient_payment_mean", euro, change, ((key, k),))
        for key, kind, codes in (
            ("item", "item", ITEMS),
            ("law", "care_law", ("Zvw", "Wlz")),
            ("income", "income", ("laag", "midden", "hoog")),
        )
        for k in codes
    ]
    items = [m for m in kinds if m.dimension[0][0] == "item"]
    others = [m for m in kinds if m.dimension[0][0] != "item"]
    blocks: list[Block] = [Prose(words.say("payments.intro"))]
    blocks += metric_table(words.say("table.payment"), words.say("column.measure"), spread, result, words)
    blocks += figure(figures.patient_payments(result, words))
    blocks += metric_table(words.say("table.item"), words.say("column.item"), items, result, words)
    blocks += metric_table(words.say("table.kind"), words.say("column.group"), others, result, words)
    blocks += figure(figures.payments_by_kind(result, words))
    return Section("payments", words.say("section.payments"), tuple(blocks))


def places(result: Result, words: Language, published: Published) -> Section:
    """Where people die, whether that was their wish, and days in each setting."""

    def days(value: float) -> str:
        return words.number(value, style.DAY_DIGITS)

    metrics = [
        share_metric(words.word("setting", k), "place_of_death", words, (("setting", k),)) for k in SETTINGS
    ]
    metrics.append(share_metric(words.say("preference_met"), "preference_met", words))
    targets = {t.place: t.expected for t in published.targets if t.place}
    stays = [
        Metric(
            words.word("setting", k),
            "days_in_setting",
            days,
            lambda v: words.signed(v, style.TABLE_DIGITS),
            (("setting", k),),
        )
        for k in SETTINGS
    ]
    blocks = [
        *metric_table(words.say("table.place"), words.say("column.place"), metrics, result, words),
        *figure(figures.place_of_death(result, words, targets)),
        *metric_table(words.say("table.days"), words.say("column.place"), stays, result, words),
        *figure(figures.days_by_setting(result, words)),
    ]
    return Section("places", words.say("section.places"), tuple(blocks))


def hospices(result: Result, words: Language) -> Section:
    """Beds: occupancy, waiting, refusal, death while waiting, blocked hospital days."""

    def days(value: float) -> str:
        return words.number(value, style.DAY_DIGITS)

    def plus(value: float) -> str:
        return words.signed(value, style.DAY_DIGITS)

    def plus_fine(value: float) -> str:
        return words.signed(value, style.TABLE_DIGITS)

    def share(name: str) -> Metric:
        return share_metric(words.say(f"kpi.{name}"), name, words)

    def days_row(name: str) -> Metric:
        return Metric(words.say(f"kpi.{name}"), name, days, plus_fine)

    def count(name: str) -> Metric:
        return Metric(words.say(f"kpi.{name}"), name, words.number, plus)

    metrics = [
        count("hospice_requests"),
        count("hospice_stays"),
        share("hospice_refused"),
        share("hospice_died_waiting"),
        share("hospice_from_hospital"),
        days_row("wait_days_mean"),
        days_row("wait_days_p90"),
        count("blocked_hospital_days"),
        share("hospice_occupancy"),
    ]
    metrics += [
        share_metric(
            words.say("occupancy_of", place=words.word("setting", k)), "occupancy", words, (("setting", k),)
        )
        for k in (*HOSPICE_SETTINGS, "elv")
    ]
    metrics.append(days_row("nursing_home_wait_days"))
    blocks = [
        *metric_table(words.say("table.hospice"), words.say("column.measure"), metrics, result, words),
        *figure(figures.occupancy_by_site(result, words)),
    ]
    return Section("hospice", words.say("section.hospice"), tuple(blocks))


def use(result: Result, words: Language) -> Section:
    """Care near the end: admissions, emergency visits, GP contacts, nursing hours."""

    def amount(value: float) -> str:
        return words.number(value, style.TABLE_DIGITS)

    def plus(value: float) -> str:
        return words.signed(value, style.TABLE_DIGITS)

    shares = ("admitted_last_30", "ed_last_30", "ic_last_30")
    numbers = (
        "hospital_days_last_30",
        "transitions_last_90",
        "gp_contacts_last_30",
        "district_nursing_hours",
    )
    metrics = [share_metric(words.say(f"kpi.{n}"), n, words) for n in shares]
    metrics += [Metric(words.say(f"kpi.{n}"), n, amount, plus) for n in numbers]
    metrics.append(share_metric(words.say("kpi.terminal_outlived_90"), "terminal_outlived_90", words))
    blocks = metric_table(words.say("table.use"), words.say("column.measure"), metrics, result, words)
    return Section("use", words.say("section.use"), tuple(blocks))


def schemes(result: Result, words: Language) -> Section:
    """The ceiling on district nursing, the Regeling PTZ, and care that nobody may bill."""

    def euro(value: float) -> str:
        return words.euro(value)

    def plus(value: float) -> str:
        return words.euro(value, signed=True)

    def count(value: float) -> str:
        return words.number(value)

    def more(value: float) -> str:
        return words.signed(value, style.DAY_DIGITS)

    ceiling = [
        Metric(words.say("kpi.ceiling_exhausted_day"), "ceiling_exhausted_day", count, more),
        Metric(words.say("kpi.ceiling_patients_affected"), "ceiling_patients_affected", count, more),
    ]
    forms = result.base.kpis.along("subsidy", "form")
    subsidy = [Metric(words.word("form", k), "subsidy", euro, plus, (("form", k),)) for k in forms]
    subsidy += [
        Metric(words.say("kpi.subsidy_claimed"), "subsidy_claimed", euro, plus),
        share_metric(words.say("kpi.subsidy_payout"), "subsidy_payout", words),
    ]
    state = [
        Metric(
            words.say(f"column.{name}", line=words.word("budget_line", k)), name, euro, plus, (("line", k),)
        )
        for k in BUDGET_LINES
        for name in ("budget", "budget_used")
    ]
    state.append(Metric(words.say("kpi.spiritual_hours_left"), "spiritual_hours_left", count, more))
    unfunded = [
        Metric(words.word("reason", k), "unfunded", euro, plus, (("reason", k),)) for k in UNFUNDED_REASONS
    ]
    first = words.say("column.measure")
    blocks = [
        *metric_table(
            words.say("table.ceiling"), first, ceiling, result, words, words.say("table.ceiling_note")
        ),
        *metric_table(
            words.say("table.subsidy"),
            words.say("column.form"),
            subsidy,
            result,
            words,
            words.say("table.subsidy_note"),
        ),
        *metric_table(
            words.say("table.budgets", period=period(result.base, words)),
            words.say("column.budget_line"),
            state,
            result,
            words,
            words.say("table.budgets_note"),
        ),
        *metric_table(
            words.say("table.unfunded", period=period(result.base, words)),
            words.say("column.reason"),
            unfunded,
            result,
            words,
            words.say("table.unfunded_note"),
        ),
    ]
    return Section("schemes", words.say("section.schemes"), tuple(blocks))


def subtitle(result: Result, words: Language) -> str:
    """Area, counted window and replications in one line."""
    run = result.base
    return words.say(
        "subtitle",
        area=run.area["title"][words.code],
        period=period(run, words),
        replications=words.number(min(r.replications for r in result.runs)),
    )
