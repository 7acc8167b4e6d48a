"""A bill says where the same day already holds what a fact that it does not state would forbid."""

import json

import pytest

from sim.billing.case import Case
from sim.billing.case_bill import make_bill
from sim.billing.doubts import DOUBTS
from sim.catalogue import load_tariffs
from sim.law import RuleSet
from sim.ledger import PriceSettings

BOOK = load_tariffs()
TEAM = {"product": "zvw.msz.palliatief_team", "meeting_190006": True}
DAY = {"date": "2026-03-20"}


def remarks(*care, **patient):
    who = {"born": "1950-06-01", "died": "2026-05-17", "terminal_from": "2026-03-02", **patient}
    journey = [
        {"setting": "thuis", "from": "2026-01-01", "to": "2026-02-12"},
        {"setting": "ziekenhuis", "from": "2026-02-12", "to": "2026-02-24"},
        {"setting": "thuis", "from": "2026-02-24", "to": "2026-05-17"},
    ]
    case = Case.model_validate_json(json.dumps({"patient": who, "journey": journey, "care": list(care)}))
    made = make_bill(case, BOOK, RuleSet.current(), PriceSettings(2026))
    return [r for r in made.warnings if r.key in ("doubt", "doubt_fact", "early", "early_never")]


# two lines of care, the rule that would keep one out, and what the line says to settle it
PAIRS = {
    "190098 and a visit": (
        {"product": "zvw.msz.samen_beslissen", **DAY},
        {"product": "zvw.msz.polikliniek", **DAY},
        ("H1", {"samen_beslissen": False}),
    ),
    "two 190099": (
        {"product": "zvw.msz.pzp", "date": "2026-02-10"},
        {"product": "zvw.msz.pzp", "date": "2026-04-10"},
        ("H2", {"volgnummer": 1}),
    ),
    "190099 and a remote consult": (
        {"product": "zvw.msz.pzp", **DAY},
        {"product": "zvw.msz.consult_op_afstand", **DAY},
        ("H2", {"pzp_gesprek": False}),
    ),
    "190099 and 190098": (
        {"product": "zvw.msz.pzp", **DAY},
        {"product": "zvw.msz.samen_beslissen", **DAY},
        ("H2", {"pzp_gesprek": False}),
    ),
    "190288 within days of 190228": (
        {"product": "zvw.msz.thuisdag", "from": "2026-03-10", "to": "2026-03-25"},
        {"product": "zvw.msz.verpleging_thuis", "hours": 2, **DAY},
        ("H4/voorwaarden", {"met_190228": False}),
    ),
    "190067 and a visit": (
        TEAM | DAY,
        {"product": "zvw.msz.polikliniek", **DAY},
        ("H6/consult", {"teamconsult_190067": False}),
    ),
    "meedenkadvies within an open dbc": (
        {"product": "zvw.msz.dbc", "opened": "2026-03-01", "amount_eur": 900},
        {"product": "zvw.huisarts.meedenkadvies", **DAY},
        ("T2/voorwaarden", {"al_onder_behandeling": False}),
    ),
    "a team beside a clinical dbc that says nothing": (
        {"product": "zvw.msz.dbc.copd", "opened": "2026-02-12", "closed": "2026-02-24", "klinisch": True},
        TEAM | {"product": "zvw.msz.palliatief_team.longgeneeskunde", "date": "2026-02-15"},
        ("H7", {"klinisch": False}),
    ),
    "a case manager beside TAPA$ 3": (
        {"product": "zvw.tapas.3", "date": "2026-03-01"},
        {"product": "zvw.wijkverpleging.aiv", "hours": 1, "casemanager": True, **DAY},
        ("T18", {"tapas_3": False}),
    ),
}


@pytest.mark.parametrize("pair", PAIRS)
def test_a_pair_is_told_with_its_rule_and_fact_until_the_line_says_which(pair):
    one, two, (rule, said) = PAIRS[pair]
    told = remarks(one, two)
    assert [r.parts["rule"] for r in told] == [rule]
    assert told[0].parts["fact"] == next(iter(said))
    assert told[0].parts["where"] == f"care[1] {two['product']}"
    assert remarks(one, two | said) == []


