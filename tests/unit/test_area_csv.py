"""The form of an area: what a coordinator may write, and the one line that a faulty cell gets."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from sim.cli import main
from sim.errors import InputError
from sim.scenario import Area, area_names, load_area, load_scenario

TEMPLATE = Path(__file__).parents[2] / "docs" / "voorbeeld_regio.csv"
HEAD = "regio;inwoners;palliatieve_overlijdens;locatie;naam;soort;bedden;wlz_contract;bedden_vanaf"
ROW = "Noord;250000;1555;brug;De Brug;bth;4;ja;"


def form(folder: Path, *lines: str, head: str = HEAD, encoding: str = "utf-8") -> Path:
    """Write a form."""
    path = folder / "noord.csv"
    path.write_bytes("\n".join([head, *lines]).encode(encoding))
    return path


def fault(path: Path) -> str:
    """What the error says after the name of the file."""
    with pytest.raises(InputError) as caught:
        load_area(path)
    line = str(caught.value)
    assert "\n" not in line
    assert line.startswith(f"{path}: ")
    return line.removeprefix(f"{path}: ")


def test_the_template_is_an_area_and_what_it_leaves_out_is_middenlands_per_inhabitant() -> None:
    """Half of Middenland's inhabitants: half of its 230 places, 100 million, 10 million and 2.778%."""
    area, base = load_area(TEMPLATE), load_area("middenland")
    (region,), (whole,) = area.regions, base.regions
    assert (area.name, region.id, region.name) == ("voorbeeld_regio", "rivierenhoek", "Rivierenhoek")
    assert region.population == 250_000
    deaths = region.palliative_deaths
    assert (deaths.value, deaths.kind, deaths.source) == (1590, "source", "voorbeeld_regio.csv")
    assert [(s.id, s.setting, s.beds, s.wlz_contract) for s in region.sites] == [
        ("bth-brug", "bth", 4, True),
        ("hch-wilg", "hch", 5, True),
        ("pu-oever", "pu", 4, False),
        ("elv-hoek", "elv", 8, True),
        ("logeer-hoek", "respijt", 2, True),
    ]
    assert [(c.date, c.beds) for c in region.sites[0].beds_from] == [(dt.date(2026, 7, 1), 6)]
    places = region.nursing_home_places
    assert (places.value, places.range, places.kind) == (115, (90, 140), "assumption")
    assert places.reason is not None
    assert places.reason.startswith("per inwoner als middenland: 230 x 250.000 / 500.000 (3.401 plaatsen")
    assert region.district_nursing_budget_eur.value == 50_000_000
    assert region.elv_budget_eur.value == 5_000_000
    assert area.national_share.value == pytest.approx(0.01389)
    assert area.national_share.kind == "derived"
    assert region.elv_background_share.value == whole.elv_background_share.value


def test_deaths_that_are_left_out_are_derived(tmp_path: Path) -> None:
    (region,) = load_area(form(tmp_path, "Noord;250000;;brug;De Brug;bth;4;ja;")).regions
    deaths = region.palliative_deaths
    assert (deaths.value, deaths.kind, deaths.source) == (1555, "derived", "epidemiology_9_6")
    assert deaths.reason == (
        "per inwoner als middenland: 3.110 x 250.000 / 500.000 (112.000 x 500.000 / 18,0 miljoen)"
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_separators_byte_order_marks_and_line_ends_make_no_difference(
    tmp_path: Path, encoding: str, separator: str, end: str
) -> None:
    path = tmp_path / "noord.csv"
    text = end.join(["sep=" + separator, HEAD, ROW.replace("De Brug", "De Brug é"), ";" * 8, ""])
    path.write_bytes(text.replace(";", separator).encode(encoding))
    (region,) = load_area(path).regions
    assert (region.population, region.sites[0].name) == (250_000, "De Brug é")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("1555,5", 1555.5),
        ("1555.5", 1555.5),
        ("1.555,5", 1555.5),
        ('"1,555.5"', 1555.5),
        ("1.555", 1555),
        ("1 555", 1555),
        ("1\u00a0555", 1555),
        ("0,555", 0.555),
        ("12,25", 12.25),
    ],
)
def test_decimals_have_a_comma_or_a_point_and_thousands_may_be_set_apart(
    tmp_path: Path, written: str, meant: float
) -> None:
    people = round(meant * 160)  # as many as the nation has for one such death
    (region,) = load_area(form(tmp_path, f"Noord;{people};{written};brug;De Brug;bth;1;ja;")).regions
    assert region.palliative_deaths.value == meant


