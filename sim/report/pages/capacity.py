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
    Shown,
    TableView,
    figure,
    number,
    range_cell,
    row,
    table,
    text,
    told_table,
    with_assumed,
)
from sim.report.pages.capacity_lead import beds_told, change_table, costs, hangs, hangs_table, judged_table
from sim.report.pages.capacity_places import places_blocks, places_sentences, places_tables
from sim.report.rounding import told_range
from sim.schema import HOSPICE_SETTINGS, PAYERS
from sim.stats import Interval
from sim.studies.capacity.answer import Capacity, ExtraBeds, Point, TypeAnswer, Year
from sim.studies.capacity.norms import WAIT, Norm
from sim.studies.capacity.observe import ANY_HOSPICE, SHORT_STAY
from sim.studies.capacity.place_measures import unit_of


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
    others, compared = other_sentences(found, words), found.compared
    rest: list[tuple[str, str, Sequence[Block]]] = [
        ("others", "capacity.others", [Bullets(tuple(others))] if others else []),
        ("hangs", "short_note.hangs", hangs_table(found, words)),
        ("demand", "capacity.load", [load_table(found, words)]),
        ("running", "capacity.running.title", _filled(running_table(found, words))),
        ("growth", "capacity.growth_title", _filled(growth_table(found, words))),
        ("closing", "capacity.closing", _filled(closing_table(found, words))),
        ("places", "places.title", places_blocks(compared, words) if compared else []),
        ("months", "capacity.months", [months_table(found, words)]),
        ("sites", "capacity.sites", [sites_table(found, words)]),
        ("reading", "capacity.reading", [Bullets(tuple(_about(found, words)))]),
    ]
    return sections + [Section(id_, words.say(title), tuple(blocks)) for id_, title, blocks in rest]


def _filled(*tables: TableView) -> list[TableView]:
    """Those that have a row."""
    return [table for table in tables if table.rows]


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
        point = answer.smallest
        out.append(
            words.say(
                "capacity.answer.years",
                share=words.percent(point.in_norm.mean, 0),
                n=words.number(point.in_norm.n),
                days=days(round(point.values["full_days"].mean, 1), words),
            )
        )
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
        "avoided_span": avoided_span or words.none,
        "days": told_range(blocked, "count", words, signed=True)[0],
        "cost": amount,
        "cost_span": cost_span or words.none,
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
        *_filled(extra_table(found, kind, words)),
        *_payers(found, kind, words),
    ]


def curve_table(found: Capacity, kind: str, words: Language) -> TableView:
    """Numbers of beds with what they show, a row a number."""
    answer = found.types[kind]
    several, queue = kind == "all", kind != SHORT_STAY
    named = {norm.measure for norm in found.norms}
    shares = [m for m in ("refused", "died_waiting") if m not in named and (queue or m == "refused")]
    waits = ["wait_mean_days"] if queue else []
    head: list[Shown] = [
        _column("beds", words),
        text(_column("verdict", words)),
        *(norm_name(norm, words) for norm in found.norms),
        *words.each("capacity.norm_head", *shares),
        *words.each("capacity.column", *(("wait",) if queue else ()), "occupancy", "blocked", "hospital"),
    ]
    measures = (*shares, *waits, "occupancy", "blocked_days", "hospital_deaths")

    def made(point: Point) -> Row:
        parts = " + ".join(words.number(n) for k, n in point.beds.items() if k != SHORT_STAY)
        return row(
            (words.number(point.total), parts if several else ""),
            text(words.word("capacity.verdict", point.verdict)),
            *(told_range(point.norms[norm.text], style.SHARE_UNIT, words) for norm in found.norms),
            *(told_range(point.values[name], unit_of(name), words) for name in measures),
            total=answer.smallest is not None and point.total == answer.smallest.total,
        )

    name, n = words.word("capacity.kind", kind), words.number(found.replications)
    return told_table("capacity.curve", head, map(made, answer.curve), words, kind=name, n=n)


def extra_table(found: Capacity, kind: str, words: Language) -> TableView:
    """What 1, 2, 5 and 10 beds more change."""
    answer = found.types[kind]
    note = words.say("capacity.extra_note")
    if kind != next(iter(found.types)):
        note += " " + words.say("capacity.extra_unpriced", kind=kind)
    rows = (
        row((words.signed(each.extra, 0), _added(answer, each, words)), *_extra_cells(each, words))
        for each in answer.per_extra
    )
    caption = words.say("capacity.extra", kind=words.word("capacity.kind", kind))
    return table(caption, words.each("capacity.column", "extra", *_EXTRA), rows, note)


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

    def euros(amount: float) -> str:
        return told_range(Interval(amount, amount, amount, 1), "eur", words)[0]

    names = ("fixed", "staff", "both", "subsidy")
    head = [_column("kind", words), *words.each("capacity.running", *names)]
    rows = []
    for each in found.running:
        span = words.say("interval.short", low=euros(each.low), high=euros(each.high))
        both = (euros(each.fixed + each.staff), span)
        told = (euros(each.fixed), euros(each.staff), both, euros(each.subsidy))
        rows.append(row(words.word("capacity.kind", each.kind), *told))
    return table(words.say("capacity.running.title"), head, rows, words.say("capacity.running.note"))


def _apart(found: Capacity, words: Language) -> list[str]:
    """Why the types by themselves ask for more beds than all together."""
    whole = found.types.get(ANY_HOSPICE)
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
    rows = (row(each.closed, *_extra_cells(each, words)) for each in found.closing)
    head = words.each("capacity.column", "closed", *_EXTRA)
    return table(words.say("capacity.closing"), head, rows, words.say("capacity.extra_note"))


_EXTRA = ("avoided", "occupancy", "blocked", "hospital", "cost", "per_refusal")


