"""Additive pieces of KPIs: whole numbers that sum over clusters in any order to the same total."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType

import numpy as np
import pyarrow as pa

from sim.store import parquet_bytes, parquet_rows
from sim.units import Ints, fits

_MOST_TEXTS = 1 << 14  # dimensions of KPIs that a process keeps as text and as read back

Key = tuple[str, str]  # measure and dimension, the dimension as canonical JSON

_WORDS = pa.dictionary(pa.int32(), pa.string())
_SCHEMA = pa.schema(
    [
        pa.field("measure", _WORDS),
        pa.field("dimension", _WORDS),
        pa.field("value", pa.int64()),
        pa.field("amount", pa.int64(), nullable=False),
    ]
)


def dimension_text(dimension: Mapping[str, str]) -> str:
    """Canonical JSON of a dimension: keys sorted, so that equal dimensions are equal texts."""
    return _text(tuple(dimension.items()))


@lru_cache(maxsize=_MOST_TEXTS)
def _text(pairs: tuple[tuple[str, str], ...]) -> str:
    return json.dumps(dict(pairs), sort_keys=True, ensure_ascii=False)


@lru_cache(maxsize=_MOST_TEXTS)
def dimension_of(text: str) -> Mapping[str, str]:
    """The dimension of a canonical text."""
    found: dict[str, str] = json.loads(text)
    return MappingProxyType(found)


def kpi_text(name: str, dimension: Mapping[str, str]) -> str:
    """A KPI as a user writes it: `cost:view=calendar,law=zvw`."""
    along = ",".join(f"{key}={value}" for key, value in dimension.items())
    return f"{name}:{along}" if along else name


@dataclass
class Sums:
    """Sums and counted distributions of one cluster or, merged, of one replication."""

    sums: dict[Key, int] = field(default_factory=dict)  # totals in whole units (cents, minutes, people)
    # Distinct values, ascending, and how often each occurs
    spreads: dict[Key, tuple[Ints, Ints]] = field(default_factory=dict)
    _by_measure: dict[str, list[tuple[str, int]]] | None = field(default=None, repr=False, compare=False)
    _allowed: tuple[frozenset[str], str] | None = field(default=None, repr=False, compare=False)

    def allow(self, names: frozenset[str] | None, writer: str = "") -> None:
        """Let only some measures be added from now on; all of them when `names` is None.

        The writer is who writes them, for the fault that tells of another.
        """
        self._allowed = None if names is None else (names, writer)

    def _check(self, measure: str) -> None:
        if self._allowed is not None and measure not in self._allowed[0]:
            raise ValueError(
                f"{self._allowed[1]} writes {measure}, for which it is not registered; name it in @measures"
            )

    def of_measure(self, measure: str) -> list[tuple[str, int]]:
        """Dimensions (canonical JSON) and totals of one measure, in order of dimension."""
        if self._by_measure is None:
            self._by_measure = {}
            for (name, dimension), amount in sorted(self.sums.items()):
                self._by_measure.setdefault(name, []).append((dimension, amount))
        return self._by_measure.get(measure, [])

    def add(self, measure: str, amount: int, **dimension: str) -> None:
        """Add to a total."""
        self._check(measure)
        key = (measure, dimension_text(dimension))
        self.sums[key] = self.sums.get(key, 0) + int(amount)
        self._by_measure = None

    def add_along(self, measure: str, name: str, words: Iterable[str], amounts: Ints, **fixed: str) -> None:
        """Add one total a word of the dimension `name`; the other dimensions are fixed."""
        for word, amount in zip(words, amounts, strict=True):
            self.add(measure, int(amount), **fixed, **{name: word})

    def spread(self, measure: str, values: Ints, **dimension: str) -> None:
        """Record a distribution once: one value an observation."""
        self._check(measure)
        distinct, counts = np.unique(np.asarray(values, np.int64), return_counts=True)
        self.spreads[(measure, dimension_text(dimension))] = (distinct, counts.astype(np.int64))

    def exchanged(self, left: Sums, joined: Sums, whole: Sums, whole_names: frozenset[str]) -> Sums:
        """These parts with those who joined in place of those who left.

        Of measures that do not add up over people, which write `whole_names`, those of all who are there
        then.
        """
        out = Sums(dict(whole.sums), dict(whole.spreads))
        for key in dict.fromkeys((*self.sums, *joined.sums)):
            amount = self.sums.get(key, 0) - left.sums.get(key, 0) + joined.sums.get(key, 0)
            if key[0] not in whole_names and (amount or key not in left.sums or key in joined.sums):
                out.sums[key] = amount
        less = Sums({}, {key: (values, -counts) for key, (values, counts) in left.spreads.items()})
        for key, (values, counts) in merge([self, less, joined]).spreads.items():
            if key[0] not in whole_names:
                out.spreads[key] = (values[counts != 0], counts[counts != 0])
        return out

    def words_along(self, measure: str, name: str) -> list[str]:
        """Words of a dimension that a measure has sums for, sorted."""
        dimensions = (dimension_of(text) for found, text in self.sums if found == measure)
        return sorted(dimension[name] for dimension in dimensions if name in dimension)

    def encode(self) -> bytes:
        """Parquet bytes of these parts, in the order of their keys."""
        measures: list[str] = []
        dimensions: list[str] = []
        values: list[int | None] = []
        amounts: list[int] = []
        for (measure, dimension), amount in sorted(self.sums.items()):
            measures.append(measure)
            dimensions.append(dimension)
            values.append(None)
            amounts.append(fits(amount))
        for (measure, dimension), (distinct, counts) in sorted(self.spreads.items()):
            measures += [measure] * len(distinct)
            dimensions += [dimension] * len(distinct)
            values += distinct.tolist()
            amounts += counts.tolist()
        columns = [
            pa.array(measures, pa.string()).dictionary_encode(),
            pa.array(dimensions, pa.string()).dictionary_encode(),
            pa.array(values, pa.int64()),
            pa.array(amounts, pa.int64()),
        ]
        return parquet_bytes(pa.Table.from_arrays(columns, schema=_SCHEMA))


def decode_sums(data: bytes) -> Sums:
    """Parts from their Parquet bytes, in the order of their keys and without empty distributions."""
    stored = parquet_rows(data)
    codes, words = [], []
    for label in ("measure", "dimension"):
        column = stored.column(label).combine_chunks()
        codes.append(column.indices.to_numpy())
        words.append(column.dictionary.to_pylist())
    values, amounts = stored.column("value").combine_chunks(), stored.column("amount").to_numpy()
    is_sum = np.asarray(values.is_null())
    out = Sums()
    for measure, dimension, amount in zip(
        codes[0][is_sum].tolist(), codes[1][is_sum].tolist(), amounts[is_sum].tolist(), strict=True
    ):
        out.sums[(words[0][measure], words[1][dimension])] = amount
    counted = np.flatnonzero(~is_sum)
    if len(counted):
        distinct = values.fill_null(0).to_numpy()
        key = codes[0][counted].astype(np.int64) * len(words[1]) + codes[1][counted]
        for rows in np.split(counted, np.flatnonzero(np.diff(key)) + 1):
            name = (words[0][codes[0][rows[0]]], words[1][codes[1][rows[0]]])
            out.spreads[name] = (distinct[rows].copy(), amounts[rows].copy())
    return out


def merge(several: Iterable[Sums]) -> Sums:
    """Parts of all clusters of a replication together: sums added, distributions counted together."""
    out = Sums()
    gathered: dict[Key, list[tuple[Ints, Ints]]] = {}
    for parts in several:
        for key, amount in parts.sums.items():
            out.sums[key] = out.sums.get(key, 0) + amount
        for key, pair in parts.spreads.items():
            gathered.setdefault(key, []).append(pair)
    for key, pairs in gathered.items():
        values = np.concatenate([pair[0] for pair in pairs])
        counts = np.concatenate([pair[1] for pair in pairs])
        distinct, place = np.unique(values, return_inverse=True)
        total = np.zeros(len(distinct), np.int64)
        np.add.at(total, place, counts)
        out.spreads[key] = (distinct, total)
    return out
