"""Other ways to pay on whole columns of lines: bundles, experiments, shared savings, own budgets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from sim import schema
from sim.columns import order_by, spread, starts, sum_of, tally
from sim.dates import days, year_start_day, years
from sim.law.alternative import Bundled, Claimed, bundle
from sim.law.days import FORM, SETTING
from sim.law.people import ENDLESS
from sim.law.wlz.contribution import WlzCare
from sim.ledger.as_the_law_reads import Stays, day_or
from sim.ledger.days_and_spells import Desk
from sim.ledger.lines import OWN_NONE, Lines, in_order, stacked
from sim.ledger.providers import JOINT, PROVIDER_KINDS, houses_of, key_word
from sim.rng import lot
from sim.scenario.numbers import Factor
from sim.scenario.payment import Payment
from sim.schema import GVS_SURCHARGE, Table, code, covers, table
from sim.units import Bools, Ints, exact, fits, narrow, times_rate, whole_cents

# Product of the bundle by phase: from marking to the terminal phase, and from there to death
BUNDLES = ("zvw.bundel.palliatief", "zvw.bundel.terminaal")
EXPERIMENT = "zvw.experiment"
SETTLEMENT = "zvw.verrekening.gedeelde_besparing"
NO_PHASE = -1
WEIGHT = 1000 * 1000 * 1000  # sum of the weights of a key, fine enough to divide a price to the cent
# Experiment -> disease group from which its patients come; the acute bed looks at the stay
EXPERIMENT_GROUPS = {"hersentumor": "cancer", "longfibrose": "copd"}
ACUTE_BED = "acuut_hospicebed"


@dataclass(frozen=True)
class ProviderSums:
    """What another way to pay means for providers: a row a person and provider, in cents."""

    way: str  # plan: bundel, experimenten, gedeelde_besparing
    person: Ints
    provider: Ints
    shadow: Ints  # what the lines that it replaces or compares would bring
    paid: Ints  # what the provider gets


@dataclass(frozen=True)
class Scene:
    """What the other ways to pay look at beside the lines."""

    desk: Desk
    payment: Payment
    patients: Table
    stays: Stays
    requested: Ints  # minute at which the place of each stay was asked, `NEVER` for a place not asked
    start: Ints  # minute of arrival of each stay
    wlz_day: Ints  # first day under the Wlz of each person, `ENDLESS` for none
    labels: tuple[str, ...]  # providers by code
    houses: dict[str, str]
    sums: list[ProviderSums] = field(default_factory=list)

    @property
    def ids(self) -> Ints:
        """Patient ids by person."""
        return np.asarray(self.patients["patient_id"], np.int64)

    def phase_days(self) -> tuple[Ints, Ints]:
        """First day of the palliative phase (marking) and of the terminal one, by person."""
        terminal = day_or(np.asarray(self.patients["terminal_from_minute"]), ENDLESS)
        marked = day_or(np.asarray(self.patients["marked_minute"]), ENDLESS)
        return np.minimum(marked, terminal), terminal

    def claims(self, lines: Lines) -> Bools:
        """Lines that a contract may replace: Zvw care of who had no Wlz when the palliative phase began."""
        law = self.desk.prices.laws()[lines.product] == code(schema.LAWS, "Zvw")
        law &= ~self.desk.prices.are(GVS_SURCHARGE)[lines.product]
        palliative, _ = self.phase_days()
        without = self.wlz_day > palliative
        return np.asarray(law & (lines.own == OWN_NONE) & without[lines.person], np.bool_)


def scene_of(
    desk: Desk,
    payment: Payment,
    tables: Mapping[str, Table],
    stays: Stays,
    care: WlzCare,
    labels: tuple[str, ...],
) -> Scene:
    """What the other ways to pay look at, from `patients` and `stays`; `labels` are providers by code."""
    wlz_day = np.full(len(desk.people), ENDLESS, np.int64)
    np.minimum.at(wlz_day, care.person, care.start_day)
    places = tables["stays"]
    asked, start = (np.asarray(places[name], np.int64) for name in ("requested_minute", "start_minute"))
    return Scene(desk, payment, tables["patients"], stays, asked, start, wlz_day, labels, houses_of(places))


def provider_table(sums: Sequence[ProviderSums], labels: tuple[str, ...], patient_id: Ints) -> Table:
    """Table `providers`: what each way to pay means for each provider, patient by patient."""

    def column(name: str) -> Ints:
        return np.concatenate([np.zeros(0, np.int64), *(getattr(one, name) for one in sums)])

    ways = [np.full(len(one.person), code(schema.PAYMENT_WAYS, one.way)) for one in sums]
    shadow, paid = column("shadow"), column("paid")
    columns = {
        "patient_id": patient_id[column("person")],
        "provider": column("provider"),
        "way": np.concatenate([np.zeros(0, np.int64), *ways]),
        "shadow_cents": shadow,
        "paid_cents": paid,
        "gain_cents": paid - shadow,
    }
    return table("providers", columns, {"provider": labels})


def pay_otherwise(scene: Scene, lines: Lines) -> Lines:
    """Lines, in order of person and day, under the chosen ways to pay; the scene keeps the sums by provider.

    Lines inside a bundle are at 0; bundles and settlements are added.
    """
    added: list[Lines] = []
    if scene.payment.experiments.applies:
        lines = _experiments(scene, lines, added)
    if scene.payment.bundle.applies:
        lines = _bundles(scene, lines, added)
    if scene.payment.shared_savings.applies:
        _shared_savings(scene, lines, added)
    if not added:
        return lines
    lines = stacked([lines, *added])
    return lines.take(in_order(lines))


def _bundles(scene: Scene, lines: Lines, added: list[Lines]) -> Lines:
    """A bundle a patient and phase in place of the lines inside it (A1)."""
    terms, desk = scene.payment.bundle, scene.desk
    palliative, terminal = (column[lines.person] for column in scene.phase_days())
    phase = np.where(lines.day >= terminal, 1, np.where(lines.day >= palliative, 0, NO_PHASE))
    share = {word: exact(number) for word, number in terms.key.value.items()}
    words = [key_word(label, scene.houses) for label in scene.labels]
    in_key = np.array([share.get(word, 0) > 0 for word in words], np.bool_)
    inside = scene.claims(lines) & in_key[lines.provider] & (lines.gross > 0)
    held = inside & (phase != NO_PHASE)
    weights = _key(share, words, _by_provider(scene, lines, held))
    shadow_lines = lines
    paid = np.zeros((len(desk.people), len(scene.labels)), np.int64)
    begins = _first_days(lines, held, phase)
    for number, product in enumerate(BUNDLES):
        for rule, rows in desk.rules.versions("A1", begins):
            now = held & rows & (phase == number)
            if not np.any(now):
                continue
            claimed = _claimed(lines, np.where(now, 0, NO_PHASE), inside)
            made: Bundled = rule.function(
                claimed, _price(desk, product, terms.price_factor, claimed), weights
            )
            lines = _replaced(desk, "A1", product, lines, now, made, added)
            np.add.at(paid, made.person, made.shares)
    scene.sums.append(_sums("bundel", shadow_lines, held, paid))
    return lines


def _first_days(lines: Lines, held: Bools, phase: Ints) -> Ints:
    """Day on which the bundle begins that each held line is in; that of the line itself elsewhere."""
    out = lines.day.copy()
    rows = np.flatnonzero(held)
    rows = rows[order_by(lines.person[rows], phase[rows], lines.day[rows])]
    begin = np.flatnonzero(starts(lines.person[rows], phase[rows]))
    out[rows] = np.repeat(lines.day[rows[begin]], np.diff([*begin, len(rows)]))
    return out


def _experiments(scene: Scene, lines: Lines, added: list[Lines]) -> Lines:
    """One price a patient of an experiment in place of the lines under its contract (A3)."""
    terms, desk = scene.payment.experiments, scene.desk
    member = _members(scene)
    palliative, _ = scene.phase_days()
    of_line = member[lines.person]
    acute = schema.EXPERIMENTS.index(ACUTE_BED)
    acute_stay = _acute_stays(scene)
    in_stay = (lines.stay >= 0) & (acute_stay[lines.stay] if len(scene.stays) else lines.stay >= 0)
    within = np.where(of_line == acute, in_stay, lines.day >= palliative[lines.person])
    contract = desk.rules.says("A3", lines.day, of_line, lines.day)
    inside = scene.claims(lines) & contract & within & (lines.gross > 0)
    shadow_lines = lines
    paid = np.zeros((len(desk.people), len(scene.labels)), np.int64)
    for number, name in enumerate(schema.EXPERIMENTS):
        here = inside & (of_line == number)
        claimed = _claimed(lines, np.where(here, 0, NO_PHASE), here)
        weights = _by_provider(scene, lines, here)
        product = f"{EXPERIMENT}.{name}"
        if not np.any(here):
            continue
        made = bundle(claimed, _price(desk, product, terms.price_factor, claimed), weights)
        lines = _replaced(desk, "A3", product, lines, here, made, added)
        np.add.at(paid, made.person, made.shares)
    scene.sums.append(_sums("experimenten", shadow_lines, inside, paid))
    return lines


def _members(scene: Scene) -> Ints:
    """Experiment of each person, -1 for none; drawn by the person's id."""
    shares = {str(name): share for name, share in scene.payment.experiments.share.value.items()}
    group = np.asarray(scene.patients["group"], np.int64)
    out = np.full(len(group), NO_PHASE, np.int64)
    for name, word in EXPERIMENT_GROUPS.items():
        drawn = lot(f"payment.experiment.{name}", scene.ids) < shares.get(name, 0.0)
        out[drawn & (group == code(schema.GROUPS, word))] = schema.EXPERIMENTS.index(name)
    acute = np.zeros(len(group), np.bool_)
    acute[scene.stays.person[_acute_stays(scene)]] = True
    drawn = lot(f"payment.experiment.{ACUTE_BED}", scene.ids) < shares.get(ACUTE_BED, 0.0)
    out[acute & drawn & (out == NO_PHASE)] = schema.EXPERIMENTS.index(ACUTE_BED)
    return out


