"""What every patient needs, sampled before any queue: the same needs in every scenario.

All times are absolute minutes; days before death turn into them once, here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from sim.cohort import LongTermCare, hospice_preference, long_term_care, marked_timely
from sim.cohort import sampling as draw
from sim.cohort.taken_over import again
from sim.journey.events import OF, Events, decided, one_an_event, timed_events
from sim.journey.spell_list import unfunded_code
from sim.journey.support import Sampled, SupportNeeds, sample_support
from sim.rng import CohortDraws
from sim.scenario.in_force import guest_factor
from sim.scenario.models import Region, Scenario, Site
from sim.scenario.numbers import RatesByWindow, SharesByWindow
from sim.schema import CEILING_OUTCOMES, GROUPS, HOSPICE_SETTINGS, NEVER, SETTINGS, Table, code
from sim.units import DAYS_PER_WEEK, MINUTES_PER_DAY, MINUTES_PER_HOUR, WINDOW_EDGES_DAYS, Bools, Floats, Ints

_ADMITTED = one_an_event("events")


@dataclass(frozen=True)
class Admissions:
    """Hospital admissions that happen unless the patient is in a place where they cannot."""

    events: Events
    stay_minutes: Ints = field(metadata=_ADMITTED)
    ic_minutes: Ints = field(metadata=_ADMITTED)  # of the first part of the stay, on intensive care
    terminal: Bools = field(metadata=_ADMITTED)
    emergency: Bools = field(metadata=_ADMITTED)
    ambulance: Bools = field(metadata=_ADMITTED)
    # Whether an acute hospice bed would do instead; never of a child, as no hospice for adults takes one
    acute_bed: Bools = field(metadata=_ADMITTED)
    # Uniform against which thinning (nursing home, care plan) is decided
    keep: Floats = field(metadata=_ADMITTED)


class Elsewhere(NamedTuple):
    """A stay that who is at home and waits for nothing takes once, where a place is free just then."""

    setting: str
    minute: Ints  # when it is asked for, one value a patient
    stay_minutes: Ints


@dataclass(frozen=True)
class Needs:
    """All needs of the patients of one region.

    Arrays have one value a patient unless said, minutes are `NEVER` for who has none.
    """

    admissions: Admissions
    ed_only: Events
    ed_ambulance: Bools = field(metadata=one_an_event("ed_only"))
    gp: Events
    gp_visit: Bools = field(metadata=one_an_event("gp"))
    out_of_hours: Events
    own_gp: Bools = field(metadata=one_an_event("out_of_hours"))
    post_visit: Bools = field(metadata=one_an_event("out_of_hours"))
    nursing_minute: Ints = field(metadata=decided("wlz"))  # when a place is asked for
    hospice_minute: Ints = field(metadata=decided("request"))
    # From then on a discharge may lead to a hospice
    hospice_window_minute: Ints = field(metadata=decided("window"))
    # Asks for a hospice when medically ready in that window
    after_hospital: Bools = field(metadata=decided("window"))
    # Acceptable hospice types by choice number, which `hospice_choice` has; who would first want a type that
    # has no site chooses among those that have, by the shares of these
    hospice_order: tuple[tuple[int, ...], ...]
    hospice_choice: Ints = field(metadata=decided("request"))
    # Accepts any house of an acceptable type; who does not waits for one house alone
    other_house: Bools = field(metadata=decided("request"))
    # By site; the lowest of the houses of a type is the patient's own; empty where everybody accepts another
    house: dict[str, Floats] = field(metadata=decided("request"))
    elv_minute: Ints = field(metadata=decided("short_stay"))  # when a short stay is asked for from home
    # Goes to a short stay when medically ready in the window of hospices
    elv_after_hospital: Bools = field(metadata=decided("short_stay"))
    elv_stay_minutes: Ints = field(metadata=decided("short_stay"))
    patience_minutes: Ints = field(metadata=decided("request"))
    # Which house of the preferred type a refused request was addressed to, as a uniform
    refusal_site: Floats = field(metadata=decided("request"))
    discharged_alive: Bools = field(metadata=decided("request"))
    alive_stay_minutes: Ints = field(metadata=decided("request"))
    # As the next two the setting code taken when no place comes, or -1 for a hospice request
    diverted_hospital: Ints = field(metadata=decided("request"))
    diverted_home: Ints = field(metadata=decided("request"))
    without_care: Ints = field(metadata=decided("ceiling"))
    day_contribution_cents: Ints = field(metadata=decided("request"))
    waived: Bools = field(metadata=decided("request"))
    care_minute: Ints = field(metadata=decided("care"))  # when terminal home care is asked for
    last_week_minute: Ints = field(metadata=decided("care"))  # when the last week starts
    care_week_minutes: Ints = field(metadata=decided("care"))
    last_week_care_minutes: Ints = field(metadata=decided("care"))
    chronic_week_minutes: Ints = field(metadata=decided("chronic_care"))
    night_week_minutes: Ints = field(metadata=decided("care"))
    # Hours of care as a guest of a bijna-thuis-huis, as a multiple of those at home
    guest_factor: Floats = field(metadata=decided("care"))
    nurses_hit: Bools = field(metadata=decided("care"))  # waits when all hours of district nursing are in use
    # Whether the district nursing of the patient has a contract
    contracted: Bools = field(metadata=decided("ceiling"))
    ceiling_hit: Bools = field(metadata=decided("ceiling"))
    elv_hit: Bools = field(metadata=decided("short_stay"))
    insurer: Ints = field(metadata=decided("entry"))  # as `provider_group` a place in the scenario's list
    provider_group: Ints = field(metadata=decided("entry"))
    ceiling_outcome: Ints = field(metadata=decided("ceiling"))
    crisis_stay_minutes: Ints = field(metadata=decided("ceiling"))
    team_minute: Ints = field(metadata=decided("team"))
    meeting_minute: Ints = field(metadata=decided("team"))
    # Code of what the team's work lacks to be paid, 0 for nothing
    team_condition: Ints = field(metadata=decided("team"))
    pzp_minute: Ints = field(metadata=decided("plan"))
    gp_plan_minute: Ints = field(metadata=decided("plan"))
    # From then on a care plan or a transmural team guides care
    guided_minute: Ints = field(metadata=decided("plan"))
    guided_factor: Floats = field(metadata=decided("plan"))  # on admissions from then on
    transmural_minute: Ints = field(metadata=decided("plan"))  # when a transmural team comes in
    # Who gets which care of the team, by product
    transmural: dict[str, Bools] = field(metadata=decided("plan"))
    volunteers_minute: Ints = field(metadata=decided("terminal"))  # from when volunteers come to who has them
    sedation_minute: Ints = field(metadata=decided("terminal"))
    support: SupportNeeds

    @property
    def elsewhere(self) -> tuple[Elsewhere, ...]:
        """Stays at kinds of places for which nobody waits: one a patient and kind."""
        return (Elsewhere("respijt", self.support.respite_minute, self.support.respite_minutes),)


ONE_AN_EVENT = {
    each.name
    for record in (Needs, SupportNeeds, Admissions)
    for each in fields(record)
    if OF in each.metadata
}
"""Fields of needs with one value an event; all others have one a patient."""


def _minutes(days: Floats) -> Ints:
    return np.floor(days * MINUTES_PER_DAY).astype(np.int64)


def _rates(window: RatesByWindow | SharesByWindow, count: int) -> Floats:
    return np.broadcast_to(np.array(window.value, np.float64), (count, len(window.value))).copy()


def _admission_rates(scenario: Scenario, group: Ints, factor: float) -> Floats:
    """Admissions a day by window: the group's last-30-day probability times the common shape."""
    probability = draw.by_group(scenario.hospital.admitted_last_30.value)
    last_30 = draw.admission_hazard(probability) / WINDOW_EDGES_DAYS[2]
    shape = np.array(scenario.hospital.admission_rate_shape.value, np.float64)
    return np.asarray(factor * last_30[group][:, None] * shape[None, :], np.float64)


