"""What a person reads when something is wrong: one line that names the place, the fault and the remedy.

A message is a template in English with named parts, and keeps both, so that it can be told in Dutch as well:
`report/words/messages_nl.yaml` has the Dutch of every template. What a user gave comes in as a part and is
cut where it is long; names come in as a list and end after some.
"""

from __future__ import annotations

import datetime as dt
import difflib
import os
import re
import string
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from numbers import Number
from pathlib import Path
from typing import Any, Self, get_args

from sim.choices import Lang
from sim.limits import LONGEST_ECHO, LONGEST_FILE_NAME

_LIKENESS = 0.6  # how alike two words are when one may stand for the other
MOST_NAMED = 5  # most names that a message lists

ENGLISH = "en"  # language of the templates
LANGUAGES: tuple[str, ...] = get_args(Lang)  # languages that are spoken; the first where nothing says which
_CUT = "..."
_MORE = "{names} and {count} more"


class Place(str):
    """Where a fault lies, such as the path of a file: a message writes it in full."""

    __slots__ = ()


class Message(str):
    """A sentence in English that keeps its template and parts, so that it can be told in another language.

    Places of the template are named as `str.format` has them, and filled by the parts; those that no part
    fills by the attributes of what it is `about`. A path and a `Place` stand in full, a text is cut where it
    is long, a list of names ends after some, a message is told in the language of the whole. Without parts
    the template stands as it is.
    """

    __slots__ = ("parts", "template")
    template: str
    parts: Mapping[str, Any]

    def __new__(cls, template: str, /, *, about: object = None, **parts: object) -> Self:
        """Fill the sentence."""
        if about is not None:
            places = {name for _, name, *_ in string.Formatter().parse(template) if name}
            parts |= {name: getattr(about, name) for name in places.difference(parts)}
        kept = {name: _kept(part) for name, part in parts.items()}
        made = super().__new__(cls, _filled(template, kept, ENGLISH))
        made.template, made.parts = template, kept
        return made

    def __getnewargs_ex__(self) -> tuple[tuple[str], dict[str, Any]]:
        """Template and parts, to copy or send it."""
        return (self.template,), dict(self.parts)

    def told(self, lang: str) -> str:
        """The sentence in a language; in English where it does not stand in that one."""
        return _filled(_catalogue(lang).get(self.template, self.template), self.parts, lang)

    def named(self, place: str, name: str) -> Message:
        """The same with another name for a place, such as a file of the user, or another part for a part."""
        return Message(
            self.template, **{key: _renamed(part, place, name) for key, part in self.parts.items()}
        )


class Reworded(Message):
    """A sentence whose text is changed, by `reword`, in every language in which it is told."""

    __slots__ = ("reword",)
    reword: Callable[[str], str]

    def __new__(cls, message: Message, /, reword: Callable[[str], str]) -> Self:
        """Change the sentence in English."""
        made = str.__new__(cls, reword(message.told(ENGLISH)))
        made.template, made.parts, made.reword = "{message}", {"message": message}, reword
        return made

    def __getnewargs_ex__(self) -> tuple[tuple[str], dict[str, Any]]:
        """Sentence and change, to copy or send it."""
        return (self.parts["message"],), {"reword": self.reword}

    def told(self, lang: str) -> str:
        """The changed sentence in a language."""
        return self.reword(super().told(lang))

    def named(self, place: str, name: str) -> Message:
        """The same change of the sentence with another name for a place or a part."""
        return Reworded(self.parts["message"].named(place, name), self.reword)


class _ToldError(Exception):
    """A fault that is told in one line, in the language of who reads it; as text in that of the system.

    The template is that of a `Message`: text written in the program, never what a user gave.
    """

    def __init__(self, template: str, /, **parts: object) -> None:
        whole = isinstance(template, Message) and not parts
        self.message = template if whole and isinstance(template, Message) else Message(template, **parts)
        super().__init__(self.message)

    def __str__(self) -> str:
        """The line in the language of the system."""
        return self.told(language_asked(()))

    def told(self, lang: str) -> str:
        """The line in a language, `nl` or `en`."""
        return self.message.told(lang)


class InputError(_ToldError):
    """Wrong input. Its text is one line: file, key, what is wrong, what would be right."""


class RunError(_ToldError):
    """A run or a check that failed on right input. Its text is one line: what failed, what to do."""


class ValueFault(_ToldError, ValueError):
    """A value that its field refuses; who reads the file adds file and key."""


class _Names(tuple[Any, ...]):
    """The first names of a list, and how many more there are."""

    more: int = 0


_OF_DUTCH = str.maketrans(",.", ".,")