def _acute_stays(scene: Scene) -> Bools:
    """Stays in a hospice that began within so many days of the request."""
    hospice = np.isin(scene.stays.days.setting, [SETTING[word] for word in schema.HOSPICE_SETTINGS])
    asked = np.where(scene.requested == schema.NEVER, 0, scene.requested)
    soon = days(scene.start) - days(asked) <= scene.payment.experiments.acute_days.value
    return np.asarray(hospice & (scene.requested != schema.NEVER) & soon, np.bool_)


def _shared_savings(scene: Scene, lines: Lines, added: list[Lines]) -> None:
    """Providers of the region share what the patients of a year of death cost below a benchmark (A2)."""
    terms, desk = scene.payment.shared_savings, scene.desk
    palliative, _ = scene.phase_days()
    death = desk.people.death_day
    counted = (scene.wlz_day > palliative) & (palliative < ENDLESS) & (death < ENDLESS)
    year = years(np.where(counted, death, 0))
    inside = scene.claims(lines) & counted[lines.person] & (lines.day >= palliative[lines.person])
    shadow = _by_provider(scene, lines, inside)
    expected = {str(group): eur for group, eur in terms.benchmark_eur.value.items()}
    by_group = narrow([whole_cents(expected.get(group, 0)) for group in schema.GROUPS])
    people = np.flatnonzero(counted)
    found, place = np.unique(year[people], return_inverse=True)
    expected_of = by_group[np.asarray(scene.patients["group"], np.int64)[people]]
    benchmark = tally(place, len(found), expected_of)
    cost = sum_of((year[lines.person[inside]],), lines.gross[inside], (found,))
    savings, losses = (exact(number.value) for number in (terms.savings, terms.losses))
    last = year_start_day(found + 1) - 1
    settled = desk.rules.apply("A2", last, 0, cost, benchmark, savings, losses)
    cents = spread(place.astype(np.int64), np.ones(len(people), np.int64), settled[place])
    some = np.flatnonzero(cents != 0)
    added.append(_joint_lines(desk, "A2", SETTLEMENT, people[some], death[people[some]], cents[some]))
    size = len(shadow)
    parts = spread(
        np.repeat(np.arange(len(people)), size), np.tile(shadow, len(people)), np.repeat(cents, size)
    )
    paid = _by_person(lines, inside, (len(desk.people), size))
    paid[people] += parts.reshape(len(people), size)
    scene.sums.append(_sums("gedeelde_besparing", lines, inside, paid))


