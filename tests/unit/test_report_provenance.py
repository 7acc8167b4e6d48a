"""Values of settings as a report writes them."""

from __future__ import annotations

import re

import pytest

from sim.report.language import Language, language
from sim.report.sections.provenance import number_text, parameters, span_text, unit_of, value_text
from sim.report.sections.uncertainty import why_of
from sim.report.sentences import plain_names
from sim.scenario import load_scenario, scenario_names
from sim.studies.sensitivity.ranges import uncertain_parameters

COUNTS = {"area.regions.mi-01.nursing_home_places"}
"""Assumptions whose name says what is counted."""

AMOUNT = {"value": 20_000_000, "kind": "assumption", "range": [0, 60_000_000], "reason": "geen bron"}
LINE = {
    "id": "arrangeurs",
    "title": {"nl": "Arrangeurs", "en": "Arrangers"},
    "payer": "zorgkantoor",
    "once_eur": None,
    "yearly_eur": AMOUNT,
}


@pytest.mark.parametrize(
    ("lang", "told"),
    [
        ("nl", "Arrangeurs: wie betaalt zorgkantoor; elk jaar (euro) 20.000.000"),
        ("en", "Arrangers: who pays care office (Wlz); every year (euros) 20,000,000"),
    ],
)
def test_a_thing_with_a_title_is_told_in_one_language_with_its_numbers_alone(lang: str, told: str) -> None:
    assert value_text([LINE], language(lang)) == told


def _plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ").replace("\N{WORD JOINER}", "")


@pytest.mark.parametrize(
    ("path", "low", "high", "nl", "en"),
    [
        ("ceiling.applies", 0, 0.25, "0% tot 25%", "0% to 25%"),
        ("prices.bth_day_factor", 0.7, 1, "× 0,7 tot × 1", "× 0.7 to × 1"),
        ("hospice.patience", 2, 8, "2 tot 8 dagen", "2 to 8 days"),
        ("hospice.day_contribution_eur.1", 35, 53, "€ 35 tot € 53", "€35 to €53"),
        ("home.night_hours_per_week", 14, 56, "14 tot 56 uur per week", "14 to 56 hours a week"),
        ("support.spiritual_talks", 2, 8, "2 tot 8 keer", "2 to 8 times"),
        (
            "support.elderly_medicine_per_week",
            0.25,
            1,
            "0,25 tot 1 keer per week",
            "0.25 to 1 time a week",
        ),
        ("hospital.known_preference_factor", 0.3, 1, "× 0,3 tot × 1", "× 0.3 to × 1"),
        (
            "area.regions.mi-01.elv_budget_eur",
            8.6e6,
            1.2e7,
            "€ 8.600.000 tot € 12.000.000",
            "€8,600,000 to €12,000,000",
        ),
        (
            "tariffs.zvw.wijkverpleging",
            61_500.25,
            80_000.5,
            "€ 61.500 tot € 80.000 per uur",
            "€61,500 to €80,000 per hour",
        ),
        ("tariffs.zvw.wijkverpleging", 61.5, 80, "€ 61,50 tot € 80,00 per uur", "€61.50 to €80.00 per hour"),
    ],
)
def test_a_range_says_what_its_numbers_are(path: str, low: float, high: float, nl: str, en: str) -> None:
    assert _plain(span_text(low, high, unit_of(path), language("nl"))) == nl
    assert _plain(span_text(low, high, unit_of(path), language("en"))) == en


def test_every_assumption_with_one_value_has_a_unit_in_both_languages() -> None:
    found = uncertain_parameters(load_scenario("basis_2026"))
    single = {each.path: unit_of(each.path) for each in found if not each.is_factor}
    assert len(single) > 100
    assert {path for path, unit in single.items() if not unit} == COUNTS
    for lang in ("nl", "en"):
        words = language(lang)
        for unit in set(single.values()):
            assert len(number_text(2.5, unit, words)) > len("2,5") or not unit
            assert "_" not in number_text(2.5, unit, words)


