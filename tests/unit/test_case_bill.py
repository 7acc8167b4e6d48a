"""The bill of one worked journey: expected amounts are worked out by hand in each test."""

import copy
from fractions import Fraction

import pytest
from ruamel.yaml import YAML

from sim.billing.case import Case
from sim.billing.case_bill import make_bill
from sim.catalogue import load_tariffs
from sim.data import data_folder
from sim.law import RuleSet
from sim.ledger import PriceSettings

BOOK = load_tariffs()
CASES = sorted((data_folder("scenarios") / "cases").glob("*.yaml"))
PERSON = {
    "born": "1946-03-14",
    "died": "2026-06-30",
    "income": {"verzamelinkomen_eur": 28000, "income_tax_eur": 3000, "zorgtoeslag": True},
    "gp_registered": False,
}


def cents(euros):
    return int(Fraction(euros) * 100)


def half_up(value):
    return int(value + Fraction(1, 2))


def price(id, date):
    import datetime as dt

    return BOOK.value(id, dt.date.fromisoformat(date)).cents


def written(tmp_path, care=(), journey=None, **patient):
    """Path of a case: at home from January to death on 30 June 2026, unless said otherwise."""
    who = {**copy.deepcopy(PERSON), **patient}
    stays = journey or [{"setting": "thuis", "from": "2026-01-01", "to": who["died"] or "2026-06-30"}]
    path = tmp_path / "case.yaml"
    with path.open("w", encoding="utf-8") as file:
        YAML(typ="safe").dump({"title": "t", "patient": who, "journey": stays, "care": list(care)}, file)
    text = path.read_text(encoding="utf-8")
    path.write_text("\n".join(line.replace("'", "") for line in text.splitlines()), encoding="utf-8")
    return path


def bill(tmp_path, care=(), journey=None, **patient):
    return make_bill(
        written(tmp_path, care, journey, **patient), BOOK, RuleSet.current(), PriceSettings(2026)
    )


@pytest.fixture(scope="module")
def example():
    path = data_folder("scenarios") / "cases" / "voorbeeld.yaml"
    return make_bill(path, BOOK, RuleSet.current(), PriceSettings(2026))


def test_the_example_of_the_case_file_gives_the_payments_worked_out_by_hand(example):
    items = example.items
    # 1 January to 30 June is 181 days: 385 x 181 / 365 = 190.92, in whole euros; that of 2025 is used up
    assert items["eigen_risico"] == {"2026": half_up(Fraction(385 * 181, 365)) * 100} == {"2026": 19100}
    # mpt: 4% of the assets above 36,952 is 921.92; (28,000 + 921.92 - 7,727.60) x 10% / 12 = 176.62 lies
    # below 212.60, and 212.60 - 182.20 = 30.40; January is a full month, the indication ends on 1 February
    assert items["wlz_eigen_bijdrage"] == {"2026-01": 21260 - 18220} == {"2026-01": 3040}
    # help from 10 May: the subscription starts in June and counts in full
    assert items["wmo_eigen_bijdrage"] == {"2026-06": 2180}
    # 10 to 30 June, both days counted: 21 x (45 - 35) = 210
    assert items["bth_dagbijdrage"] == 21 * (4500 - 3500) == 21000
    # 250 x 181 / 365 = 123.97, so 124: the surcharge of 100 stays below it
    assert items["gvs_bijbetaling"] == {"2026": 10000}
    assert items["zittend_vervoer"] == {"2026": 13100}
    # 10 March to 10 June is 92 days: 184 hours, of which a quarter is not reimbursed
    hours = Fraction(14, 7) * 92
    assert items["niet_gecontracteerd"] == hours * price("zvw.wijkverpleging", "2026-04-01") / 4
    assert "overig" not in items


def test_the_patients_total_is_the_sum_of_the_items(example):
    parts = [v if isinstance(v, int) else sum(v.values()) for v in example.items.values()]
    assert sum(parts) == example.patient_cents == example.by_payer["patient"]


def test_the_supplementary_insurer_and_the_house_share_21_days(example):
    (stay,) = [line for line in example.lines if line.product == "buiten.bth_verblijf"]
    assert stay.gross_cents == 21 * 4500
    assert stay.by_payer == {"aanvullend": 21 * 3500, "patient": 21 * 1000}


