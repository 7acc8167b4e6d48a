"""A region of real municipalities: names, people, expected deaths by age, places, ages that lean."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

import sim
from sim.cli import main
from sim.cohort.patients import draw_patients
from sim.errors import InputError
from sim.scenario import Area, Region, load_area, load_scenario
from sim.scenario.area.real_region import nation, split_names
from sim.scenario.models import RegionalFactors
from sim.schema import GROUPS
from sim.units import DAYS_PER_MEAN_YEAR, MINUTES_PER_DAY

AREAS = Path(__file__).parents[2] / "scenarios" / "regions" / "nederland.yaml"
DEATHS_2019 = 20_935 + 45_940 + 85_010
"""Deaths in the Netherlands in 2019 by CBS, of ages 0-64, 65-79 and 80 or more."""


@pytest.fixture(scope="module")
def areas() -> Area:
    """The nation as 32 care-office areas."""
    return load_area("nederland")


def test_the_care_office_areas_add_up_to_the_nation(areas: Area) -> None:
    """CBS counts 17,947,684 inhabitants; 112,000 deaths of 18.0 million give 3,110 in each 500,000.

    So the nation of the base has 3,110 / 0.02778 = 111,951 deaths, and its 44 places of Middenland are
    44 / 0.02778 = 1,584: 288 bth, 216 hch, 360 pu, 576 elv and 144 respijt.
    """
    assert len(areas.regions) == 32
    assert sum(region.population for region in areas.regions) == 17_947_684
    assert sum(region.palliative_deaths.value for region in areas.regions) == pytest.approx(111_951, abs=2)
    beds = Counter[str]()
    for region in areas.regions:
        for site in region.sites:
            beds[site.setting] += site.beds
    assert beds == {"bth": 288, "hch": 216, "pu": 360, "elv": 576, "respijt": 144}
    assert sum(region.nursing_home_places.value for region in areas.regions) == 8_279


def test_expected_deaths_follow_the_ages_of_an_area() -> None:
    """The facts work out by the rates of 2019: 5.9 a 1,000 in Amsterdam, 10.8 in Zuid-Limburg, 8.7 in all."""
    country = nation()
    grown = 17_947_684 / sum(sum(m.people) for m in country.municipalities)

    def per_1000(name: str) -> float:
        chosen = country.chosen("zorgkantoorregio", [name])
        deaths = float(sum(country.deaths_by_age(chosen))) * DEATHS_2019
        return deaths / (country.inhabitants(chosen) / grown) * 1000

    assert per_1000("Amsterdam") == pytest.approx(5.9, abs=0.15)
    assert per_1000("Zuid-Limburg") == pytest.approx(10.8, abs=0.15)
    drenthe = float(sum(country.deaths_by_age(country.chosen("provincie", ["Drenthe"]))))
    # CBS published 5,793 deaths in Drenthe in 2023, of 169,000 in all
    assert drenthe * 169_000 == pytest.approx(5_793, rel=0.05)


def test_names_are_understood_and_one_that_is_none_gets_a_suggestion() -> None:
    """Old, new and other names; the same municipality once; names with a comma of their own."""
    country = nation()

    def names(*given: str) -> list[str]:
        return [m.name for m in country.chosen("gemeente", given)]

    assert names("den haag") == ["'s-Gravenhage"]
    assert names("Dijk en Waard") == ["Heerhugowaard", "Langedijk"]
    assert names("Amsterdam", "Weesp") == ["Amsterdam", "Weesp"]
    assert names("SUDWEST FRYSLAN") == ["Súdwest-Fryslân"]
    assert split_names("Nuenen, Gerwen en Nederwetten, Son en Breugel") == [
        "Nuenen, Gerwen en Nederwetten",
        "Son en Breugel",
    ]
    assert [m.name for m in country.chosen("ggd_regio", ["Drenthe"])] == [
        m.name for m in country.chosen("provincie", ["drenthe"])
    ]
    with pytest.raises(InputError) as fault:
        country.chosen("gemeente", ["Asssen"])
    assert str(fault.value) == "--gemeenten: 'Asssen' is no gemeente; did you mean 'Assen'?"
    with pytest.raises(InputError, match="no names"):
        sim.region()
    with pytest.raises(InputError, match="no name given"):
        sim.region(gemeenten=" , ")


@pytest.mark.parametrize("ending", ["xlsx", "csv", "yaml"])
def test_the_command_writes_a_form_that_every_command_reads(
    ending: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is read is what was made, in each form."""
    file = tmp_path / f"meeting.{ending}"
    with pytest.raises(SystemExit) as left:
        main(["region", "--gemeenten", "Assen, Aa en Hunze, Midden-Drenthe", "--out", str(file)])
    assert not left.value.code
    assert capsys.readouterr().out.splitlines()[-1] == str(file)
    made = sim.region(gemeenten=["Assen", "Aa en Hunze", "Midden-Drenthe"]).regions[0]
    read = load_area(file).regions[0]
    assert made.name == "Assen, Aa en Hunze, Midden-Drenthe"
    assert (read.population, read.palliative_deaths.value) == (made.population, made.palliative_deaths.value)
    assert read.factors == made.factors
    assert [(s.setting, s.beds, s.name) for s in read.sites] == [
        (s.setting, s.beds, s.name) for s in made.sites
    ]
    assert all(site.name.endswith("(aanname)") for site in read.sites)
    with pytest.raises(InputError, match="is there already"):
        sim.write_region(file, load_area(file))