def test_what_no_fact_settles_is_told_too():
    integral = {
        "product": "zvw.wijkverpleging",
        "from": "2026-03-01",
        "to": "2026-04-01",
        "hours_per_week": 7,
    }
    separate = {"product": "zvw.wijkverpleging.gespecialiseerd", "hours": 2, **DAY}
    assert [r.parts["rule"] for r in remarks(integral, separate)] == ["T6/integraal"]
    assert remarks(integral, separate | {"date": "2026-04-02"}) == []
    visit = {"product": "zvw.huisarts.visite", **DAY}
    intensive = {"product": "zvw.huisarts.intensieve_zorg_dag", "from": "2026-03-15", "to": "2026-03-29"}
    assert [r.parts["rule"] for r in remarks(visit, intensive | {"per_week": 2})] == ["T1/intensieve_zorg"]
    double = TEAM | DAY | {"specialisme": "neurologie"}
    assert [r.parts["rule"] for r in remarks(double, double)] == ["H6"]
    assert remarks(double, double | {"specialisme": "longgeneeskunde"}) == []
    assert remarks(double, double | {"date": "2026-03-21"}) == []


def test_a_palliakit_before_the_terminal_phase_is_told():
    kit = {"product": "zvw.farmacie.palliakit"}
    early = remarks(kit | {"date": "2026-03-01"})
    assert [(r.parts["rule"], r.parts["terminal_date"]) for r in early] == [("T12/palliakit", "2026-03-02")]
    assert remarks(kit | {"date": "2026-03-02"}) == []


@pytest.mark.parametrize(
    ("setting", "rule", "patient", "expected"),
    [
        ("hch", "S2", {"terminal_from": "2026-03-01"}, "2026-03-01"),
        ("pu", "V4", {"terminal_from": "2026-03-01"}, "2026-03-01"),
        ("hch", "S2", {"died": None}, None),
    ],
)
def test_eerstelijnsverblijf_ptz_before_the_terminal_phase_is_told(setting, rule, patient, expected):
    """Guide 4.2: declared where the doctor expects three months or less; here more, or nobody says so."""
    (early,) = early_stays(setting, patient)
    assert early.parts["rule"] == rule
    assert early.parts.get("terminal_date") == expected
    assert "journey[0]" in early


def test_eerstelijnsverblijf_ptz_is_not_told_in_the_terminal_phase_or_where_it_is_reckoned_back():
    assert early_stays("hch", {"terminal_from": "2026-02-12"}) == []
    assert early_stays("hch", {}) == []
    wlz = {"wlz": [{"from": "2026-01-01", "to": None, "profile": "VV5", "form": "verblijf"}]}
    assert early_stays("pu", {"terminal_from": "2026-03-01", **wlz}) == []
    assert early_stays("bth", {"terminal_from": "2026-03-01"}) == []


def early_stays(setting, patient):
    """What a bill says of a stay from 12 February to death, or the end of the journey, on 17 May."""
    case = {
        "patient": {"born": "1950-06-01", "died": "2026-05-17", **patient},
        "journey": [{"setting": setting, "from": "2026-02-12", "to": "2026-05-17"}],
    }
    made = make_bill(Case.model_validate_json(json.dumps(case)), BOOK, RuleSet.current(), PriceSettings(2026))
    return [r for r in made.warnings if r.key in ("early", "early_never")]


def test_an_admission_inside_a_dbc_is_told():
    """The DBC takes the place of days and surcharge; one that is not clinical does not."""
    dbc = {"product": "zvw.msz.dbc", "opened": "2026-02-01", "closed": "2026-04-01", "amount_eur": 4000}
    for more, expected in (
        ({}, ["journey[0]"]),
        ({"klinisch": True}, ["journey[0]"]),
        ({"klinisch": False}, []),
    ):
        case = {
            "patient": {"born": "1950-06-01", "died": "2026-05-17"},
            "journey": [{"setting": "ziekenhuis", "from": "2026-02-12", "to": "2026-05-17"}],
            "care": [dbc | more],
        }
        read = Case.model_validate_json(json.dumps(case))
        made = make_bill(read, BOOK, RuleSet.current(), PriceSettings(2026))
        found = [r for r in made.warnings if r.key == "in_dbc"]
        assert [r.parts["where"] for r in found] == expected
        assert all("care[0] zvw.msz.dbc, opened 2026-02-01" in r for r in found)
        assert any(line.product == "zvw.msz.verpleegdag" for line in made.lines) is not bool(expected)