def test_the_json_of_a_bill_has_the_keys_of_the_contract(example):
    document = example.as_json()
    assert document["patient"] == {
        "total_eur": f"{example.patient_cents / 100:.2f}",
        "items": {
            "eigen_risico": {"2026": "191.00"},
            "wlz_eigen_bijdrage": {"2026-01": "30.40"},
            "wmo_eigen_bijdrage": {"2026-06": "21.80"},
            "bth_dagbijdrage": "210.00",
            "gvs_bijbetaling": {"2026": "100.00"},
            "zittend_vervoer": {"2026": "131.00"},
            "niet_gecontracteerd": "3450.00",
        },
    }
    assert set(document["by_law"]) == {"Zvw", "Wlz", "Wmo", "Jeugdwet", "buiten_wetten"}
    assert set(document["by_payer"]) == {
        "zorgverzekeraar",
        "zorgkantoor",
        "gemeente",
        "rijk",
        "aanvullend",
        "fonds",
        "aanbieder",
        "patient",
    }
    days = next(d for d in document["declarations"] if d["product"] == "zvw.wijkverpleging.bth_dag")
    assert days["quantity"] == "21"
    assert days["gross_eur"] == f"{21 * price('zvw.wijkverpleging.bth_dag', '2026-06-10') / 100:.2f}"
    assert days["date"] == "2026-06-10"
    assert days["shares"] == {"zorgverzekeraar": days["gross_eur"]}


@pytest.mark.parametrize("path", CASES, ids=lambda p: p.stem)
def test_laws_and_payers_of_every_case_sum_to_the_gross(path):
    made = make_bill(path, BOOK, RuleSet.current(), PriceSettings(2026))
    gross = sum(line.gross_cents for line in made.lines)
    assert sum(made.by_law.values()) == gross
    assert sum(made.by_payer.values()) == gross
    assert all(sum(s.cents for s in line.shares) == line.gross_cents for line in made.lines)
    assert made.lines


def test_a_dbc_takes_the_place_of_the_hospital_days_it_overlaps(tmp_path):
    journey = [
        {"setting": "thuis", "from": "2026-01-01", "to": "2026-02-01"},
        {"setting": "ziekenhuis", "from": "2026-02-01", "to": "2026-02-05"},
        {"setting": "thuis", "from": "2026-02-05", "to": "2026-03-01"},
        {"setting": "ziekenhuis", "from": "2026-03-01", "to": "2026-03-03"},
        {"setting": "thuis", "from": "2026-03-03", "to": "2026-06-30"},
    ]
    dbc = {"product": "zvw.msz.dbc", "opened": "2026-01-20", "closed": "2026-02-10", "amount_eur": 4000}
    made = bill(tmp_path, [dbc], journey)
    days = {
        line.date.isoformat(): line.quantity for line in made.lines if line.product == "zvw.msz.verpleegdag"
    }
    assert days == {"2026-03-01": 2}
    assert [line.gross_cents for line in made.lines if line.product == "zvw.msz.dbc"] == [400000]


def test_a_dbc_counts_for_the_year_in_which_it_opened(tmp_path):
    dbc = {"product": "zvw.msz.dbc", "opened": "2025-12-20", "closed": "2026-01-20", "amount_eur": 4000}
    assert bill(tmp_path, [dbc]).items == {"eigen_risico": {"2025": 38500}}
    used = bill(tmp_path, [dbc], already_used={"eigen_risico_eur": {2025: 300}})
    assert used.items == {"eigen_risico": {"2025": 8500}}


def test_the_invoice_of_a_line_is_split_over_its_months_to_the_cent(tmp_path):
    line = {
        "product": "zvw.wijkverpleging",
        "from": "2026-01-25",
        "to": "2026-02-05",
        "hours_per_week": 7,
        "amount_eur": 100,
    }
    made = bill(tmp_path, [line])
    # 7 days in January, 4 in February: 63.636 and 36.363; the cent goes to the larger rest
    assert [line.gross_cents for line in made.lines] == [6364, 3636]


def test_the_reimbursement_of_a_non_contracted_provider_goes_by_the_reference(tmp_path):
    line = {
        "product": "zvw.wijkverpleging",
        "date": "2026-02-02",
        "hours": 10,
        "amount_eur": 900,
        "contracted": False,
        "reimbursed_pct": 75,
        "reference_eur": 800,
    }
    # 75% of 800 is 600, of an invoice of 900
    assert bill(tmp_path, [line]).by_payer["patient"] == 90000 - 60000
    open_choice = bill(tmp_path, [line], insurance={"policy": "restitutie"})
    assert open_choice.by_payer["patient"] == 0