def _known_preference(patients: Table, scenario: Scenario, draws: CohortDraws) -> Floats:
    """Factor on hospital in the last week and on short stays; lower where the wish is known.

    Its mean is 1 where as many wishes are known as when admissions were measured. Who was known then, and
    who still is not, keeps the factor whatever a policy does; for whom it changes what is known, the causal
    part of the effect holds.
    """
    wish, hospital = scenario.cohort.preference, scenario.hospital
    factor, causal = hospital.known_preference_factor.value, hospital.known_preference_causal.value
    measured = hospital.known_preference_measured.value
    share = measured * (1.0 - wish.place.value.get("ziekenhuis", 0.0))
    known, unknown = np.array([factor, 1.0]) / (share * factor + 1.0 - share)
    then = draw.bernoulli(draws.uniform("preference.known"), measured)
    now = patients["preference_known"]
    part = np.where(then == now, then, np.where(now, causal, 1.0 - causal))
    elsewhere = patients["preference"] != code(SETTINGS, "ziekenhuis")
    return np.asarray(np.where(elsewhere, unknown + part * (known - unknown), unknown), np.float64)


def _admissions(draws: CohortDraws, scenario: Scenario, patients: Table, region: Region) -> Admissions:
    hospital = scenario.hospital
    group, death = patients["group"].astype(np.int64), patients["death_minute"]
    spared = _known_preference(patients, scenario, draws)
    rates = _admission_rates(scenario, group, region.factors.admissions)
    rates[:, -1] *= spared
    events = timed_events(draws, "hospital.admission", rates, patients["entry_minute"], death)

    def u(stream: str) -> Floats:
        return draw.numbered_uniform(draws, stream, events.patient, events.number)

    left = death[events.patient] - events.minute
    last_30 = left <= WINDOW_EDGES_DAYS[2] * MINUTES_PER_DAY
    ic_share = np.where(last_30, hospital.ic_last_30.value, hospital.ic_before.value)
    on_ic = draw.bernoulli(u("hospital.ic"), ic_share)
    ic_days = np.ceil(draw.lognormal(u("hospital.ic_stay"), hospital.ic_stay))
    acute = draw.bernoulli(u("hospital.acute"), hospital.acute.value)
    adult = (group != code(GROUPS, "child"))[events.patient]
    terminal_share = draw.by_group(hospital.terminal.value)[group[events.patient]]
    close = left <= hospital.terminal_window_days.value * MINUTES_PER_DAY
    before_last_week = left > DAYS_PER_WEEK * MINUTES_PER_DAY
    terminal_share *= np.where(before_last_week, spared[events.patient], 1.0)
    return Admissions(
        events=events,
        stay_minutes=_minutes(draw.lognormal(u("hospital.stay"), hospital.stay)) + 1,
        ic_minutes=np.where(on_ic, _minutes(ic_days), 0),
        terminal=draw.bernoulli(u("hospital.terminal"), terminal_share) & close,
        emergency=acute & draw.bernoulli(u("hospital.emergency"), hospital.ed_of_acute.value),
        ambulance=acute & draw.bernoulli(u("hospital.ambulance"), hospital.ambulance_of_acute.value),
        acute_bed=acute & adult & draw.bernoulli(u("hospice.acute"), scenario.hospice.acute_instead.value),
        keep=u("hospital.keep"),
    )


