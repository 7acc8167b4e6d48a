"""The answer of a capacity study in sentences and tables, for a page and for the screen."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence

from sim.report import style
from sim.report.figures.capacity import days, figure_curve, norm_name
from sim.report.language import Language
from sim.report.page import (
    Block,
    Bullets,
    Cell,
    Prose,
    Row,
    Section,
    TableView,
    figure,
    number,
    text,
    with_assumed,
)
from sim.report.pages.capacity_lead import beds_told, change_table, costs, hangs, hangs_table, judged_table
from sim.report.pages.capacity_places import places_blocks, places_sentences, places_tables
from sim.report.rounding import told_range
from sim.schema import HOSPICE_SETTINGS, PAYERS
from sim.stats import Interval
from sim.studies.capacity.answer import Capacity, ExtraBeds, Point, TypeAnswer, Year
from sim.studies.capacity.norms import WAIT, Norm
from sim.studies.capacity.observe import HOSPICE, SHORT_STAY


def lead(found: Capacity, words: Language) -> list[Block]:
    """First screen of the answer: norms, number, certainty, who pays, what it hangs on; table and figure."""
    first = next(iter(found.types))
    return [
        Prose(norms_sentence(found, words)),
        Bullets(tuple(first_sentences(found, words))),
        change_table(found, first, words),
        *figure(figure_curve(found, first, words)),
    ]


def first_sentences(found: Capacity, words: Language, with_hangs: bool = True) -> list[str]:
    """The answer of the first type: number, certainty, what it costs whom, and what it hangs on."""
    kind, answer = next(iter(found.types.items()))
    number_, *certainty = _smallest(kind, answer, words)
    out = [f"{_now(kind, answer, words)} {number_}".rstrip()]
    out += [" ".join(certainty)] if certainty else []
    out += [*_missing(found, words), *costs(answer, words)]
    out += places_sentences(found.compared, words) if found.compared else []
    return [*out, *hangs(found, kind, words)] if with_hangs else out


def parts(found: Capacity, words: Language) -> list[Section]:
    """The tables behind the answer: each type, demand, growth, closing, months, sites, how to read them."""
    sections = [
        Section(kind, words.word("capacity.kind", kind), tuple(_type_blocks(found, kind, words)))
        for kind in found.types
    ]
    others = other_sentences(found, words)
    rest: list[tuple[str, str, list[Block]]] = [
        ("others", words.say("capacity.others"), [Bullets(tuple(others))] if others else []),
        ("hangs", words.say("short_note.hangs"), hangs_table(found, words)),
        ("demand", words.say("capacity.load"), [load_table(found, words)]),
        (
            "running",
            words.say("capacity.running.title"),
            [running_table(found, words)] if found.running else [],
        ),
        ("growth", words.say("capacity.growth_title"), [growth_table(found, words)] if found.growth else []),
        ("closing", words.say("capacity.closing"), [closing_table(found, words)] if found.closing else []),
        ("places", words.say("places.title"), _places(found, words)),
        ("months", words.say("capacity.months"), [months_table(found, words)]),
        ("sites", words.say("capacity.sites"), [_sites_table(found, words)]),
        ("reading", words.say("capacity.reading"), [Bullets(tuple(_about(found, words)))]),
    ]
    return sections + [Section(id_, title, tuple(blocks)) for id_, title, blocks in rest]


def sentences(found: Capacity, words: Language) -> list[str]:
    """The answer in sentences: the first type, the others, one bed more, the busiest month, closing."""
    return [*first_sentences(found, words), *other_sentences(found, words)]


def other_sentences(found: Capacity, words: Language) -> list[str]:
    """What stands beside the answer of the first type."""
    out = [
        f"{_now(kind, answer, words)} {_smallest(kind, answer, words)[0]}"
        for kind, answer in list(found.types.items())[1:]
    ]
    first = next(iter(found.types.values()))
    one = next((row for row in first.per_extra if row.cost), None)
    if one is not None:
        added = _added(first, one, words)
        out.append(words.say("capacity.answer.extra", added=added, **_change(one, words)))
    busiest = next((month for month in found.months if month.month == found.busiest), None)
    if busiest is not None and math.isfinite(busiest.not_admitted.mean):
        out.append(
            words.say(
                "capacity.answer.month",
                month=words.month(busiest.month),
                **{
                    name: words.number(value, style.DAY_DIGITS)
                    for name, value in zip(("load", "low", "high"), busiest.load, strict=False)
                },
                lost=words.percent(busiest.not_admitted.mean),
            )
        )
    out += [*_apart(found, words), *_short(found, words)]
    out += [
        words.say("capacity.answer.closing", site=row.closed, **_change(row, words))
        for row in found.closing
        if row.cost
    ]
    return out


def _places(found: Capacity, words: Language) -> list[Block]:
    return [] if found.compared is None else places_blocks(found.compared, words)


def norms_sentence(found: Capacity, words: Language) -> str:
    """What the norms ask, in words."""
    told = words.listing([norm_words(norm, words) for norm in found.norms])
    if found.peak is None:
        return words.say("capacity.norms", norms=told)
    return words.say("capacity.norms_peak", norms=told, month=words.month(found.peak))


def norm_words(norm: Norm, words: Language) -> str:
    """What one norm asks, in words."""
    bound = (
        days(norm.bound, words) if norm.measure == WAIT else words.percent(norm.bound, _digits(norm.bound))
    )
    return words.say(
        f"capacity.norm_of.{norm.measure}", bound=bound, share=words.percent(norm.share, _digits(norm.share))
    )


def _digits(share: float) -> int:
    """Decimals of a percentage that a user wrote."""
    return 0 if math.isclose(share * 100, round(share * 100)) else style.SHARE_DIGITS


def _now(kind: str, answer: TypeAnswer, words: Language) -> str:
    return words.say(
        "capacity.answer.now",
        kind=words.word("capacity.kind", kind),
        beds=beds_told(answer.now.total, words),
        load=words.number(answer.guess.load, style.DAY_DIGITS),
    )


def _smallest(kind: str, answer: TypeAnswer, words: Language) -> list[str]:
    """The number and how certain it is."""
    ranking = answer.ranking
    out: list[str] = []
    if not ranking.verdicts:
        return [""]
    if answer.smallest is None:
        most = max((*ranking.verdicts, answer.now.total))
        out.append(words.say("capacity.answer.none", most=beds_told(most, words)))
    else:
        extra = answer.smallest.extra
        change = (
            words.say("capacity.answer.same")
            if not extra
            else words.say(f"capacity.answer.{'more' if extra > 0 else 'fewer'}", n=words.number(abs(extra)))
        )
        several = kind == "all"
        out.append(
            words.say(
                "capacity.answer.smallest" if several else "capacity.answer.smallest_one",
                beds=beds_told(answer.smallest.total, words),
                count=answer.smallest.total,
                change=change,
                mix=mix(answer.smallest, words),
            )
        )
        out.append(_by_year(answer.smallest, words))
    if ranking.open:
        most = max(ranking.replications.values())
        numbers = _numbers(ranking.open, words)
        out.append(words.say("capacity.answer.open", numbers=numbers, n=words.number(most)))
    if ranking.largest_missing is not None:
        out.append(words.say("capacity.answer.below", beds=beds_told(ranking.largest_missing, words)))
    return out


def _numbers(open_: Sequence[int], words: Language) -> str:
    """Numbers of beds one below the other: each of a few, the first and the last of many."""
    *rest, last = [*(words.number(n) for n in open_[:-1]), beds_told(open_[-1], words)]
    if len(rest) < style.LISTED_NUMBERS:
        return words.listing([*rest, last])
    return words.say("capacity.answer.span", first=rest[0], last=last)


def _short(found: Capacity, words: Language) -> list[str]:
    """When the beds of now fall short, by the ageing of the region."""
    short = found.short
    if short is None:
        return []
    now, ages = str(found.growth[0].year), words.say(f"capacity.ages.{'own' if short.own else 'nation'}")
    if short.year is None:
        told = words.say("capacity.answer.not_short", until=str(short.until))
        if short.early is not None:
            told += " " + words.say("capacity.answer.short_early", year=str(short.early))
    elif str(short.year) == now:
        told = words.say("capacity.answer.short_now", year=now)
    else:
        late = words.say("capacity.after", year=str(short.until)) if short.late is None else str(short.late)
        told = words.say("capacity.answer.short", year=str(short.year), early=str(short.early), late=late)
    return [f"{told} {ages}"]


def _by_year(point: Point, words: Language) -> str:
    """How many years keep to the norm by themselves, and how long no bed is free."""
    return words.say(
        "capacity.answer.years",
        share=words.percent(point.in_norm.mean, 0),
        n=words.number(point.in_norm.n),
        days=days(round(point.values["full_days"].mean, 1), words),
    )


def _missing(found: Capacity, words: Language) -> list[str]:
    """Types of hospice that the region has no site of."""
    if not found.missing:
        return []
    types = words.listing([words.word("capacity.mix", kind) for kind in found.missing])
    return [
        words.say("capacity.answer.missing", types=types, share=words.percent(sum(found.missing.values()), 0))
    ]


def mix(point: Point, words: Language) -> str:
    """Beds of each type of hospice in words."""
    return ", ".join(
        f"{words.number(beds)} {words.word('capacity.mix', kind)}"
        for kind, beds in point.beds.items()
        if kind != SHORT_STAY
    )


def _change(row: ExtraBeds, words: Language) -> dict[str, str]:
    lost, blocked, cost = row.differences["not_placed"], row.differences["blocked_days"], row.cost["total"]

    avoided, avoided_span = told_range(lost, "count", words, signed=True)
    amount, cost_span = told_range(cost, "eur", words, signed=True)
    return {
        "avoided": avoided,
        "avoided_span": avoided_span or words.say("none"),
        "days": told_range(blocked, "count", words, signed=True)[0],
        "cost": amount,
        "cost_span": cost_span or words.say("none"),
    }


# ------------------------------------------------------------------ tables
def _type_blocks(found: Capacity, kind: str, words: Language) -> list[Block]:
    first = kind == next(iter(found.types))
    drawn = [] if first else figure(figure_curve(found, kind, words))
    certainty = _smallest(kind, found.types[kind], words)[1:]
    return [
        *([] if first or not certainty else [Prose(" ".join(certainty))]),
        *drawn,
        *([judged_table(found, kind, words)] if found.types[kind].ranking.verdicts else []),
        curve_table(found, kind, words),
        *([extra_table(found, kind, words)] if found.types[kind].per_extra else []),
        *_payers(found, kind, words),
    ]


def curve_table(found: Capacity, kind: str, words: Language) -> TableView:
    """Numbers of beds with what they show, a row a number."""
    answer = found.types[kind]
    several, queue = kind == "all", kind != SHORT_STAY
    head = [text(_column("beds", words))]
    head += [text(_column("verdict", words)), *(number(norm_name(norm, words)) for norm in found.norms)]
    named = {norm.measure for norm in found.norms}
    shares = [m for m in ("refused", "died_waiting") if m not in named and (queue or m == "refused")]
    head += [number(words.say(f"capacity.norm_head.{measure}")) for measure in shares]
    head += [number(_column("wait", words))] if queue else []
    head += [number(_column(name, words)) for name in ("occupancy", "blocked", "hospital")]
    rows = []
    for point in answer.curve:
        parts = " + ".join(words.number(n) for k, n in point.beds.items() if k != SHORT_STAY)
        cells = [text(words.number(point.total), parts if several else "")]
        cells.append(text(words.word("capacity.verdict", point.verdict)))
        cells += [_interval(point.norms[norm.text], style.SHARE_UNIT, words) for norm in found.norms]
        cells += [_interval(point.values[measure], style.SHARE_UNIT, words) for measure in shares]
        if queue:
            cells.append(_interval(point.values["wait_mean_days"], "days", words))
        cells.append(_interval(point.values["occupancy"], style.SHARE_UNIT, words))
        cells += [
            _interval(point.values[name], "count", words) for name in ("blocked_days", "hospital_deaths")
        ]
        chosen = answer.smallest is not None and point.total == answer.smallest.total
        rows.append(Row(tuple(cells), total=chosen))
    name = words.word("capacity.kind", kind)
    note = words.say("capacity.curve_note", n=words.number(found.replications))
    return TableView(words.say("capacity.curve", kind=name), tuple(head), tuple(rows), note)


def extra_table(found: Capacity, kind: str, words: Language) -> TableView:
    """What 1, 2, 5 and 10 beds more change."""
    rows = [
        Row(
            (
                text(words.signed(row.extra, 0), _added(found.types[kind], row, words)),
                *_extra_cells(row, words),
            )
        )
        for row in found.types[kind].per_extra
    ]
    caption = words.say("capacity.extra", kind=words.word("capacity.kind", kind))
    head = (text(_column("extra", words)), *_extra_head(words))
    note = words.say("capacity.extra_note")
    if kind != next(iter(found.types)):
        note += " " + words.say("capacity.extra_unpriced", kind=kind)
    return TableView(caption, head, tuple(rows), note)


def _added(answer: TypeAnswer, row: ExtraBeds, words: Language) -> str:
    """Which types the beds more are of."""
    more = {kind: beds - answer.now.beds.get(kind, 0) for kind, beds in row.beds.items()}
    return ", ".join(
        f"{words.signed(number_, 0)} {words.word('capacity.mix', kind)}"
        for kind, number_ in more.items()
        if number_
    )


def running_table(found: Capacity, words: Language) -> TableView:
    """What a bed of each type costs its house a year."""
    names = ("fixed", "staff", "both", "subsidy")
    head = (text(_column("kind", words)), *(number(words.say(f"capacity.running.{name}")) for name in names))

    def euros(amount: float) -> str:
        return told_range(Interval(amount, amount, amount, 1), "eur", words)[0]

    rows = tuple(
        Row(
            (
                text(words.word("capacity.kind", each.kind)),
                number(euros(each.fixed)),
                number(euros(each.staff)),
                number(
                    euros(each.fixed + each.staff),
                    words.say("interval.short", low=euros(each.low), high=euros(each.high)),
                ),
                number(euros(each.subsidy)),
            )
        )
        for each in found.running
    )
    return TableView(words.say("capacity.running.title"), head, rows, words.say("capacity.running.note"))


def _apart(found: Capacity, words: Language) -> list[str]:
    """Why the types by themselves ask for more beds than all together."""
    whole = found.types.get(HOSPICE)
    each = [a.smallest for kind, a in found.types.items() if kind in HOSPICE_SETTINGS]
    if whole is None or whole.smallest is None or not each or None in each:
        return []
    apart = sum(point.total for point in each if point is not None)
    if apart == whole.smallest.total:
        return []
    return [
        words.say(
            "capacity.answer.apart",
            apart=beds_told(apart, words),
            together=beds_told(whole.smallest.total, words),
        )
    ]


def closing_table(found: Capacity, words: Language) -> TableView:
    """What closing sites changes, against the region as it was."""
    rows = [Row((text(row.closed), *_extra_cells(row, words))) for row in found.closing]
    head = (text(_column("closed", words)), *_extra_head(words))
    return TableView(words.say("capacity.closing"), head, tuple(rows), words.say("capacity.extra_note"))


def _extra_head(words: Language) -> list[Cell]:
    names = ("avoided", "occupancy", "blocked", "hospital", "cost", "per_refusal")
    return [number(_column(name, words)) for name in names]


def _extra_cells(row: ExtraBeds, words: Language) -> list[Cell]:
    def cell(found: Interval, unit: str) -> Cell:
        return number(*told_range(found, unit, words, signed=True))

    change = row.differences
    none = number(words.say("none"))
    return [
        cell(change["not_placed"], "count"),
        cell(change["occupancy"], style.SHARE_UNIT),
        cell(change["blocked_days"], "count"),
        cell(change["hospital_deaths"], "count"),
        cell(row.cost["total"], "eur") if row.cost else none,
        cell(row.cost_per_refusal, "eur") if row.cost else none,
    ]


def _payers(found: Capacity, kind: str, words: Language) -> list[Block]:
    """Who pays the change, a row a payer and a column a number of beds."""
    priced = [row for row in found.types[kind].per_extra if row.cost]
    if not priced:
        return []
    payers = [payer for payer in PAYERS if any(row.cost[payer].mean for row in priced)]

    def cells(payer: str) -> list[Cell]:
        return [number(*told_range(row.cost[payer], "eur", words, signed=True)) for row in priced]

    rows = [Row((text(words.word("payer", payer)), *cells(payer))) for payer in payers]
    rows.append(Row((text(words.say("total")), *cells("total")), total=True))
    head = (text(words.say("column.payer")), *(number(words.signed(row.extra, 0)) for row in priced))
    return [
        TableView(words.say("capacity.payers", kind=words.word("capacity.kind", kind)), head, tuple(rows))
    ]


def load_table(found: Capacity, words: Language) -> TableView:
    """Demand of every type with the first guesses of the formulas beside the simulation."""
    names = ("beds", "load", "requests", "stay", "erlang_b", "erlang_a", "apart", "simulated")
    head = [text(_column("kind", words)), *(number(_column(name, words)) for name in names)]
    head += [number(f"{_column('guess', words)}: {norm_name(norm, words).lower()}") for norm in found.norms]
    head += [number(_column("guess_apart", words)), number(_column("answer", words))]
    rows = []
    for kind, answer in found.types.items():
        guess = answer.guess
        apart = [n for n in guess.fewest_sites.values() if n is not None]
        smallest = answer.smallest
        cells = [
            text(words.word("capacity.kind", kind)),
            number(words.number(answer.now.total)),
            number(words.number(guess.load, style.DAY_DIGITS)),
            number(words.number(guess.requests)),
            number(days(round(guess.stay_days, 1), words)),
            *(
                number(words.percent(share))
                for share in (guess.refused_b, guess.refused_a, guess.refused_sites)
            ),
            number(words.percent(answer.now.values["refused"].mean)),
            *(number(_count(guess.fewest[norm.text], words)) for norm in found.norms),
            number(_count(max(apart) if apart else None, words)),
            number(_count(None if smallest is None else smallest.total, words)),
        ]
        rows.append(Row(tuple(cells)))
    return TableView(
        words.say("capacity.load"), tuple(head), tuple(rows), words.say("capacity.load_note"), wide=True
    )


def short_load_table(found: Capacity, words: Language) -> TableView:
    """Demand of every type with the first guess of the formulas and the answer of the simulation."""
    names = ("beds", "load", "requests", "guess", "guess_apart", "answer")
    head = (text(_column("kind", words)), *(number(_column(name, words)) for name in names))
    rows = []
    for kind, answer in found.types.items():
        guess, smallest = answer.guess, answer.smallest
        together, apart = (
            max((n for n in each.values() if n is not None), default=None)
            for each in (guess.fewest, guess.fewest_sites)
        )
        cells = (
            text(words.word("capacity.kind", kind)),
            number(words.number(answer.now.total)),
            number(words.number(guess.load, style.DAY_DIGITS)),
            number(words.number(guess.requests)),
            number(_count(together, words)),
            number(_count(apart, words)),
            number(_count(None if smallest is None else smallest.total, words)),
        )
        rows.append(Row(cells))
    return TableView(words.say("capacity.load"), head, tuple(rows))


def months_table(found: Capacity, words: Language) -> TableView:
    """Every month at the beds of now."""
    head = (
        text(_column("month", words)),
        *(number(_column(name, words)) for name in ("load", "asked", "lost", "occupancy")),
    )
    rows = [
        Row(
            (
                text(words.month(month.month)),
                _interval(month.load, "count", words),
                _interval(month.requests, "count", words),
                _interval(month.not_admitted, style.SHARE_UNIT, words),
                _interval(month.occupancy, style.SHARE_UNIT, words),
            ),
            total=month.month == found.busiest,
        )
        for month in found.months
    ]
    return TableView(words.say("capacity.months"), head, tuple(rows))


def growth_table(found: Capacity, words: Language) -> TableView:
    """Beds that every year asks for."""
    norms = [norm for norm in found.norms if norm.text in found.growth[0].now.norms]
    head = (
        text(_column("year", words)),
        *(number(_column(name, words)) for name in ("demand", "load", "smallest")),
        *(number(norm_name(norm, words)) for norm in norms),
    )
    rows = []
    for year in found.growth:
        ranking = year.ranking
        smallest = _count(ranking.smallest, words)
        if ranking.smallest is not None and ranking.open:
            smallest = words.say("capacity.at_most", n=smallest, low=words.number(min(ranking.open)))
        rows.append(
            Row(
                (
                    text(str(year.year)),
                    number(words.percent(year.demand - 1, signed=True), _demand_span(year, words)),
                    number(words.number(year.load, style.DAY_DIGITS)),
                    number(smallest),
                    *(_interval(year.now.norms[norm.text], style.SHARE_UNIT, words) for norm in norms),
                )
            )
        )
    return TableView(_growth_title(found, words), head, tuple(rows), words.say("capacity.growth_note"))


def _demand_span(year: Year, words: Language) -> str:
    if year.span is None or year.span[0] == year.span[1]:
        return ""
    low, high = (words.percent(each - 1, signed=True) for each in year.span)
    return words.say("interval.short", low=low, high=high)


def _growth_title(found: Capacity, words: Language) -> str:
    if found.short is not None:
        return words.say("capacity.ageing")
    share = found.growth[1].demand - 1 if len(found.growth) > 1 else 0.0
    return words.say("capacity.growth", share=words.percent(share, _digits(share)))


def _sites_table(found: Capacity, words: Language) -> TableView:
    head = (text(_column("site", words)), text(_column("kind", words)), number(_column("beds", words)))
    rows = [
        Row((text(name), text(words.word("setting", kind)), number(words.number(beds))))
        for _, name, kind, beds in found.sites
    ]
    return TableView(words.say("capacity.sites"), head, tuple(rows))


def _about(found: Capacity, words: Language) -> list[str]:
    norm = words.say(
        "capacity.about.norm", n=words.number(found.replications), most=words.number(found.most_replications)
    )
    count, order, scope = (words.say(f"capacity.about.{name}") for name in ("count", "order", "scope"))
    dates = words.say("capacity.about.dates", turnover=days(found.turnover_days, words))
    return [count, dates, norm, order, scope]


def subtitle(found: Capacity, words: Language) -> str:
    """Policy, counted window and replications in one line."""
    start, end = (dt.date.fromisoformat(day) for day in found.window)
    line = words.say(
        "capacity.subtitle",
        scenario=found.title[words.code],
        period=words.say("period", start=words.date(start), end=words.date(end)),
        n=words.number(found.replications),
        most=words.number(found.most_replications),
    )
    return with_assumed(line, found.assumed, words)


def _column(name: str, words: Language) -> str:
    return words.say(f"capacity.column.{name}")


def _count(count: int | None, words: Language) -> str:
    return words.say("none") if count is None else words.number(count)


def _interval(found: Interval, unit: str, words: Language) -> Cell:
    return number(*told_range(found, unit, words))


def tables(found: Capacity, words: Language) -> Sequence[TableView]:
    """The tables that a screen shows: curve and more beds of the first type, then the smaller ones."""
    first = next(iter(found.types))
    out = [curve_table(found, first, words)]
    out += [extra_table(found, first, words)] if found.types[first].per_extra else []
    out.append(short_load_table(found, words))
    out += [growth_table(found, words)] if found.growth else []
    out += [closing_table(found, words)] if found.closing else []
    return out + (places_tables(found.compared, words) if found.compared else [])