def test_a_factor_that_is_no_multiple_is_named_with_its_cell(tmp_path: Path) -> None:
    """One line with the row and the column."""
    file = tmp_path / "noord.csv"
    head = "regio;inwoners;locatie;soort;bedden;factor_overlijdens_80_plus"
    for cell, told in (
        ("0", "row 2, column factor_overlijdens_80_plus: 0 is too low"),
        ("x", "is not a number"),
        ("11", "row 2, column factor_overlijdens_80_plus: 11"),
    ):
        file.write_text(f"{head}\nNoord;250000;brug;bth;4;{cell}\n")
        with pytest.raises(InputError, match=told):
            load_area(file)


def ages_and_groups(region: Region) -> tuple[np.ndarray, np.ndarray]:
    """Age in years and disease group of a region's patients, children left out."""
    table = draw_patients(load_scenario("basis_2026").scenario, region, 1, 0)
    years = (table["death_minute"] - table["birth_minute"]) / (MINUTES_PER_DAY * DAYS_PER_MEAN_YEAR)
    adult = table["group"] != GROUPS.index("child")
    return years[adult], table["group"][adult]


def test_deaths_lean_to_the_ages_of_the_region() -> None:
    """Three times the deaths below 65: their odds triple, and groups that die young grow with them."""
    region = load_area("middenland").regions[0]
    people = region.model_copy(
        update={"palliative_deaths": region.palliative_deaths.model_copy(update={"value": 20_000})}
    )
    young = people.model_copy(update={"factors": RegionalFactors(deaths_under_65=3.0)})
    before, group_before = ages_and_groups(people)
    after, group_after = ages_and_groups(young)
    odds = [np.mean(ages < 65) / np.mean(ages >= 65) for ages in (before, after)]
    assert odds[1] / odds[0] == pytest.approx(3.0, rel=0.05)
    # within the oldest class nothing but its size changes
    assert np.mean(after[after >= 80]) == pytest.approx(np.mean(before[before >= 80]), abs=0.1)
    dementia = GROUPS.index("dementia")
    assert np.mean(group_after == dementia) < np.mean(group_before == dementia) - 0.01
    same = people.model_copy(
        update={"factors": RegionalFactors(deaths_under_65=2.0, deaths_65_79=2.0, deaths_80_plus=2.0)}
    )
    assert np.array_equal(ages_and_groups(same)[0], before)