def hospice_orders(accepts_other: bool) -> tuple[tuple[int, ...], ...]:
    """Acceptable types by first choice: that type alone, or followed by the two others."""
    types = tuple(code(SETTINGS, s) for s in HOSPICE_SETTINGS)
    if not accepts_other:
        return tuple((t,) for t in types)
    return tuple((t, *(o for o in types if o != t)) for t in types)


def _by_preference(
    share: Floats, prefer: float, patients: Table, resident: Bools, scenario: Scenario
) -> Floats:
    """Probability of a hospice request by who prefers a hospice (one a patient).

    The share of each group stays. So large a share of the applicants as `prefer` wishes to die in a hospice;
    all who prefer one if that is fewer. A resident lives in a nursing home, or will.
    """
    group = patients["group"].astype(np.int64)
    wish = hospice_preference(group, resident, scenario)
    asks = share[group]
    with np.errstate(divide="ignore", invalid="ignore"):
        with_wish = np.minimum(asks * prefer / wish, 1.0)
        with_wish = np.where(wish > 0, np.maximum(with_wish, asks), asks)
        without = (asks - wish * with_wish) / (1.0 - wish)
    prefers = np.isin(patients["preference"], [code(SETTINGS, s) for s in HOSPICE_SETTINGS])
    return np.where(prefers, with_wish, without)


def _chronic_share(scenario: Scenario, long_term: LongTermCare) -> Floats:
    """Chance of district nursing all year; higher for who has it in place of a postponed Wlz."""
    usual, instead = scenario.home.chronic_care.value, scenario.cohort.wlz.postponed_care.value
    return np.where(long_term.postponed, max(usual, instead), usual)


