"""Lists and reasons as sentences that a reader takes at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from sim.report import style
from sim.report.language import Language


def unchanged_told(names: Sequence[str], join: Callable[[list[str]], str], words: Language) -> str:
    """What stays as it is, in sentences that are not too long.

    Parameters
    ----------
    names : sequence of str
        One at least.
    join : callable
        Puts the names of one sentence together.
    """
    told: list[str] = []
    held: list[str] = []
    for name in names:
        if held and len(_sentence(told, [*held, name], join, words).split()) > style.SENTENCE_WORDS:
            told.append(_sentence(told, held, join, words))
            held = []
        held.append(name)
    return " ".join((*told, _sentence(told, held, join, words)))


def short_sentences(text: str) -> str:
    """A reason as sentences, one a part of it; what is too long for a sentence stays in the long tables.

    Parameters
    ----------
    text : str
        With its parts between semicolons.
    """
    parts = (part.strip() for part in re.split(r";\s|(?<=[.?!])\s+", text))
    kept = (part for part in parts if part and len(part.split()) <= style.SENTENCE_WORDS)
    return " ".join(part[:1].upper() + part[1:].rstrip(".") + "." for part in kept)


def _sentence(
    before: Sequence[str], names: list[str], join: Callable[[list[str]], str], words: Language
) -> str:
    return words.say("unchanged.more" if before else "unchanged.all", names=join(names))
