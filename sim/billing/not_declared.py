"""What a rule says of a patient that is no share of a declaration: advances, free budget, fall of care."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from sim import units
from sim.billing.explain import quantity_text
from sim.columns import join, starts, tally, totals
from sim.dates import date_of, days, month_start_day, months, year_start_day, years
from sim.law.days import DAY_PROFILES
from sim.law.parameters import Parameters
from sim.law.people import birthday
from sim.law.ptz.end import scheme_runs
from sim.law.registry import RuleSet
from sim.law.wlz.contribution import PGB
from sim.ledger.home_budget import budget_id
from sim.ledger.ledger import Ledger
from sim.ledger.prices import PriceTable
from sim.ledger.remarks import AS_IT_IS, Remark, Wording, euros
from sim.schema import HOUSEHOLDS, ITEMS, PER, SPIRITUAL_TALKS, Table, code
from sim.units import Bools, Ints, times_over

_NURSING = ("zvw.wijkverpleging",)
_AT_HOME = ("wlz.mpt.verzorging", "wlz.mpt.verpleging", "wlz.mpt.begeleiding", "wlz.pgb")
HOURLY_FORMS = ("mpt", "pgb")


@dataclass(frozen=True)
class Beside:
    """One thing that a rule says beside the shares."""

    rule: str  # key of the rule
    what: str  # word for what it is
    amount: str  # number as text
    unit: str  # "euro", or what the number counts
    notes: tuple[Remark, ...]  # when, and why

    @property
    def text(self) -> str:
        """When, and why, in English."""
        return self.told(AS_IT_IS)

    def told(self, words: Wording) -> str:
        """When, and why."""
        return "; ".join(words.plain(note) for note in self.notes)

    def as_json(self, words: Wording = AS_IT_IS) -> dict[str, str]:
        """The fact as a document."""
        return {
            "rule": self.rule,
            "what": self.what,
            "amount": self.amount,
            "unit": self.unit,
            "text": self.told(words),
        }


def beside_patient(
    tables: Mapping[str, Table],
    ledger: Ledger,
    rules: RuleSet,
    parameters: Parameters,
    prices: PriceTable,
    day_care: Sequence[int] = (),
) -> tuple[Beside, ...]:
    """What rules say of one patient beside the shares.

    `day_care` are codes of `GROUP_CARE` that a bill states, one a Wlz period.
    """
    return (
        *_advanced(tables["spells"], ledger.declarations, rules),
        *_free_budget(tables, rules, parameters, prices, day_care),
        *_fallen(tables, rules),
        *_talks(tables, ledger, rules, parameters),
    )


def partners_part(tables: Mapping[str, Table], ledger: Ledger, rules: RuleSet) -> tuple[Beside, ...]:
    """What the partner pays of the Wlz contribution that a couple owes together; empty where none is due."""
    patients, shares = tables["patients"], ledger.shares
    if int(patients["household"][0]) != code(HOUSEHOLDS, "couple"):
        return ()
    due = shares["item"] == code(ITEMS, "wlz_eigen_bijdrage")
    day = np.asarray(ledger.declarations["date"], np.int64)[shares["declaration_id"][due]]
    (month,), cents = totals((months(day),), np.asarray(shares["cents"], np.int64)[due])
    own, partner = (
        np.full(len(month), int(patients[name][0])) for name in ("income_cents", "partner_income_cents")
    )
    client = rules.apply("P2/verdeling", month_start_day(month), cents, cents, own, partner)
    part = int((cents - client).sum())
    if part == 0:
        return ()
    notes = (Remark("partner", owed_cents=int(cents.sum())),)
    return (Beside("P2/verdeling", "deel_partner", euros(part), "euro", notes),)


def _talks(
    tables: Mapping[str, Table], ledger: Ledger, rules: RuleSet, parameters: Parameters
) -> list[Beside]:
    """Talks of geestelijke verzorging thuis that the Regeling PTZ pays, and those that it does not."""
    spells, billed = tables["spells"], set(ledger.declarations["spell_no"].tolist())
    rows = np.flatnonzero(spells.of_products(SPIRITUAL_TALKS) & (np.asarray(spells["condition"]) == 0))
    held = {spell for spell, _, _ in ledger.inside}
    rows = rows[[int(n) not in held for n in spells["spell_no"][rows]]] if len(rows) else rows
    if len(rows) == 0:
        return []
    day = days(np.asarray(spells["start_minute"], np.int64)[rows])
    runs = [scheme_runs(rules, date_of(int(one) * units.MINUTES_PER_DAY)) for one in day]
    rows, day = rows[runs], day[runs]
    if len(rows) == 0:
        return []
    rule = rules.at("T11", date_of(int(day.max()) * units.MINUTES_PER_DAY))
    if rule is None:
        return []
    own = np.array([int(n) in billed for n in spells["spell_no"][rows]], np.bool_)
    count = np.asarray(spells["quantity"], np.int64)[rows]
    notes = [Remark("talks", law=rule.law)]
    born = days(np.asarray(tables["patients"]["birth_minute"], np.int64))
    if np.any(birthday(born, units.ADULT_AGE_YEARS * units.MONTHS_PER_YEAR) > day.max()):
        most = parameters.whole_on("gv.child_max_talks", int(day.max()))
        notes.append(Remark("talks_child", most=most))
    if np.any(own):
        notes.append(Remark("talks_own", count=int(count[own].sum())))
    return [Beside("T11", "geestelijke_verzorging", str(int(count[~own].sum())), "gesprek", tuple(notes))]


def _advanced(spells: Table, declarations: Table, rules: RuleSet) -> list[Beside]:
    """What the patient advances on invoices of a provider without contract."""
    contracted = dict(zip(spells["spell_no"].tolist(), spells["contracted"].tolist(), strict=True))
    own = np.array([contracted.get(n, True) for n in declarations["spell_no"].tolist()], np.bool_)
    date, gross = (np.asarray(declarations[name], np.int64) for name in ("date", "gross_cents"))
    total = int(rules.apply("T6/voorschieten", date, 0, gross, own).sum())
    if total == 0:
        return []
    return [Beside("T6/voorschieten", "voorgeschoten", euros(total), "euro", (Remark("advanced"),))]


def _free_budget(
    tables: Mapping[str, Table],
    rules: RuleSet,
    parameters: Parameters,
    prices: PriceTable,
    day_care: Sequence[int],
) -> list[Beside]:
    """Part of a Wlz pgb that needs no account, by calendar year."""
    periods, patients = tables["wlz_periods"], tables["patients"]
    out: list[Beside] = []
    entry, death = int(patients["entry_minute"][0]), int(patients["death_minute"][0])
    for row in np.flatnonzero(periods["form"] == PGB).tolist():
        word = DAY_PROFILES[int(periods["profile"][row])]
        start = max(int(periods["start_minute"][row]), entry)
        end = int(periods["end_minute"][row])
        at_death = row == len(periods) - 1 and end >= death > 0
        first, last = start // units.MINUTES_PER_DAY, end // units.MINUTES_PER_DAY + at_death
        low, high = (int(y) for y in years(np.array([first, max(last - 1, first)])))
        for year in range(low, high + 1):
            begin, stop = (int(year_start_day(np.array([y]))[0]) for y in (year, year + 1))
            held = min(last, stop) - max(first, begin)
            product = budget_id(word, day_care[row] if day_care else 0)
            price = prices.look_up(prices.codes([product]), np.array([begin]))
            out += _free_in_year(word, year, begin, held, price.unit_cents, rules, parameters)
    return out


def _free_in_year(
    profile: str,
    year: int,
    begin: int,
    held: int,
    yearly: Ints,
    rules: RuleSet,
    parameters: Parameters,
) -> list[Beside]:
    key, at = "T7/verantwoordingsvrij", np.array([begin])
    if not rules.holds(key, at).any():
        return []
    share = parameters.rate("pgb.verantwoordingsvrij_pct", begin)
    least, most = (parameters.cents(f"pgb.verantwoordingsvrij_{word}", at) for word in ("min", "max"))
    free = rules.apply(key, at, 0, yearly, np.array([held]), np.array([year]), share, least, most)
    notes = (Remark("free_budget", year=year, held=held, profile=profile),)
    return [Beside(key, "verantwoordingsvrij", euros(int(free[0])), "euro", notes)]


def _fallen(tables: Mapping[str, Table], rules: RuleSet) -> list[Beside]:
    """Hours a week that the patient gets less since the Wlz began."""
    _, minute, before, drop = care_drops(tables, rules)
    out = []
    for row in np.flatnonzero(drop > 0).tolist():
        hours = quantity_text(Fraction(int(drop[row]), units.MINUTES_PER_HOUR))
        had = quantity_text(Fraction(int(before[row]), units.MINUTES_PER_HOUR))
        notes = (Remark("fallen", hours=had, date=date_of(int(minute[row]))),)
        out.append(Beside("T19", "zorgval", hours, "uur per week", notes))
    return out


def care_drops(tables: Mapping[str, Table], rules: RuleSet) -> tuple[Ints, Ints, Ints, Ints]:
    """Care at home before the Wlz began there, and how much less it is since.

    Under a vpt the hours are the provider's; only mpt and pgb are followed. Patients are in order of id. One
    of four int64 arrays each for a patient who came under an mpt or pgb with care at home: row of the
    patient; when; minutes a week under the Zvw; minutes a week less under the Wlz.
    """
    patients, periods, spells = tables["patients"], tables["wlz_periods"], tables["spells"]
    ids = np.asarray(patients["patient_id"], np.int64)
    began = np.full(len(ids), -1, np.int64)
    if len(periods):
        who, _ = join((ids,), (np.asarray(periods["patient_id"], np.int64),))
        forms = [periods.words("form").index(form) for form in HOURLY_FORMS]
        start = np.asarray(periods["start_minute"], np.int64)
        late = starts(who) & np.isin(periods["form"], forms) & (start > patients["entry_minute"][who])
        began[who[late]] = start[late]
    spells = spells.where(spells.of_products(*_NURSING, *_AT_HOME))
    person, _ = join((ids,), (np.asarray(spells["patient_id"], np.int64),))
    at = began[person]
    begin, end = np.asarray(spells["start_minute"]), np.asarray(spells["end_minute"])
    changed = at >= 0
    was = _week(
        spells, changed & spells.of_products(*_NURSING) & (begin < at) & (end >= at), person, len(ids)
    )
    now = _week(
        spells, changed & spells.of_products(*_AT_HOME) & (begin <= at) & (end > at), person, len(ids)
    )
    rows = np.flatnonzero((began >= 0) & (was > 0))
    drop = rules.apply("T19", days(began[rows]), 0, was[rows], now[rows])
    return rows, began[rows], was[rows], drop


def _week(spells: Table, chosen: Bools, person: Ints, count: int) -> Ints:
    rows = np.flatnonzero(chosen)
    length = np.maximum(spells["end_minute"][rows] - spells["start_minute"][rows], 1)
    amount = np.asarray(spells["quantity"][rows], np.int64)
    weekly = spells["per"][rows] == PER.index("week")
    rate = np.where(weekly, amount, times_over(amount, units.MINUTES_PER_WEEK, length))
    return tally(person[rows], count, rate)
