"""The commands bill, subsidy and explain as a user meets them."""

import json
from decimal import Decimal

import pytest

import sim
from sim.cli import run_command
from sim.data import data_folder
from sim.scenario import load_area

EXAMPLE = str(data_folder("scenarios") / "cases" / "voorbeeld.yaml")


def document(capsys, *arguments):
    """The one JSON document that a command prints."""
    assert run_command([*arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def fault(capsys, *arguments):
    """The one line with which a command refuses its input."""
    assert run_command(arguments) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert len(shown.err.splitlines()) == 1
    return shown.err


@pytest.fixture(scope="module")
def hamlet(tmp_path_factory):
    """A small area: 250 deaths a year."""
    area = load_area("middenland").model_dump(mode="json")
    area["name"] = "gehucht"
    area["regions"][0]["palliative_deaths"]["value"] = 250.0
    path = tmp_path_factory.mktemp("areas") / "gehucht.yaml"
    path.write_text(json.dumps(area), encoding="utf-8")
    return path


def made(hamlet, tmp_path_factory, keep):
    folder = tmp_path_factory.mktemp("runs") / keep
    options = {"area": hamlet, "replications": 2, "jobs": 1, "out": folder, "keep": keep}
    return sim.run("basis_2026", **options)


@pytest.fixture(scope="module")
def whole(hamlet, tmp_path_factory):
    """A run that keeps its ledger."""
    return made(hamlet, tmp_path_factory, "all")


@pytest.fixture(scope="module")
def journeys(hamlet, tmp_path_factory):
    """The same run with the journey only."""
    return made(hamlet, tmp_path_factory, "journey")


@pytest.fixture(scope="module")
def patient(whole):
    """A patient of the first replication with much to explain."""
    lines = whole.stored["declarations"]
    return int(lines[lines["replication"] == 0]["patient_id"].value_counts().index[0])


def test_bill_answers_with_the_payments_of_the_example(capsys):
    answer = document(capsys, "bill", EXAMPLE)
    assert answer["patient"]["items"]["eigen_risico"] == {"2026": "191.00"}
    assert answer["patient"]["items"]["bth_dagbijdrage"] == "210.00"
    assert answer["patient"]["total_eur"] == answer["by_payer"]["patient"]


def test_bill_shows_a_table_with_every_declaration_and_the_unfunded_care(capsys):
    path = str(data_folder("scenarios") / "cases" / "overleden_voor_overleg.yaml")
    assert run_command(["bill", path, "--lang", "nl"]) == 0
    shown = capsys.readouterr().out
    for word in (
        "zvw.msz.seh",
        "eigen_risico",
        "68.00",
        "zonder betaler",
        "overleden_voor_overleg",
        "372.97",
    ):
        assert word in shown
    assert run_command(["bill", path, "--lang", "en"]) == 0
    assert "unfunded: care without payer" in capsys.readouterr().out


def test_bill_refuses_a_wrong_case_with_one_line(capsys, tmp_path):
    path = tmp_path / "case.yaml"
    path.write_text("title: t\n", encoding="utf-8")
    assert fault(capsys, "bill", str(path)).startswith(f"{path}: patient: is missing")
    assert "no such file" in fault(capsys, "bill", str(tmp_path / "none.yaml"))


def test_subsidy_answers_with_the_payout_and_each_organisation(capsys, tmp_path):
    path = tmp_path / "file.yaml"
    path.write_text(
        "year: 2026\nceiling_eur: null\nnational_need_eur: 40000000\norganisations:\n"
        "  - {name: Huis, form: bth, months_active: 60, clients: {2022: 58, 2023: 60, 2024: 62}}\n",
        encoding="utf-8",
    )
    answer = document(capsys, "subsidy", str(path))
    assert answer["payout_percentage"] == "0.806225"
    assert answer["organisations"][0]["name"] == "Huis"
    assert run_command(["subsidy", str(path)]) == 0
    assert "243560.57" in capsys.readouterr().out


def test_explain_opens_every_declaration_into_tariff_rule_article_and_shares(capsys, whole, patient):
    answer = document(capsys, "explain", str(whole.folder), str(patient))
    stored = whole.stored["declarations"]
    stored = stored[(stored["replication"] == 0) & (stored["patient_id"] == patient)]
    assert sorted(d["id"] for d in answer["declarations"]) == sorted(stored["declaration_id"])
    shares = whole.stored["shares"]
    shares = shares[(shares["replication"] == 0) & shares["declaration_id"].isin(stored["declaration_id"])]
    assert sum(round(float(s["eur"]) * 100) for d in answer["declarations"] for s in d["shares"]) == int(
        shares["cents"].sum()
    )
    for line in answer["declarations"]:
        assert all(rule["article"] for rule in line["rules"])
        assert line["rules"]
        if line["tariff"] is not None:
            assert line["tariff"]["source_title"]
    stays = [event for event in answer["timeline"] if event["event"] == "stay"]
    assert stays[-1]["to"] == answer["attributes"]["death"]


def own_amounts(tmp_path, **amounts):
    """A scenario of own amounts by id, from 1 January 2026 on."""
    items = [
        {"path": f"tariffs.{id}", "value": amount, "source": "raming", "from": "2026-01-01"}
        for id, amount in amounts.items()
    ]
    path = tmp_path / "eigen.yaml"
    path.write_text(json.dumps({"extends": "basis_2026", "set": items}), encoding="utf-8")
    return str(path)


def test_bill_has_the_own_prices_of_a_scenario(capsys, tmp_path):
    """An hour at 150 in place of 75."""
    own = own_amounts(tmp_path, **{"zvw.wijkverpleging": 150})
    plain, found = (document(capsys, "bill", EXAMPLE, *more) for more in ((), ("--scenario", own)))
    pairs = [
        (before, after)
        for before, after in zip(plain["declarations"], found["declarations"], strict=True)
        if before["product"] == "zvw.wijkverpleging"
    ]
    assert pairs
    for before, after in pairs:
        assert (before["tariff_eur"], after["tariff_eur"]) == ("75.00", "150.00")
        assert Decimal(after["gross_eur"]) == 2 * Decimal(before["gross_eur"])


def test_subsidy_has_the_own_amounts_and_the_extra_money_of_a_scenario(capsys, tmp_path):
    """60 clients at 6,000; 32,249,000 and 5,000,000 more of 40,000,000: 302,100 x 0.931225 = 281,323.0725."""
    path = tmp_path / "lijst.yaml"
    house = "{name: Huis, form: bth, months_active: 60, clients: {2022: 58, 2023: 60, 2024: 62}}"
    path.write_text(f"year: 2026\norganisations:\n  - {house}\n", encoding="utf-8")
    own = own_amounts(tmp_path, **{"ptz.max.bth": 6000})
    assert document(capsys, "subsidy", str(path), "--scenario", own)["total_eur"] == "360000.00"
    path.write_text(
        f"year: 2026\nnational_need_eur: 40000000\norganisations:\n  - {house}\n", encoding="utf-8"
    )
    more = document(capsys, "subsidy", str(path), "--scenario", "ptz_hoger_plafond")
    assert (more["payout_percentage"], more["total_eur"]) == ("0.931225", "281323.07")


def test_explain_computes_the_same_bill_when_the_run_keeps_the_journey_only(whole, journeys, patient):
    one, other = sim.explain(whole.folder, patient).bill, sim.explain(journeys.folder, patient).bill
    assert one.by_payer == other.by_payer
    assert [line.gross_cents for line in one.lines] == [line.gross_cents for line in other.lines]


def test_explain_shows_one_declaration(capsys, whole, patient):
    answer = document(capsys, "explain", str(whole.folder), str(patient))
    id = answer["declarations"][0]["id"]
    alone = document(capsys, "explain", str(whole.folder), str(patient), "--declaration", str(id))
    assert alone["declaration"] == answer["declarations"][0]
    assert run_command(["explain", str(whole.folder), str(patient), "--declaration", str(id)]) == 0
    assert answer["declarations"][0]["rules"][0]["article"].split(";")[0] in capsys.readouterr().out.replace(
        "\n", " "
    )


def test_explain_shows_unfunded_care_with_its_reason(capsys, whole):
    lost = whole.stored["unfunded"].iloc[0]
    options = ["--replication", str(lost["replication"])]
    answer = document(capsys, "explain", str(whole.folder), str(lost["patient_id"]), *options)
    assert {
        "product": lost["product"],
        "reason": lost["reason"],
        "amount_eur": f"{lost['cents'] / 100:.2f}",
    } in (answer["unfunded"])


def test_explain_refuses_what_the_run_does_not_hold(capsys, whole, patient):
    folder = str(whole.folder)
    assert "patient 1: not in" in fault(capsys, "explain", folder, "1")
    assert "declaration 999999999: not of patient" in fault(
        capsys, "explain", folder, str(patient), "--declaration", "999999999"
    )
    assert "the run holds 0 to 1" in fault(capsys, "explain", folder, str(patient), "--replication", "2")
