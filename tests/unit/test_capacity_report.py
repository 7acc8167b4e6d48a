"""The report of a capacity study: read back from its folder as it was, with sources, in every form."""

import io
import json
import sys
from pathlib import Path

import pytest
from docx import Document
from openpyxl import load_workbook

sys.path.insert(0, str(Path(__file__).parent))

from small_area import on_area, small_area, small_region

import sim
from sim.cli import run_command
from sim.errors import LANGUAGES
from sim.report.formats.capacity_files import all_sheets, note_of, page
from sim.report.formats.files import REPORT_FORMS
from sim.report.language import language
from sim.studies.capacity import runs as capacity_runs
from sim.studies.capacity.drivers import drivers
from sim.studies.capacity.place_measures import EACH
from sim.studies.capacity.points import formula_beds
from sim.studies.capacity.runs import document_of, read_capacity


@pytest.fixture(scope="module")
def sized(tmp_path_factory: pytest.TempPathFactory) -> sim.CapacityResult:
    """The palliative units of the small region, priced, in a folder."""
    capacity_runs.forget()
    folder = tmp_path_factory.mktemp("studie") / "pu"
    area = small_area(small_region(deaths=60.0))
    norm = "refused<=0.6"
    return sim.capacity(
        area, scenario=on_area(area), type="pu", norm=norm, replications=2, jobs=1, out=folder
    )


def test_the_answer_comes_back_from_its_folder_as_it_was(sized):
    again = read_capacity(sized.folder)
    assert document_of(again) == document_of(sized.found)
    assert list(again.types) == list(sized.found.types)
    assert sim.load(sized.folder).answer("en") == sized.answer("en")


def test_every_number_that_was_judged_shows_all_replications_behind_its_verdict(sized):
    answer = sized.found.types["pu"]
    judged = answer.ranking.replications
    assert {point.total for point in answer.decided} == {*judged, answer.now.total}
    for point in answer.decided:
        runs = len(point.each["requests"])
        assert runs >= max(judged.get(point.total, 0), sized.found.replications)
        assert {len(point.each[name]) for name in EACH} == {runs}
        assert point.values["requests"].mean == pytest.approx(sum(point.each["requests"]) / runs)
    assert answer.fullest(answer.now.total).in_norm.n == answer.smallest.in_norm.n
    assert {len(point.each["requests"]) for point in answer.curve} == {sized.found.replications}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_names_assumptions_sources_seed_and_digests(sized, lang):
    words = language(lang)
    made = page(sized.found, words)
    for key in ("assumptions", "sources", "manifest"):
        assert f'id="{key}"' in made
    assert words.path("hospice.patience") in made
    assert str(sized.found.seed) in made
    assert sized.found.manifest["hashes"]["code"][:12] in made
    assert len(sized.found.manifest["tariff_rows"]) > 10


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_workbook_has_a_row_for_every_replication(sized, lang):
    file = sized.excel(lang=lang)
    book = load_workbook(file)
    words = language(lang)
    sheet = book[words.say("capacity.sheet.replications")]
    rows = [row for row in sheet.iter_rows(values_only=True) if isinstance(row[1], int)]
    answer = sized.found.types["pu"]
    totals = {point.total for point in (*answer.curve, *answer.decided)}
    expected = sum(len(answer.fullest(total).each["requests"]) for total in totals)
    assert len(rows) == expected
    names = {one.name for one in all_sheets(sized.found, words)}
    assert names == set(book.sheetnames)


def test_the_note_is_for_a_meeting_and_opens_in_word(sized):
    words = language("nl")
    note = note_of(sized.found, words)
    assert note.answer
    assert note.table is not None
    assert note.drawing is not None
    text = [p.text for p in Document(io.BytesIO(sized.note(form="docx").read_bytes())).paragraphs]
    assert set(note.answer) <= set(text)
    assert any(str(sized.found.seed) in line for line in text)


def test_the_command_makes_every_form_of_a_folder_again(sized, capsys):
    for form in ("html", "xlsx", "note", "docx"):
        assert run_command(["report", str(sized.folder), "--format", form, "--lang", "en"]) == 0
        written = sized.folder / REPORT_FORMS[form].replace(".", "_en.")
        assert str(written) in capsys.readouterr().out
        assert written.stat().st_size > 1000
    assert run_command(["verify", str(sized.folder)]) == 0


def test_a_study_that_is_not_finished_or_changed_gets_one_line(sized, tmp_path, capsys):
    document = json.loads((sized.folder / "capacity.json").read_text())
    (tmp_path / "capacity.json").write_text(json.dumps(document | {"seed": 1}))
    assert run_command(["report", str(tmp_path)]) == 2
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert "capacity.json: not as palsim wrote it" in told


def test_what_the_number_hangs_on_are_the_beds_of_the_formulas_at_the_ends(sized):
    """Requests: 70% and 130% (range_factor of both shares that ask for a hospice in basis_2026)."""
    guess = sized.found.types["pu"].guess
    found = {each.name: each for each in drivers(sized.found, "pu")}
    spans = [each.span for each in found.values()]
    assert spans == sorted(spans, reverse=True)
    assert 0 not in spans
    for name, low, high in (("requests", 0.7, 1.3), ("stay", 0.85, 1.15)):
        if name in found:
            assert (found[name].low, found[name].high) == (low, high)
    ends = [
        formula_beds(sized.found.norms, guess.load * factor, guess.stay_days, guess.patience_days)
        for factor in (0.7, 1.3)
    ]
    shown = found.get("requests")
    assert (ends[0] == ends[1]) if shown is None else [shown.at_low, shown.at_high] == ends