def test_a_transfer_between_institutions_costs_no_contribution(tmp_path):
    ride = {
        "product": "zvw.vervoer.zittend",
        "date": "2026-02-02",
        "amount_eur": 100,
        "reason": "overplaatsing",
    }
    # only the eigen risico: 100 of the 191
    assert bill(tmp_path, [ride]).items == {"eigen_risico": {"2026": 10000}}


def test_rides_share_one_contribution_a_calendar_year(tmp_path):
    rides = [
        {
            "product": "zvw.vervoer.zittend",
            "date": f"2026-02-{day}",
            "amount_eur": 80,
            "reason": "nierdialyse",
        }
        for day in ("02", "04")
    ]
    # 80 and 51 of the 131; what is left, 29, counts for the eigen risico
    assert bill(tmp_path, rides).items == {"eigen_risico": {"2026": 2900}, "zittend_vervoer": {"2026": 13100}}


def test_the_medicine_surcharge_stops_at_its_maximum_by_days(tmp_path):
    line = {"product": "zvw.farmacie.gvs", "date": "2026-02-01", "surcharge_eur": 400}
    made = bill(tmp_path, [line])
    # 250 x 181 / 365 = 123.97, so 124; of the 276 above it the eigen risico takes 385 x 181 / 365, so 191
    assert made.items == {"gvs_bijbetaling": {"2026": 12400}, "eigen_risico": {"2026": 19100}}
    assert made.by_payer["zorgverzekeraar"] == 40000 - 12400 - 19100


def test_bijzondere_bijstand_comes_after_cover_and_draagkracht_and_the_waiver_last(tmp_path):
    journey = [
        {"setting": "thuis", "from": "2026-01-01", "to": "2026-06-21"},
        {
            "setting": "bth",
            "from": "2026-06-21",
            "to": "2026-06-30",
            "day_contribution_eur": 45,
            "bijzondere_bijstand": {"granted": True, "draagkracht_eur": 60},
            "waiver_eur": 25,
        },
    ]
    cover = {"hospice_cover": {"per_day_eur": 35, "max_days": 60, "per_year_eur": 300}}
    made = bill(tmp_path, [], journey, insurance=cover)
    # 10 days: 450 = 300 (yearly cap) + 90 above the draagkracht of 60, of which 25 is waived
    assert made.by_payer == {
        **dict.fromkeys(made.by_payer, 0),
        "aanvullend": 30000,
        "gemeente": 9000,
        "fonds": 2500,
        "patient": 3500,
        "zorgverzekeraar": 10 * price("zvw.wijkverpleging.bth_dag", "2026-06-21"),
    }


def test_a_team_without_its_meeting_is_unfunded_and_no_declaration(tmp_path):
    team = {"product": "zvw.msz.palliatief_team", "date": "2026-02-03", "meeting_190006": False}
    made = bill(tmp_path, [team])
    assert made.lines == ()
    assert [lost.as_json() for lost in made.unfunded] == [
        {
            "product": "zvw.msz.palliatief_team",
            "reason": "overleden_voor_overleg",
            "amount_eur": f"{price('zvw.msz.palliatief_team', '2026-02-03') / 100:.2f}",
        }
    ]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"contact": False}, "overleden_of_ontslagen_voor_contact"),
        ({"composition": "invalid"}, "samenstelling_ongeldig"),
    ],
)
def test_a_team_without_contact_or_in_a_wrong_composition_is_unfunded(tmp_path, change, reason):
    team = {"product": "zvw.msz.palliatief_team", "date": "2026-02-03", "meeting_190006": True, **change}
    assert [lost.reason for lost in bill(tmp_path, [team]).unfunded] == [reason]


def test_a_price_that_its_date_lacks_is_that_of_the_basis_year_with_a_warning(tmp_path):
    journey = [{"setting": "thuis", "from": "2025-01-01", "to": "2026-06-30"}]
    visit = {"product": "zvw.msz.polikliniek", "date": "2025-03-03"}
    made = bill(tmp_path, [visit], journey)
    assert made.lines[0].gross_cents == price("zvw.msz.polikliniek", "2026-03-03")
    assert made.lines[0].assumption
    assert made.warnings == (
        "zvw.msz.polikliniek (2025): no price on that date; the price of 2026 stands in",
    )


def test_a_price_of_its_own_date_goes_before_that_of_the_basis_year(tmp_path):
    journey = [{"setting": "hch", "from": "2025-06-20", "to": "2025-06-30"}]
    made = bill(tmp_path, [], journey, died="2025-06-30")
    own, later = price("zvw.elv.ptz", "2025-06-20"), price("zvw.elv.ptz", "2026-06-20")
    assert own != later
    assert [line.gross_cents for line in made.lines] == [11 * own]