@pytest.mark.parametrize(
    ("word", "code"), [("BTH", "bth"), ("Palliatieve unit", "pu"), ("High care hospice", "hch")]
)
def test_a_type_is_a_code_or_its_name(tmp_path: Path, word: str, code: str) -> None:
    (region,) = load_area(form(tmp_path, f"Noord;250000;;brug;;{word};4;onwaar;")).regions
    site = region.sites[0]
    assert (site.setting, site.name, site.wlz_contract) == (code, "brug", False)


def test_dated_rows_change_the_beds_of_a_site_and_open_a_new_one(tmp_path: Path) -> None:
    (region,) = load_area(
        form(
            tmp_path,
            ROW + "2028-01-01",
            "Noord;;;brug;;;6;;2027-01-01",
            "Noord;;;brug;;;3;;",
            "Noord;;;nieuw;;pu;5;;31-12-2026",
        )
    ).regions
    brug, nieuw = region.sites
    assert brug.beds == 3
    assert [(c.date, c.beds) for c in brug.beds_from] == [
        (dt.date(2027, 1, 1), 6),
        (dt.date(2028, 1, 1), 4),
    ]
    assert nieuw.beds == 0
    assert [(c.date, c.beds) for c in nieuw.beds_from] == [(dt.date(2026, 12, 31), 5)]


def test_rows_of_several_regions_may_stand_in_any_order(tmp_path: Path) -> None:
    area = load_area(
        form(
            tmp_path, ROW, "Zuid;100000;;linde;;hch;5;;", "Noord;250.000;;haven;;pu;3;;", "West;50000;;;;;;;"
        )
    )
    found = {region.id: [site.id for site in region.sites] for region in area.regions}
    assert found == {"noord": ["brug", "haven"], "zuid": ["linde"], "west": []}
    assert area.national_share.value == pytest.approx(0.02778 * 400_000 / 500_000)


def test_a_region_may_have_its_own_places_and_budgets(tmp_path: Path) -> None:
    head = HEAD + ";verpleeghuisplaatsen;wijkverpleging_budget_eur;elv_budget_eur"
    (region,) = load_area(form(tmp_path, ROW + ";90;48.000.000;4500000,50", head=head)).regions
    assert region.nursing_home_places.value == 90
    assert region.district_nursing_budget_eur.value == 48_000_000
    assert region.elv_budget_eur.value == 4_500_000.5
    assert region.elv_budget_eur.kind == "source"


