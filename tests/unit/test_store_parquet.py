"""Tables as Parquet: fixed schema, words, dates, missing minutes, the same bytes every time."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sim import store
from sim.schema import NEVER, TABLES, Table, table
from sim.store.arrow import schema_of


def filled(name: str, rows: int, seed: int = 1) -> Table:
    """A table of random values in the range of its columns."""
    rng = np.random.default_rng(seed)
    columns: dict[str, Any] = {}
    labels: dict[str, tuple[str, ...]] = {}
    for field in TABLES[name]:
        if field.codes is not None:
            words = field.codes or ("een", "twee", "drie")
            if not field.codes:
                labels[field.name] = words
            columns[field.name] = rng.integers(0, len(words), rows)
        elif field.dtype == "bool":
            columns[field.name] = rng.random(rows) < 0.5
        else:
            columns[field.name] = rng.integers(0, 1000, rows)
            if field.may_be_never:
                columns[field.name] = np.where(rng.random(rows) < 0.3, NEVER, columns[field.name])
    return table(name, columns, labels)


def read(data: bytes) -> pa.Table:
    return pq.ParquetFile(pa.BufferReader(data)).read()


@pytest.mark.parametrize("name", sorted(TABLES))
def test_a_table_survives_the_way_to_parquet_and_back(name: str) -> None:
    before = filled(name, 50)
    after = store.decode(name, store.encode(before))
    for field in TABLES[name]:
        assert after[field.name].dtype == np.dtype(field.dtype)
        assert np.array_equal(after[field.name], before[field.name]), field.name
        if field.codes is not None:
            assert after.words(field.name) == before.words(field.name)


@pytest.mark.parametrize("name", sorted(TABLES))
def test_an_empty_table_has_the_schema_of_a_full_one(name: str) -> None:
    nothing, something = read(store.encode(store.empty(name))), read(store.encode(filled(name, 3)))
    assert nothing.schema.names == [field.name for field in TABLES[name]]
    assert nothing.schema.types == something.schema.types
    assert len(store.decode(name, store.encode(store.empty(name)))) == 0


def test_the_same_table_gives_the_same_bytes() -> None:
    assert store.encode(filled("stays", 500)) == store.encode(filled("stays", 500))
    assert store.encode(filled("stays", 500)) != store.encode(filled("stays", 500, seed=2))


def test_a_minute_that_never_comes_is_null() -> None:
    stays = filled("stays", 2)
    stays.columns["requested_minute"] = np.array([NEVER, 7], np.int64)
    assert read(store.encode(stays)).column("requested_minute").to_pylist() == [None, 7]


def test_categorical_columns_hold_words_and_days_are_dates() -> None:
    lines = filled("declarations", 2)
    lines.columns["date"] = np.array([0, 366], np.int64)
    lines.columns["law"] = np.array([1, 0], np.int8)
    stored = read(store.encode(lines))
    assert stored.column("date").to_pylist() == [dt.date(2020, 1, 1), dt.date(2021, 1, 1)]
    assert stored.column("law").to_pylist() == ["Wlz", "Zvw"]


def test_a_negative_code_is_no_word() -> None:
    stays = filled("stays", 2)
    stays.columns["site"] = np.array([-1, 2], np.int16)
    data = store.encode(stays)
    assert read(data).column("site").to_pylist() == [None, "drie"]
    assert store.decode("stays", data)["site"].tolist() == [-1, 2]


def test_only_minutes_that_may_not_exist_are_nullable() -> None:
    nullable = {
        field.name for field in schema_of("stays") if field.nullable and pa.types.is_int64(field.type)
    }
    assert nullable == {"requested_minute"}


def test_rows_are_sorted_by_patient_and_time() -> None:
    stays = filled("stays", 300)
    rows = store.ordered({"stays": stays})["stays"]
    keys = list(zip(rows["patient_id"], rows["start_minute"], rows["stay_no"], strict=True))
    assert keys == sorted(keys)
    assert sorted(rows["end_minute"]) == sorted(stays["end_minute"])


def test_sorted_rows_stay_the_very_same_table() -> None:
    rows = store.ordered({"stays": filled("stays", 300)})["stays"]
    assert store.ordered({"stays": rows})["stays"] is rows


def test_shares_follow_the_order_of_their_declarations() -> None:
    lines, shares = filled("declarations", 3), filled("shares", 4)
    lines.columns["declaration_id"] = np.array([10, 11, 12], np.int64)
    lines.columns["patient_id"] = np.array([3, 1, 2], np.int64)
    shares.columns["declaration_id"] = np.array([10, 11, 11, 12], np.int64)
    shares.columns["cents"] = np.array([100, 110, 111, 120], np.int64)
    out = store.ordered({"declarations": lines, "shares": shares})
    assert out["declarations"]["declaration_id"].tolist() == [11, 12, 10]
    assert out["shares"]["cents"].tolist() == [110, 111, 120, 100]


def test_bytes_that_are_no_parquet_are_refused() -> None:
    whole = store.encode(filled("stays", 100))
    with pytest.raises(pa.ArrowException):
        store.decode("stays", whole[: len(whole) // 2])


def test_a_changed_bit_in_the_values_of_a_column_is_an_error() -> None:
    data = store.encode(filled("stays", 40))
    group = pq.ParquetFile(pa.BufferReader(data)).metadata.row_group(0)
    for number in range(group.num_columns):
        column = group.column(number)
        end = (column.dictionary_page_offset or column.data_page_offset) + column.total_compressed_size
        for place in range(end - 4, end):
            other = bytearray(data)
            other[place] ^= 1 << place % 8
            with pytest.raises((OSError, pa.ArrowException)):
                store.decode("stays", bytes(other))