def test_a_patient_who_is_alive_owes_the_eigen_risico_of_the_whole_year(tmp_path):
    dbc = {"product": "zvw.msz.dbc", "opened": "2026-02-01", "closed": "2026-02-20", "amount_eur": 4000}
    assert bill(tmp_path, [dbc], died=None).items == {"eigen_risico": {"2026": 38500}}


def test_help_during_a_hospital_stay_lies_inside_the_hospital_price_and_is_said(tmp_path):
    journey = [
        {"setting": "thuis", "from": "2026-06-01", "to": "2026-06-20"},
        {"setting": "ziekenhuis", "from": "2026-06-20", "to": "2026-06-30"},
    ]
    made = bill(tmp_path, [{"product": "zvw.farmacie", "from": "2026-06-10", "to": "2026-06-30"}], journey)
    (line,) = [line for line in made.lines if line.product == "zvw.farmacie"]
    assert line.quantity == 10
    assert [w.partition(":")[0] for w in made.warnings] == ["care[0] zvw.farmacie"]


def test_the_high_contribution_leaves_out_a_share_of_the_labour_income(tmp_path):
    journey = [{"setting": "verpleeghuis", "from": "2026-01-01", "to": "2026-06-30"}]
    wlz = [{"from": "2025-01-01", "to": None, "profile": "VV7", "form": "verblijf", "behandeling": True}]
    plain = bill(tmp_path, [], journey, wlz=wlz).items["wlz_eigen_bijdrage"]["2026-02"]
    # the high contribution of an income of 28,000 with tax of 3,000 (facts 2.3, W11)
    assert plain == 126834
    income = {**PERSON["income"], "labour_income_eur": 4000}
    lower = bill(tmp_path, [], journey, wlz=wlz, income=income).items["wlz_eigen_bijdrage"]["2026-02"]
    # 15% of 4,000 is 600 a year less income, of which a quarter was exempt: 600 x 75% / 12
    assert plain - lower == cents(Fraction(600 * 3, 4 * 12))


def test_a_case_without_income_owes_the_least_as_of_an_income_that_is_not_known(tmp_path):
    """Blz art. 3.3.2.7: 212.60 a month in 2026; June whole, for the day of death counts."""
    path = tmp_path / "case.yaml"
    path.write_text(
        "patient:\n  born: 1946-03-14\n  died: 2026-06-30\n"
        "  wlz: [{from: 2026-06-01, to: null, profile: VV6, form: vpt}]\n"
        "journey: [{setting: thuis, from: 2026-01-01, to: 2026-06-30}]\n",
        encoding="utf-8",
    )
    made = make_bill(path, BOOK, RuleSet.current(), PriceSettings(2026))
    assert made.items["wlz_eigen_bijdrage"] == {"2026-06": 21260}


def test_wlz_that_begins_in_the_terminal_phase_is_warned_of(tmp_path):
    wlz = [{"from": "2026-06-01", "to": None, "profile": "VV6", "form": "vpt"}]
    made = bill(tmp_path, [], wlz=wlz)
    assert any(w.startswith("patient.wlz[0]: begins or ends in the terminal phase") for w in made.warnings)


def test_a_bill_is_the_same_from_a_model_as_from_its_file(tmp_path):
    path = written(tmp_path, [{"product": "zvw.huisarts.consult", "date": "2026-03-02"}])
    from sim.billing.case import load_case

    case = load_case(path)
    assert isinstance(case, Case)
    settings = PriceSettings(2026)
    assert (
        make_bill(case, BOOK, RuleSet.current(), settings).as_json()
        == make_bill(path, BOOK, RuleSet.current(), settings).as_json()
    )


def test_the_first_two_days_of_sedation_lie_inside_the_palliakit(tmp_path):
    kit = {"product": "zvw.farmacie.palliakit", "date": "2026-06-25"}
    sedation = {"product": "zvw.farmacie.sedatie", "from": "2026-06-26", "to": "2026-06-29"}

    def gross(*care):
        return sum(cents(line["gross_eur"]) for line in bill(tmp_path, care).as_json()["declarations"])

    # the facts: sedation 25.00 a day; three days, of which a kit covers the first two
    assert gross(sedation) == 3 * 2500
    assert gross(kit, sedation) - gross(kit) == 1 * 2500


