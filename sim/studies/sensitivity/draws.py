"""Draws of all assumptions of a comparison at once, settings and prices, the same in all its scenarios."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sim.catalogue import OWN_MARK, TariffBook, TariffValue
from sim.runs.sent import SentOnce
from sim.scenario import LoadedScenario, is_choice, owner_of
from sim.scenario.own import PRICES
from sim.studies.sensitivity.points import acts
from sim.studies.sensitivity.ranges import Uncertain, at_values, uncertain_parameters
from sim.units import Floats


@dataclass(frozen=True)
class Assumption:
    """Something that nobody knows exactly, with its range."""

    # Of a setting as in `Uncertain`, or `tariffs.` and the id of a price or legal amount (with a title)
    path: str
    title: str | None
    kind: str
    source: str | None
    reason: str | None
    # `low`, `high`, `middle`: values; of a setting with `is_factor` factors on all its numbers. Where the
    # scenarios of a comparison give one setting different ranges, those of the last
    low: float
    high: float
    middle: float
    is_factor: bool


@dataclass(frozen=True)
class Drawn:
    """The arms of a comparison and the prices at one draw."""

    arms: tuple[LoadedScenario, ...]
    book: TariffBook


class Drawing(SentOnce):
    """What a comparison can draw, and its scenarios, the base first, at every draw.

    A setting has one level a draw, from 0 (low) to 1 (high): what base and alternative share moves alike in
    both. What an alternative sets and gives a range moves in that alternative alone, and the base that it is
    held against keeps its value. What it sets without a range of its own is its choice and stays as it is,
    while the base keeps its range. Prices move of the tariff rows that priced the scenarios as they stand.

    `arms` are what is simulated at a draw, each with what moves in it: the base, once for all alternatives
    that leave the same of it moving, then the alternatives. `pairs` are the places in it of the base and of
    the alternative, by name of the alternative.
    """

    def __init__(self, scenarios: Sequence[LoadedScenario], book: TariffBook, rows: Collection[str]) -> None:
        self.scenarios = tuple(scenarios)
        self.book = book
        opened = frozenset(p.path for each in scenarios for p in uncertain_parameters(each) if p.high > 0)
        base, *others = (
            (each, tuple(p for p in _not_chosen(each) if acts(each, p.path, "", opened)))
            for each in scenarios
        )
        bases: dict[tuple[Uncertain, ...], int] = {}
        held = []
        for other, moving in others:
            own = {p.path for p in moving} & _set_by(other)
            left = tuple(p for p in base[1] if p.path not in own)
            held.append(bases.setdefault(left, len(bases)))
        self.arms = (*((base[0], left) for left in bases), *others)
        self.pairs = {
            other.name: (place, len(bases) + number)
            for number, ((other, _), place) in enumerate(zip(others, held, strict=True))
        }
        self._prices = _priced(book, rows, scenarios[0])
        known = {p.path: _of_setting(p) for _, moving in self.arms for p in moving}
        self.assumptions = (*known.values(), *(_of_price(book, value) for value in self._prices))

    def levels(self, draws: int, seed: int) -> Floats:
        """Place of every assumption in its range: Latin hypercube, float64, shape (draws, assumptions)."""
        from scipy.stats import qmc  # slow to load, and no task needs it

        found: Floats = qmc.LatinHypercube(len(self.assumptions), rng=seed).random(draws)
        return found

    def at(self, row: Iterable[float]) -> Drawn:
        """The scenarios and prices at one draw, by the level of every assumption."""
        level = {a.path: float(u) for a, u in zip(self.assumptions, row, strict=True)}
        prices = {value.id: level[f"{PRICES}.{value.id}"] for value in self._prices}
        return Drawn(
            tuple(
                at_values(loaded, {p: p.at(level[p.path]) for p in moving}, loaded.name)
                for loaded, moving in self.arms
            ),
            self.book.within_ranges(prices) if prices else self.book,
        )


def _not_chosen(loaded: LoadedScenario) -> list[Uncertain]:
    """Parameters with a range, without those that the scenario sets and gives no range of its own."""
    set_here = _set_by(loaded)
    return [p for p in uncertain_parameters(loaded) if not (p.path in set_here and is_choice(p.reason))]


def _set_by(loaded: LoadedScenario) -> set[str]:
    """Parameters that a scenario sets itself."""
    return {owner_of(change.path) for change in loaded.changes}


def _priced(book: TariffBook, rows: Collection[str], base: LoadedScenario) -> list[TariffValue]:
    """Prices at work and legal amounts of the window that have a range, one value an id."""
    horizon = base.scenario.horizon
    found: dict[str, TariffValue] = {}
    for value in book.used(row for row in rows if not row.endswith(OWN_MARK)):
        found.setdefault(value.id, value)
    for id in book.parameter_ids:
        for value in book.values(id):
            if (
                value.valid_from < horizon.count_to
                and value.valid_to > horizon.count_from
                and value.range is not None
            ):
                found.setdefault(id, value)
    wide = [v for v in found.values() if v.range is not None and v.range[0] < v.range[1]]
    return sorted(wide, key=lambda value: value.id)


def _of_setting(found: Uncertain) -> Assumption:
    about = (found.kind, found.source, found.reason, found.low, found.high, found.middle)
    return Assumption(found.path, None, *about, found.is_factor)


def _of_price(book: TariffBook, value: TariffValue) -> Assumption:
    assert value.range is not None
    low, high = value.range
    known: Mapping[str, object] = book.sources()
    source = value.source if value.source in known else None
    about = ("assumption" if value.assumption else "source", source, value.reason)
    return Assumption(
        f"{PRICES}.{value.id}", value.title, *about, float(low), float(high), float(value.amount), False
    )
