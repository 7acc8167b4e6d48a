"""The event log of a run, as the programs it is meant for read it."""

import json

import pandas as pd
import pytest

from sim.cli import run_command
from sim.scenario import load_area
from sim.store import load_run

pytestmark = pytest.mark.slow

WORDS = {"arrival_departure", "queue", "resource_use", "resource_use_end"}


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """Folder of two replications of a small area with one hospice of one bed, so that people wait."""
    area = load_area("middenland").model_dump(mode="json")
    area["name"] = "gehucht"
    region = area["regions"][0]
    region["palliative_deaths"]["value"] = 150.0
    hospice = next(site for site in region["sites"] if site["setting"] == "hch")
    region["sites"] = [{**hospice, "beds": 1}]
    folder = tmp_path_factory.mktemp("export")
    path = folder / "gehucht.yaml"
    path.write_text(json.dumps(area), encoding="utf-8")
    options = ["--area", str(path), "--replications", "2", "--jobs", "1", "--keep", "journey"]
    assert run_command(["run", "basis_2026", *options, "--out", str(folder / "run"), "--json"]) == 0
    return folder / "run"


def exported(capsys, run, form, *more):
    assert run_command(["export", str(run), "--format", form, *more, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_vidigi_reads_the_log_and_shows_everyone_where_they_are(finished, capsys, tmp_path):
    from vidigi.prep import reshape_for_animations

    answer = exported(capsys, finished, "vidigi", "--out", str(tmp_path / "log.csv"))
    log = pd.read_csv(answer["file"])
    assert answer["events"] == len(log)
    assert set(log["event_type"]) == WORDS
    assert set(log.loc[log["event_type"] == "arrival_departure", "event"]) == {"arrival", "depart"}
    assert log.loc[log["event_type"].str.startswith("resource_use"), "resource_id"].notna().all()
    assert log["event"].str.startswith("wacht_op_").any()

    stays = load_run(finished).tables["stays"]
    first = stays[stays["replication"] == 0]
    epoch = first["start_minute"].min() - log.loc[log["run_number"] == 0, "time"].min()
    changes = set(first["start_minute"] - epoch) | set(first["end_minute"] - epoch)
    moment = int(first["start_minute"].quantile(0.6) - epoch)
    while moment in changes:
        moment += 1
    shown = reshape_for_animations(
        log[log["run_number"] == 0],
        every_x_time_units=moment,
        limit_duration=moment,
        step_snapshot_max=1000,
    )
    seen = shown[(shown["snapshot_time"] == moment) & (shown["event"] != "depart")]
    here = first[
        (first["start_minute"] - epoch <= moment)
        & (first["end_minute"] - epoch > moment)
        & (first["setting"] != "thuis")
    ]
    in_bed = seen[seen["event_type"] == "resource_use"]
    waiting = set(seen.loc[seen["event"].str.startswith("wacht_op_"), "entity_id"])
    assert set(in_bed["entity_id"]) == set(here["patient_id"]) - waiting
    expected = here.set_index("patient_id")["setting"].astype(str)
    assert (in_bed["event"] == in_bed["entity_id"].map(expected)).all()
    assert len(in_bed) > 20


def test_process_mining_gets_a_case_an_activity_and_a_timestamp(finished, capsys):
    answer = exported(capsys, finished, "csv")
    assert answer["file"] == str(finished / "events_csv.csv")
    log = pd.read_csv(answer["file"], parse_dates=["timestamp"])
    assert list(log.columns[:3]) == ["case", "activity", "timestamp"]
    assert log["case"].nunique() == answer["patients"] == len(load_run(finished).tables["patients"])
    assert (log.groupby("case")["activity"].last() == "overleden").all()
    assert (log.groupby("case")["timestamp"].diff().dropna() >= pd.Timedelta(0)).all()
    refused = load_run(finished).tables["refusals"]["reason"].value_counts()
    for reason in refused[refused > 0].index:
        assert (log["activity"] == reason).sum() == refused[reason]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["{run}"], "--format"),
        (["{run}", "--format", "xes"], "xes"),
        (["{run}/tables", "--format", "csv"], "manifest.json"),
    ],
)
def test_a_wrong_request_is_one_line(finished, capsys, arguments, told):
    assert run_command(["export", *(a.format(run=finished) for a in arguments)]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert len(shown.err.splitlines()) == 1
    assert told in shown.err


def test_without_json_the_command_says_what_it_wrote(finished, capsys, tmp_path):
    assert run_command(["export", str(finished), "--format", "csv", "--out", str(tmp_path / "a.csv")]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].endswith("patients")
    assert lines[1] == str(tmp_path / "a.csv")