def _extra_cells(found: ExtraBeds, words: Language) -> list[Cell]:
    names = ("not_placed", "occupancy", "blocked_days", "hospital_deaths")
    made = [range_cell(found.differences[name], unit_of(name), words) for name in names]
    if not found.cost:
        return [*made, number(words.none), number(words.none)]
    priced = (found.cost["total"], found.cost_per_refusal)
    return [*made, *(range_cell(each, "eur", words) for each in priced)]


def _payers(found: Capacity, kind: str, words: Language) -> list[Block]:
    """Who pays the change, a row a payer and a column a number of beds."""
    priced = [each for each in found.types[kind].per_extra if each.cost]
    if not priced:
        return []
    payers = [payer for payer in PAYERS if any(each.cost[payer].mean for each in priced)]

    def made(label: str, payer: str) -> Row:
        cells = (range_cell(each.cost[payer], "eur", words) for each in priced)
        return row(label, *cells, total=payer == "total")

    caption = words.say("capacity.payers", kind=words.word("capacity.kind", kind))
    head = [words.say("column.payer"), *(words.signed(each.extra, 0) for each in priced)]
    rows = [*(made(words.word("payer", payer), payer) for payer in payers), made(words.say("total"), "total")]
    return [table(caption, head, rows)]


def load_table(found: Capacity, words: Language, short: bool = False) -> TableView:
    """Demand of every type with the first guess of the formulas beside the simulation, or `short`."""

    def made(kind: str, answer: TypeAnswer) -> Row:
        guess, load = answer.guess, words.number(answer.guess.load, style.DAY_DIGITS)
        shares = (guess.refused_b, guess.refused_a, guess.refused_sites, answer.now.values["refused"].mean)
        most, apart = (
            _count(max((n for n in fewest.values() if n is not None), default=None), words)
            for fewest in (guess.fewest, guess.fewest_sites)
        )
        behind = [days(round(guess.stay_days, 1), words), *map(words.percent, shares)]
        behind += [_count(guess.fewest[norm.text], words) for norm in found.norms]
        return row(
            words.word("capacity.kind", kind),
            *(words.number(answer.now.total), load, words.number(guess.requests)),
            *([most] if short else behind),
            apart,
            _count(None if answer.smallest is None else answer.smallest.total, words),
        )

    rows = (made(*each) for each in found.types.items())
    first, last = ("kind", "beds", "load", "requests"), ("guess_apart", "answer")
    if short:
        return table(words.say("capacity.load"), words.each("capacity.column", *first, "guess", *last), rows)
    middle = ("stay", "erlang_b", "erlang_a", "apart", "simulated")
    guess, named = _column("guess", words), (norm_name(norm, words).lower() for norm in found.norms)
    head = words.each("capacity.column", *first, *middle)
    head += [*(f"{guess}: {name}" for name in named), *words.each("capacity.column", *last)]
    return told_table("capacity.load", head, rows, words, wide=True)


def months_table(found: Capacity, words: Language) -> TableView:
    """Every month at the beds of now."""
    rows = []
    for each in found.months:
        units = (
            (value, "count" if name == "load" else unit_of(name)) for name, value in each.measures.items()
        )
        told = (told_range(value, unit, words) for value, unit in units)
        rows.append(row(words.month(each.month), *told, total=each.month == found.busiest))
    head = words.each("capacity.column", "month", "load", "asked", "lost", "occupancy")
    return table(words.say("capacity.months"), head, rows)


def growth_table(found: Capacity, words: Language) -> TableView:
    """Beds that every year asks for."""
    norms = [norm for norm in found.norms if all(norm.text in year.now.norms for year in found.growth[:1])]

    def made(year: Year) -> Row:
        ranking = year.ranking
        smallest = _count(ranking.smallest, words)
        if ranking.smallest is not None and ranking.open:
            smallest = words.say("capacity.at_most", n=smallest, low=words.number(min(ranking.open)))
        span = ""
        if year.span is not None and year.span[0] != year.span[1]:
            low, high = (words.percent(each - 1, signed=True) for each in year.span)
            span = words.say("interval.short", low=low, high=high)
        return row(
            str(year.year),
            (words.percent(year.demand - 1, signed=True), span),
            words.number(year.load, style.DAY_DIGITS),
            smallest,
            *(told_range(year.now.norms[norm.text], style.SHARE_UNIT, words) for norm in norms),
        )

    head = words.each("capacity.column", "year", "demand", "load", "smallest")
    head += [norm_name(norm, words) for norm in norms]
    share = found.growth[1].demand - 1 if len(found.growth) > 1 else 0.0
    caption = words.say("capacity.growth", share=words.percent(share, _digits(share)))
    caption = caption if found.short is None else words.say("capacity.ageing")
    return table(caption, head, map(made, found.growth), words.say("capacity.growth_note"))


def sites_table(found: Capacity, words: Language) -> TableView:
    """Beds of every site."""
    site, kind, beds = words.each("capacity.column", "site", "kind", "beds")
    rows = (
        row(name, text(words.word("setting", kind)), words.number(beds))
        for _, name, kind, beds in found.sites
    )
    return table(words.say("capacity.sites"), (site, text(kind), beds), rows)


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
    return words.none if count is None else words.number(count)


def tables(found: Capacity, words: Language) -> Sequence[TableView]:
    """The tables that a screen shows: curve and more beds of the first type, then the smaller ones."""
    first = next(iter(found.types))
    made = (
        curve_table(found, first, words),
        extra_table(found, first, words),
        load_table(found, words, short=True),
        growth_table(found, words),
        closing_table(found, words),
    )
    return _filled(*made, *(places_tables(found.compared, words) if found.compared else []))
