"""A run folder written out for other programs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sim.errors import InputError
from sim.later import pd
from sim.store.atomic import write_bytes
from sim.store.eventlog import mining_log, vidigi_log
from sim.store.read import load_run

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")  # a text that begins so is a formula to a spreadsheet
FORMATS = {"vidigi": vidigi_log, "csv": mining_log}  # formats of the event log


@dataclass(frozen=True)
class Exported:
    """A written event log."""

    path: Path
    events: int  # rows
    patients: int  # over all replications


def harmless(text: str) -> str:
    """A text of a CSV file that no spreadsheet takes for a formula: an apostrophe before it where needed."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def harmless_log(log: pd.DataFrame) -> pd.DataFrame:
    """A table with the texts of every column harmless."""
    out = log.copy(deep=False)
    for name, column in log.items():
        numbers = pd.api.types.is_numeric_dtype(column) or pd.api.types.is_datetime64_any_dtype(column)
        if not numbers:
            out[str(name)] = [harmless(v) if isinstance(v, str) else v for v in column]
    return out


def export_events(run: Path | str, form: str, out: Path | str | None = None) -> Exported:
    """Write the event log of a run as CSV, by default as `events_<form>.csv` in the run folder.

    The form is `vidigi` for animation, or `csv` with case, activity and timestamp for process mining. Raises
    InputError when the folder holds no finished run with stays, or the form is unknown.
    """
    if form not in FORMATS:
        raise InputError("--format {form!r}: no such format; choose {formats}", form=form, formats=FORMATS)
    stored = load_run(run)
    stays = stored.tables["stays"]
    log = FORMATS[form](stays, stored.tables["refusals"])
    path = Path(out) if out is not None else stored.folder / f"events_{form}.csv"
    write_bytes(path, harmless_log(log).to_csv(index=False, date_format="%Y-%m-%d %H:%M").encode())
    patients = len(stays[["replication", "patient_id"]].drop_duplicates())
    return Exported(path, len(log), patients)
