"""Random numbers that belong to a patient and a named decision, never to the order of events."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cache

import numpy as np

from sim.units import COPY, Floats, Ints

_BLOCK = 4
_HALF_A_STEP = 2.0**-54
"""Moves a multiple of 2**-53 off 0, to the middle of its step."""
_KEY_BYTES = 4
_ID_BYTES = 8
_LOT_BYTES = 6
_registry: dict[int, str] = {}


@cache
def stream_key(name: str) -> int:
    """Stable 32-bit key of a stream name (blake2b).

    Raises
    ------
    ValueError
        When two names used in one process share a key.
    """
    digest = hashlib.blake2b(name.encode(), digest_size=_KEY_BYTES).digest()
    key = int.from_bytes(digest, "big")
    other = _registry.setdefault(key, name)
    if other != name:
        raise ValueError(f"random streams {other!r} and {name!r} share key {key}; rename one")
    return key


def lot(name: str, ids: Ints) -> Floats:
    """One uniform in [0, 1) a patient that only a named decision and the patient's id determine.

    For decisions taken when stored journeys are priced, which know no seed: the same patients are
    chosen in every replication and every scenario, and so are the copies of a patient.

    Parameters
    ----------
    name : str
        Of the decision.
    ids : int64 array, shape (n,)

    Returns
    -------
    float64 array, shape (n,)
    """
    key, bits = stream_key(name).to_bytes(_KEY_BYTES, "big"), _LOT_BYTES * 8
    numbers = [
        int.from_bytes(hashlib.blake2b(key + id.to_bytes(_ID_BYTES, "big"), digest_size=_LOT_BYTES).digest())
        for id in (ids & (COPY - 1)).tolist()
    ]
    return np.array(numbers, np.float64) / float(1 << bits)


@dataclass(frozen=True)
class Draws:
    """Uniforms of the patients of one region who die in one year, in one replication.

    Parameters
    ----------
    master : int
        Master seed of the run.
    replication, region, death_year : int
        Place of this vector of patients.
    size : int
        Number of patients. More patients are added at the end and leave the draws of the others
        as they were.
    """

    master: int
    replication: int
    region: int
    death_year: int
    size: int
    _blocks: dict[tuple[int, int], Floats] = field(default_factory=dict, repr=False, compare=False)

    def uniform(self, stream: str, index: int = 0) -> Floats:
        """One uniform in (0, 1) a patient for draw `index` of a named decision.

        Parameters
        ----------
        stream : str
            Name of the decision.
        index : int
            Draw number within the decision.

        Returns
        -------
        float64 array, shape (size,)
        """
        block, column = divmod(index, _BLOCK)
        key = (stream_key(stream), block)
        if key not in self._blocks:
            self._blocks.clear()
            seed = np.random.SeedSequence(
                entropy=self.master,
                spawn_key=(*key, self.replication, self.region, self.death_year),
            )
            drawn = np.random.Generator(np.random.SFC64(seed)).random((self.size, _BLOCK))
            drawn += _HALF_A_STEP
            self._blocks[key] = drawn
        return self._blocks[key][:, column]

    def scalar(self, stream: str, index: int = 0) -> float:
        """One uniform in (0, 1) for the whole region and year, independent of the patients."""
        seed = np.random.SeedSequence(
            entropy=self.master,
            spawn_key=(stream_key(f"scalar:{stream}"), index, self.replication, self.region, self.death_year),
        )
        return float(np.random.Generator(np.random.SFC64(seed)).random())


@dataclass(frozen=True)
class CohortDraws:
    """Draws of several years of death laid end to end, each year cut to the patients that are kept.

    Parameters
    ----------
    parts : tuple of (Draws, int64 array)
        Draws of one region and year, and the indexes of its patients that are kept.
    """

    parts: tuple[tuple[Draws, Ints], ...]

    def same(self, other: CohortDraws) -> bool:
        """Whether other draws give the same people the same."""
        pairs = list(zip(self.parts, other.parts, strict=False))
        alike = type(self) is type(other) and len(self.parts) == len(other.parts)
        return alike and all(one == two and np.array_equal(a, b) for (one, a), (two, b) in pairs)

    def uniform(self, stream: str, index: int = 0) -> Floats:
        """One uniform in (0, 1) a kept patient; see `Draws.uniform`."""
        return np.concatenate([draws.uniform(stream, index)[kept] for draws, kept in self.parts])

    def uniform_of(self, rows: Ints, stream: str, index: int = 0) -> Floats:
        """The uniforms of some kept patients; years without any of them are not drawn.

        Parameters
        ----------
        rows : int64 array, shape (k,)
            Among the kept patients, ascending.

        Returns
        -------
        float64 array, shape (k,)
        """
        ends = np.cumsum([len(kept) for _, kept in self.parts])
        cuts = np.searchsorted(rows, ends).tolist()
        found = [np.zeros(0)]
        for (draws, kept), end, low, high in zip(
            self.parts, ends.tolist(), [0, *cuts[:-1]], cuts, strict=True
        ):
            if high > low:
                mine = kept[rows[low:high] - (end - len(kept))]
                found.append(draws.uniform(stream, index)[mine])
        return np.concatenate(found)


class Undrawn(CohortDraws):
    """In place of draws that nobody will look at: the same for everybody."""

    def uniform(self, stream: str, index: int = 0) -> Floats:
        """A half for each kept patient."""
        return np.full(sum(len(kept) for _, kept in self.parts), 0.5)
