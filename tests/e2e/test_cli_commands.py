"""The command as a user meets it: one JSON document, one line for a fault, the right exit code."""

import io
import json
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import pytest

from sim.api.saved import RESULT
from sim.cli import run_command
from sim.scenario import load_area, load_scenario
from sim.store import StudyPlace
from sim.studies.budget import BUDGET

pytestmark = pytest.mark.usefixtures("blank_figures")
START = [sys.executable, "-c", "from sim.cli import main; main()"]


@dataclass(frozen=True)
class Ended:
    """What a command wrote and said."""

    folder: Path
    options: tuple[str, ...]
    out: str
    err: str


@pytest.fixture(scope="module")
def ended(hamlet, tmp_path_factory, blank_figures):
    """A run of two replications with its checks."""
    folder = tmp_path_factory.mktemp("runs") / "run"
    options = ("--area", str(hamlet), "--replications", "2", "--seed", "7", "--out", str(folder))
    with redirect_stdout(io.StringIO()) as out, redirect_stderr(io.StringIO()) as err:
        assert run_command(["run", "basis_2026", *options, "--jobs", "1", "--check", "--json"]) == 0
    return Ended(folder, options, out.getvalue(), err.getvalue())


@pytest.fixture
def finished(ended):
    """Folder of that run."""
    return ended.folder


def document(capsys, *arguments):
    """The one JSON document that a command prints; whatever else it says goes to stderr."""
    code = run_command([*arguments, "--json"])
    out = capsys.readouterr().out
    assert code == 0
    return json.loads(out)


def fault(capsys, *arguments, code=2):
    """The one line with which a command refuses its input."""
    assert run_command(arguments) == code
    shown = capsys.readouterr()
    assert shown.out == ""
    lines = shown.err.splitlines()
    assert len(lines) == 1
    assert "Traceback" not in shown.err
    return lines[0]


def written(tmp_path, name, change):
    """A scenario file: the base with one change to its data."""
    data = load_scenario("basis_2026").scenario.model_dump(mode="json")
    data["name"] = name
    change(data)
    path = tmp_path / f"{name}.yaml"
    path.write_text(json.dumps(data), encoding="utf-8")
    return str(path)


def test_help_names_the_commands():
    shown = subprocess.run([*START, "--help"], capture_output=True, text=True, check=True)
    for command in ("scenarios", "run", "compare", "report", "tariffs"):
        assert command in shown.stdout