@dataclass(frozen=True)
class _Plans:
    """Care plans and transmural teams: when they begin, who gets which of their care, their effect."""

    hospital_minute: Ints
    gp_minute: Ints
    guided_minute: Ints
    factor: Floats
    transmural_minute: Ints
    transmural: dict[str, Bools]


def _plans(patients: Table, draws: CohortDraws, scenario: Scenario) -> _Plans:
    """Plans are made when the terminal phase is recognised, or at a marking in time before it."""
    u = draws.uniform
    hospital, transmural = scenario.hospital, scenario.transmural
    terminal, marked = patients["terminal_from_minute"], patients["marked_minute"]
    timely = marked_timely(draws, scenario)
    moment = np.where(timely & (marked != NEVER), np.minimum(marked, terminal), terminal)
    child = patients["group"] == code(GROUPS, "child")
    by_gp = draw.bernoulli(u("marking.gp_plan"), scenario.cohort.marking.gp_plan.value) & ~child
    reached = draw.bernoulli(u("transmural.reached"), transmural.reached.value) & ~child
    planned = patients["pzp"] | by_gp
    factor = np.where(planned, hospital.pzp_admission_factor.value, 1.0)
    return _Plans(
        hospital_minute=np.where(patients["pzp"], moment, NEVER),
        gp_minute=np.where(by_gp, moment, NEVER),
        guided_minute=np.where(planned | reached, moment, NEVER),
        factor=np.where(reached, factor * transmural.admission_factor.value, factor),
        transmural_minute=np.where(reached, moment, NEVER),
        transmural={
            "zvw.tapas.1": reached,
            "zvw.tapas.2a": draw.bernoulli(u("transmural.phone"), transmural.phone.value),
            "zvw.tapas.2b": draw.bernoulli(u("transmural.bedside"), transmural.bedside.value),
            "zvw.tapas.3": draw.bernoulli(u("transmural.direction"), transmural.case_management.value),
        },
    )


def _volunteers_from(patients: Table, draws: CohortDraws, scenario: Scenario) -> Ints:
    """Minute from which volunteers come: the terminal phase, or some days before it."""
    people = scenario.cohort.population
    early = draw.bernoulli(draws.uniform("cohort.volunteers_early"), people.volunteers_before_terminal.value)
    ahead = round(people.volunteers_before_terminal_days.value * MINUTES_PER_DAY)
    terminal = patients["terminal_from_minute"]
    return np.where(early, np.maximum(terminal - ahead, patients["entry_minute"]), terminal)


def _team_condition(draws: CohortDraws, scenario: Scenario) -> Ints:
    """What the work of the palliative team lacks: a valid composition, or a contact with the patient."""
    hospital = scenario.hospital
    invalid = draw.bernoulli(draws.uniform("team.composition"), hospital.team_composition_invalid.value)
    unmet = draw.bernoulli(draws.uniform("team.contact"), hospital.team_without_contact.value)
    without = np.where(unmet, unfunded_code("overleden_of_ontslagen_voor_contact"), 0)
    return np.where(invalid, unfunded_code("samenstelling_ongeldig"), without).astype(np.int64)


def _triangular(u: Floats, low: float, mode: float, high: float) -> Floats:
    """Inverse triangular distribution."""
    cut = (mode - low) / (high - low)
    below = low + np.sqrt(u * (high - low) * (mode - low))
    above = high - np.sqrt((1.0 - u) * (high - low) * (high - mode))
    return np.where(u < cut, below, above)


def _first_choice(draws: CohortDraws, scenario: Scenario, sites: Sequence[Site]) -> Ints:
    """Type of first choice; who would want one without a site chooses among the others by their shares."""
    shares = scenario.hospice.first_choice.value
    first = draw.choose_word(draws.uniform("hospice.first_choice"), shares, SETTINGS)
    there = {str(site.setting) for site in sites}
    left = {word: share for word, share in shares.items() if word in there}
    if len(left) == len(shares) or not sum(left.values()):
        return first
    again = {word: share / sum(left.values()) for word, share in left.items()}
    offered = np.isin(first, [code(SETTINGS, word) for word in left])
    return np.where(
        offered, first, draw.choose_word(draws.uniform("hospice.choice_among_rest"), again, SETTINGS)
    )