def test_a_number_has_the_unit_that_its_name_says() -> None:
    """A factor is a multiple, whatever its bounds are; what is counted a week or a year says so."""
    loaded = load_scenario("basis_2026")
    found = {p.path: unit_of(p.path) for p in parameters(loaded.scenario.model_dump(mode="json"))}
    factors = {path: unit for path, unit in found.items() if path.endswith("_factor")}
    assert len(factors) > 10
    assert set(factors.values()) == {"maal"}
    for path, unit in found.items():
        each = path.rpartition("_per_")[2]
        if each != path and unit not in ("", "fractie"):
            said = {"day": "dag", "week": "week", "year": "jaar"}
            assert unit == "eur" or unit.endswith(f"per {said[each.removesuffix('_eur')]}"), path


def test_each_number_of_a_distribution_has_its_own_unit() -> None:
    stay = {"median": 12.0, "sigma": 0.8, "maximum": 60.0}
    assert value_text(stay, language("nl"), "hospital.stay") == (
        "mediaan 12 dagen; sigma van de logaritme 0,8; hoogste waarde 60 dagen"
    )


def test_a_parameter_stands_by_the_path_that_an_overlay_sets() -> None:
    """So that what the table names can be set in a file, and carried assumptions are found in it."""
    loaded = load_scenario("basis_2026")
    told = {p.path for p in parameters(loaded.scenario.model_dump(mode="json"))}
    told |= {f"area.{p.path}" for p in parameters(loaded.area.model_dump(mode="json"))}
    assert {setting.path for setting in loaded.provenance()} <= told


@pytest.mark.parametrize(
    ("lang", "told"),
    [
        (
            "nl",
            "als in ‘Huidige praktijk 2026’ (feiten eigen betalingen 5.2; ijking), payment.shared_savings",
        ),
        (
            "en",
            "als in ‘Current practice 2026’ (facts on own payments 5.2; calibration), payment.shared_savings",
        ),
    ],
)
def test_scenarios_and_documents_have_the_names_that_a_reader_knows(lang: str, told: str) -> None:
    text = "als in basis_2026 (gv.hour, gv.hours_per_talk) (own_payments 5.2; calibration.yaml)"
    text += ", payment.shared_savings"
    assert plain_names(text, language(lang)) == told


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_the_reason_of_no_assumption_names_a_file(lang: str) -> None:
    told = [
        why_of(each.reason, None, language(lang))
        for each in uncertain_parameters(load_scenario("basis_2026"))
    ]
    assert len(told) > 100
    assert not [text for text in told if re.search(r"[a-z0-9]_[a-z0-9]|\.yaml|\.md", text)]


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_every_part_of_a_path_and_every_key_of_the_shipped_scenarios_has_a_word(lang: str) -> None:
    """A key of shares, the id of a line, a provider: none stands as a scenario file has it."""
    words = language(lang)
    unknown = set()
    for name in scenario_names():
        for found in parameters(load_scenario(name).scenario.model_dump(mode="json")):
            keys = found.value if isinstance(found.value, dict) else {}
            for path in (found.path, *(f"{found.path}.{key}" for key in keys)):
                parts = path.split(".")
                unknown |= {
                    ".".join(parts[: at + 1])
                    for at, part in enumerate(parts)
                    if not part[:4].isdigit() and not _has_word(words, parts[0], part, at)
                }
    assert not unknown


def _has_word(words: Language, group: str, part: str, at: int) -> bool:
    kinds = (f"path_within.{group}",) if at else ()
    kinds += ("path", "setting", "group", "form", "reason", "profile", "provider")
    return any(words.has(f"{kind}.{part}") for kind in kinds)


@pytest.mark.parametrize(
    ("path", "value", "nl", "en"),
    [
        ("rules.eigen_risico_plan", "165_tranche", "uitgesteld plan: € 165", "shelved plan: €165"),
        ("rules.pzp_plan", "current", "zoals nu", "as it is"),
        ("rules.plans_from", "2026-01-01", "01-01-2026", "1 Jan 2026"),
        ("subsidy.clients_from", "marked", "vanaf de markering", "from marking on"),
    ],
)
def test_a_choice_is_told_in_words(path: str, value: str, nl: str, en: str) -> None:
    assert _plain(value_text(value, language("nl"), path)).startswith(nl)
    assert _plain(value_text(value, language("en"), path)).startswith(en)


def test_every_choice_that_a_shipped_scenario_makes_has_words() -> None:
    for name in scenario_names():
        for change in load_scenario(name).changes:
            if isinstance(change.after, str):
                for lang in ("nl", "en"):
                    assert value_text(change.after, language(lang), change.path) != change.after, change.path
