"""Random numbers that belong to a patient and a named decision, never to the order of events."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cache

import numpy as np

from sim.units import COPY, Floats, Ints

BLOCK = 4  # draws of a decision that are made together
_HALF_A_STEP = 2.0**-54  # moves a multiple of 2**-53 off 0, to the middle of its step
_KEY_BYTES = 4
_ID_BYTES = 8
_LOT_BYTES = 6
_WORD_BITS, _POOL = 32, 4
"""Bits of a word of a seed sequence, and the words to which its entropy is filled before the spawn key."""
_registry: dict[int, str] = {}


@cache
def stream_key(name: str) -> int:
    """Stable 32-bit key of a stream name (blake2b); ValueError when two names in one process share a key."""
    digest = hashlib.blake2b(name.encode(), digest_size=_KEY_BYTES).digest()
    key = int.from_bytes(digest, "big")
    other = _registry.setdefault(key, name)
    if other != name:
        raise ValueError(f"random streams {other!r} and {name!r} share key {key}; rename one")
    return key


def lot(name: str, ids: Ints) -> Floats:
    """One uniform in [0, 1) a patient (float64 array) that only a decision's name and the id determine.

    For decisions taken when stored journeys are priced, which know no seed: the same patients are chosen in
    every replication and every scenario, and so are the copies of a patient.
    """
    key, bits = stream_key(name).to_bytes(_KEY_BYTES, "big"), _LOT_BYTES * 8
    numbers = [
        int.from_bytes(hashlib.blake2b(key + id.to_bytes(_ID_BYTES, "big"), digest_size=_LOT_BYTES).digest())
        for id in (ids & (COPY - 1)).tolist()
    ]
    return np.array(numbers, np.float64) / float(1 << bits)


def _words(number: int) -> list[int]:
    """The words of a number, the smallest first."""
    words = [number & ((1 << _WORD_BITS) - 1)]
    return words if number >> _WORD_BITS == 0 else words + _words(number >> _WORD_BITS)


@dataclass(frozen=True)
class Draws:
    """Uniforms of the patients of one region who die in one year, in one replication."""

    master: int  # seed of the run
    replication: int
    region: int
    death_year: int
    size: int  # number of patients: more are added at the end, and leave the draws of the others as they were
    _blocks: dict[tuple[int, int], Floats] = field(default_factory=dict, repr=False, compare=False)

    def uniform(self, stream: str, index: int = 0) -> Floats:
        """One uniform in (0, 1) a patient (float64 array) for draw `index` of a named decision."""
        block, column = divmod(index, BLOCK)
        return self.block(stream, block, self.size)[:, column] + _HALF_A_STEP

    def block(self, stream: str, number: int, size: int) -> Floats:
        """Draws `BLOCK * number` and on of a named decision, of at least the first `size` patients.

        A float64 array of shape (size or more, BLOCK); each is half a step below its uniform.
        """
        key = (stream_key(stream), number)
        if key not in self._blocks or len(self._blocks[key]) < size:
            self._blocks.clear()
            generator = np.random.Generator(np.random.SFC64(self._seed(*key)))
            self._blocks[key] = generator.random((size, BLOCK))
        return self._blocks[key]

    def _seed(self, *key: int) -> np.random.SeedSequence:
        """A seed sequence whose spawn key is this with the place of the patients.

        It is given the words that it would make of these itself, which takes most of its time.
        """
        master = _words(self.master)
        place = (*key, self.replication, self.region, self.death_year)
        words = [*master, *[0] * (_POOL - len(master)), *(word for each in place for word in _words(each))]
        return np.random.SeedSequence(np.array(words, np.uint32))

    def scalar(self, stream: str, index: int = 0) -> float:
        """One uniform in (0, 1) for the whole region and year, independent of the patients."""
        seed = self._seed(stream_key(f"scalar:{stream}"), index)
        return float(np.random.Generator(np.random.SFC64(seed)).random())


@dataclass(frozen=True)
class CohortDraws:
    """Draws of several years of death laid end to end, each year cut to the patients that are kept."""

    # draws of one region and year, and the indexes of its patients that are kept
    parts: tuple[tuple[Draws, Ints], ...]

    def same(self, other: CohortDraws) -> bool:
        """Whether other draws give the same people the same."""
        pairs = list(zip(self.parts, other.parts, strict=False))
        alike = type(self) is type(other) and len(self.parts) == len(other.parts)
        return alike and all(one == two and np.array_equal(a, b) for (one, a), (two, b) in pairs)

    def uniform(self, stream: str, index: int = 0) -> Floats:
        """One uniform in (0, 1) a kept patient; see `Draws.uniform`."""
        several = ((draws.uniform(stream, index), kept) for draws, kept in self.parts)
        return np.concatenate([all if len(all) == len(kept) else all[kept] for all, kept in several])

    def block_of(self, rows: Ints, stream: str, number: int) -> Floats:
        """Draws `BLOCK * number` and on of some kept patients; years without any of them are not drawn.

        Rows are among the kept patients, ascending, shape (k,); the draws are float64 of shape (k, BLOCK).
        """
        found = [np.zeros((0, BLOCK))]
        start = low = 0
        for draws, kept in self.parts:
            high = int(np.searchsorted(rows, start + len(kept)))
            if high > low:
                mine = kept[rows[low:high] - start]
                found.append(draws.block(stream, number, int(mine[-1]) + 1).take(mine, 0))
            start, low = start + len(kept), high
        return np.concatenate(found) + _HALF_A_STEP


class Undrawn(CohortDraws):
    """In place of draws that nobody will look at: the same for everybody."""

    def uniform(self, stream: str, index: int = 0) -> Floats:
        """A half for each kept patient."""
        return np.full(sum(len(kept) for _, kept in self.parts), 0.5)