def budget_shares(scene: Scene, lines: Lines) -> Ints:
    """Part of each line that the patient's own budget pays (A4), in cents; 0 where no budget applies.

    The budget holds for care at home in the terminal phase, of people without the Wlz: district nursing, aids
    and support by the municipality.
    """
    out = np.zeros(len(lines), np.int64)
    terms = scene.payment.own_budget
    if not terms.applies or len(lines) == 0:
        return out
    _, terminal = scene.phase_days()
    bought = np.array([covers(BUDGET_BUYS, p) for p in scene.desk.prices.products], np.bool_)
    home = lines.stay >= 0
    if len(scene.stays):
        home &= scene.stays.days.setting[lines.stay] == SETTING["thuis"]
        home &= scene.stays.days.form[lines.stay] == FORM["geen"]
    held = bought[lines.product] & home & (lines.own == OWN_NONE) & (lines.day >= terminal[lines.person])
    rows = np.flatnonzero(held)
    amount = fits(whole_cents(terms.amount_eur.value))
    person, day, most = lines.person[rows], lines.day[rows], np.full(len(rows), amount)
    out[rows] = scene.desk.rules.apply("A4", day, 0, person, day, lines.gross[rows], most)
    return out


# Beginning of the products that a budget of one's own buys
BUDGET_BUYS = ("zvw.wijkverpleging", "zvw.hulpmiddel", "wmo")


