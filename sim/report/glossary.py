"""The terms of a first page, each explained once, in the order in which the page uses them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from sim.report.language import Language

Term = tuple[str, str]
"""A term and what it means."""


def terms_of(texts: Iterable[str], words: Language) -> tuple[Term, ...]:
    """Terms of the glossary that texts use, in the order of their first use.

    Parameters
    ----------
    texts : iterable of str
    words : Language

    Returns
    -------
    tuple of (term, meaning)
    """
    whole = "\n".join(texts)
    found: list[tuple[int, Term]] = []
    for key in words.say("glossary.order").split():
        used = re.search(rf"(?<!\w){re.escape(words.say(f'glossary.{key}.find'))}", whole, re.IGNORECASE)
        if used is not None:
            term = words.say(f"glossary.{key}.term")
            found.append((used.start(), (term, words.say(f"glossary.{key}.means"))))
    return tuple(term for _, term in sorted(found))
