"""The terms of a page: each explained where it is first used, and listed in that order."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from markupsafe import Markup, escape

from sim.report.language import Language

Term = tuple[str, str]  # a term and what it means
Explain = Callable[[str], Markup]  # a text as HTML, with what its terms mean at their first use
_MARK = Markup('<abbr class="term" tabindex="0" title="{means}">{term}</abbr>')


def terms_of(texts: Iterable[str], words: Language) -> tuple[Term, ...]:
    """Terms of the glossary that texts use, in the order of their first use."""
    whole = "\n".join(texts)
    found: list[tuple[int, Term]] = []
    for key, pattern in _patterns(words).items():
        used = pattern.search(whole)
        if used is not None:
            found.append((used.start(), (words.say(f"glossary.{key}.term"), _means(key, words))))
    return tuple(term for _, term in sorted(found))


def explainer(words: Language) -> Explain:
    """Marks each term of the glossary once, where the texts that it is given, one by one, first use it.

    The meaning shows where the mouse or the keyboard is at the term, and where a phone taps it.
    """
    left = _patterns(words)

    def explain(text: str) -> Markup:
        out, at = Markup(), 0
        for start, end, key in _first_uses(text, left):
            del left[key]
            out += escape(text[at:start]) + _MARK.format(means=_means(key, words), term=text[start:end])
            at = end
        return out + escape(text[at:])

    return explain


def _first_uses(text: str, left: dict[str, re.Pattern[str]]) -> list[tuple[int, int, str]]:
    """Where a text uses terms for the first time: start, end and key, none within another."""
    found = sorted(
        (used.start(), -used.end(), key)
        for key, pattern in left.items()
        if (used := pattern.search(text)) is not None
    )
    out: list[tuple[int, int, str]] = []
    for start, end, key in found:
        if not out or start >= out[-1][1]:
            out.append((start, -end, key))
    return out


def _patterns(words: Language) -> dict[str, re.Pattern[str]]:
    """How each term is found, by any of its names, to the end of its word but in no id."""
    return {key: _pattern(words.say(f"glossary.{key}.find")) for key in words.say("glossary.order").split()}


def _pattern(term: str) -> re.Pattern[str]:
    names = "|".join(map(re.escape, term.split("|")))
    return re.compile(rf"(?<!\w)(?:{names})[^\W_]*(?!\w)", 0 if term.isupper() else re.IGNORECASE)


def _means(key: str, words: Language) -> str:
    return words.say(f"glossary.{key}.means")