def _own_house(draws: CohortDraws, sites: Sequence[Site]) -> dict[str, Floats]:
    """A race of the houses for each patient, won in proportion to their beds.

    A house that closes leaves the choice of who had another as it was.
    """
    return {
        site.id: -np.log(draws.uniform(f"hospice.house.{site.id}")) / max(site.beds, NO_BEDS_WEIGHT)
        for site in sites
        if site.setting in HOSPICE_SETTINGS
    }


# Beds that a house without any counts as, so that it is chosen only where no other has any
NO_BEDS_WEIGHT = 1e-9


def sample_needs(
    patients: Table,
    draws: CohortDraws,
    scenario: Scenario,
    region: Region,
    visited_at: int = int(NEVER),
    sites: Sequence[Site] | None = None,
) -> Needs:
    """All needs of patients of a region, whom `draw_patients` made with the same draws.

    The scenario is a plain one: what follows a path over dates is left to `draw_needs`. The region has
    factors on admissions, nursing home need and home care; sites are what may be asked for, those of the
    region where none are given. Of who died before the minute `visited_at` visits and support that ask for no
    place are left out.
    """
    sites = region.sites if sites is None else sites
    long_term = long_term_care(draws, scenario.cohort, region, patients["group"].astype(np.int64))
    asked = (draws, tuple(sites), visited_at)
    found = [
        again(
            part.__name__,
            asked,
            lambda who, world, here, care, part=part: part(
                _People(draws, visited_at, who, world, here, care, sites)
            ),
            *(patients, scenario, region, long_term),
        )
        for part in (_visits, _hospice, _elsewhere, _home_care, _ceiling, _team, _planned)
    ]
    return Needs(
        admissions=again(
            "admissions", (draws,), lambda *of: _admissions(draws, *of), *(scenario, patients, region)
        ),
        support=sample_support(patients, draws, scenario, visited_at),
        **{name: values for each in found for name, values in each.items()},
    )


@dataclass(frozen=True)
class _People(Sampled):
    """Patients whose needs are sampled, with what every part of the needs looks at."""

    region: Region
    long_term: LongTermCare
    sites: Sequence[Site]

    @property
    def death(self) -> Ints:
        """Minute of death."""
        return self.patients["death_minute"]

    @property
    def entry(self) -> Ints:
        """Minute from which the patient is followed."""
        return self.patients["entry_minute"]

    @property
    def terminal_from(self) -> Ints:
        """Minute from which the terminal phase is recognised."""
        return self.patients["terminal_from_minute"]

    @cached_property
    def contracted(self) -> Bools:
        """Whether district nursing is of a provider with a contract."""
        share = self.scenario.cohort.insurance.contracted_nursing.value
        return self.chosen("insurance.contracted_nursing", share)

    def visits(self, stream: str, per_day: RatesByWindow) -> Events:
        """Events that ask for no place, by rates a day."""
        return self.events(stream, _rates(per_day, len(self.patients)))

    def chosen_of(self, stream: str, events: Events, share: float | Floats) -> Bools:
        """One draw an event of whether something is so."""
        return draw.bernoulli(self.numbered(stream, events), share)

    def destination(self, stream: str, words: dict[str, float]) -> Ints:
        """Where a patient goes who cannot be where they would; -1 for a hospice."""
        codes = np.array([-1 if w == "hospice" else code(SETTINGS, w) for w in words], np.int64)
        return np.asarray(codes[draw.choose(self.draws.uniform(stream), list(words.values()))])


def _visits(people: _People) -> dict[str, Any]:
    """Emergency visits, contacts with the GP and out of hours."""
    home, hospital = people.scenario.home, people.scenario.hospital
    gp = people.visits("gp.contact", home.gp_per_day)
    left = people.death[gp.patient] - gp.minute
    window = np.zeros(len(left), np.int64)
    for days in WINDOW_EDGES_DAYS[1:-1]:
        window += left <= days * MINUTES_PER_DAY
    ooh = people.visits("gp.out_of_hours", home.out_of_hours_per_day)
    ed = people.visits("ed.only", hospital.ed_only_per_day)
    return {
        "ed_only": ed,
        "ed_ambulance": people.chosen_of("ed.ambulance", ed, hospital.ambulance_of_acute.value),
        "gp": gp,
        "gp_visit": people.chosen_of("gp.visit", gp, np.array(home.gp_visit_share.value)[window]),
        "out_of_hours": ooh,
        "own_gp": people.chosen_of("gp.own", ooh, home.out_of_hours_own_gp.value),
        "post_visit": people.chosen_of("gp.post_visit", ooh, home.out_of_hours_visit.value),
    }