def test_help_loads_none_of_the_heavy_packages():
    code = (
        "import sys; from sim.cli import run_command; run_command(['--help']); "
        "heavy = {'numpy', 'pandas', 'scipy', 'simpy', 'matplotlib', 'pyarrow'}; "
        "sys.exit(' '.join(heavy & set(sys.modules)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_scenarios_tells_name_title_question_base_area_and_references(capsys):
    found = {s["name"]: s for s in document(capsys, "scenarios")["scenarios"]}
    azwa = found["azwa_omzetplafond"]
    assert azwa["extends"] == "basis_2026"
    assert azwa["area"] == "middenland"
    assert set(azwa["title"]) == {"nl", "en"}
    assert azwa["references"]
    assert found["basis_2026"]["extends"] is None


def test_scenarios_prints_every_name_for_people(capsys):
    assert run_command(["scenarios"]) == 0
    out = capsys.readouterr().out
    assert "azwa_omzetplafond" in out
    assert "extends basis_2026, area middenland" in out


def test_run_answers_with_the_document_of_the_contract(ended):
    folder, told = ended.folder, json.loads(ended.out)
    assert told["run"] == str(folder)
    assert (told["scenario"], told["area"]) == ("basis_2026", "gehucht")
    assert (told["replications"], told["seed"]) == (2, 7)
    assert told["tasks"] == {"reused": 0, "computed": 2}
    assert {"name", "dimension", "unit", "mean", "low", "high", "n"} <= set(told["kpis"][0])
    assert told["report"] == str(folder / "report_en.html")
    assert (folder / "report_en.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert (folder / "manifest.json").is_file()


def test_progress_goes_to_stderr_only(ended):
    json.loads(ended.out)
    assert "2 of 2 tasks" in ended.err


def test_run_ends_with_the_path_of_the_report_after_three_sentences(capsys, ended, finished):
    assert run_command(["run", "basis_2026", *ended.options, "--resume"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == str(finished / "report_en.html")
    assert [line[:2] for line in lines[:-1]] == ["- ", "- ", "- "]


def test_resume_does_nothing_on_a_finished_folder(capsys, ended, finished):
    before = {p: p.read_bytes() for p in finished.rglob("*.parquet")}
    told = document(capsys, "run", "basis_2026", *ended.options, "--resume")
    assert told["tasks"] == {"reused": 2, "computed": 0}
    assert {p: p.read_bytes() for p in finished.rglob("*.parquet")} == before


def test_resume_starts_afresh_on_an_empty_folder_and_keep_decides_which_tables_are_stored(
    capsys, hamlet, finished, tmp_path
):
    options = ["--area", str(hamlet), "--replications", "1", "--jobs", "1", "--keep", "kpis", "--resume"]
    told = document(capsys, "run", "basis_2026", *options, "--out", str(tmp_path))
    assert told["tasks"] == {"reused": 0, "computed": 1}
    assert (finished / "tables" / "stays").exists()
    assert not (tmp_path / "tables" / "stays").exists()
    assert not (tmp_path / "tables" / "declarations").exists()
    assert (tmp_path / "tables" / "kpis").exists()


def test_a_run_into_a_folder_with_another_run_is_refused(capsys, hamlet, finished):
    options = ["--area", str(hamlet), "--replications", "2", "--seed", "8", "--out", str(finished)]
    assert "choose another folder" in fault(capsys, "run", "basis_2026", *options)


def test_compare_answers_with_paired_differences(capsys, hamlet, tmp_path):
    options = ["--area", str(hamlet), "--replications", "2", "--jobs", "1", "--out", str(tmp_path / "c")]
    options += ["--assumptions", "8", "--lang", "nl"]
    told = document(capsys, "compare", "basis_2026", "azwa_omzetplafond", *options)
    assert told["comparison"] == str(tmp_path / "c")
    assert (told["base"], told["alternatives"]) == ("basis_2026", ["azwa_omzetplafond"])
    (drawn,) = told["assumptions"]
    assert (drawn["alternative"], drawn["draws"], drawn["replications"]) == ("azwa_omzetplafond", 8, 2)
    assert {"low", "high", "sign", "carried"} <= set(drawn["spreads"][0])
    assert told["answer"][-1].startswith("Ongewijzigd")
    keys = {"alternative", "name", "dimension", "unit", "base", "alt", "difference", "low", "high", "n"}
    assert keys <= set(told["differences"][0])
    for row in told["differences"]:
        if row["difference"] is not None:
            assert row["difference"] == pytest.approx(row["alt"] - row["base"], abs=1e-6)
    page = (tmp_path / "c" / "report.html").read_text(encoding="utf-8")
    assert "Verschil" in page
    assert (tmp_path / "c" / "comparison.json").is_file()


def test_report_writes_the_workbook_in_both_languages(capsys, finished):
    for lang, name in (("nl", "report.xlsx"), ("en", "report_en.xlsx")):
        told = document(capsys, "report", str(finished), "--lang", lang, "--format", "xlsx")
        assert told["report"] == str(finished / name)
        assert (finished / name).read_bytes().startswith(b"PK")


def test_report_writes_the_page_again_in_english(capsys, finished):
    (finished / "report_en.html").unlink()
    told = document(capsys, "report", str(finished), "--lang", "en")
    assert told["report"] == str(finished / "report_en.html")
    assert '<html lang="en">' in (finished / "report_en.html").read_text(encoding="utf-8")


def test_a_scenario_is_a_path_too_and_its_markup_is_harmless(capsys, hamlet, tmp_path):
    def change(data):
        data["title"]["nl"] = "<script>alert(1)</script>"

    path = written(tmp_path, "eigen", change)
    options = ["--area", str(hamlet), "--replications", "1", "--jobs", "1", "--out", str(tmp_path / "r")]
    assert document(capsys, "run", path, *options, "--lang", "nl")["scenario"] == "eigen"
    page = (tmp_path / "r" / "report.html").read_text(encoding="utf-8")
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def test_tariffs_show_gives_dated_values_with_their_sources(capsys):
    told = document(capsys, "tariffs", "show", "zvw.elv.ptz")
    assert (told["law"], told["unit"]) == ("Zvw", "dag")
    # facts/tariffs_notes.md 2A: NZa-maximum 2024 407.92, 2025 589.14
    amounts = {v["from"]: v["amount"] for v in told["values"]}
    assert (amounts["2024-01-01"], amounts["2025-01-01"]) == ("407.92", "589.14")
    one = document(capsys, "tariffs", "show", "zvw.elv.ptz", "--date", "2025-07-01")["values"]
    assert [v["amount"] for v in one] == ["589.14"]
    assert one[0]["source_title"]


def test_tariffs_show_gives_legal_amounts_and_without_id_all_ids(capsys):
    told = document(capsys, "tariffs", "show", "own_payments.eigen_risico.verplicht", "--date", "2026-03-01")
    assert [v["amount"] for v in told["values"]] == ["385.00"]
    listed = {t["id"] for t in document(capsys, "tariffs", "show")["tariffs"]}
    assert {"zvw.elv.ptz", "own_payments.eigen_risico.verplicht"} <= listed


def test_tariffs_check_and_sources(capsys):
    assert document(capsys, "tariffs", "check") == {"ok": True, "faults": []}
    sources = document(capsys, "tariffs", "sources")["sources"]
    assert all(s["title"] for s in sources)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["run", "nosuch"], ["nosuch", "no such scenario", " more"]),
        (["run", "basis_2025"], ["did you mean 'basis_2026'?"]),
        (["run", "missing.yaml"], ["missing.yaml", "no such file"]),
        (["run", "basis_2026", "--area", "nowhere"], ["nowhere", "no such area"]),
        (["run", "basis_2026", "--replications", "0"], ["replications", "must be 1 or more"]),
        (["run", "basis_2026", "--seed", "-1"], ["seed", "must be 0 or more"]),
        (["run", "basis_2026", "--jobs", "0"], ["--jobs 0", "must be 1 or more"]),
        (["run", "basis_2026", "--keep", "some"], ["--keep", "kpis"]),
        (["run", "basis_2026", "--lang", "fr"], ["--lang", "nl"]),
        (["run"], ["SCENARIO"]),
        (["compare", "basis_2026"], ["ALT"]),
        (["compare", "basis_2026", "nosuch"], ["nosuch", "no such scenario"]),
        (["report", "nowhere"], ["nowhere", "no such folder"]),
        (["report", "."], ["manifest.json is missing"]),
        (["tariffs", "show", "zvw.elv.pzt"], ["zvw.elv.pzt", "zvw.elv.ptz"]),
        (["tariffs", "show", "zvw.elv.ptz", "--date", "2019-01-01"], ["2019-01-01", "valid 2017-01-01"]),
        (["tariffs", "show", "zvw.elv.ptz", "--date", "1-1-2026"], ["--date", "2026-07-01"]),
        (["simulate"], ["simulate", "palsim --help"]),
    ],
)
def test_wrong_input_is_one_line_that_says_what_would_be_right(capsys, arguments, words):
    line = fault(capsys, *arguments)
    assert all(word in line for word in words)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            lambda d: d["ceiling"].update(aplies=d["ceiling"].pop("applies")),
            ["ceiling", "aplies", "'applies'"],
        ),
        (
            lambda d: d["home"]["sedation"].update(value=1.3),
            ["home.sedation.value", "1.3", "between 0 and 1"],
        ),
        (lambda d: d["places"].update(extra_beds={"bth": -99}), ["extra_beds.bth", "-99"]),
        (lambda d: d["horizon"].update(count_to="2025-01-01"), ["horizon", "count_to"]),
    ],
)
def test_a_fault_in_a_scenario_file_names_file_key_and_remedy(capsys, tmp_path, change, words):
    line = fault(capsys, "run", written(tmp_path, "fout", change))
    assert all(word in line for word in ["fout.yaml", *words])


