"""Lists as sentences that a reader takes at once: as many as their names need."""

from __future__ import annotations

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
    words : Language
    """
    told: list[str] = []
    held: list[str] = []
    for name in names:
        if held and len(_sentence(told, [*held, name], join, words).split()) > style.SENTENCE_WORDS:
            told.append(_sentence(told, held, join, words))
            held = []
        held.append(name)
    return " ".join((*told, _sentence(told, held, join, words)))


def _sentence(
    before: Sequence[str], names: list[str], join: Callable[[list[str]], str], words: Language
) -> str:
    return words.say("unchanged.more" if before else "unchanged.all", names=join(names))