def _hospice(people: _People) -> dict[str, Any]:
    """Who asks for a hospice and when, which type and house, how long they wait, and what follows."""
    hospice, places, u = people.scenario.hospice, people.scenario.places, people.draws.uniform
    alive = people.chosen("hospice.discharged_alive", hospice.discharged_alive.value)
    alive_days = people.days("hospice.alive_stay", hospice.alive_stay)
    request_days = people.days("hospice.home_request", hospice.home_request_before_death)
    request_days = np.where(alive, request_days + alive_days, request_days)
    request = np.maximum(people.death - 1 - _minutes(request_days), people.terminal_from)
    from_home = people.chosen(
        "hospice.from_home", _asking(people, hospice.from_home.value, hospice.applicants_prefer_at_home.value)
    )
    base = [order[0] for order in hospice_orders(False)]
    first = _first_choice(people.draws, people.scenario, people.sites)
    rank = np.array([base.index(f) for f in first], np.int64)
    other = people.chosen("hospice.accepts_other", hospice.accepts_other.value)
    low, mode, high = (p.value for p in hospice.day_contribution_eur)
    contribution = np.round(_triangular(u("hospice.contribution"), low, mode, high)).astype(np.int64)
    window_minutes = round(hospice.hospital_window_days.value * MINUTES_PER_DAY)
    anywhere = places.other_house == 1
    return {
        "hospice_minute": np.where(from_home, request, NEVER),
        "hospice_window_minute": np.maximum(people.death - window_minutes, people.terminal_from),
        "after_hospital": people.chosen(
            "hospice.after_hospital",
            _asking(people, hospice.after_hospital.value, hospice.applicants_prefer_in_hospital.value),
        ),
        "hospice_order": (*hospice_orders(False), *hospice_orders(True)),
        "hospice_choice": rank + np.where(other, len(base), 0),
        "other_house": np.ones(len(people.patients), np.bool_)
        if anywhere
        else people.chosen("hospice.other_house", places.other_house),
        "house": {} if anywhere else _own_house(people.draws, people.sites),
        "patience_minutes": _minutes(draw.exponential(u("hospice.patience"), hospice.patience.value)) + 1,
        "refusal_site": u("refusals.site"),
        "discharged_alive": alive,
        "alive_stay_minutes": _minutes(alive_days) + 1,
        "diverted_hospital": people.destination(
            "hospice.diverted_hospital", hospice.diverted_from_hospital.value
        ),
        "diverted_home": people.destination("hospice.diverted_home", hospice.diverted_from_home.value),
        "day_contribution_cents": contribution * 100,
        "waived": people.chosen("hospice.waived", hospice.waived.value),
    }


def _asking(people: _People, by_group: Mapping[Any, float], prefer: float) -> Floats:
    """Share that asks for a hospice, by group and known preference."""
    return _by_preference(
        draw.by_group(by_group), prefer, people.patients, people.long_term.nursing_days >= 0, people.scenario
    )


def _elsewhere(people: _People) -> dict[str, Any]:
    """Who goes to a nursing home, or asks for eerstelijnsverblijf."""
    elv, nursing_days = people.scenario.elv, people.long_term.nursing_days
    asks_nursing = (nursing_days >= 0) & (nursing_days < WINDOW_EDGES_DAYS[0])
    days = people.days("elv.time", elv.before_death)
    asks_elv = np.minimum(
        elv.from_home.value * _known_preference(people.patients, people.scenario, people.draws), 1.0
    )
    from_home = people.chosen("elv.from_home", asks_elv) & ~people.child
    return {
        "nursing_minute": np.where(asks_nursing, people.death - 1 - _minutes(nursing_days), NEVER),
        "elv_minute": np.where(from_home, np.maximum(people.death - 1 - _minutes(days), people.entry), NEVER),
        "elv_after_hospital": people.chosen("elv.after_hospital", elv.after_hospital.value) & ~people.child,
        "elv_stay_minutes": _minutes(people.days("elv.stay", elv.stay)) + 1,
    }