def _claimed(lines: Lines, phase: Ints, inside: Bools) -> Claimed:
    return Claimed(lines.person, phase, lines.provider, lines.day, lines.gross, inside)


def _price(desk: Desk, product: str, factor: Factor, claimed: Claimed) -> Ints:
    """Cents of one price on the day of each line that it stands for; 0 of other lines."""
    out = np.zeros(len(claimed.day), np.int64)
    held = np.flatnonzero(claimed.inside & (claimed.phase != NO_PHASE))
    code_ = np.repeat(desk.prices.codes([product]), len(held))
    out[held] = times_rate(desk.prices.look_up(code_, claimed.day[held]).unit_cents, exact(factor.value))
    return out


def _key(share: dict[str, Fraction], words: list[str], shadow: Ints) -> Ints:
    """Weights by provider: the key divides over kinds, what providers would declare divides within a kind."""
    of_kind = dict.fromkeys(share, 0)
    for word, cents in zip(words, shadow.tolist(), strict=True):
        if word in share:
            of_kind[word] += cents
    exact = [
        share[word] * Fraction(cents, of_kind[word]) if of_kind.get(word) else Fraction(0)
        for word, cents in zip(words, shadow.tolist(), strict=True)
    ]
    return np.array([round(part * WEIGHT) for part in exact], np.int64)


def _sums(way: str, lines: Lines, held: Bools, paid: Ints) -> ProviderSums:
    """Rows of person and provider: what the held lines would bring, and what is paid."""
    shadow = _by_person(lines, held, paid.shape)
    person, provider = np.nonzero((shadow != 0) | (paid != 0))
    return ProviderSums(way, person, provider, shadow[person, provider], paid[person, provider])


def _by_provider(scene: Scene, lines: Lines, held: Bools) -> Ints:
    return tally(lines.provider[held], len(scene.labels), lines.gross[held])


def _by_person(lines: Lines, held: Bools, shape: tuple[int, ...]) -> Ints:
    people, providers = shape
    cell = lines.person[held] * providers + lines.provider[held]
    return tally(cell, people * providers, lines.gross[held]).reshape(shape)


def _replaced(
    desk: Desk, key: str, product: str, lines: Lines, held: Bools, made: Bundled, added: list[Lines]
) -> Lines:
    """Lines with the bundles that a rule makes, among what is added, in place of the held ones."""
    added.append(_joint_lines(desk, key, product, made.person, made.day, made.price))
    return lines.with_(gross=made.cents, rule=np.where(held, desk.rules.code(key), lines.rule))


def _joint_lines(desk: Desk, key: str, product: str, person: Ints, day: Ints, cents: Ints) -> Lines:
    """Lines that providers declare together."""
    size = len(person)
    priced = not desk.prices.on_invoice(product)
    code_ = desk.prices.codes([product])
    row = desk.prices.look_up(np.repeat(code_, size), day).row if priced and size else np.full(size, -1)
    return Lines.of(
        person,
        product=np.repeat(code_, size),
        row=row if priced else desk.prices.row_code(""),
        rule=desk.rules.code(key),
        day=day,
        gross=cents,
        provider=PROVIDER_KINDS.index(JOINT),
    )
