"""The Regeling PTZ of a file; expected amounts are those of the facts (6.1) or worked out by hand."""

import pytest

from sim.billing.case_subsidy import make_subsidy
from sim.catalogue import load_tariffs
from sim.errors import InputError
from sim.law import RuleSet

BOOK = load_tariffs()
HOUSE = "{name: Huis, form: bth, months_active: 60, clients: {2022: 58, 2023: 60, 2024: 62}%s}"


def subsidy(tmp_path, head, *organisations):
    path = tmp_path / "file.yaml"
    listed = "".join(f"  - {one}\n" for one in organisations)
    path.write_text(f"{head}\norganisations:\n{listed}", encoding="utf-8")
    return make_subsidy(path, BOOK, RuleSet.current(), 2026).as_json()


def test_a_list_that_is_the_nation_is_paid_in_full_under_the_ceiling(tmp_path):
    answer = subsidy(tmp_path, "year: 2026", HOUSE % "")
    # S1: 60 clients a year on average at 5,035
    assert answer["payout_percentage"] == "1"
    assert answer["organisations"][0]["mean_clients"] == "60"
    assert answer["organisations"][0]["maximum_eur"] == "302100.00"
    assert answer["organisations"][0]["subsidy_eur"] == "302100.00"
    assert answer["total_eur"] == "302100.00"


def test_a_national_need_above_the_ceiling_lowers_everyone_by_one_percentage(tmp_path):
    answer = subsidy(tmp_path, "year: 2026\nnational_need_eur: 40000000", HOUSE % "")
    # S6: 32,249,000 of 40,000,000; 302,100 x 0.806225 = 243,560.5725
    assert answer["payout_percentage"] == "0.806225"
    assert answer["organisations"][0]["subsidy_eur"] == "243560.57"


def test_instalments_follow_the_months_and_sum_to_the_subsidy(tmp_path):
    head = "year: 2026\nceiling_eur: 226575\nnational_need_eur: 302100"
    row = subsidy(tmp_path, head, HOUSE % "")["organisations"][0]
    # S2 and S9: three quarters of 302,100, of which 16% in May
    assert row["subsidy_eur"] == "226575.00"
    assert row["instalments"]["may"] == "36252.00"
    assert sum(int(part.replace(".", "")) for part in row["instalments"].values()) == 22657500


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (", anbi: false", "geen_anbi"),
        (", delivers_care: true, nurses_fte: 20.5", "meer_dan_20_fte"),
        (", umbrella_fte: 45, independent: false", "koepel_niet_zelfstandig"),
    ],
)
def test_who_is_not_eligible_gets_nothing_and_a_reason(tmp_path, change, reason):
    row = subsidy(tmp_path, "year: 2026", HOUSE % change)["organisations"][0]
    assert (row["eligible"], row["reason"], row["subsidy_eur"]) == (False, reason, "0.00")


def test_twenty_fte_nurses_are_still_eligible(tmp_path):
    row = subsidy(tmp_path, "year: 2026", HOUSE % ", delivers_care: true, nurses_fte: 20")["organisations"][0]
    assert row["eligible"]


def test_the_regeling_lapses_in_2027(tmp_path):
    house = "{name: Huis, form: bth, months_active: 60, clients: {2023: 58, 2024: 60, 2025: 62}}"
    row = subsidy(tmp_path, "year: 2027", house)["organisations"][0]
    assert (row["eligible"], row["reason"]) == (False, "regeling_vervallen")


def test_a_nation_that_needs_less_than_its_own_list_is_refused_in_one_line(tmp_path):
    # S1: the house needs 302,100
    with pytest.raises(InputError) as fault:
        subsidy(tmp_path, "year: 2026\nnational_need_eur: 302099.99", HOUSE % "")
    said = str(fault.value)
    assert "national_need_eur: 302099.99 is below the 302100.00" in said
    assert "\n" not in said


def test_who_is_not_eligible_adds_nothing_to_the_need_of_a_list(tmp_path):
    rejected = HOUSE.replace("Huis", "Ander") % ", anbi: false"
    answer = subsidy(tmp_path, "year: 2026\nnational_need_eur: 302100", HOUSE % "", rejected)
    assert answer["total_eur"] == "302100.00"
