"""What the functions of the facade share: where runs go, and what is asked of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from sim.data import user_path
from sim.errors import ENGLISH, InputError, Message, Place, Reworded, RunError
from sim.ledger.remarks import Refusal
from sim.runs.execute import cores
from sim.runs.run import Outcome
from sim.studies.precision import Precision, parse_precision

RUNS = Path("reports") / "runs"  # folder of runs whose place is not named


def processes(jobs: int | None) -> int:
    """Processes asked for, or one for every processor; InputError when fewer than one are asked for."""
    if jobs is not None and jobs < 1:
        raise InputError("--jobs {jobs}: must be 1 or more", jobs=jobs)
    return jobs or cores()


def empty_folder(folder: Path | str) -> Path:
    """A folder to save a result in, as a path; InputError when it holds something."""
    place = user_path(folder)
    if place.exists() and any(place.iterdir()):
        raise InputError("{place}: is not empty; choose another folder", place=place)
    return place


def precisions(given: str | Sequence[str]) -> list[Precision]:
    """Wanted half-widths from their texts `KPI=HALFWIDTH`."""
    return [parse_precision(text) for text in ([given] if isinstance(given, str) else given)]


def counts(outcomes: Iterable[Outcome]) -> tuple[int, int]:
    """Tasks taken over, and computed, by several runs together."""
    several = list(outcomes)
    return sum(outcome.reused for outcome in several), sum(outcome.computed for outcome in several)


_KEYWORDS = {
    "--from": "from_year",
    "--to": "to_year",
    "--decompose-of": "decompose",
    "--house": "houses",
    "--parameter": "parameters",
    "--peak-month": "peak",
}
"""Options of the command that have another name here."""

_CALLS = {
    "give the same command with": "call the same again with",
    "give the same command again": "call the same again",
    "give the run's command again with": "run again with",
    "give its command again with": "call the same again with",
    "geef hetzelfde commando met": "doe dezelfde aanroep met",
    "geef hetzelfde commando opnieuw": "doe dezelfde aanroep opnieuw",
    "geef het commando van de run opnieuw met": "reken opnieuw door met",
    "geef het commando ervan opnieuw met": "doe dezelfde aanroep opnieuw met",
}
"""What a message says of a command -> what it says of a call, in both languages."""


@contextmanager
def as_called() -> Iterator[None]:
    """Faults in the terms of Python: keywords, not options; a refusal in the words of a bill."""
    try:
        yield
    except Refusal as fault:
        fault.message = _Forbidden(fault)
        raise
    except (InputError, RunError) as fault:
        fault.message = Reworded(fault.message, in_python)
        raise


class _Forbidden(Message):
    """What the law forbids, in Dutch as a bill says it."""

    __slots__ = ("refusal",)
    refusal: Refusal

    def __new__(cls, refusal: Refusal, /) -> Self:
        """The reason in English."""
        made = super().__new__(cls, "{text}", text=Place(refusal.message))
        made.refusal = refusal
        return made

    def told(self, lang: str) -> str:
        """The reason in a language."""
        from sim.report.language import language

        return super().told(lang) if lang == ENGLISH else language(lang).refusal(self.refusal)


def in_python(text: str) -> str:
    """A fault with the options of the command as keywords.

    `add --resume` as `add resume=True`, `--jobs 0` as `jobs=0`, `--keep journey` as `keep="journey"`.
    """

    def keyword(match: re.Match[str]) -> str:
        option, value = match[1], match[2]
        name = _KEYWORDS.get(option, option.removeprefix("--").replace("-", "_"))
        if name in ("resume", "check"):
            return f"{name}=True{value or ''}"
        if value is None:
            return name
        plain = value.strip()
        return f"{name}={plain}" if re.fullmatch(r"-?[\d.]+:?|nan|-?inf", plain) else f"{name}={plain!r}"

    text = re.sub(r"palsim run (\S+) --area (\S+)", r"run('\1', area='\2')", text)
    text = re.sub(r"(--[a-z][a-z-]*)( (?:-?\d[\d.]*|-?inf|nan|journey|all|kpis|DIR|MAP)\b)?", keyword, text)
    for command, call in _CALLS.items():
        text = text.replace(command, call)
    return text
