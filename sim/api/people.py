"""From a difference to the people behind it: whom an alternative touches, how, and what their bills say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sim.api.bill_results import Bill, Explained
from sim.api.facade import facade
from sim.errors import InputError
from sim.later import pd
from sim.schema import SETTINGS
from sim.units import HOURS_PER_DAY

if TYPE_CHECKING:
    from sim.api.counted import Tables
    from sim.api.results import RunResult

# Rows of a long table that a notebook shows: when asked for its head, and by itself
_ROWS_OF_HEAD, ROWS_OF_PAGE = 5, 10

_WHO = ("replication", "cluster", "patient_id")
_SHOWN = ("group", "place_of_death", "cost_eur", "own_eur")


@facade
class People:
    """People of a comparison, one row a person and alternative, beside what they have in the base.

    `changed`: only whom the alternative touches.
    """

    def __init__(self, base: RunResult, alternatives: Mapping[str, RunResult], changed: bool) -> None:
        self._runs = {"": base, **alternatives}
        first = _per_person(base.tables())
        frames = {name: _beside(first, _per_person(run.tables())) for name, run in alternatives.items()}
        together = pd.concat(frames, names=["scenario"]).reset_index(level=0).reset_index(drop=True)
        self._frame = together[together["touched"] != ""].reset_index(drop=True) if changed else together

    def to_frame(self) -> pd.DataFrame:
        """All rows.

        Columns: scenario, replication, cluster, patient_id, group; place of death, cost and own payment in
        both, and their difference; days by setting, alternative less base; `touched`: what differs, in words.
        """
        return self._frame.copy()

    def head(self, rows: int = _ROWS_OF_HEAD) -> pd.DataFrame:
        """The first rows."""
        return self._frame.head(rows)

    def __len__(self) -> int:
        """Number of rows."""
        return len(self._frame)

    def __repr__(self) -> str:
        """The first rows as text."""
        return f"People({len(self)} rows)\n{self.head()}"

    def _repr_html_(self) -> str:
        return f"<p>{len(self)} rijen</p>{self.head(ROWS_OF_PAGE).to_html(index=False, border=0)}"

    def bill(self, row: int = 0, *, base: bool = False) -> Bill:
        """The bill of the person in a row, by its label, under the alternative or the base.

        Raises InputError when there is no such row, or the person is not in the base.
        """
        return self.explain(row, base=base).bill

    def explain(self, row: int = 0, *, base: bool = False) -> Explained:
        """Timeline and bill of the person in a row, every line down to article and source; as `bill`."""
        if row not in self._frame.index:
            raise InputError("row {row}: there are {rows} rows, from 0 on", row=row, rows=len(self))
        found: dict[Any, Any] = self._frame.loc[row].to_dict()
        run = self._runs["" if base else str(found["scenario"])]
        return run.explain(int(found["patient_id"]), int(found["replication"]))


def _per_person(tables: Tables) -> pd.DataFrame:
    """Whom the counted window counts, with the days of the whole journey by setting."""
    people = tables.patients[[*_WHO, *_SHOWN]]
    stays = tables.whole().stays
    days = (stays["end"] - stays["start"]).dt.total_seconds() / pd.Timedelta(
        hours=HOURS_PER_DAY
    ).total_seconds()
    by = [stays[name] for name in _WHO]
    spent = days.groupby([*by, stays["setting"]], observed=True).sum().unstack().fillna(0.0)
    spent.columns = pd.Index([str(name) for name in spent.columns])
    whole = people.join(spent.reindex(columns=list(SETTINGS), fill_value=0.0), on=list(_WHO))
    return whole.astype({"cluster": str, "group": str, "place_of_death": str})


def _beside(base: pd.DataFrame, alt: pd.DataFrame) -> pd.DataFrame:
    both = base.merge(alt, on=list(_WHO), how="outer", suffixes=("_base", "_alt"), indicator=True)
    out = both[list(_WHO)].copy()
    out["group"] = both["group_alt"].where(both["group_alt"].notna(), both["group_base"])
    told: dict[str, Any] = {
        "place": (both["place_of_death_base"] != both["place_of_death_alt"]),
        "stays": False,
    }
    for name, short in (("place_of_death", "place"), ("cost_eur", "cost"), ("own_eur", "own")):
        out[f"{short}_base"], out[f"{short}_alt"] = both[f"{name}_base"], both[f"{name}_alt"]
    for short in ("cost", "own"):
        out[f"{short}_diff"] = (out[f"{short}_alt"] - out[f"{short}_base"]).round(2)
        told[short] = out[f"{short}_diff"].fillna(0) != 0
    for setting in SETTINGS:
        moved = (both[f"{setting}_alt"] - both[f"{setting}_base"]).round(2)
        if moved.fillna(0).any():
            out[f"days_{setting}"] = moved
            told["stays"] = told["stays"] | (moved.fillna(0) != 0)
    there = both["_merge"].map({"both": "", "left_only": "only in the base", "right_only": "only here"})
    parts = pd.DataFrame({name: pd.Series(mask, index=both.index) for name, mask in told.items()})
    words = parts.apply(lambda row: ", ".join(name for name, holds in row.items() if holds), axis=1)
    out["touched"] = there.astype(str).where(there != "", words)
    return out
