"""Errors that are the user's to mend: one line that names the place, the fault and the remedy."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from sim.limits import LIKENESS, LONGEST_ECHO

_CUT = "..."
GO_ON = "give the same command with --resume"
"""What a message advises after an end halfway; a command without `--resume` is given again as it was."""
GIVE_AGAIN = "give the same command again"


class InputError(Exception):
    """Wrong input. Its text is one line: file, key, what is wrong, what would be right."""


class RunError(Exception):
    """A run or a check that failed on right input. Its text is one line: what failed, what to do."""


def echo(text: object) -> str:
    """A value of the user as a message repeats it: on one line, cut where it is long.

    Parameters
    ----------
    text : object

    Returns
    -------
    str
    """
    # the first characters are enough: a value may be as long as its file
    line = " ".join(str(text)[: 2 * LONGEST_ECHO].split())
    return line if len(line) <= LONGEST_ECHO else f"{line[: LONGEST_ECHO - len(_CUT)]}{_CUT}"


def nearest(word: str, known: Iterable[str], likeness: float = LIKENESS) -> str | None:
    """The known word that a word was probably meant to be; none for a word too long to be one.

    Parameters
    ----------
    word : str
    known : iterable of str
    likeness : float
        From 0, the best of all, to 1, the same.

    Returns
    -------
    str or None
    """
    # comparing takes as long as the product of the lengths
    if len(word) > LONGEST_ECHO:
        return None
    close = difflib.get_close_matches(word, list(known), 1, likeness)
    return close[0] if close else None