def _home_care(people: _People) -> dict[str, Any]:
    """District nursing: hours a week, from when, and what of it is agreed with the insurer."""
    home, efficiency, nurses = people.scenario.home, people.scenario.efficiency, people.scenario.nurses
    wants = people.chosen("home.terminal_care", home.terminal_care.value)
    start = np.maximum(
        people.death - 1 - _minutes(people.days("home.terminal_start", home.terminal_start)), people.entry
    )
    compared = people.chosen("home.efficiency", efficiency.applies.value) & people.contracted
    compared &= efficiency.counts_terminal
    hours = again(
        "home hours",
        (people.draws,),
        lambda per_week: draw.gamma(people.draws.uniform("home.hours"), per_week),
        home.hours_per_week,
    )
    hours = hours * people.region.factors.home_care
    hours = np.where(compared, hours * efficiency.hours_factor.value, hours)
    week = np.round(hours * MINUTES_PER_HOUR)
    chronic = people.chosen("home.chronic", _chronic_share(people.scenario, people.long_term)) & ~people.child
    night = people.chosen("home.night", home.night_care.value) & wants
    return {
        "care_minute": np.where(wants & ~people.child, start, NEVER),
        "last_week_minute": people.death - DAYS_PER_WEEK * MINUTES_PER_DAY,
        "care_week_minutes": week.astype(np.int64),
        "last_week_care_minutes": np.round(week * home.last_week_factor.value).astype(np.int64),
        "chronic_week_minutes": np.where(
            chronic, round(home.chronic_hours_per_week.value * MINUTES_PER_HOUR), 0
        ),
        "night_week_minutes": np.where(night, round(home.night_hours_per_week.value * MINUTES_PER_HOUR), 0),
        "guest_factor": np.where(people.contracted, guest_factor(people.scenario), 1.0),
        "nurses_hit": people.chosen("nurses.share", nurses.share.value if nurses.applies else 0.0),
        "contracted": people.contracted,
    }


def _ceiling(people: _People) -> dict[str, Any]:
    """What a ceiling of a provider would do to the patient."""
    ceiling, u = people.scenario.ceiling, people.draws.uniform
    return {
        "without_care": people.destination("ceiling.without_care", ceiling.without_care.value),
        "ceiling_hit": people.chosen("ceiling.applies", ceiling.applies.value) & people.contracted,
        "elv_hit": people.chosen("ceiling.elv_applies", ceiling.elv_applies.value),
        "insurer": people.patients["insurer"].astype(np.int64),
        "provider_group": people.patients["provider_group"].astype(np.int64),
        "ceiling_outcome": draw.choose_word(u("ceiling.outcome"), ceiling.outcome.value, CEILING_OUTCOMES),
        "crisis_stay_minutes": _minutes(people.days("ceiling.stay", people.scenario.hospital.stay)) + 1,
    }


def _team(people: _People) -> dict[str, Any]:
    """When the palliative team of the hospital meets the patient, and what its work lacks."""
    hospital = people.scenario.hospital
    has_team = people.chosen("team.consulted", draw.by_group(hospital.palliative_team.value)[people.group])
    minute = np.maximum(
        people.death - 1 - _minutes(people.days("team.time", hospital.team_before_death)), people.entry
    )
    return {
        "team_minute": np.where(has_team, minute, NEVER),
        "meeting_minute": minute + _minutes(people.days("team.meeting", hospital.team_meeting_delay)),
        "team_condition": _team_condition(people.draws, people.scenario),
    }


def _planned(people: _People) -> dict[str, Any]:
    """Plans of care, volunteers and sedation."""
    home = people.scenario.home
    plans = _plans(people.patients, people.draws, people.scenario)
    sedated = people.chosen("home.sedation", home.sedation.value)
    from_minute = people.death - round(home.sedation_days.value * MINUTES_PER_DAY)
    return {
        "pzp_minute": plans.hospital_minute,
        "gp_plan_minute": plans.gp_minute,
        "guided_minute": plans.guided_minute,
        "guided_factor": plans.factor,
        "transmural_minute": plans.transmural_minute,
        "transmural": plans.transmural,
        "volunteers_minute": _volunteers_from(people.patients, people.draws, people.scenario),
        "sedation_minute": np.where(sedated, np.maximum(from_minute, people.entry), people.death),
    }
