"""A bill lists what it takes for granted: the facts and keys left out that decide a price or a rule."""

import json

from sim.billing.case import CareLine, Case, Granted, Patient, Stay, WlzPeriod
from sim.billing.case_bill import make_bill
from sim.catalogue import load_tariffs
from sim.law import RuleSet, registered
from sim.ledger import PriceSettings
from sim.report.language import language

BOOK = load_tariffs()
HOME = [{"setting": "thuis", "from": "2026-01-01", "to": "2026-05-17"}]
WHO = {"born": "1950-06-01", "died": "2026-05-17"}


def made(care, journey=HOME, **patient):
    content = {"patient": {**WHO, **patient}, "journey": journey, "care": care}
    return make_bill(
        Case.model_validate_json(json.dumps(content)), BOOK, RuleSet.current(), PriceSettings(2026)
    )


def granted(care, journey=HOME, **patient):
    return {str(r.parts["where"]): r for r in made(care, journey, **patient).taken_for_granted}


def test_the_facts_of_a_talk_that_the_case_leaves_out_are_listed_with_what_counts():
    told = granted([{"product": "zvw.msz.pzp", "date": "2026-03-02", "overgedragen_aan_huisarts": True}])
    gatekeeper = told["care[0].poortspecialist_aanwezig"]
    assert (gatekeeper.parts["value"], gatekeeper.parts["rule"]) == ("true", "H2")
    assert told["care[0].volgnummer"].parts["value"] == "1"
    assert "care[0].overgedragen_aan_huisarts" not in told
    assert "care[0].composition" not in told


def test_composition_and_contact_of_the_team_and_the_hour_of_admission_are_listed():
    team = granted([{"product": "zvw.msz.palliatief_team", "date": "2026-03-02", "meeting_190006": True}])
    assert team["care[0].composition"].parts["value"] == "valid"
    assert team["care[0].contact"].parts["rule"] == "H6"
    assert "care[0].meeting_190006" not in team
    day = granted([{"product": "zvw.msz.thuisdag", "date": "2026-03-02"}])
    assert day["care[0].na_20_uur"].parts["value"] == "false"
    assert day["care[0].contract"].parts["value"] == "true"


def test_a_fact_that_decides_nothing_is_not_listed():
    """Without a case manager no contract is asked for an hour of district nursing (T18)."""
    hour = {"product": "zvw.wijkverpleging", "date": "2026-03-02", "hours": 1}
    plain, managed = granted([hour]), granted([hour | {"casemanager": True}])
    assert "care[0].contract" not in plain
    assert "care[0].contract" in managed
    assert "care[0].aanwezigheid" in plain


def test_registration_says_whether_it_counts_and_which_key_says_otherwise():
    listed = granted([{"product": "zvw.huisarts.consult", "date": "2026-03-02"}])["patient.gp_registered"]
    assert listed.key == "granted_no_registration"
    assert granted([])["patient.gp_registered"].key == "granted_registration"
    assert "patient.gp_registered" not in granted([], gp_registered=True)


def test_keys_of_stays_and_patient_are_listed_where_they_decide():
    house = [*HOME[:0], {"setting": "bth", "from": "2026-05-01", "to": "2026-05-17"}]
    told = granted([], house)
    assert told["journey[0].contracted"].parts["value"] == "true"
    assert told["patient.terminal_from"].parts["value"] == "2026-02-16"
    assert "journey[0].contracted" not in granted([], [house[0] | {"contracted": True}])
    assert "journey[0].contracted" not in granted([])


def test_every_key_that_may_be_granted_names_a_rule_and_reads_in_dutch():
    rules = {rule.key for rule in registered()}
    marks = [
        mark
        for model in (Patient, Stay, WlzPeriod, CareLine)
        for about in model.model_fields.values()
        for mark in about.metadata
        if isinstance(mark, Granted)
    ]
    assert marks
    assert {mark.rule for mark in marks} <= rules
    bill = made([])
    assert bill.as_json()["taken_for_granted"] == [str(r) for r in bill.taken_for_granted]
    assert all("niet opgegeven" in language("nl").remark(r) for r in bill.taken_for_granted)
