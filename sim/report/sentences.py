"""Lists and reasons as sentences that a reader takes at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache

from sim.report import style
from sim.report.language import Language
from sim.scenario import load_scenario, scenario_names

_DOCUMENTS = {
    "own_payments": "own_payments",
    "tariffs_notes": "tariffs_notes",
    "epidemiology_and_pathways": "epidemiology",
    "epidemiology": "epidemiology",
    "calibration.yaml": "calibration",
}
"""Files that reasons refer to, each with its word under `document`."""
_IDS = re.compile(r"\s?\((?:[a-z_]+(?:\.[a-z_]+)+(?:, )?)+\)")
"""Ids of prices and settings between brackets, which say nothing to a reader."""


def unchanged_told(names: Sequence[str], join: Callable[[list[str]], str], words: Language) -> str:
    """What stays as it is, in sentences, of names that `join` puts together, that are not too long."""
    told: list[str] = []
    held: list[str] = []
    for name in names:
        if held and len(_sentence(told, [*held, name], join, words).split()) > style.SENTENCE_WORDS:
            told.append(_sentence(told, held, join, words))
            held = []
        held.append(name)
    return " ".join((*told, _sentence(told, held, join, words)))


def plain_names(text: str, words: Language) -> str:
    """A reason, evidence or mechanism in which scenarios and documents are called as a reader knows them."""
    return _named_files().sub(lambda found: _plain(found[0], words), _IDS.sub("", text))


@cache
def _named_files() -> re.Pattern[str]:
    names = sorted((*_DOCUMENTS, *(name for name in scenario_names() if "_" in name)), key=len, reverse=True)
    return re.compile(rf"(?<![\w.])(?:{'|'.join(map(re.escape, names))})(?!\w)")


def _plain(name: str, words: Language) -> str:
    if name in _DOCUMENTS:
        return words.word("document", _DOCUMENTS[name])
    return words.say("quoted", text=_title(name, words.code))


@cache
def _title(scenario: str, code: str) -> str:
    return str(getattr(load_scenario(scenario).scenario.title, code))


def short_sentences(text: str) -> str:
    """A reason as sentences, one a part between semicolons; what is too long stays in the long tables."""
    parts = (part.strip() for part in re.split(r";\s|(?<=[.?!])\s+", text))
    kept = (part for part in parts if part and len(part.split()) <= style.SENTENCE_WORDS)
    return " ".join(part[:1].upper() + part[1:].rstrip(".") + "." for part in kept)


def _sentence(
    before: Sequence[str], names: list[str], join: Callable[[list[str]], str], words: Language
) -> str:
    return words.say("unchanged.more" if before else "unchanged.all", names=join(names))