@pytest.mark.parametrize(
    ("lines", "line"),
    [
        (
            ["Noord;250000;;brug;De Brug;bht;4;ja;"],
            "row 2, column soort: 'bht' is not known here; did you mean 'bth'?",
        ),
        (
            ["Noord;250000;;brug;De Brug;kasteel;4;ja;"],
            "row 2, column soort: 'kasteel' is not known here; "
            "choose from bth, hch, pu, elv, respijt and 1 more",
        ),
        (
            [ROW, "Noord;;;haven;;pu;-2;ja;"],
            "row 3, column bedden: -2 is below 0; must be 0 or more",
        ),
        (
            ["Noord;250000;;brug;;bth;vier;ja;"],
            "row 2, column bedden: 'vier' is not a number; write digits, such as 1200 or 12,5",
        ),
        (
            ["Noord;250000;;brug;;bth;4,5;ja;"],
            "row 2, column bedden: '4,5' is not a whole number; write a whole number",
        ),
        (["Noord;250000;;brug;;bth;;ja;"], "row 2, column bedden: is empty; write the number of beds"),
        (
            ["Noord;veel;;brug;;bth;4;ja;"],
            "row 2, column inwoners: 'veel' is not a number; write digits, such as 1200 or 12,5",
        ),
        (["Noord;0;;brug;;bth;4;ja;"], "row 2, column inwoners: 0 is too low; must be above 0"),
        (["Noord;;;brug;;bth;4;ja;"], "row 2, column inwoners: is empty; write the number of inhabitants"),
        ([";1000;;brug;;bth;4;ja;"], "row 2, column regio: is empty; write the name of the region"),
        (
            ["Noord;250000;;;;bth;4;ja;"],
            "row 2, column locatie: is empty; write the short name or code of the site",
        ),
        (
            [ROW, "Noord;260000;;haven;;pu;4;ja;"],
            "row 3, column inwoners: 260000 differs from 250000 in row 2 of the same region; "
            "write one number",
        ),
        (
            [ROW, "", "Noord;;;brug;;bth;6;ja;"],
            "row 4, column bedden_vanaf: brug has beds without a date in row 2 already; "
            "give each change of beds a date of its own",
        ),
        (
            [ROW, "Noord;;;brug;;;6;;2027-01-01", "Noord;;;brug;;;7;;1-1-2027"],
            "row 4, column bedden_vanaf: brug has beds from 2027-01-01 in row 3 already; "
            "give each change of beds a date of its own",
        ),
        (
            [ROW, "Noord;;;brug;;pu;6;;2027-01-01"],
            "row 3, column soort: 'pu' differs from 'bth' in row 2; "
            "write the same, or give another site another locatie",
        ),
        (
            [ROW, "Zuid;100000;;brug;;bth;6;;"],
            "row 3, column locatie: 'brug' stands in region 'Noord' too; "
            "give every site a locatie of its own",
        ),
        (
            ["Noord;250000;;brug;;bth;4;misschien;"],
            "row 2, column wlz_contract: 'misschien' is not yes or no; write ja or nee",
        ),
        (
            ["Noord;250000;;brug;;bth;4;ja;31-2-2027"],
            "row 2, column bedden_vanaf: '31-2-2027' is not a date; write it as 2027-01-31 or 31-1-2027",
        ),
        (
            ["Noord;250000;;brug;;bth;4;ja;1-7-1202"],
            "row 2, column bedden_vanaf: date 1202-07-01 is no date of a patient's life; "
            "give one from 1890 to 2100",
        ),
        (
            [ROW + ";over"],
            "row 2: has 10 cells under 9 columns; put a text with ';' in it between double quotes",
        ),
        ([], "has no rows below its columns; write one row a site"),
    ],
)
def test_a_wrong_cell_gets_one_line_with_row_column_fault_and_remedy(
    tmp_path: Path, lines: list[str], line: str
) -> None:
    assert fault(form(tmp_path, *lines)) == line


@pytest.mark.parametrize(
    ("head", "line"),
    [
        (
            HEAD.replace("bedden;", "beden;"),
            "row 1, column beden: unknown column; did you mean 'bedden'?",
        ),
        (
            HEAD.replace("soort;", ""),
            "row 1, column soort: is missing; add a column with the type of the site",
        ),
        (HEAD + ";naam", "row 1, column naam: stands twice; keep one"),
    ],
)
def test_a_wrong_column_gets_one_line(tmp_path: Path, head: str, line: str) -> None:
    assert fault(form(tmp_path, ROW, head=head)) == line


@pytest.mark.parametrize("content", [b"", b"\n;;\n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "noord.csv"
    path.write_bytes(content)
    assert fault(path) == "is empty; write a row of column names and one row a site"


def test_text_that_is_not_utf8_and_a_missing_file_are_named(tmp_path: Path) -> None:
    path = form(tmp_path, ROW.replace("De Brug", "De Brug é"), encoding="cp1252")
    assert fault(path) == "is not UTF-8 text; save it as 'CSV UTF-8'"
    path.unlink()
    assert fault(path) == "no such file; give the path of a CSV file"


def test_a_form_in_a_folder_of_regions_goes_by_its_name(tmp_path: Path) -> None:
    regions = tmp_path / "regions"
    regions.mkdir()
    form(regions, ROW)
    assert area_names(tmp_path) == ["noord"]
    overlay = tmp_path / "mijn.yaml"
    overlay.write_text("name: mijn\nextends: basis_2026\narea: noord\n", encoding="utf-8")
    assert load_scenario(overlay).area == load_area(regions / "noord.csv")


def test_a_form_survives_the_manifest() -> None:
    area = load_area(TEMPLATE)
    assert Area.model_validate_json(area.model_dump_json()) == area


def test_the_command_takes_a_form_and_answers_a_faulty_one_with_exit_code_2(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = form(tmp_path, "Noord;250000;;brug;De Brug;bht;4;ja;")
    with pytest.raises(SystemExit) as left:
        main(["run", "basis_2026", "--area", str(path), "--out", str(tmp_path / "run")])
    said = capfd.readouterr()
    assert left.value.code == 2
    assert said.out == ""
    assert said.err == f"{path}: row 2, column soort: 'bht' is not known here; did you mean 'bth'?\n"
