"""Orders of rows that all tables share."""

from __future__ import annotations

import numpy as np

from sim.units import Ints


def order_by(*keys: Ints) -> Ints:
    """Stable order of rows by integer keys, the first key first.

    Sorting whole numbers that hold key and row is several times faster than sorting rows by a key.

    Parameters
    ----------
    *keys : integer array, shape (n,)
        Any integers; with the row number they are packed in one key where they fit in 63 bits.

    Returns
    -------
    int64 array, shape (n,)
        Row numbers in order.
    """
    count = len(keys[0])
    if count == 0:
        return np.zeros(0, np.int64)
    packed = np.zeros(count, np.int64)
    room = int(np.iinfo(np.int64).max)
    for key in keys:
        low, high = int(key.min()), int(key.max())
        span = high - low + 1
        room //= span
        if room < 1:
            return np.lexsort(keys[::-1]).astype(np.int64)
        packed *= span
        packed += np.subtract(key, low, dtype=np.int64)
    bits = (count - 1).bit_length()
    if room >> bits < 1:
        return np.argsort(packed, kind="stable").astype(np.int64)
    packed <<= bits
    packed |= np.arange(count)
    packed.sort()
    packed &= (1 << bits) - 1
    return packed
