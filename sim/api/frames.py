"""Estimates as tidy frames: one row an estimate, what it is split by as levels of the index."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from sim.errors import InputError, Message, Place, meant, nearest
from sim.later import pd
from sim.measure.cost import CALENDAR
from sim.measure.estimates import Difference, Estimate, as_record, edges
from sim.studies.sensitivity.assumptions import Spread
from sim.studies.winners import Winners
from sim.units import CENTS_PER_EURO

Row = TypeVar("Row", Estimate, Difference, Spread)
VIEW = "view"
ESTIMATE = ("mean", "low", "high", "n", "unit")
DIFFERENCE = ("base", "alt", "diff", "low", "high", "p_sign", "n", "unit")
"""Columns of a difference: means of both, the mean paired difference, its 95% interval of chance,
and how sure its sign is."""


def one_of(rows: Sequence[Row], name: str, dimension: Mapping[str, str]) -> Row:
    """The estimate with a name and exactly these dimensions; an InputError names what comes near.

    Without `view`, costs are those with a date in the counted window (`calendar`).
    """
    known = _named(rows, name)
    wanted = _with_view(known, dimension)
    for row in known:
        if row.dimension == wanted:
            return row
    for key, value in wanted.items():
        values = sorted({row.dimension[key] for row in known if key in row.dimension})
        if not values:
            raise _no_dimension(name, key, known)
        if value not in values:
            raise InputError(
                "kpi {name!r}: {key} {value!r} is not there; {hint}",
                name=name,
                key=key,
                value=value,
                hint=_suggest(value, values),
            )
    raise InputError(
        "kpi {name!r}: no estimate by {names}; there are {splits}",
        name=name,
        names=_and(wanted),
        splits=_splits(known),
    )


def split_by(rows: Sequence[Row], name: str, by: str | Sequence[str], fixed: Mapping[str, str]) -> list[Row]:
    """The estimates of a name over all words of some dimensions, the others fixed; faults as `one_of`."""
    names: tuple[str, ...] = (by,) if isinstance(by, str) else tuple(by)
    known = _named(rows, name)
    wanted: dict[str, str] = _with_view(known, fixed) if VIEW not in names else dict(fixed)
    if not names:
        return [one_of(rows, name, wanted)]
    found = [
        row
        for row in known
        if set(row.dimension) == {*names, *wanted} and wanted.items() <= row.dimension.items()
    ]
    if found:
        return found
    for key in names:
        if not any(key in row.dimension for row in known):
            raise _no_dimension(name, key, known)
    raise InputError(
        "kpi {name!r}: no estimates by {names}; there are {splits}",
        name=name,
        names=_and((*names, *wanted)),
        splits=_splits(known),
    )


def rows_frame(
    rows: Sequence[Estimate], by: str | Sequence[str], spreads: Sequence[Spread] = ()
) -> pd.DataFrame:
    """Estimates or differences with their dimensions as index.

    With spreads, how far differences move with the assumptions, also assumed_low and assumed_high; p_sign
    then holds over both.
    """
    names = (by,) if isinstance(by, str) else tuple(by)
    columns = DIFFERENCE if isinstance(rows[0], Difference) else ESTIMATE
    frame = pd.DataFrame([as_record(row, columns, diff="mean") for row in rows])
    levels = [[row.dimension[key] for row in rows] for key in names]
    if len(names) > 1:
        frame.index = pd.MultiIndex.from_arrays(levels, names=list(names))
    else:
        words = levels[0] if levels else [row.name for row in rows]
        frame.index = pd.Index(words, name=names[0] if names else "kpi")
    if not spreads:
        return frame
    known = {(each.name, frozenset(each.dimension.items())): each for each in spreads}
    return with_spreads(frame, [known.get((row.name, frozenset(row.dimension.items()))) for row in rows])


def with_spreads(frame: pd.DataFrame, spreads: Sequence[Spread | None]) -> pd.DataFrame:
    """Differences of `rows_frame` with assumed_low and assumed_high beside them, and p_sign over both.

    A row has no spread where the draws did not observe it often enough.
    """
    chances = frame["p_sign"]
    return frame.assign(
        p_sign=[chance if each is None else each.sign for chance, each in zip(chances, spreads, strict=True)],
        assumed_low=[math.nan if each is None else each.low for each in spreads],
        assumed_high=[math.nan if each is None else each.high for each in spreads],
    )


def whole_frame(rows: Iterable[Estimate]) -> pd.DataFrame:
    """Every estimate in one frame: a column a dimension, missing where an estimate is not split by it."""
    frame = pd.DataFrame([{"name": row.name, **row.dimension, **as_record(row, ESTIMATE)} for row in rows])
    dimensions = [name for name in frame.columns if name not in ("name", *ESTIMATE)]
    return frame[["name", *sorted(dimensions), *ESTIMATE]]


def refuse_unknown(name: str, known: Iterable[str]) -> None:
    """Refuse the name of a KPI that a run does not have, and name what comes near."""
    names = sorted(set(known))
    if name not in names:
        raise InputError("kpi {name!r}: no such KPI; {hint}", name=name, hint=_suggest(name, names))


def _named(rows: Sequence[Row], name: str) -> list[Row]:
    refuse_unknown(name, (row.name for row in rows))
    return [row for row in rows if row.name == name]


def _with_view(known: Sequence[Row], dimension: Mapping[str, str]) -> dict[str, str]:
    viewed = any(VIEW in row.dimension for row in known)
    return {VIEW: CALENDAR, **dimension} if viewed and VIEW not in dimension else dict(dimension)


def _suggest(word: str, known: Sequence[str]) -> Message:
    near = nearest(str(word), known)
    if near:
        return meant(near)
    return Message("there are {names}", names=known) if known else Message("there are none")


def _no_dimension(name: str, key: str, known: Sequence[Row]) -> InputError:
    hint = _suggest(key, sorted({each for row in known for each in row.dimension}))
    return InputError("kpi {name!r}: no dimension {key!r}; {hint}", name=name, key=key, hint=hint)


def _and(words: Iterable[str]) -> Message:
    return Message("{names}", names=list(words) or [Message("nothing")])


def _splits(known: Sequence[Row]) -> Place:
    """The combinations of dimensions that a KPI has."""
    found = dict.fromkeys(tuple(sorted(row.dimension)) for row in known)
    return Place("; ".join(", ".join(names) or "-" for names in found))


def winners_frame(found: Winners) -> pd.DataFrame:
    """Who pays more and less, one row a group of people."""
    rows = []
    for group in found.groups:
        row: dict[str, object] = {
            "by": group.dimension or "all",
            "group": group.word or "all",
            "people": float(group.people.mean()),
        }
        for name, share in group.shares.items():
            row |= edges(share, name)
        row["mean_more_eur"] = group.mean_change(1).mean / CENTS_PER_EURO
        row["mean_less_eur"] = group.mean_change(-1).mean / CENTS_PER_EURO
        rows.append(row)
    return pd.DataFrame(rows).set_index(["by", "group"])
