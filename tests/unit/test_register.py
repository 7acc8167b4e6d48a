"""The register of a network: read without what tells who a guest is, and its truth found back."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import openpyxl
import pytest
from docx import Document

import sim
from sim import store
from sim.cli import main
from sim.errors import InputError
from sim.report.formats.register_files import Origin
from sim.report.formats.sheets import background_sections, background_sheets
from sim.report.language import language
from sim.report.pages.register import limits, page, sentences
from sim.scenario import load_scenario
from sim.scenario.area.register_file import Register, read_register
from sim.stats import Interval
from sim.studies.register.fit import Closing, binomial_interval, fit_register, poisson_interval
from sim.studies.register.stay import Fitted, fit_stay, kaplan_meier
from sim.studies.register.weeks import coming_weeks
from tests.oracles.synthetic_register import HEAD, Truth, made, text

ROW = "2025-01-02;2025-01-03;;;De Linde;thuis;2025-01-13;overleden"
WHOLE = [ROW] * 400


def written(folder: Path, *rows: str, head: str = ";".join(HEAD)) -> Path:
    file = folder / "opnames.csv"
    file.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    return file


def synthetic(folder: Path, truth: Truth, seed: int) -> Register:
    file = folder / "synthetic.csv"
    file.write_text(text(made(truth, seed)), encoding="utf-8")
    return read_register(file, truth.last, truth.first)


@pytest.mark.parametrize(
    "column", ["naam", "Achternaam", "BSN", "Geboortedatum", "patientnummer", "e-mail", "adres", "name"]
)
def test_a_column_that_may_tell_who_a_guest_is_is_refused(tmp_path: Path, column: str) -> None:
    file = written(tmp_path, ROW + ";Jansen", head=";".join([*HEAD, column]))
    with pytest.raises(InputError, match="column 9: may tell who a guest is") as fault:
        read_register(file)
    assert "Jansen" not in str(fault.value)
    assert "'" not in str(fault.value).replace(str(file), "")


def test_a_citizen_number_in_any_cell_is_refused_and_not_repeated(tmp_path: Path) -> None:
    """111222333 passes the test of eleven: 9 + 8 + 7 + 12 + 10 + 8 + 9 + 6 - 3 = 66 = 6 x 11."""
    file = written(tmp_path, *WHOLE, ROW.replace("De Linde", "De Linde 111222333"))
    with pytest.raises(InputError, match="row 402, column 5: looks like a citizen") as fault:
        read_register(file)
    assert "111222333" not in str(fault.value)


@pytest.mark.parametrize(
    ("row", "column"),
    [
        (";2025-01-03;;;De Linde;thuis;;", "aangevraagd"),
        ("gisteren;2025-01-03;;;De Linde;thuis;;", "aangevraagd"),
        ("2025-02-30;;;;;;;", "aangevraagd"),
        ("2025-01-05;2025-01-03;;;De Linde;thuis;;", "opgenomen"),
        ("2025-01-05;2025-01-06;2025-01-07;;De Linde;thuis;;", "afgewezen"),
        ("2025-01-05;;;;De Linde;thuis;2025-01-09;", "vertrokken"),
        ("2025-01-05;2025-01-06;;;;thuis;;", "huis"),
        ("2025-01-05;;;vol;De Linde;thuis;;", "afgewezen"),
        ("2025-01-05;2025-01-06;;;De Linde;thuis;;overleden", "vertrokken"),
        ("2025-01-05;2025-01-06;;;De Linde;Piet;;", "herkomst"),
        ("2025-01-05;;2025-01-06;zomaar;;thuis;;", "reden"),
        ("2025-01-05;2025-01-06;;;De Linde;thuis;2025-01-09;maan", "bestemming"),
        ("2025-01-05;2025-01-06;;;De Linde;thuis;2045-01-09;", "vertrokken"),
    ],
)
def test_each_cell_that_is_wrong_has_its_line_without_what_it_holds(
    tmp_path: Path, row: str, column: str
) -> None:
    with pytest.raises(InputError, match=rf"row 2, column {column}: ") as fault:
        read_register(written(tmp_path, row))
    assert not {"gisteren", "Piet", "zomaar", "maan"} & set(str(fault.value).replace("'", " ").split())


def test_some_broken_rows_are_set_aside_and_listed_and_more_are_refused(tmp_path: Path) -> None:
    """Half a per cent of 402 rows is 2."""
    broken = ROW.replace("2025-01-13", "2024-01-13")
    found = read_register(written(tmp_path, *WHOLE, broken, broken))
    assert [(row.number, row.column) for row in found.set_aside] == [(402, "vertrokken"), (403, "vertrokken")]
    assert len(found) == 400
    assert "rij 402, kolom vertrokken" in page(fit_register(found), {})
    with pytest.raises(InputError, match="3 of 403 rows are broken"):
        read_register(written(tmp_path, *WHOLE, broken, broken, broken))


def test_a_missing_or_unknown_column_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="has no column 'huis'"):
        read_register(written(tmp_path, "2025-01-01;;", head="aangevraagd;opgenomen;vertrokken"))
    with pytest.raises(InputError, match="column 4: is none of a register; did you mean 'huis'"):
        read_register(written(tmp_path, "2025-01-01;;;", head="aangevraagd;opgenomen;vertrokken;huiss"))


def test_a_workbook_is_read_as_a_text_file(tmp_path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    for row in (HEAD, (dt.date(2025, 1, 2), dt.date(2025, 1, 3), "", "", "De Linde", "thuis", "", "")):
        book.active.append(row)
    book.save(tmp_path / "opnames.xlsx")
    found = read_register(tmp_path / "opnames.xlsx")
    assert found.asked.tolist() == [dt.date(2025, 1, 2).toordinal()]
    assert found.houses == ("De Linde",)


def test_kaplan_meier_is_worked_by_hand() -> None:
    """Stays 1, 2, 2+, 4: after 1 day 3/4 is there, after 2 days 3/4 x 2/3 = 1/2, after 4 days none."""
    curve = kaplan_meier(np.array([1, 2, 2, 4]), np.array([True, True, False, True]))
    assert curve.days.tolist() == [1, 2, 4]
    assert curve.share == pytest.approx([0.75, 0.5, 0.0])
    assert curve.median() == 2


def test_exact_intervals_are_those_of_the_tables() -> None:
    """Garwood: 10 events, 4.795 to 18.39. Clopper and Pearson: 2 of 10, 0.0252 to 0.5561; 0 of 10: 0.3085."""
    assert poisson_interval(10, 1.0)[1:3] == pytest.approx((4.795, 18.39), abs=0.005)
    assert binomial_interval(2, 10)[1:3] == pytest.approx((0.0252, 0.5561), abs=0.0001)
    assert binomial_interval(0, 10)[1:3] == pytest.approx((0.0, 0.3085), abs=0.0001)


def test_censored_stays_do_not_shorten_the_mean() -> None:
    """Lognormal, median 20, sigma 1: mean 33. Cut off at 30 days, a plain mean would give some 17."""
    rng = np.random.default_rng(1)
    stays = rng.lognormal(np.log(20), 1.0, 2000)
    ended = stays < 30
    best = fit_stay(np.rint(np.minimum(stays, 30)).astype(np.int64), ended)[0]
    assert best.mean.low < 20 * np.exp(0.5) < best.mean.high
    assert np.minimum(stays, 30).mean() < 20


@pytest.mark.slow
def test_the_truth_of_ten_synthetic_registers_lies_within_the_intervals(tmp_path: Path) -> None:
    """Each interval holds its truth in 95 of 100; all but two of ten do so with a chance of 99%.

    Of 100 registers of 263 to 2,826 rows 95, 97 and 94 did.
    """
    hits = {"requests": 0, "stay": 0, "patience": 0}
    for seed in range(10, 20):
        truth = Truth(per_year=100 + 100 * (seed % 2), years=2.0, beds=(4, 4 + 2 * (seed % 2)))
        fit = fit_register(synthetic(tmp_path, truth, seed))
        for name, found, true in (
            ("requests", fit.arrivals.per_year, truth.per_year),
            ("stay", fit.stay[0].mean, truth.mean_stay),
            ("patience", fit.patience_days, truth.patience),
        ):
            hits[name] += found.low <= true <= found.high
    assert min(hits.values()) >= 8


def test_bed_days_that_do_not_fit_are_told_by_row(tmp_path: Path) -> None:
    """Two guests from the 3rd to the 13th in one bed: the second has ten days too many."""
    fit = fit_register(read_register(written(tmp_path, ROW, ROW)), {"De Linde": 1})
    assert [(row.number, row.days) for row in fit.too_many] == [(3, 10)]
    assert not fit_register(read_register(written(tmp_path, ROW, ROW))).too_many


def test_a_month_without_requests_counts_none(tmp_path: Path) -> None:
    """Requests in November, twice, and February; the register ends in March."""
    rows = [f"{day};;;;;;;" for day in ("2023-11-05", "2023-11-30", "2024-02-29")]
    found = fit_register(read_register(written(tmp_path, *rows), dt.date(2024, 3, 1))).arrivals.by_month
    counts = {month: sum(each.values()) for month, each in found.items()}
    assert counts == {"2023-11": 2, "2023-12": 0, "2024-01": 0, "2024-02": 1, "2024-03": 0}


@pytest.mark.parametrize("months", [("2024-01",), ("2024-12",), ("2022-01", "2023-01", "2024-01")])
def test_requests_in_one_month_of_the_year_tell_no_trend(tmp_path: Path, months: tuple[str, ...]) -> None:
    """Whatever falls in so few months fits a rise without end: no likelihood has a highest value."""
    rows = [f"{month}-15;{month}-15;;;De Linde;;{month}-18;" for month in months] * 10
    read = read_register(written(tmp_path, *rows), dt.date(2024, 12, 31), dt.date(2022, 1, 1))
    found = fit_register(read)
    assert math.isnan(found.arrivals.trend.mean)
    assert not found.arrivals.season
    assert "too few" in page(found, {}, "en")


def test_who_has_left_is_no_guest_too_many(tmp_path: Path) -> None:
    """One bed; two guests from the 3rd to the 13th, a third for the 5th alone.

    The second is one too many on ten days, the third on one.
    """
    short = "2025-01-04;2025-01-05;;;De Linde;thuis;2025-01-06;overleden"
    fit = fit_register(read_register(written(tmp_path, ROW, ROW, short)), {"De Linde": 1})
    assert [(row.number, row.days) for row in fit.too_many] == [(3, 10), (4, 1)]


def test_a_house_in_other_capitals_is_the_same_house(tmp_path: Path) -> None:
    rows = (ROW, ROW.replace("De Linde", "de  linde"), ROW.replace("De Linde", "DE LINDE"))
    assert read_register(written(tmp_path, *rows)).houses == ("De Linde",)


def test_an_area_of_several_regions_is_no_region_of_a_register(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds 32 regions; give one region at a time"):
        sim.register(written(tmp_path, ROW), area="nederland", model=False)


def test_closed_beds_are_not_open(tmp_path: Path) -> None:
    """Days 2 to 13 January are 12; one of two beds is shut for 5 of them: 24 - 5 = 19 open bed days."""
    read = read_register(written(tmp_path, ROW))
    shut = Closing("De Linde", dt.date(2025, 1, 5), dt.date(2025, 1, 9), 1)
    (house,) = fit_register(read, {"De Linde": 2}, [shut]).houses
    assert (house.bed_days, house.open_days) == (10, 19)


def test_beds_that_are_shut_on_no_day_of_the_register_are_refused(tmp_path: Path) -> None:
    """The register runs from 2 to 13 January 2025; a slip in the year shut nothing, unsaid."""
    file = written(tmp_path, ROW)
    with pytest.raises(InputError, match="lies outside the register, 2025-01-02 to 2025-01-13"):
        sim.register(file, shut=["De Linde=2024-01-05..2024-01-09"])
    with pytest.raises(InputError, match="lies outside the register"):
        sim.register(file, shut=["De Linde=2025-01-14..2025-01-20"])
    (house,) = sim.register(
        file, houses=["De Linde=2"], shut=["De Linde@1=2025-01-13..2025-02-01"]
    ).fit.houses
    assert house.open_days == 12 * 2 - 1


def test_turnover_is_read_from_a_full_house_where_somebody_waits(tmp_path: Path) -> None:
    truth = Truth(per_year=60, years=3.0, beds=(2,), patience=30.0, turnover=2.0)
    (house,) = fit_register(synthetic(tmp_path, truth, 1), {"Huis A": 2}).houses
    assert house.turnover_days == pytest.approx(2.0)


@pytest.mark.slow
def test_the_two_published_houses_come_out_within_their_chance(tmp_path: Path) -> None:
    """A high care hospice of 2019: 92 admissions, 83%, mean stay 35 days: 92 x 35 / 0.83 / 365 = 10.6 beds.

    A bijna-thuis-huis in its first year: 13 guests, 242 of 608 bed days (40%), mean 19 days: 4 beds for 152
    days. Of twenty synthetic houses with these beds and stays the published numbers lie between the extremes.
    """
    for truth, guests, share in (
        (Truth(per_year=105, years=1.0, beds=(11,), median=21.3, sigma=1.0, patience=8.0), 92, 0.83),
        (Truth(per_year=31, years=152 / 365.25, beds=(4,), median=11.5, sigma=1.0, warm_up=0.0), 13, 0.40),
    ):
        found = []
        for seed in range(20):
            read = synthetic(tmp_path, truth, seed)
            (house,) = fit_register(read, {"Huis A": truth.beds[0]}).houses
            found.append((len([day for day in read.admitted if day >= read.since]), house.occupancy.mean))
        low, high = np.quantile(np.array(found), [0.025, 0.975], axis=0)
        assert low[0] <= guests <= high[0]
        assert low[1] <= share <= high[1]


def test_the_command_writes_a_report_in_both_languages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    truth = Truth()
    (tmp_path / "opnames.csv").write_text(text(made(truth, 3)), encoding="utf-8")
    for lang, title in (("nl", "Wat het eigen register zegt"), ("en", "What your own register says")):
        with pytest.raises(SystemExit) as left:
            main(["region", "--register", "opnames.csv", "--house", "huis a=4,hch", "--lang", lang])
        assert left.value.code == 0
        assert title in capsys.readouterr().out
        assert title in (tmp_path / "opnames_register.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("form", ["xlsx", "docx", "note"])
def test_the_report_of_a_register_is_a_workbook_or_a_note_that_says_where_it_comes_from(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    """Version and digests of program and register stand in each; the digest is that of the file."""
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "opnames.csv"
    file.write_text(text(made(Truth(), 3)), encoding="utf-8")
    with pytest.raises(SystemExit) as left:
        main(["region", "--register", file.name, "--format", form, "--json"])
    assert left.value.code == 0
    written_ = Path(json.loads(capsys.readouterr().out)["page"])
    assert written_.name == f"opnames_register{'_note.html' if form == 'note' else f'.{form}'}"
    if form == "xlsx":
        sheet = openpyxl.load_workbook(written_).worksheets[0]
        told = " ".join(str(cell) for row in sheet.iter_rows(values_only=True) for cell in row if cell)
    elif form == "docx":
        told = " ".join(each.text for each in Document(io.BytesIO(written_.read_bytes())).paragraphs)
    else:
        told = written_.read_text(encoding="utf-8")
    assert hashlib.sha256(file.read_bytes()).hexdigest()[:12] in told
    assert store.code_digest()[:12] in told


def test_with_a_model_beside_it_the_report_has_its_assumptions_sources_seed_and_digests() -> None:
    """The sections of every other report, from the manifest of the run of the model."""
    run = sim.run("basis_2026", area=sim.region("Assen"), replications=1, keep="kpis", jobs=1)
    words = language("nl")
    behind = background_sections(run.manifest, words)
    assert [each.id for each in behind] == ["assumptions", "sources", "limits", "manifest"]
    assert all(each.blocks for each in behind)
    assert [each.name for each in background_sheets(run.manifest, words)] == [
        words.say(f"sheet.{key}") for key in ("assumptions", "sources", "manifest")
    ]
    told = " ".join(Origin("ab" * 32, run.manifest).told(words))
    assert str(run.manifest["seed"]) in told
    assert run.manifest["hashes"]["scenario"][:12] in told


@pytest.mark.parametrize("option", [["--house", "Huis A=4"], ["--format", "docx"], ["--weeks", "2"]])
def test_an_option_of_a_register_is_refused_without_one(
    capsys: pytest.CaptureFixture[str], option: list[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        main(["region", "--gemeenten", "Assen", *option])
    assert left.value.code == 2
    assert f"{option[0]}: is about a register" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("option", "value"),
    [("--house", "Huis Z=4"), ("--house", "Huis A"), ("--shut", "Huis A=2025"), ("--since", "gisteren")],
)
def test_an_option_that_does_not_fit_the_register_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], option: str, value: str
) -> None:
    file = tmp_path / "opnames.csv"
    file.write_text(text(made(Truth(), 3)), encoding="utf-8")
    with pytest.raises(SystemExit) as left:
        main(["region", "--register", str(file), option, value])
    assert left.value.code == 2
    assert option in capsys.readouterr().err


def test_a_region_gets_the_houses_and_a_scenario_the_settings_of_the_register(tmp_path: Path) -> None:
    file = tmp_path / "opnames.csv"
    file.write_text(text(made(Truth(), 3)), encoding="utf-8")
    found = sim.register(file, area=sim.region("Assen"), houses=["Huis A=4,hch"], model=False)
    hospices = [
        (s.name, s.setting, s.beds) for s in found.area.regions[0].sites if s.setting in ("bth", "hch")
    ]
    assert sorted(hospices) == [("Huis A", "hch", 4), ("Huis B (soort: aanname)", "bth", 4)]
    written_ = found.write_scenario(tmp_path / "eigen.yaml", "eigen")
    patience = load_scenario(written_).scenario.hospice.patience
    assert patience.kind == "assumption"
    assert patience.range[0] < patience.value < patience.range[1]


def cut_off(rows: list[dict[str, str]], first_unknown: str) -> list[dict[str, str]]:
    """A register as it stood before a day: what came later is not in it."""
    known = [dict(row) for row in rows if row["aangevraagd"] < first_unknown]
    for row in known:
        for date, beside in (
            ("opgenomen", ("huis", "vertrokken", "bestemming")),
            ("vertrokken", ("bestemming",)),
            ("afgewezen", ("reden",)),
        ):
            if row[date] >= first_unknown:
                row |= dict.fromkeys((date, *beside), "")
    return known


def test_the_weeks_to_come_hold_the_truth_about_as_often_as_they_say(tmp_path: Path) -> None:
    """Ten houses of which four weeks later are known: 80% bands hold four of five, five of ten at least.

    With a chance of 99% a binomial of 10 and 0.8 is 5 or more. Edges count by chance, as guests are whole.
    """
    rng = np.random.default_rng(1)
    held = 0
    for seed in range(10):
        truth = Truth(per_year=110, years=2.0 + 28 / 365.25)
        rows = made(truth, seed)
        cut, end = (truth.last - dt.timedelta(days=back) for back in (27, -1))
        file = tmp_path / "opnames.csv"
        file.write_text(text(cut_off(rows, cut.isoformat())), encoding="utf-8")
        read = read_register(file, cut - dt.timedelta(days=1), truth.first)
        total = coming_weeks(fit_register(read, {"Huis A": 4, "Huis B": 4}), 4, 100).total[:, -1]
        day = end.isoformat()
        true = sum(
            bool(r["opgenomen"]) and r["opgenomen"] < day and not "" < r["vertrokken"] < day for r in rows
        )
        held += 0.1 < (total < true).mean() + rng.random() * (total == true).mean() < 0.9
    assert held >= 5


def test_guests_from_before_the_register_are_none_of_its_admissions(tmp_path: Path) -> None:
    """Of ten days in December, ten over new year and six in January the last are admitted in 2025.

    In 2025 the second is there from 1 to 5 January, five days, and the third from 6 to 12, six: eleven.
    """
    rows = [
        f"{came};{came};;;De Linde;;{left};"
        for came, left in (
            ("2024-12-05", "2024-12-15"),
            ("2024-12-27", "2025-01-06"),
            ("2025-01-06", "2025-01-12"),
        )
    ]
    read = read_register(written(tmp_path, *rows), since=dt.date(2025, 1, 1))
    (house,) = fit_register(read).houses
    assert (house.guests, house.bed_days, house.mean_days) == (1, 11, 6.0)


def test_beds_that_are_shut_after_the_register_are_not_free(tmp_path: Path) -> None:
    """Two beds, empty at the end of 2024, when hardly anybody asks; one is shut for the first three days.

    A third of a guest a year comes: in some hundred courses a free bed is missed seldom.
    """
    read = read_register(written(tmp_path, *WHOLE[:5]), dt.date(2025, 12, 31), dt.date(2010, 1, 1))
    stay = Fitted("lognormal", (2.0, 0.0), 0.0, Interval(12.0, 12.0, 12.0, 5))
    shut = Closing("De Linde", dt.date(2025, 12, 1), dt.date(2026, 1, 3), 1)
    fit = replace(fit_register(read, {"De Linde": 2}, [shut]), stay=(stay,))
    free = coming_weeks(fit, 1, 100).free["De Linde"]
    assert free.max(axis=0).tolist() == [1, 1, 1, 2, 2, 2, 2]
    assert np.median(free, axis=0).tolist() == [1, 1, 1, 2, 2, 2, 2]


def test_the_days_so_far_of_a_guest_end_with_the_register(tmp_path: Path) -> None:
    """Forty guests came on 23 December: on 1 January they have been there for nine dates, 8.5 days or more.

    A Weibull stay of scale 10 and shape 60 is told by whole days: past 8, 9 and 10 of them are left 1,
    exp(-0.9**60) = 0.998 and exp(-1) = 0.368. Halfway, on 9.5, that is 0.683: the end of the first day.
    In the fifteen years of the register so few ask that hardly anybody comes on that day.
    """
    there = ["2024-12-23;2024-12-23;;;De Linde;;;"] * 40
    read = read_register(written(tmp_path, *there), dt.date(2024, 12, 31), dt.date(2010, 1, 1))
    stay = Fitted("weibull", (math.log(10), math.log(60)), 0.0, Interval(10.0, 10.0, 10.0, 40))
    fit = replace(fit_register(read), stay=(stay,))
    gone = 40 - coming_weeks(fit, 1, 200).occupied["De Linde"][:, 0].mean()
    assert gone / 40 == pytest.approx(1 - 0.683, abs=0.02)


def test_the_weeks_to_come_begin_with_who_is_there(tmp_path: Path) -> None:
    """On the first day at most a few have left or come: the mean lies near the guests of the last day."""
    read = synthetic(tmp_path, Truth(per_year=110, years=2.0), 3)
    fit = fit_register(read, {"Huis A": 4, "Huis B": 4})
    there = int(((read.admitted >= 0) & (read.left < 0)).sum())
    found = coming_weeks(fit, 1, 100)
    assert found.total[:, 0].mean() == pytest.approx(there, abs=1)
    assert all((found.occupied[h.name] + found.free[h.name]).max() <= h.beds for h in fit.houses)
    assert "fig-register-weeks" in page(fit, {}, "en", found)


def test_who_gives_up_on_the_day_of_the_request_tells_no_patience(tmp_path: Path) -> None:
    """Nobody waited, so there is no mean wait to tell; the page says what it cannot."""
    file = tmp_path / "opnames.csv"
    rows = [f"2025-12-{day};;2025-12-{day};elders;;thuis;;" for day in range(20, 30)]
    file.write_text("\n".join([";".join(HEAD), *rows]))
    fit = fit_register(read_register(file))
    assert fit.patience_days.n == 0
    words = language("nl")
    assert not any("\u2013 dagen" in line for line in sentences(fit, words))
    assert words.say("register.limit.patience") in limits(fit, words)
