"""Lays care over stays: look-up of the stay of a moment, and spells collected column by column."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.columns import order_by
from sim.schema import (
    CARE_PRODUCTS,
    HOME_NURSING,
    NEVER,
    PER,
    SETTINGS,
    UNFUNDED_REASONS,
    Table,
    code,
    covers,
    table,
)
from sim.units import ROW_BITS, Bools, Ints

PROVIDERS = ("", "eigen", "ander")
OWN_PROVIDER, OTHER = 1, 2
CONDITIONS = ("", *UNFUNDED_REASONS)


@dataclass(frozen=True)
class StayIndex:
    """Stays of a region sorted by patient row and start, for look-ups."""

    row: Ints
    stay_no: Ints
    setting: Ints
    form: Ints
    start: Ints
    end: Ints
    admission: Ints
    dies: Bools

    def at(self, row: Ints, minute: Ints) -> Ints:
        """Position of the stay a patient is in at a minute; -1 for none (int64 array)."""
        found = np.searchsorted(self._keys, (row << ROW_BITS) + minute, "right") - 1
        safe = np.maximum(found, 0)
        inside = (found >= 0) & (self.row[safe] == row) & (minute < self.end[safe])
        return np.where(inside, found, -1)

    def where(self, *settings: str) -> Bools:
        """Stays in any of these settings."""
        return np.array([word in settings for word in SETTINGS], np.bool_)[self.setting]

    @cached_property
    def _keys(self) -> Ints:
        """Row and start of each stay in one number."""
        return (self.row << ROW_BITS) + self.start

    def take(self, kept: Bools) -> StayIndex:
        """Some of the stays."""
        rows = np.flatnonzero(kept)
        return StayIndex(*(getattr(self, each.name)[rows] for each in fields(self)))


class SpellList:
    """Collects spells column by column."""

    def __init__(self, stays: StayIndex) -> None:
        self.stays = stays
        self._parts: list[dict[str, NDArray[Any]]] = []

    def add(
        self,
        product: str,
        at: Ints,
        start: Ints,
        end: Ints,
        quantity: Ints | int,
        per: str,
        provider: Ints | int = OWN_PROVIDER,
        condition: Ints | int = 0,
    ) -> None:
        """Add spells at stays `at` (positions); empty ones are dropped."""
        quantity = np.broadcast_to(np.asarray(quantity, np.int64), at.shape)
        kept = np.flatnonzero(quantity > 0 if per == "once" else (quantity > 0) & (end > start))
        size, stay = len(kept), at[kept]
        self._parts.append(
            {
                "row": self.stays.row[stay].astype(np.int32),
                "stay_no": self.stays.stay_no[stay].astype(np.int32),
                "product": np.full(size, code(CARE_PRODUCTS, product), np.int8),
                "start_minute": start[kept],
                "end_minute": end[kept],
                "quantity": quantity[kept],
                "per": np.full(size, code(PER, per), np.int8),
                "provider": np.broadcast_to(np.asarray(provider, np.int8), at.shape)[kept],
                "condition": np.broadcast_to(np.asarray(condition, np.int8), at.shape)[kept],
            }
        )

    def once(
        self, product: str, at: Ints, minute: Ints, quantity: Ints | int = 1, condition: Ints | int = 0
    ) -> None:
        """Add single contacts."""
        self.add(product, at, minute, minute, quantity, "once", condition=condition)

    def at_minute(self, product: str, minute: Ints, where: Bools) -> tuple[Ints, Ints]:
        """Add a contact at one minute a patient (`NEVER` for none), if the stay of then is in `where`.

        Gives the stay and the minute of each contact added.
        """
        rows = np.flatnonzero(minute != NEVER)
        at = self.stays.at(rows, minute[rows])
        kept = (at >= 0) & where[np.maximum(at, 0)]
        at, minute = at[kept], minute[rows[kept]]
        self.once(product, at, minute)
        return at, minute

    def table(self, patient_id: Ints, contracted: Bools) -> Table:
        """All spells as a `spells` table, sorted by patient and time.

        Which patients have contracted district nursing.
        """
        keys = ("row", "start_minute", "product", "end_minute")
        merged = {k: np.concatenate([p.pop(k) for p in self._parts]) for k in keys}
        order = order_by(*(merged[k] for k in keys))
        cols: dict[str, NDArray[Any]] = {k: merged.pop(k)[order] for k in keys}
        for name in tuple(self._parts[0]):
            cols[name] = np.concatenate([p.pop(name) for p in self._parts])[order]
        row = cols.pop("row")
        count = np.bincount(row)
        first = (np.cumsum(count) - count)[row]
        cols["patient_id"] = patient_id[row]
        cols["spell_no"] = np.arange(len(row), dtype=np.int32) - first.astype(np.int32)
        nursing = np.array([covers(HOME_NURSING, word) for word in CARE_PRODUCTS], np.bool_)
        cols["contracted"] = contracted[row] | ~nursing[cols["product"]]
        return table("spells", cols, {"provider": PROVIDERS})


def unfunded_code(reason: str) -> int:
    """Code in the `condition` column of a reason for which nobody pays."""
    return code(CONDITIONS, reason)


@dataclass(frozen=True)
class Care:
    """What the spells of a patient depend on besides the stays; one value a patient unless said."""

    group: Ints
    death: Ints
    granted: Ints  # when terminal home care was granted
    kind: Ints  # under which outcome of the omzetplafond
    served_by_gp: Bools  # one value a stay