class _Filler(string.Formatter):
    """Fills the places of a template in one language."""

    def __init__(self, lang: str) -> None:
        self._lang = lang

    def get_value(self, key: int | str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        """The part of a name."""
        return kwargs[str(key)]

    def convert_field(self, value: Any, conversion: Any) -> Any:
        """A part in quotation marks where the template asks so."""
        if conversion != "r":
            return value
        if isinstance(value, _Names):
            quoted = _Names(Place(repr(self._shown(name))) for name in value)
            quoted.more = value.more
            return quoted
        return Place(repr(self._shown(value))) if isinstance(value, str) else value

    def format_field(self, value: Any, format_spec: str) -> str:
        """A part as text."""
        if isinstance(value, _Names):
            names = ", ".join(self._shown(name) for name in value)
            if not value.more:
                return names
            return _catalogue(self._lang).get(_MORE, _MORE).format(names=names, count=value.more)
        if not format_spec:
            return self._shown(value)
        text = format(value, format_spec)
        # a number that is grouped to be read is written as the language does; one that stands as a file or a
        # command has it keeps its point
        grouped = "," in format_spec and self._lang != ENGLISH
        return echo(text.translate(_OF_DUTCH) if grouped else text)

    def _shown(self, part: Any) -> str:
        if isinstance(part, Message):
            return part.told(self._lang)
        return str(part) if isinstance(part, Place) else echo(part)


def _filled(template: str, parts: Mapping[str, Any], lang: str) -> str:
    return _Filler(lang).vformat(template, (), parts) if parts else template


def _kept(part: Any) -> Any:
    """A part that can be copied, sent and filled in later: no longer than a message writes."""
    if isinstance(part, Path):
        text = _printable(str(part))
        return Place(text) if len(text) <= LONGEST_FILE_NAME else echo(text)
    if isinstance(part, Message | Place | _Names) or (part is None or isinstance(part, bool | int | float)):
        return part
    if isinstance(part, str):
        return echo(part)
    if isinstance(part, _ToldError):
        return part.message
    if isinstance(part, Iterable) and not isinstance(part, Mapping):
        names = list(part)
        kept = _Names(_kept(name) for name in names[:MOST_NAMED])
        kept.more = max(0, len(names) - MOST_NAMED)
        return kept
    if isinstance(part, Mapping):
        return _kept(list(part))
    # numbers and dates keep their format, anything else its text
    return part if isinstance(part, Number | dt.date) else echo(part)


def _renamed(part: Any, place: str, name: str) -> Any:
    if isinstance(part, Message):
        return name if part == place else part.named(place, name)
    return Place(part.replace(place, name)) if isinstance(part, str) else part


@cache
def _catalogue(lang: str) -> Mapping[str, str]:
    """Template in English -> the same in a language."""
    if lang == ENGLISH:
        return {}
    from sim import parsed

    pairs = parsed.words(f"messages_{lang}.yaml").values()
    return {pair[ENGLISH]: pair[lang] for several in pairs for pair in several}


def language_asked(arguments: Sequence[str]) -> str:
    """The language that a command is to speak: that of `--lang`, else the system's where that is known."""
    for at, argument in reversed(list(enumerate(arguments))):
        name, _, value = argument.partition("=")
        given = value or "".join(arguments[at + 1 : at + 2])
        if name == "--lang" and given in LANGUAGES:
            return given
    places = (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    system = re.split("[_.@-]", next(filter(None, places), ""))[0].lower()
    return system if system in LANGUAGES else LANGUAGES[0]


def echo(text: object) -> str:
    """A value of the user as a message repeats it: on one line, cut where it is long."""
    # the first characters are enough: a value may be as long as its file
    line = _printable(" ".join(str(text)[: 2 * LONGEST_ECHO].split()))
    return line if len(line) <= LONGEST_ECHO else f"{line[: LONGEST_ECHO - len(_CUT)]}{_CUT}"


def _printable(text: str) -> str:
    """A text with what no screen shows, such as a control character or half of a letter, as its code."""
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in text)


def reason(fault: Exception) -> Message:
    """Why the system or another part of the program refused; in Dutch where the catalogue has its text."""
    if isinstance(fault, _ToldError):
        return fault.message
    return Message(echo(getattr(fault, "strerror", None) or fault))


def meant(word: str) -> Message:
    """The remedy for a word that stands for another."""
    return Message("did you mean {word!r}?", word=word)


def nearest(word: str, known: Iterable[str], likeness: float = _LIKENESS) -> str | None:
    """The known word that a word was probably meant to be; none for a word too long to be one.

    `likeness` is from 0, the best of all, to 1, the same.
    """
    # comparing takes as long as the product of the lengths
    if len(word) > LONGEST_ECHO:
        return None
    close = difflib.get_close_matches(word, list(known), 1, likeness)
    return close[0] if close else None


GO_ON = Message("give the same command with --resume")
"""What a message advises after an end halfway; a command without `--resume` is given again as it was."""
GIVE_AGAIN = Message("give the same command again")
