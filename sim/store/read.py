"""A finished run read back: its manifest, its KPIs, its tables as pandas."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import pyarrow as pa

from sim.errors import InputError, Message
from sim.later import pd
from sim.schema import Table
from sim.store.arrow import decode, parquet_rows
from sim.store.comparison import COMPARISON
from sim.store.folder import (
    MANIFEST,
    SCHEMA_VERSION,
    parquet_files,
    parts_path,
    place_of,
    read_file,
    read_manifest,
    stored_tables,
    table_path,
)

Value = TypeVar("Value")

_WORDS = pa.dictionary(pa.int32(), pa.string())
_OF_A_REPLICATION = ("kpis", "subsidies")  # tables with one file for all clusters of a replication
KPIS_SCHEMA = pa.schema(
    [
        pa.field("scenario", _WORDS),
        pa.field("replication", pa.int32(), nullable=False),
        pa.field("name", _WORDS),
        pa.field("dimension", _WORDS),
        pa.field("value", pa.float64()),
        pa.field("unit", _WORDS),
    ]
)
"""Arrow schema of the table `kpis`; `dimension` is canonical JSON, a value that is not there is null."""


def read_table(folder: Path, name: str, manifest: Mapping[str, Any]) -> pd.DataFrame:
    """One table of a run over all its tasks, with `replication` and `cluster` before the columns as stored.

    Minutes that may be missing are nullable integers. Raises InputError when the run does not hold the table,
    or a file of it is missing, too many or damaged.
    """
    files = parquet_files(folder, name)
    if not files:
        held = stored_tables(folder) or Message("none")
        raise InputError(
            "{folder}: table {name!r} is not stored; stored are {held}; run with --keep all",
            folder=folder,
            name=name,
            held=held,
        )
    several = 1 if name in _OF_A_REPLICATION else len(manifest["clusters"])
    wanted = several * manifest["replications"]
    if len(files) != wanted:
        raise InputError(
            "{folder}: table {name!r} has {count} files, not {wanted}; give the run's "
            "command again with --resume",
            folder=folder,
            name=name,
            count=len(files),
            wanted=wanted,
        )
    frames = []
    for path in files:
        replication, cluster = place_of(path)
        data = read_file(folder, path.relative_to(folder).as_posix(), manifest)
        try:
            rows = parquet_rows(data)
        except (pa.ArrowException, OSError):
            raise InputError(
                "{path}: damaged; give the run's command again with --resume", path=path
            ) from None
        if "replication" not in rows.column_names:
            rows = rows.add_column(0, "replication", pa.array([replication] * len(rows), pa.int32()))
            words = pa.DictionaryArray.from_arrays(pa.array([0] * len(rows), pa.int32()), pa.array([cluster]))
            rows = rows.add_column(1, "cluster", words)
        frames.append(rows)
    whole = pa.concat_tables(frames).unify_dictionaries()
    frame: pd.DataFrame = whole.to_pandas()
    for field in whole.schema:
        if field.nullable and pa.types.is_int64(field.type):
            frame[field.name] = whole.column(field.name).to_pandas(
                types_mapper={pa.int64(): pd.Int64Dtype()}.get
            )
    return frame


class Made(Mapping[str, Value]):
    """Values by name, each made when somebody asks for it."""

    def __init__(self, names: Collection[str], make: Callable[[str], Value]) -> None:
        self._names, self._make = names, make

    def __getitem__(self, name: str) -> Value:
        """The value of a name; whoever makes it says what is wrong with another."""
        return self._make(name)

    def __iter__(self) -> Iterator[str]:
        """Their names."""
        return iter(self._names)

    def __len__(self) -> int:
        """Their number."""
        return len(self._names)


@dataclass(frozen=True)
class StoredTasks:
    """The tasks of a finished run folder; InputError where a file of them is not as it was written."""

    folder: Path
    manifest: dict[str, Any]

    def table(self, name: str, replication: int, cluster: str) -> Table:
        """One table of a task."""
        return decode(name, read_file(self.folder, table_path(name, replication, cluster), self.manifest))

    def parts(self, replication: int, cluster: str) -> bytes:
        """The additive KPI parts of a task."""
        return read_file(self.folder, parts_path(replication, cluster), self.manifest)


@dataclass(frozen=True)
class StoredRun(StoredTasks):
    """A finished run folder."""

    # one row a replication and KPI: scenario, replication, name, dimension (JSON), value, unit
    kpis: pd.DataFrame
    tables: Mapping[str, pd.DataFrame]


def _copy_of_table(
    folder: Path, manifest: dict[str, Any], read: dict[str, pd.DataFrame], name: str
) -> pd.DataFrame:
    """A table that is read once; a run with its tables can be sent to another process."""
    if name not in read:
        read[name] = read_table(folder, name, manifest)
    return read[name].copy()


def load_run(path: Path | str) -> StoredRun:
    """Read a finished run folder.

    Raises InputError when the folder holds no run, a comparison, a run that did not finish or one of another
    form, or when its KPIs are not those that were written.
    """
    folder = Path(path)
    if (folder / COMPARISON).exists() and not (folder / MANIFEST).exists():
        raise InputError("{folder}: a comparison; give one of the run folders in it", folder=folder)
    manifest = read_manifest(folder)
    if not manifest.get("finished"):
        raise InputError(
            "{folder}: the run is not finished; give its command again with --resume", folder=folder
        )
    if manifest.get("schema_version") != SCHEMA_VERSION:
        raise InputError(
            "{folder}: a run of another version of palsim; run again into another folder", folder=folder
        )
    tables = Made(stored_tables(folder), partial(_copy_of_table, folder, manifest, {}))
    return StoredRun(folder, manifest, read_table(folder, "kpis", manifest), tables)
