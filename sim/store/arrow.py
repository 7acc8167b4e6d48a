"""Tables as Parquet bytes with a fixed Arrow schema: the same columns give the same bytes."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from sim.columns import join, order_by
from sim.dates import EPOCH
from sim.schema import NEVER, TABLES, Columns, Field, Table, key_of, table
from sim.units import Ints

_EPOCH_DAY = int(np.datetime64(EPOCH, "D").astype(np.int64))
_CATEGORY = pa.dictionary(pa.int32(), pa.string())


def _arrow_type(field: Field) -> pa.DataType:
    if field.codes is not None:
        return _CATEGORY
    if field.name == "date":
        return pa.date32()
    return pa.from_numpy_dtype(np.dtype(field.dtype))


@cache
def schema_of(name: str) -> pa.Schema:
    """Arrow schema of a table: categorical columns are dictionaries of words, days are date32."""
    return pa.schema(
        [
            pa.field(f.name, _arrow_type(f), nullable=f.codes is not None or f.may_be_never)
            for f in TABLES[name]
        ]
    )


def _sorted_rows(rows: Table) -> Table:
    """Rows by patient and time; unchanged where they are already so, ties in the order given."""
    keys = [rows[name] for name in key_of(rows.name)]
    if not keys or len(rows) < 2 or _ascends(keys):
        return rows
    order = order_by(*keys)
    return Table(rows.name, {name: column[order] for name, column in rows.columns.items()}, rows.labels)


def _ascends(keys: list[Ints]) -> bool:
    """Whether rows are in lexicographic order of their keys."""
    tied = np.ones(len(keys[0]) - 1, np.bool_)
    for key in keys:
        if ((key[1:] < key[:-1]) & tied).any():
            return False
        tied &= key[1:] == key[:-1]
    return True


def ordered(tables: dict[str, Table]) -> dict[str, Table]:
    """All tables of a task sorted by patient and time; shares follow the order of their declarations."""
    out = {name: _sorted_rows(rows) for name, rows in tables.items()}
    if "shares" in out and "declarations" in out:
        place, _ = join(*((out[name]["declaration_id"],) for name in ("declarations", "shares")))
        if len(place) > 1 and (np.diff(place) < 0).any():
            order = order_by(place)
            shares = out["shares"]
            out["shares"] = Table("shares", {k: v[order] for k, v in shares.columns.items()}, shares.labels)
    return out


def to_arrow(rows: Table) -> pa.Table:
    """Arrow table with the fixed schema of its name; NEVER and negative codes become null."""
    schema = schema_of(rows.name)
    arrays = [_column(rows, field, schema.field(field.name).type) for field in TABLES[rows.name]]
    return pa.Table.from_arrays(arrays, schema=schema)


def _column(rows: Table, field: Field, kind: pa.DataType) -> pa.Array:
    values = rows[field.name]
    if field.codes is not None:
        words = pa.array(rows.words(field.name), pa.string())
        return pa.DictionaryArray.from_arrays(pa.array(values.astype(np.int32), mask=values < 0), words)
    if field.name == "date":
        return pa.array((values + _EPOCH_DAY).astype(np.int32), pa.int32()).cast(kind)
    if field.may_be_never:
        return pa.array(values, kind, mask=values == NEVER)
    return pa.array(values, kind)


def parquet_bytes(rows: pa.Table, **how: Any) -> bytes:
    """Parquet file of an Arrow table: one setting of everything that decides its bytes.

    Every page has its checksum, so that a changed byte in it is an error for whoever reads it. `how` is what
    differs from the defaults of `pyarrow.parquet.write_table`.
    """
    sink = pa.BufferOutputStream()
    fixed: dict[str, Any] = {"compression": "zstd", "version": "2.6", "data_page_version": "1.0"}
    pq.write_table(rows, sink, **fixed, write_page_checksum=True, **how)
    return sink.getvalue().to_pybytes()  # type: ignore[no-any-return]


def parquet_rows(data: bytes) -> pa.Table:
    """Arrow table of Parquet bytes, the checksum of every page verified.

    Raises `pyarrow.ArrowException` or OSError when they are no Parquet file, or not those that were written.
    """
    return pq.ParquetFile(pa.BufferReader(data), page_checksum_verification=True).read(use_threads=False)


def encode(rows: Table) -> bytes:
    """Parquet bytes of a table of the run folder.

    Numbers are mostly different ones, and one group of rows is read as a whole: a dictionary of numbers and
    the least and most of a column would cost a third of the writing and serve nobody.
    """
    words = [field.name for field in TABLES[rows.name] if field.codes is not None]
    return parquet_bytes(to_arrow(rows), use_dictionary=words, write_statistics=False)


def decode(name: str, data: bytes) -> Table:
    """Table of a known schema from its Parquet bytes; null minutes become NEVER again.

    Raises as `parquet_rows`, and when the bytes lack a column.
    """
    schema = schema_of(name)
    stored = parquet_rows(data)
    if stored.schema.names != schema.names:
        raise pa.ArrowInvalid(f"table {name}: columns {stored.schema.names}, not {schema.names}")
    stored = stored.cast(schema)
    columns: dict[str, Any] = {}
    labels: dict[str, tuple[str, ...]] = {}
    for field in TABLES[name]:
        array = stored.column(field.name).combine_chunks()
        if field.codes is not None:
            words = tuple(array.dictionary.to_pylist())
            codes = array.indices.fill_null(-1).to_numpy(zero_copy_only=False)
            if field.codes:
                fixed = np.array([field.codes.index(word) for word in words] + [-1], field.dtype)
                codes = fixed[codes]
            else:
                labels[field.name] = words
            columns[field.name] = codes
        elif field.name == "date":
            columns[field.name] = array.cast(pa.int32()).to_numpy().astype(np.int64) - _EPOCH_DAY
        elif field.may_be_never:
            columns[field.name] = array.fill_null(int(NEVER)).to_numpy(zero_copy_only=False)
        else:
            columns[field.name] = array.to_numpy(zero_copy_only=False)
    return table(name, columns, labels)


def empty(name: str) -> Table:
    """A table without rows."""
    columns: Columns = {field.name: np.zeros(0, field.dtype) for field in TABLES[name]}
    return table(name, columns)
