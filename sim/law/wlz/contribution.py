"""Wet langdurige zorg: the eigen bijdrage that the CAK collects, and the budget of a pgb."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from fractions import Fraction
from math import lcm

import numpy as np

from sim import units
from sim.columns import Columns, order_by, places_in, split_months, totals
from sim.dates import month_start_day, months, year_start_day, years
from sim.law.means import assets_above, household_income, month_of_means
from sim.law.parameters import Parameters
from sim.law.people import (
    ENDLESS,
    NO_DAY,
    NOT_STATED,
    PARTNER_INSTITUTION,
    PARTNER_PART_TIME,
    PARTNER_SHELTERED,
    People,
    birthday,
)
from sim.law.registry import THE_WLZ, RuleSet
from sim.schema import WLZ_FORMS
from sim.units import Bools, Ints, RoundingSpec, bound, divide, roomy, times_over

_BLZ = THE_WLZ.decree(source="blz_2026")  # Besluit langdurige zorg

_CENT = RoundingSpec("half_up", 1, "Blz art. 3.3.2.9(2)")
_VERBLIJF, VPT, MPT, PGB = (WLZ_FORMS.index(form) for form in ("verblijf", "vpt", "mpt", "pgb"))
# Kinds of contribution: low (institution, vpt), mpt or pgb, mpt of few hours, high
CONTRIBUTION_KINDS = ("laag", "mpt_pgb", "mpt_20_uur", "hoog")
LOW, _HOME, SHORT_MPT, HIGH = range(len(CONTRIBUTION_KINDS))


@dataclass(frozen=True)
class StayFacts(Columns):
    """What a case states of each Wlz period, in columns; a run states nothing."""

    returns: Bools  # return home is expected within four months (Blz art. 3.3.2.2(1)(d))
    part_time: Bools  # the stay is part-time (Blz art. 3.3.2.2(1)(e))
    after_ggz: Bools  # it follows a stay under the Zvw whose longest time had passed (Blz art. 3.3.2.2(7)(a))
    # Day after the last of beschermd wonen at the high contribution of the Wmo (Blz art. 3.3.2.2(7)(c));
    # `NO_DAY` for none
    sheltered_until: Ints


@dataclass(frozen=True)
class WlzCare:
    """Periods of Wlz care, in columns; days half-open, the day of death inside the last period.

    `since_day` is the day on which the stay in an institution began, where that is before the
    first counted day; else equal to `start_day`. `form` holds codes of `schema.WLZ_FORMS`.
    """

    person: Ints
    start_day: Ints
    end_day: Ints
    since_day: Ints
    form: Ints
    hours_per_month: Ints
    facts: StayFacts | None = None


@dataclass(frozen=True)
class Contributions:
    """Wlz contribution by person, month and kind, in columns (cents)."""

    person: Ints
    month: Ints
    kind: Ints
    days: Ints
    cents: Ints


def add_months(day: Ints, count: Ints | int) -> Ints:
    """The same day of the month so many months on, or the first of the next month where it lacks that day."""
    month = months(day)
    offset = day - month_start_day(month)
    length = month_start_day(month + count + 1) - month_start_day(month + count)
    return np.asarray(month_start_day(month + count) + np.minimum(offset, length), np.int64)


@_BLZ.rule(
    "P2/vier_maanden",
    title="The first four months in an institution at the low contribution",
    article="Blz art. 3.3.2.1(1)(c), 3.3.2.2(1)(a)(b)(d)(e), (2)(d), (7), (8)",
)
def high_from(care: WlzCare, people: People, low_months: int, gap_days: int, return_months: int) -> Ints:
    """Day from which each stay in an institution falls under the high contribution.

    `ENDLESS` for other periods. Blz art. 3.3.2.1(1), 3.3.2.2(1)(2)(7)(8) (source blz_2026). Stays are added
    unless more than `gap_days` apart. The low months are skipped when a stay starts within `return_months`
    after one with the high contribution, here or in beschermd wonen, or follows the longest stay that the Zvw
    pays in the ggz. Of a couple both must have passed them; the contribution stays low beside a partner who
    is not in an institution, with children to support, while return home within four months is expected, and
    for a part-time stay, of a couple with both in an institution only where both stay part-time.

    A partner in beschermd wonen (Wmo) counts as one in an institution (3.3.2.1(1)(c)). That the four months
    of 3.3.2.2(1)(b) hold for this couple too, and run for the partner from the start of beschermd wonen, is
    the reading taken: (b) speaks of spouses together and of each of them, not of the law that pays the stay.
    """
    out = np.full(len(care.person), ENDLESS, np.int64)
    stays = np.flatnonzero(care.form == _VERBLIJF)
    if len(stays) == 0:
        return out
    none = np.zeros(len(out), np.bool_)
    facts = care.facts or StayFacts(none, none, none, np.full(len(out), NO_DAY, np.int64))
    low = _stays_low(care.person, facts, people)
    partner_from = _partner_from(people, 0)
    partner_high = _partner_from(people, low_months)
    sheltered = facts.sheltered_until != NO_DAY
    until = np.where(sheltered, facts.sheltered_until, care.since_day)
    after_high = facts.after_ggz | (sheltered & (care.since_day <= add_months(until, return_months)))
    stays = stays[order_by(care.person[stays], care.start_day[stays])]
    person = care.person[stays]
    ordinal = places_in(person)
    origin = np.zeros(len(people), np.int64)
    gap = np.zeros(len(people), np.int64)
    last_end = np.zeros(len(people), np.int64)
    was_high = np.zeros(len(people), np.bool_)
    for step in range(int(ordinal.max()) + 1):
        rows = stays[ordinal == step]
        who = care.person[rows]
        begin = care.since_day[rows] if step == 0 else care.start_day[rows]
        distance = begin - last_end[who]
        joined = (distance <= gap_days) if step else np.zeros(len(rows), np.bool_)
        origin[who] = np.where(joined, origin[who], begin)
        gap[who] = np.where(joined, gap[who] + distance, 0)
        high = add_months(origin[who], low_months) + gap[who]
        skipped = was_high[who] & (begin <= add_months(last_end[who], return_months)) | after_high[rows]
        high = np.where(skipped, np.minimum(high, begin), high)
        origin[who] = np.where(skipped, add_months(begin, -low_months), origin[who])
        gap[who] = np.where(skipped, 0, gap[who])
        high = np.maximum(high, np.where(skipped, partner_from[who], partner_high[who]))
        out[rows] = np.where(low[rows], ENDLESS, high)
        last_end[who] = care.end_day[rows]
        was_high[who] = care.end_day[rows] > out[rows]
    return out


def _partner_from(people: People, low_months: int) -> Ints:
    """First day on which the partner, in an institution or sheltered, lets the high contribution hold."""
    day = add_months(people.partner_wlz_since_day, low_months)
    return np.where(people.couple & _partner_stays(people), day, NO_DAY).astype(np.int64)


def _partner_stays(people: People) -> Bools:
    """Whether the partner stays in an institution, or in beschermd wonen, which counts as one here."""
    kinds = (PARTNER_INSTITUTION, PARTNER_PART_TIME, PARTNER_SHELTERED)
    return np.asarray(np.isin(people.partner_wlz, kinds), np.bool_)


def _stays_low(person: Ints, facts: StayFacts, people: People) -> Bools:
    """Periods that keep the low contribution however long they last (Blz art. 3.3.2.2(1)(c)(d)(e), (2))."""
    couple = people.couple[person]
    low = people.children_supported[person] | (couple & ~_partner_stays(people)[person])
    full_time = couple & (people.partner_wlz[person] == PARTNER_INSTITUTION)
    return np.asarray(low | facts.returns | (facts.part_time & ~full_time), np.bool_)


def low_amount(
    people: People,
    person: Ints,
    day: Ints,
    parameters: Parameters,
    deduction: Ints | int,
    income: Ints | None = None,
) -> Ints:
    """A twelfth of the percentage of income and assets, within the low bounds, in cents a month.

    Blz art. 3.3.2.2(1)-(3), 3.3.2.4 (source blz_2026). The deduction is cents a year taken off first (mpt and
    pgb), the income that counts cents a year, that of the reference year when left out.
    """
    if len(person) == 0:
        return np.zeros(0, np.int64)
    counted = household_income(people, person) if income is None else income
    above = assets_above(people, person, day, parameters)
    month = month_of_means(counted - deduction, above, day, "own_payments.wlz.low_pct", parameters)
    low = parameters.cents("own_payments.wlz.low_min", day)
    high = parameters.cents("own_payments.wlz.low_max", day)
    return np.asarray(np.clip(month, low, high), np.int64)


def _is_pensioner(birth_day: Ints, year: Ints, age_months: int) -> Bools:
    """Whether the pension age is reached by 31 January of the year (Blz art. 3.3.1.4(1))."""
    february = month_start_day(year * units.MONTHS_PER_YEAR + 1)
    return birthday(birth_day, age_months) < february


@THE_WLZ.rule(
    "P2/extra_vrijlating",
    title="A quarter of the income above a threshold is left out of the high contribution",
    article="Rlz art. 4.6",
    source="rlz_2016",
)
def extra_exemption(
    base: Ints, scale: int, couple: Bools, pensioner: Bools, year: int, parameters: Parameters
) -> Ints:
    """Extra exemption: a share of what is left above a threshold, times its denominator.

    Rlz art. 4.6 (source rlz_2016; thresholds of 2026 are an assumption). The base is the income left after
    Rlz art. 4.3-4.5, in cents times `scale`; the exempt amount too, rounded down to a whole unit of that. A
    couple counts as pensioner when one of the two is.
    """
    day = int(year_start_day(np.array([year]))[0])
    rate = parameters.rate("own_payments.wlz.extra_vrijlating.pct", day)
    names = ("T_single", "T_single_aow", "T_couple", "T_couple_aow")
    table = np.array(
        [parameters.cents_on(f"own_payments.wlz.extra_vrijlating.{n}", day) for n in names], np.int64
    )
    most = (bound(base) + bound(table) * scale) * max(rate.numerator, rate.denominator)
    base, table = roomy(most, base, table)
    threshold = table[2 * couple.astype(np.int64) + pensioner.astype(np.int64)] * scale
    return np.asarray(np.maximum(base - threshold, 0) * rate.numerator // rate.denominator)


@_BLZ.rule(
    "P2/hoog",
    title="High contribution: what is left of the income after the exempt amounts, a twelfth a month",
    article="Blz art. 3.3.2.1, 3.3.2.3; Rlz art. 4.2-4.6",
    rounding=_CENT,
)
def high_amount(people: People, person: Ints, day: Ints, parameters: Parameters, rules: RuleSet) -> Ints:
    """High contribution in cents a month.

    Blz art. 3.3.2.1 and 3.3.2.3, Rlz art. 4.2-4.6 (sources blz_2026, rlz_2026). Income less tax, less zak- en
    kleedgeld, less health premiums net of zorgtoeslag, less the deduction (of each of a couple: art. 4.5
    names no joint amount), less the extra exemption; plus the assets addition; between 0 and the maximum.
    Exact until the last rounding.
    """
    out = np.zeros(len(person), np.int64)
    year = years(day)
    for value in np.unique(year):
        rows = np.flatnonzero(year == value)
        out[rows] = _high_of_year(people, person[rows], int(value), parameters, rules)
    return out


# Amounts of the high contribution, which bound the size of what it works out
_AMOUNTS = (
    "zorgpremie.base",
    "zorgpremie.max",
    "zorgtoeslag.couple",
    "zorgtoeslag.single",
    "zorgtoeslag.threshold",
    "zak_kleed.couple",
    "zak_kleed.single",
    "aftrekpost.below_aow",
    "aftrekpost.aow",
)


def _high_of_year(people: People, person: Ints, year: int, parameters: Parameters, rules: RuleSet) -> Ints:
    """High contribution a month of persons in one year; on the income of the year itself where that holds."""
    month, _ = _high_on(people, person, year, parameters, rules)
    if people.current_income is None:
        return month
    now = _this_year(people)
    own, keep = _high_on(now, person, year, parameters, rules)
    net = household_income(now, person) - now.income_tax[person]
    day = year_start_day(np.full(len(person), year))
    due = rules.apply("P2/peiljaar_hoog", day, month, month, own, net, keep)
    stated = (people.current_income[person] != NOT_STATED) & people.income_known[person]
    return np.where(stated, due, month)


def _this_year(people: People) -> People:
    """People with the income of the year itself: each part and the tax in proportion (assumption)."""
    assert people.current_income is not None
    reference = np.maximum(household_income(people, np.arange(len(people))), 1)
    current = np.where(people.current_income == NOT_STATED, reference, people.current_income)

    def part(cents: Ints) -> Ints:
        wide, now = roomy(bound(cents) * bound(current), cents, current)
        return divide(wide * now, reference, _CENT.mode)

    return replace(
        people,
        income=part(people.income),
        partner_income=part(people.partner_income),
        income_tax=part(people.income_tax),
    )


@_BLZ.rule(
    "P2/peiljaar_hoog",
    title="High contribution on the income of the year itself where too little would be left to live on",
    article="Blz art. 3.3.2.3(2)",
    bill_only="a run knows one income of a household, not that of the year itself",
)
def high_of_the_year(reference: Ints, current: Ints, net: Ints, keep: Ints) -> Ints:
    """High contribution that is due, in cents a month.

    Blz art. 3.3.2.3(2) (source blz_2026). On the income of the year where the contribution on the reference
    year would leave less than zak- en kleedgeld and the health premium net of zorgtoeslag (`keep`, cents a
    year). Those amounts are the ones of the tariff files; the tax of the year follows the income in
    proportion (assumption). Both contributions are cents a month, `net` is the income of the year less tax in
    cents.
    """
    short = net - reference * units.MONTHS_PER_YEAR < keep
    return np.where(short, np.minimum(reference, current), reference).astype(np.int64)


def _high_on(
    people: People, person: Ints, year: int, parameters: Parameters, rules: RuleSet
) -> tuple[Ints, Ints]:
    """High contribution a month on the incomes of people, and what must be left to them a year."""
    day = int(year_start_day(np.array([year]))[0])

    def number(name: str) -> Fraction:
        return parameters.number(f"own_payments.wlz.{name}", day)

    def amount(name: str) -> int:
        return parameters.cents_on(f"own_payments.wlz.{name}", day)

    premium, refund, addition = number("zorgpremie.pct"), number("zorgtoeslag.pct"), number("vib_pct")
    quarter = number("extra_vrijlating.pct")
    earned = Fraction(0) if people.labour_income is None else number("labour_income_pct")
    scale = lcm(premium.denominator, refund.denominator, addition.denominator, quarter.denominator)
    age = parameters.whole_on("own_payments.aow_age_months", day)
    couple = people.couple[person]
    both = couple.astype(np.int64)
    old = _is_pensioner(people.birth_day[person], np.full(len(person), year), age)
    partner_old = couple & _is_pensioner(people.partner_birth_day[person], np.full(len(person), year), age)
    first_day = np.full(len(person), day)
    columns = (
        people.income[person],
        people.partner_income[person],
        people.income_tax[person],
        np.zeros(len(person), np.int64) if people.labour_income is None else people.labour_income[person],
        assets_above(people, person, first_day, parameters),
    )
    most = (sum(bound(column) for column in columns) + sum(amount(name) for name in _AMOUNTS)) * scale
    most *= max(rate.numerator for rate in (premium, refund, addition, quarter, earned, Fraction(1)))
    own_income, partner_income, tax, labour_income, above = roomy(most, *columns)
    income = own_income + np.where(couple, partner_income, 0)

    def health_premium(own: Ints, is_old: Bools) -> Ints:
        exact = amount("zorgpremie.base") * scale + own * premium.numerator * (scale // premium.denominator)
        floors = np.where(couple, amount("zorgpremie.min_married_aow"), amount("zorgpremie.min_single_aow"))
        floor = np.where(is_old, floors * scale, 0)
        return np.asarray(np.clip(exact, floor, amount("zorgpremie.max") * scale))

    premiums = health_premium(own_income, old)
    premiums = premiums + both * health_premium(partner_income, partner_old)
    start = np.where(couple, amount("zorgtoeslag.couple"), amount("zorgtoeslag.single")) * scale
    over = np.maximum(income - amount("zorgtoeslag.threshold"), 0)
    toeslag = np.maximum(start - over * refund.numerator * (scale // refund.denominator), 0)
    toeslag = np.where(people.zorgtoeslag[person], toeslag, 0)
    pocket = np.where(couple, amount("zak_kleed.couple"), amount("zak_kleed.single"))
    young_post, old_post = amount("aftrekpost.below_aow"), amount("aftrekpost.aow")
    post = np.where(old, old_post, young_post) + both * np.where(partner_old, old_post, young_post)
    keep = divide(pocket * scale + premiums - toeslag, scale, _CENT.mode)
    left = (income - tax - pocket - post) * scale - premiums + toeslag
    left = left - labour_income * scale * earned.numerator // earned.denominator
    extra = rules.at("P2/extra_vrijlating", dt.date(year, 1, 1))
    if extra is not None:
        left = left - extra.function(left, scale, couple, old | partner_old, year, parameters)
    left = left + above * addition.numerator * (scale // addition.denominator)
    month = divide(left, scale * units.MONTHS_PER_YEAR, _CENT.mode)
    return np.asarray(np.clip(month, amount("high_min"), amount("high_max")), np.int64), keep


@_BLZ.rule(
    "P2",
    title="Wlz contribution: low, high, or for mpt and pgb; by month, part months by days",
    article="Blz art. 3.3.1.1, 3.3.2.1-3.3.2.9",
    rounding=_CENT,
)
def contributions(care: WlzCare, people: People, parameters: Parameters, rules: RuleSet) -> Contributions:
    """Wlz contribution of every person and month, by kind; rows of 0 cents left out.

    Blz art. 3.3.2.1-3.3.2.9 (source blz_2026). A part of a month costs the month amount times 12 times days
    over 365; absence gives no reduction; without income data the high contribution is 0 and the low one the
    minimum. Under 18 nothing is due (3.3.1.1(1)); from the eighteenth birthday on it is, as the CAK says too,
    so that the month of it counts by its days from there.
    """
    if len(care.person) == 0:
        none = np.zeros(0, np.int64)
        return Contributions(none, none, none, none, none)
    split = _high_days(care, people, parameters, rules)
    joint = rules.apply("P2/partner_instelling", care.start_day, ENDLESS, care.form, people, care.person)
    until_change = np.minimum(care.end_day, np.minimum(split, joint))
    adult = parameters.whole("own_payments.wlz.min_age", care.start_day) * units.MONTHS_PER_YEAR
    begin, end = np.maximum(care.start_day, birthday(people.birth_day[care.person], adult)), care.end_day
    low, high = np.full(len(split), LOW), np.full(len(split), HIGH)
    first = np.concatenate([begin, np.maximum(begin, joint), np.maximum(begin, split)])
    end = np.concatenate([until_change, end, end])
    kind = np.concatenate([np.where(care.form == _VERBLIJF, LOW, -1), low, high])
    row, first, end = split_months(first, end)
    period, kind = row % len(split), kind[row]
    kind = np.where(kind < 0, _home_kind(care, period, first, parameters, rules), kind)
    (person, month, kind), days = totals((care.person[period], months(first), kind), end - first)
    if not len(days):
        return Contributions(person, month, kind, days, days)
    day = month_start_day(month)
    amount = month_amount(people, person, day, kind, parameters, rules)
    amount = _held_over(amount, people, person, month, rules)
    length = month_start_day(month + 1) - day
    part = times_over(amount, units.MONTHS_PER_YEAR * days, units.DAYS_PER_YEAR, _CENT.mode)
    due = np.where(days >= length, amount, part)
    keep = due > 0
    return Contributions(person[keep], month[keep], kind[keep], days[keep], due[keep])


def _high_days(care: WlzCare, people: People, parameters: Parameters, rules: RuleSet) -> Ints:
    """Day from which the high contribution holds, by period; without the four-month rule at once."""
    at_once = np.where(care.form == _VERBLIJF, care.start_day, ENDLESS)
    names = [f"own_payments.wlz.{name}" for name in ("low_months", "gap_days", "high_gap_months")]
    out = at_once.copy()
    for day, rows in parameters.alike(care.start_day, *names):
        clock = (parameters.whole_on(name, day) for name in names)
        out[rows] = rules.apply("P2/vier_maanden", care.start_day, at_once, care, people, *clock)[rows]
    return out


@_BLZ.rule(
    "P2/partner_instelling",
    title="A couple owes one contribution: that of the stay of the partner, low, without reduction",
    article="Blz art. 3.3.2.2(2)(b)(d), 3.3.2.2a",
)
def partner_stay(form: Ints, people: People, person: Ints) -> Ints:
    """Day from which the low contribution of a stay takes the place of that of care at home; else `ENDLESS`.

    Blz art. 3.3.2.2a (source blz_2026): of several forms only the contribution of the highest in rank is due,
    and a stay ranks above vpt, pgb and mpt (codes of `WLZ_FORMS`). Art. 3.3.2.2(4)(b) gives the reduction to
    a couple of whom one has an mpt or pgb; read literally that would hold beside a stay too. Here the rank
    decides first: the contribution due is that of the stay, which knows no reduction and no deduction. A
    partner in beschermd wonen is in no institution of the Wlz: then the form of the client holds (art.
    3.3.2.2(2)(d)).
    """
    stay = people.couple[person] & np.isin(
        people.partner_wlz[person], (PARTNER_INSTITUTION, PARTNER_PART_TIME)
    )
    return np.where(stay & (form != _VERBLIJF), people.partner_wlz_since_day[person], ENDLESS).astype(
        np.int64
    )


def _home_kind(care: WlzCare, row: Ints, day: Ints, parameters: Parameters, rules: RuleSet) -> Ints:
    """Kind of contribution outside an institution: vpt as an institution, else mpt or pgb."""
    form, hours = care.form[row], care.hours_per_month[row]
    threshold = parameters.whole("own_payments.wlz.mpt_hours_threshold", day)
    few = rules.says("P2/mpt_20_uur", day, form, hours, threshold)
    return np.where(few, SHORT_MPT, np.where(form == VPT, LOW, _HOME))


@_BLZ.rule(
    "P2/mpt_20_uur",
    title="An mpt of at most 20 hours a month costs the minimum less the reduction",
    article="Blz art. 3.3.2.2(5)",
)
def few_hours(form: Ints, hours_per_month: Ints, threshold: Ints) -> Bools:
    """Whether an mpt is so small that only the minimum is due (Blz art. 3.3.2.2(5), source blz_2026)."""
    return np.asarray((form == MPT) & (hours_per_month <= threshold), np.bool_)


def _held_over(amount: Ints, people: People, person: Ints, month: Ints, rules: RuleSet) -> Ints:
    """Month amounts, that of December before in the years that a case says are still being set."""
    if people.held_person is None or people.held_year is None or people.held_cents is None:
        return amount
    december = np.full(len(person), NOT_STATED, np.int64)
    rows = zip(
        people.held_person.tolist(), people.held_year.tolist(), people.held_cents.tolist(), strict=True
    )
    for who, year, cents in rows:
        december[(person == who) & (month // units.MONTHS_PER_YEAR == year)] = cents
    return rules.apply("P2/nog_vast_te_stellen", month_start_day(month), amount, amount, december)


@_BLZ.rule(
    "P2/nog_vast_te_stellen",
    title="While the income for a new year is still being set, the contribution of December before goes on",
    article="Blz art. 3.3.2.8(2)",
    bill_only="a run knows the income of every year, or does not know it at all",
)
def still_being_set(amount: Ints, december: Ints) -> Ints:
    """Contribution in cents a month, that of December before where the income is still being set.

    Blz art. 3.3.2.8(2) (source blz_2026): in derogation of art. 3.3.2.7, which asks the minimum. It holds for
    the year until the income is set; that it holds for another form in that year too is the reading taken,
    for the text names one amount for the year. What is set later is settled then (art. 3.3.2.7(2)). December
    is `NOT_STATED` where the income is set.
    """
    return np.where(december == NOT_STATED, amount, december).astype(np.int64)


def month_amount(
    people: People, person: Ints, day: Ints, kind: Ints, parameters: Parameters, rules: RuleSet
) -> Ints:
    """Contribution for a full month of one kind, in cents (Blz art. 3.3.2.1-3.3.2.7, source blz_2026)."""
    out = np.zeros(len(person), np.int64)
    known = people.income_known[person]
    minimum = parameters.cents("own_payments.wlz.low_min", day)
    reduction = parameters.cents("own_payments.wlz.mpt_pgb_reduction", day)
    deduction = parameters.cents("own_payments.wlz.mpt_pgb_income_deduction", day)
    low, home, high = kind == LOW, kind == _HOME, kind == HIGH
    income = _income_of_low(people, person, day, parameters, rules)
    out[low] = low_amount(people, person[low], day[low], parameters, 0, income[low])
    out[home] = low_amount(people, person[home], day[home], parameters, deduction[home], income[home])
    out[high] = rules.apply("P2/hoog", day[high], 0, people, person[high], day[high], parameters, rules)
    out = np.where(known | high, out, minimum)
    out = np.where(high & ~known, 0, out)
    out = np.where(kind == SHORT_MPT, minimum, out)
    less = np.where(home | (kind == SHORT_MPT), reduction, 0)
    names = ("own_payments.wlz.norm.couple", "own_payments.wlz.norm.single")
    floor = np.where(people.couple[person], *(parameters.cents(name, day) for name in names))
    exempt = rules.says("P2/onder_norm", day, income, floor, minimum - less) & known
    return np.where(exempt, 0, out - less)


@_BLZ.rule(
    "P2/onder_norm",
    title="No contribution at an income up to the norm of bijstand in an institution plus the minimum",
    article="Blz art. 3.3.2.2(9)(a); Participatiewet art. 23(1)(2)",
)
def below_norm(income: Ints, norm: Ints, minimum: Ints) -> Bools:
    """Whether no contribution is due.

    Blz art. 3.3.2.2(9)(a) (source blz_2026). The norm is that of the civil state, for a stay and at home, in
    cents a month as the minimum less the reduction of an mpt or pgb; the income is of the household, cents a
    year.
    """
    return np.asarray(income <= (norm + minimum) * units.MONTHS_PER_YEAR, np.bool_)


def _income_of_low(people: People, person: Ints, day: Ints, parameters: Parameters, rules: RuleSet) -> Ints:
    """Income that the low contribution is computed from: of the reference year, or of the year itself."""
    reference = household_income(people, person)
    if people.current_income is None or len(person) == 0:
        return reference
    current = people.current_income[person]
    least = parameters.cents("own_payments.wlz.peiljaar_shift_threshold", day)
    found = rules.apply("P2/peiljaar", day, reference, reference, current, least)
    return np.where(current != NOT_STATED, found, reference)


def month_totals(due: Contributions) -> tuple[Ints, Ints, Ints]:
    """Contribution by person and month, all kinds together, sorted by both: person, month, cents."""
    (person, month), cents = totals((due.person, due.month), due.cents)
    return person, month, cents


@_BLZ.rule(
    "P2/peiljaar",
    title="Peiljaarverlegging: the income of the year itself where it is so much lower",
    article="Blz art. 3.3.2.4(2)",
    bill_only="a run knows one income of a household, not that of the year itself",
)
def counted_income(reference: Ints, current: Ints, least: Ints) -> Ints:
    """Income that the contribution is computed from, in cents.

    Blz art. 3.3.2.4(2) (source blz_2026): that of the year two before, or of the year itself where it is at
    least so much lower.
    """
    return np.where(reference - current >= least, current, reference).astype(np.int64)


@_BLZ.rule(
    "P2/verdeling",
    title="A couple owes one contribution, split in proportion to their incomes",
    article="Blz art. 3.3.2.9(3)",
    rounding=_CENT,
    bill_only="a run counts what the household pays, not how spouses divide it",
)
def split_by_income(cents: Ints, own: Ints, partner: Ints) -> Ints:
    """Part of the client in the contribution of a couple, in cents; the partner pays the rest.

    Blz art. 3.3.2.9(3) (source blz_2026): by their incomes in cents, half where neither has one.
    """
    both = own + partner
    return times_over(cents, np.where(both > 0, own, 1), np.where(both > 0, both, 2), _CENT.mode)