def test_every_doubt_names_a_rule_in_force_and_products_that_exist():
    known = {rule.key for rule in RuleSet.current().rules}
    assert {doubt.rule for doubt in DOUBTS} <= known
    starts = {start for doubt in DOUBTS for start in (*doubt.lines, *doubt.others)}
    assert not [s for s in starts if not any(id.startswith(s) for id in BOOK.ids)]


WLZ = {"from": "2026-01-01", "to": None, "form": "mpt", "profile": "VV5"}


def told(journey, wlz, *care, **patient):
    who = {"born": "1950-06-01", "died": "2026-05-17", "wlz": wlz, **patient}
    case = {
        "patient": who,
        "journey": journey,
        "care": list(care),
    }
    made = make_bill(Case.model_validate_json(json.dumps(case)), BOOK, RuleSet.current(), PriceSettings(2026))
    return [r for r in made.warnings if r.key in ("at_home_admitted", "child_elv", "vv10_lower")]


def stays(*settings_and_days):
    return [
        {"setting": setting, "from": first, "to": last}
        for (setting, first), (_, last) in zip(settings_and_days, settings_and_days[1:], strict=False)
    ]


@pytest.mark.parametrize(
    ("form", "product"),
    [("mpt", "wlz.mpt.verpleging"), ("mpt", "wlz.mpt.begeleiding"), ("pgb", "wlz.pgb.formeel")],
)
@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        ("2026-01-01", "2026-05-17", "2026-02-13"),
        ("2026-02-20", "2026-03-01", "2026-02-20"),
        ("2026-01-01", "2026-02-13", None),
        ("2026-02-24", "2026-05-17", None),
    ],
)
def test_hours_at_home_under_the_wlz_that_run_on_in_hospital_are_said(form, product, first, last, said):
    """Handreiking 1.7: what an eerstelijn carer does in hospital the hospital pays, but for coordination.

    In hospital from 12 to 24 February: on both days care at home is possible, in between it is not.
    """
    journey = stays(
        ("thuis", "2026-01-01"), ("ziekenhuis", "2026-02-12"), ("thuis", "2026-02-24"), ("", "2026-05-17")
    )
    line = {"product": product, "from": first, "to": last, "hours_per_week": 5}
    found = told(journey, [WLZ | {"form": form} | ({"hours_per_month": 22} if form == "mpt" else {})], line)
    assert [r.parts["date"] for r in found] == ([said] if said else [])


@pytest.mark.parametrize(
    ("born", "said"), [("2010-01-15", True), ("2008-03-02", True), ("2008-03-01", False)]
)
def test_a_child_in_eerstelijnsverblijf_is_said(born, said):
    """NZa Beleidsregel verpleegkundige dagopvang en verblijf art. 4.2: a stay of who is below 18."""
    journey = stays(
        ("thuis", "2026-01-01"), ("elv", "2026-03-01"), ("thuis", "2026-03-15"), ("", "2026-05-17")
    )
    assert [r.key for r in told(journey, [], born=born)] == ["child_elv"] * said


@pytest.mark.parametrize(("profile", "said"), [("VG7", True), ("VV4", False)])
def test_vv10_below_the_own_profile_is_said(profile, said):
    """Handreiking 4.2: VV10 "indien de indicatie niet toereikend is"; it is meant to pay more, not less.

    By tariffs/: a stay without behandeling in VG7 is 481.50 a day, in VV10 427.50 (both assumptions).
    """
    journey = stays(("verpleeghuis", "2026-01-01"), ("", "2026-05-17"))
    period = {"from": "2026-01-01", "to": None, "form": "verblijf", "profile": profile, "criteria_vv10": True}
    found = told(journey, [period], terminal_from="2026-03-01")
    assert [(r.key, r.parts["date"], r.parts["own_cents"], r.parts["day_cents"]) for r in found] == [
        ("vv10_lower", "2026-03-01", 48150, 42750)
    ] * said
