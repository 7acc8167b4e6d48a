"""What must hold of every journey: no overlap, no site above its beds, death at the end, true meters."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from sim import dates
from sim.cohort import draw_patients
from sim.journey import simulate_region
from sim.scenario import Site, load_scenario
from sim.scenario.models import BedsFrom
from sim.schema import CARE_PRODUCTS, CEILING_OUTCOMES, EXITS, NEVER, REFUSAL_REASONS, SETTINGS, code
from sim.units import MINUTES_PER_DAY, MINUTES_PER_WEEK


class Quote:
    """A fixed quote, so that these tests need no tariffs."""

    cents_per_hour = 7500
    cents_per_night_hour = 7900
    cents_per_day_bth = 34000
    cents_per_day_elv_palliative = 61900
    cents_per_day_elv = 37980
    budget_cents = 10_000_000_000
    elv_budget_cents = 1_000_000_000


_made = {}
"""Journeys by what they are made of: many tests look at those of the base."""


def _simulate(scenario, region, replication):
    made_of = (scenario.model_dump_json(), region.model_dump_json(), replication)
    if made_of not in _made:
        patients = draw_patients(scenario, region, 1, replication)
        journeys = simulate_region(scenario, region, 1, replication, patients, Quote())
        _made[made_of] = patients, journeys
    return _made[made_of]


@pytest.fixture(scope="module")
def base():
    return load_scenario("basis_2026")


@pytest.fixture(scope="module", params=[0, 1])
def run(request, base):
    return _simulate(base.scenario, base.area.regions[0], request.param)


def _with_beds(region, beds):
    sites = tuple(s.model_copy(update={"beds": beds}) for s in region.sites)
    return region.model_copy(update={"sites": sites})


def test_a_refused_request_names_a_site_of_the_type_it_asked_for_and_home_care_none(run, base):
    _, tables = run
    refusals, setting_of = tables["refusals"], {s.id: s.setting for s in base.area.regions[0].sites}
    words = refusals.words("site")
    asked = [SETTINGS[setting] for setting in refusals["setting"]]
    found = [setting_of.get(words[site], "thuis") for site in refusals["site"]]
    assert found == asked
    assert len({words[site] for site in refusals["site"]}) > 2


def test_every_patient_has_an_insurer_and_a_provider_group_of_the_contracts(run, base):
    patients, tables = run
    ceiling = base.scenario.ceiling
    meters = set(tables["meters"].words("meter"))
    for column, shares in (
        ("insurer", ceiling.insurers.value),
        ("provider_group", ceiling.provider_groups.value),
    ):
        assert patients.words(column) == tuple(shares)
        drawn = np.bincount(patients[column], minlength=len(shares)) / len(patients)
        assert drawn == pytest.approx(list(shares.values()), abs=0.03)
    for insurer, group in zip(patients["insurer"][:50], patients["provider_group"][:50], strict=True):
        names = patients.words("insurer")[insurer], patients.words("provider_group")[group]
        assert f"wijkverpleging/{names[0]}/{names[1]}" in meters


def test_stays_join_without_gap_or_overlap_from_entry_to_death(run):
    patients, tables = run
    stays = tables["stays"]
    who = np.searchsorted(patients["patient_id"], stays["patient_id"])
    first = np.append(True, who[1:] != who[:-1])
    last = np.append(who[1:] != who[:-1], True)
    assert (stays["start_minute"][first] == patients["entry_minute"][who[first]]).all()
    assert (stays["end_minute"][last] == patients["death_minute"][who[last]]).all()
    assert (stays["end_minute"][~last] == stays["start_minute"][~first]).all()
    assert (stays["end_minute"] > stays["start_minute"])[~last].all()
    assert len(np.unique(who)) == len(patients)


def test_exactly_the_last_stay_of_a_patient_ends_in_death(run):
    stays = run[1]["stays"]
    last = np.append(stays["patient_id"][1:] != stays["patient_id"][:-1], True)
    assert ((stays["exit_reason"] == code(EXITS, "overleden")) == last).all()


def _peak(starts, ends):
    """Most stays at one moment; a bed left in a minute can be taken in that minute."""
    minute = np.concatenate([starts, ends])
    change = np.concatenate([np.ones(len(starts)), -np.ones(len(ends))])
    order = np.lexsort((change, minute))
    return int(np.cumsum(change[order]).max(initial=0))


@pytest.mark.parametrize("beds", [None, 2, 0])
def test_no_site_is_ever_above_its_beds(base, beds):
    region = base.area.regions[0] if beds is None else _with_beds(base.area.regions[0], beds)
    _, tables = _simulate(base.scenario, region, 0)
    stays = tables["stays"]
    for number, site in enumerate(region.sites, start=1):
        here = stays["site"] == number
        assert _peak(stays["start_minute"][here], stays["end_minute"][here]) <= site.beds


def test_without_beds_everyone_who_asks_is_refused_or_dies_waiting(base):
    _, tables = _simulate(base.scenario, _with_beds(base.area.regions[0], 0), 0)
    hospice = [code(SETTINGS, s) for s in ("bth", "hch", "pu", "elv")]
    assert not np.isin(tables["stays"]["setting"], hospice).any()
    reasons = np.bincount(tables["refusals"]["reason"], minlength=len(REFUSAL_REASONS))
    assert reasons[code(REFUSAL_REASONS, "geduld_op")] > 0
    assert reasons[code(REFUSAL_REASONS, "overleden_in_wachttijd")] > 0


def test_with_beds_for_all_nobody_waits(base):
    _, tables = _simulate(base.scenario, _with_beds(base.area.regions[0], 500), 0)
    stays = tables["stays"]
    asked = np.isin(stays["setting"], [code(SETTINGS, s) for s in ("bth", "hch", "pu")])
    assert (stays["requested_minute"][asked] == stays["start_minute"][asked]).all()
    assert not np.isin(tables["refusals"]["reason"], [0, 1]).any()


def test_more_beds_refuse_fewer(base):
    refused = []
    for extra in (-2, 0, 2, 6):
        region = base.area.regions[0]
        sites = tuple(s.model_copy(update={"beds": s.beds + extra}) for s in region.sites)
        _, tables = _simulate(base.scenario, region.model_copy(update={"sites": sites}), 0)
        refused.append(int((tables["refusals"]["reason"] == code(REFUSAL_REASONS, "geduld_op")).sum()))
    assert refused == sorted(refused, reverse=True)
    assert refused[0] > refused[-1]


def test_blocked_minutes_lie_within_hospital_stays(run):
    stays = run[1]["stays"]
    hospital = stays["setting"] == code(SETTINGS, "ziekenhuis")
    assert (stays["blocked_minutes"][~hospital] == 0).all()
    assert (stays["blocked_minutes"] <= stays["end_minute"] - stays["start_minute"]).all()
    assert stays["blocked_minutes"].max() > 0


def test_a_hospital_with_few_beds_sends_away_exactly_those_without_a_bed(base):
    region = base.area.regions[0]
    beds = 20
    hospital = Site(id="zh", name="Ziekenhuis", setting="ziekenhuis", beds=beds)
    _, open_tables = _simulate(base.scenario, region, 0)
    assert (open_tables["refusals"]["reason"] != code(REFUSAL_REASONS, "geen_bed")).all()
    _, tables = _simulate(base.scenario, region.model_copy(update={"sites": (*region.sites, hospital)}), 0)
    stays, refusals = tables["stays"], tables["refusals"]
    inside = stays["setting"] == code(SETTINGS, "ziekenhuis")
    own = inside & (stays["site"] == stays.words("site").index("zh"))
    elsewhere = inside & (stays["site"] == 0)
    no_bed = refusals["reason"] == code(REFUSAL_REASONS, "geen_bed")
    assert own.any()
    assert elsewhere.any()
    assert (own | elsewhere)[inside].all()
    sent = zip(refusals["patient_id"][no_bed].tolist(), refusals["minute"][no_bed].tolist(), strict=True)
    gone = zip(
        stays["patient_id"][elsewhere].tolist(), stays["start_minute"][elsewhere].tolist(), strict=True
    )
    assert sorted(sent) == sorted(gone)
    change = np.concatenate([stays["start_minute"][own], stays["end_minute"][own]])
    step = np.concatenate([np.ones(own.sum()), -np.ones(own.sum())])
    in_use = np.cumsum(step[np.lexsort((step, change))])
    assert in_use.max() == beds
    assert len(stays) == len(open_tables["stays"])


def _years(patients, meters):
    """Length of the run in years of 365 days, from the first meter segment to the last death."""
    span = patients["death_minute"].max() - meters["segment_start_minute"].min()
    return span / (365 * MINUTES_PER_DAY)


def _of(meters, kind):
    words = np.array(meters.words("meter"))
    return np.char.startswith(words[meters["meter"]], kind)


def test_the_nursing_meters_count_exactly_the_care_and_guests_in_the_tables(base):
    region = base.area.regions[0]
    patients, tables = _simulate(base.scenario, region, 0)
    meters, spells, stays = tables["meters"], tables["spells"], tables["stays"]
    own = (spells["provider"] == 1) & (spells["condition"] == 0) & spells["contracted"]
    length = spells["end_minute"] - spells["start_minute"]
    cents = 0.0
    for product, price in (("zvw.wijkverpleging", 7500), ("zvw.wijkverpleging.nacht", 7900)):
        which = own & (spells["product"] == code(CARE_PRODUCTS, product))
        minutes = (spells["quantity"][which] * (length[which] / MINUTES_PER_WEEK)).sum()
        cents += minutes * price / 60
    guest = (stays["setting"] == code(SETTINGS, "bth")) & (stays["wlz_form"] == 0)
    guest &= stays["contracted"] & (stays["ceiling"] == 0)
    cents += ((stays["end_minute"] - stays["start_minute"])[guest] / MINUTES_PER_DAY).sum() * 34000
    share = region.district_nursing_background_share.value
    background = Quote.budget_cents * share * _years(patients, meters)
    used = meters["used"][_of(meters, "wijkverpleging")].sum()
    assert used - background == pytest.approx(cents, rel=1e-5)


def test_the_short_stay_meters_count_exactly_the_days_of_zvw_patients(base):
    region = base.area.regions[0]
    patients, tables = _simulate(base.scenario, region, 0)
    meters, stays = tables["meters"], tables["stays"]
    days = (stays["end_minute"] - stays["start_minute"]) / MINUTES_PER_DAY
    cents = 0.0
    for setting, price in (("hch", 61900), ("pu", 61900), ("elv", 37980)):
        here = (stays["setting"] == code(SETTINGS, setting)) & (stays["wlz_form"] == 0)
        cents += days[here].sum() * price
    background = Quote.elv_budget_cents * region.elv_background_share.value * _years(patients, meters)
    used = meters["used"][_of(meters, "elv")].sum()
    assert used - background == pytest.approx(cents, rel=1e-4)


def _without_budget(base, outcome, **none):
    """Tables and patients of a region whose contracts are empty and where one thing then happens."""
    ceiling = base.scenario.ceiling
    held = "applies" if "budget_cents" in none else "elv_applies"
    changed = {
        key: getattr(ceiling, key).model_copy(update={"value": float(key == held)})
        for key in ("applies", "elv_applies")
    }
    shares = {word: float(word == outcome) for word in ceiling.outcome.value}
    changed["outcome"] = ceiling.outcome.model_copy(update={"value": shares})
    scenario = base.scenario.model_copy(update={"ceiling": ceiling.model_copy(update=changed)})
    region = base.area.regions[0]
    patients = draw_patients(scenario, region, 1, 0)
    nothing = type("Nothing", (Quote,), none)()
    return patients, simulate_region(scenario, region, 1, 0, patients, nothing)


NURSING, STAYS = {"budget_cents": 0}, {"elv_budget_cents": 0}
OF_NURSING, OF_STAYS = ("bth",), ("hch", "pu", "elv")


@pytest.mark.parametrize(("none", "closed"), [(NURSING, OF_NURSING), (STAYS, OF_STAYS)])
@pytest.mark.parametrize("outcome", ["geweigerd", "uitgesteld", "andere_aanbieder", "eigen_kosten"])
def test_an_empty_contract_is_answered_in_one_of_four_ways(base, none, closed, outcome):
    patients, tables = _without_budget(base, outcome, **none)
    stays, refusals, meters = tables["stays"], tables["refusals"], tables["meters"]
    here = np.isin(stays["setting"], [code(SETTINGS, s) for s in closed]) & (stays["wlz_form"] == 0)
    under = here & stays["contracted"]
    met = refusals["reason"] == code(REFUSAL_REASONS, "omzetplafond")
    met &= np.isin(refusals["setting"], [code(SETTINGS, s) for s in closed])
    assert met.any()
    assert (refusals["outcome"][met] == code(CEILING_OUTCOMES, outcome)).all()
    kind = "wijkverpleging" if closed == OF_NURSING else "elv"
    if outcome == "geweigerd":
        assert not under.any()
    elif outcome == "uitgesteld":
        assert (stays["ceiling"] == 0).all()
    else:
        assert (stays["ceiling"][under] == code(CEILING_OUTCOMES, outcome)).all()
        assert under.sum() == met.sum()
        assert (stays["provider"][under] == (2 if outcome == "andere_aanbieder" else 1)).all()
    touched = meters["patients_affected"][_of(meters, kind)].sum()
    at_home = refusals["setting"] == code(SETTINGS, "thuis")
    who = met | at_home if kind == "wijkverpleging" else met
    years = dates.years(dates.days(refusals["minute"][who]))
    assert touched == len(set(zip(refusals["patient_id"][who].tolist(), years.tolist(), strict=True)))


def test_a_postponed_request_is_let_in_after_the_delay(base):
    """Who accepts a bijna-thuis-huis only asks again after seven days, and comes in no sooner."""
    _, tables = _without_budget(base, "uitgesteld", **NURSING)
    stays, refusals = tables["stays"], tables["refusals"]
    bth = code(SETTINGS, "bth")
    met = (refusals["reason"] == code(REFUSAL_REASONS, "omzetplafond")) & (refusals["setting"] == bth)
    asked = dict(zip(refusals["patient_id"][met].tolist(), refusals["minute"][met].tolist(), strict=True))
    inside = (stays["setting"] == bth) & (stays["wlz_form"] == 0) & stays["contracted"]
    waits = [
        int(start) - asked[int(who)]
        for who, start in zip(stays["patient_id"][inside], stays["start_minute"][inside], strict=True)
    ]
    assert len(waits) > 20
    assert min(waits) == 7 * MINUTES_PER_DAY


def test_an_exhausted_short_stay_contract_leaves_only_the_bth(base):
    _, tables = _without_budget(base, "geweigerd", **STAYS)
    stays = tables["stays"]
    zvw = stays["wlz_form"] == 0
    inside = np.isin(stays["setting"], [code(SETTINGS, s) for s in ("hch", "pu")])
    assert not (zvw & inside).any()
    assert (zvw & (stays["setting"] == code(SETTINGS, "bth"))).any()
    refused = tables["refusals"]["reason"] == code(REFUSAL_REASONS, "omzetplafond")
    setting = tables["refusals"]["setting"][refused]
    assert np.isin(setting, [code(SETTINGS, s) for s in ("hch", "pu")]).any()


def test_wlz_clients_stay_only_where_the_zorgkantoor_has_a_contract(base):
    region = base.area.regions[0]
    sites = tuple(s.model_copy(update={"wlz_contract": False}) for s in region.sites)
    _, tables = _simulate(base.scenario, region.model_copy(update={"sites": sites}), 0)
    stays = tables["stays"]
    inside = np.isin(stays["setting"], [code(SETTINGS, s) for s in ("hch", "pu")])
    assert inside.any()
    assert (stays["wlz_form"][inside] == 0).all()
    bth = stays["setting"] == code(SETTINGS, "bth")
    assert (stays["wlz_form"][bth] > 0).any()


def test_a_meter_runs_out_once_a_year_and_only_then_touches_patients(run):
    meters = run[1]["meters"]
    out = meters["exhausted_minute"] != NEVER
    assert out.any()
    year = dates.years(dates.days(meters["segment_start_minute"]))
    assert (dates.years(dates.days(meters["exhausted_minute"][out])) == year[out]).all()
    assert (meters["patients_affected"][~out] == 0).all()
    assert (meters["used"][out] >= meters["allowance"][out]).all()


def test_without_a_ceiling_that_applies_nobody_is_touched(base):
    never = base.scenario.ceiling.applies.model_copy(update={"value": 0.0})
    ceiling = base.scenario.ceiling.model_copy(update={"applies": never})
    scenario = base.scenario.model_copy(update={"ceiling": ceiling})
    _, tables = _simulate(scenario, base.area.regions[0], 0)
    assert (tables["meters"]["patients_affected"] == 0).all()
    assert not (tables["refusals"]["reason"] == code(REFUSAL_REASONS, "omzetplafond")).any()


def test_spells_lie_within_their_stay(run):
    _, tables = run
    stays, spells = tables["stays"], tables["spells"]
    key = stays["patient_id"] * 1000 + stays["stay_no"]
    at = np.searchsorted(key, spells["patient_id"] * 1000 + spells["stay_no"])
    assert (spells["start_minute"] >= stays["start_minute"][at]).all()
    once = spells["per"] == 0
    assert (spells["end_minute"][~once] <= stays["end_minute"][at][~once]).all()


def test_wlz_clients_get_no_zvw_district_nursing(run):
    patients, tables = run
    spells = tables["spells"]
    who = np.searchsorted(patients["patient_id"], spells["patient_id"])
    nursing = np.isin(
        spells["product"],
        [code(CARE_PRODUCTS, p) for p in ("zvw.wijkverpleging", "zvw.wijkverpleging.nacht")],
    )
    since = patients["wlz_since_minute"][who]
    under = nursing & (since != NEVER)
    assert (spells["end_minute"][under] <= since[under]).all()


def test_wlz_periods_do_not_overlap_and_end_in_death(run):
    patients, tables = run
    periods = tables["wlz_periods"]
    who = np.searchsorted(patients["patient_id"], periods["patient_id"])
    same = who[1:] == who[:-1]
    assert (periods["end_minute"][:-1][same] == periods["start_minute"][1:][same]).all()
    last = np.append(~same, True)
    assert (periods["end_minute"][last] == patients["death_minute"][who[last]]).all()
    assert len(np.unique(who)) == (patients["wlz_since_minute"] != NEVER).sum()


def test_nobody_moves_from_zvw_to_wlz_in_the_terminal_phase(run):
    patients, tables = run
    periods = tables["wlz_periods"]
    who = np.searchsorted(patients["patient_id"], periods["patient_id"])
    first = np.append(True, who[1:] != who[:-1])
    assert (periods["start_minute"][first] <= patients["terminal_from_minute"][who[first]]).all()


def test_hospices_take_only_patients_in_the_terminal_phase(run):
    patients, tables = run
    stays = tables["stays"]
    who = np.searchsorted(patients["patient_id"], stays["patient_id"])
    hospice = np.isin(stays["setting"], [code(SETTINGS, s) for s in ("bth", "hch", "pu")])
    assert (stays["start_minute"][hospice] >= patients["terminal_from_minute"][who[hospice]]).all()


def test_deaths_at_home_and_in_hospital_of_the_fitted_base_lie_near_the_published_shares(base):
    home, hospital = [], []
    first, last = (
        dates.minute_of(d) for d in (base.scenario.horizon.count_from, base.scenario.horizon.count_to)
    )
    for replication in range(4):
        _, tables = _simulate(base.scenario, base.area.regions[0], replication)
        stays = tables["stays"]
        died = (stays["exit_reason"] == code(EXITS, "overleden")) & (stays["end_minute"] >= first)
        place = stays["setting"][died & (stays["end_minute"] < last)]
        home.append((place == code(SETTINGS, "thuis")).mean())
        hospital.append((place == code(SETTINGS, "ziekenhuis")).mean())
    # Published: home 0.39 and hospital 0.19 (Palliaweb 2024, over 2022). The base is fitted to them on other
    # seeds; wide bands, as this is one region and four replications.
    assert 0.30 < np.mean(home) < 0.46
    assert 0.14 < np.mean(hospital) < 0.25


def test_beds_that_come_and_go_on_a_date_are_used_and_closed(base):
    region = base.area.regions[0]
    opening, closing = dt.date(2026, 4, 1), dt.date(2026, 10, 1)
    first = region.sites[0].model_copy(
        update={
            "beds": 0,
            "beds_from": (BedsFrom(date=opening, beds=6), BedsFrom(date=closing, beds=1)),
        }
    )
    region = region.model_copy(update={"sites": (first, *region.sites[1:])})
    _, tables = _simulate(base.scenario, region, 0)
    stays = tables["stays"]
    here = stays["site"] == 1
    start, end = stays["start_minute"][here], stays["end_minute"][here]
    assert start.min() >= dates.minute_of(opening)
    assert _peak(start, end) == 6
    settled = dates.minute_of(dt.date(2027, 6, 1))
    late = end > settled
    assert _peak(np.maximum(start[late], settled), end[late]) <= 1