def test_negative_beds_in_an_area_are_refused(capsys, tmp_path):
    area = load_area("middenland").model_dump(mode="json")
    area["regions"][0]["sites"][2]["beds"] = -6
    path = tmp_path / "scheef.yaml"
    path.write_text(json.dumps(area), encoding="utf-8")
    line = fault(capsys, "run", "basis_2026", "--area", str(path))
    assert "scheef.yaml: regions[0].sites[2].beds: -6 is below 0; must be 0 or more" in line


def test_a_key_that_stands_twice_is_refused_with_its_line(capsys, tmp_path):
    path = tmp_path / "dubbel.yaml"
    path.write_text("extends: basis_2026\nname: dubbel\nname: dubbel\n", encoding="utf-8")
    line = fault(capsys, "run", str(path))
    assert "dubbel.yaml" in line
    assert "line 3" in line
    assert "twice" in line


@pytest.mark.parametrize("form", ["html", "xlsx"])
@pytest.mark.parametrize(
    ("file", "line"),
    [
        (RESULT, "een uitkomst die in Python is bewaard; palsim.load opent haar daar"),
        (
            StudyPlace.SENSITIVITY,
            "alleen een gevoeligheidsanalyse; met de map van een run als --out toont het verslag van "
            "die run haar",
        ),
    ],
)
def test_the_folder_of_a_study_is_named_for_what_it_holds(tmp_path, capsys, file, line, form):
    (tmp_path / file).write_text("{}", encoding="utf-8")
    assert run_command(["report", str(tmp_path), "--format", form, "--lang", "nl"]) == 2
    assert capsys.readouterr().err == f"{tmp_path}: bevat {line}\n"
    assert [path.name for path in tmp_path.iterdir()] == [file]


def test_a_budget_has_no_workbook(tmp_path, capsys):
    (tmp_path / BUDGET).write_text("{}", encoding="utf-8")
    assert run_command(["report", str(tmp_path), "--format", "xlsx"]) == 2
    told = "holds a budget, which has a page and no workbook; leave --format out"
    assert capsys.readouterr().err == f"{tmp_path}: {told}\n"
