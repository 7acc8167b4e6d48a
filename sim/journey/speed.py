"""How an event loop runs without the cyclic garbage collector."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_collector() -> Iterator[None]:
    """Switch the cyclic collector off for a block; what is allocated inside dies by reference count.

    An event loop makes millions of tuples and no rings of references that matter, yet the collector would
    walk all living patients again and again. Its state of before returns afterwards, also after an error;
    blocks may be nested.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