def test_hours_above_the_budget_of_a_pgb_are_unfunded_and_no_line_of_nothing(tmp_path):
    # 40 hours a week over 90 days: 10628, 9600 and 10629 minutes in January, February and March, at 84.99 an
    # hour 15054.56, 13598.40 and 15055.98; the budget is 103581 * 90 / 365 = 25540.52
    wlz = [{"from": "2026-01-01", "to": "2026-04-01", "profile": "VV8", "form": "pgb"}]
    care = [
        {"product": "wlz.pgb.formeel", "from": "2026-01-01", "to": "2026-04-01", "hours_per_week": 40},
    ]
    journey = [{"setting": "thuis", "from": "2026-01-01", "to": "2026-04-01"}]
    made = bill(tmp_path, care, journey, wlz=wlz, died=None)
    lines = [line for line in made.lines if line.product == "wlz.pgb.formeel"]
    assert [line.gross_cents for line in lines] == [1505456, 2554052 - 1505456]
    # February keeps 9600 minutes less 9600 * 3112.44 / 13598.40 = 2197
    assert lines[1].quantity == Fraction(9600 - 2197, 60)
    assert [(lost.reason, lost.cents) for lost in made.unfunded] == [
        ("pgb_budget_op", 1359840 - (2554052 - 1505456)),
        ("pgb_budget_op", 1505598),
    ]
    assert [w for w in made.warnings if w.startswith("care[0] wlz.pgb.formeel: part of it is not declared")]


def test_what_a_wlz_period_states_ends_with_it_on_the_day_the_next_begins(tmp_path):
    # terminal from 1 April, ninety days before death; the criteria are stated up to 1 May: 30 days of VV10
    stated = {"from": "2026-01-01", "to": "2026-05-01", "profile": "VV6", "form": "verblijf"}
    wlz = [{**stated, "criteria_vv10": True}, {**stated, "from": "2026-05-01", "to": "2026-06-30"}]
    journey = [{"setting": "verpleeghuis", "from": "2026-01-01", "to": "2026-06-30"}]
    made = bill(tmp_path, journey=journey, wlz=wlz)
    assert sum(line.quantity for line in made.lines if line.product.endswith("vv10")) == 30


def test_talks_of_spiritual_care_stand_beside_the_bill_at_nothing_for_the_client(tmp_path):
    care = [{"product": "ptz.geestelijke_verzorging", "date": "2026-03-24", "quantity": 4}]
    (told,) = bill(tmp_path, care).beside
    assert (told.rule, told.what, told.amount, told.unit) == ("T11", "geestelijke_verzorging", "4", "gesprek")
    assert told.text == "0.00 for the client: the Regeling PTZ pays the centre"


def test_a_child_has_five_talks_from_the_scheme_and_the_bill_counts_those_above(tmp_path):
    # the guide, 7.7: five talks; seven are asked, in two lines
    care = [
        {"product": "ptz.geestelijke_verzorging", "date": "2026-03-24", "quantity": 3, "palliatief": True},
        {"product": "ptz.geestelijke_verzorging", "date": "2026-04-24", "quantity": 4, "palliatief": True},
    ]
    made = bill(tmp_path, care, born="2015-03-14")
    told = next(one for one in made.beside if one.rule == "T11")
    assert told.amount == "5"
    assert told.text.endswith("; a child has at most 5; 2 more that it does not pay")
    lines = [line for line in made.lines if line.product == "ptz.geestelijke_verzorging"]
    assert sum(line.quantity for line in lines) == 2


def test_a_talk_in_a_hospital_lies_in_the_price_of_the_stay_and_not_beside_the_bill(tmp_path):
    journey = [
        {"setting": "thuis", "from": "2026-01-01", "to": "2026-06-01"},
        {"setting": "ziekenhuis", "from": "2026-06-01", "to": "2026-06-30"},
    ]
    care = [{"product": "ptz.geestelijke_verzorging", "date": "2026-06-10"}]
    assert not [one for one in bill(tmp_path, care, journey).beside if one.rule == "T11"]


def test_all_hours_of_a_week_and_the_whole_eigen_risico_can_be_used(tmp_path):
    # 168 hours a week over one week at 75.00; 385 and 500 of voluntary eigen risico were used before
    week = {"product": "zvw.wijkverpleging", "from": "2026-03-02", "to": "2026-03-09", "hours_per_week": 168}
    used = {"eigen_risico_eur": {2026: 885}}
    insurance = {"voluntary_deductible_eur": 500}
    made = bill(tmp_path, [week], already_used=used, insurance=insurance)
    assert made.gross_cents == 168 * 7500
    assert made.patient_cents == 0
