"""The capacity page takes a region as a filled-in form and hands norms on as the command does."""

import pytest

from sim import api
from sim.errors import InputError
from sim.report.language import language
from sim.report.pages.capacity_lead import instant
from sim.scenario.area.real_region import nation
from sim.web.sizing import Wanted, default_wanted, size, uploaded_area

pytestmark = pytest.mark.usefixtures("uploads_read_here")
FORM = """regio;inwoners;palliatieve_overlijdens;locatie;naam;soort;bedden
Waterland;180.000;1.120;hch-baken;Hospice Het Baken;hch;4
Waterland;;;bth-steiger;De Steiger;bth;3
"""


def test_norms_are_those_of_the_command():
    assert default_wanted("hch") == Wanted("hch", 3, 90, 5)
    assert default_wanted("hch").norms == ("wait_days<=3@0.9", "refused<=0.05")


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_the_empty_form_that_the_page_gives_is_one_that_it_takes(ending):
    area = uploaded_area(f"regio.{ending}", api.template_bytes(ending))
    assert len(area.regions) == 1
    assert area.regions[0].sites


def test_a_filled_in_form_becomes_a_region_with_its_beds():
    area = uploaded_area("waterland.csv", FORM.encode())
    assert {site.id: site.beds for site in area.regions[0].sites} == {"hch-baken": 4, "bth-steiger": 3}
    assert area.regions[0].population == 180_000


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("regio.csv", FORM.replace(";4", ";vier").encode(), "bedden"),
        ("regio.docx", b"", "is no form of a region"),
        ("regio.csv", b"#" * 1_000_001, "larger than 1 MB"),
        ("regio.xlsx", b"geen rekenblad", "regio.xlsx"),
        ("twee.csv", (FORM + "Hoogland;90.000;560;hch-top;Top;hch;2\n").encode(), "holds 2 regions"),
    ],
)
def test_a_form_that_is_not_right_is_refused_in_one_line_with_its_own_name(name, content, words):
    with pytest.raises(InputError) as fault:
        uploaded_area(name, content)
    assert words in str(fault.value)
    assert str(fault.value).startswith(name)
    assert "\n" not in str(fault.value)


def test_names_of_municipalities_and_care_offices_make_a_region():
    assert {"Assen", "Utrecht", "Land van Cuijk", "Den Haag"} <= set(nation().known("gemeente"))
    offices = nation().known("zorgkantoorregio")
    assert len(offices) == 32
    area = api.region(["Assen"], zorgkantoor=[offices[0]])
    assert len(area.regions) == 1
    form = uploaded_area(f"{area.name}.xlsx", api.template_bytes("xlsx", area))
    assert form.regions[0].id == area.regions[0].id


def test_the_first_guess_comes_before_the_answer_and_is_that_of_the_formulas(tmp_path):
    area = uploaded_area("waterland.csv", FORM.replace("1.120", "115").encode())
    told = []
    found = size(area, Wanted("hch", 3, 50, 50), tmp_path, on_guess=told.append)
    (guesses,) = told
    assert list(guesses) == ["hch"]
    late = found.found.types["hch"].guess
    assert guesses["hch"].load == pytest.approx(late.load)
    for lang in ("nl", "en"):
        (sentence,) = instant(guesses, language(lang))
        assert str(max(guesses["hch"].fewest.values())) in sentence
