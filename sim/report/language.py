"""One language of the report: its words from a catalogue, its money, dates and numbers through babel."""

from __future__ import annotations

import datetime as dt
import math
import string
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from typing import Any

from babel.dates import format_date
from babel.numbers import format_decimal, format_percent

from sim import parsed
from sim.errors import LANGUAGES, InputError, RunError
from sim.ledger.remarks import DATES, TEXTS, Refusal, Remark, euros
from sim.report import style
from sim.units import CENTS_PER_EURO

_DATE = {"nl": "dd-MM-yyyy", "en": "d MMM yyyy"}
_YEARLY_DATE, _MONTH = "d MMMM", "LLLL yyyy"
_EURO = {"nl": "{sign}\u2060€\u00a0{amount}", "en": "{sign}\u2060€{amount}"}
_MINUS = "\u2212"
JOINER = "\u2060"


class _Counted(string.Formatter):
    """Fills places: `{n:bed|bedden}` is a number with its noun, `{n:=voldoet|voldoen}` the verb alone.

    The first word is for one, the second for any other number.
    """

    def format_field(self, value: Any, format_spec: str) -> str:
        """A part as text, with the word that belongs to its number."""
        one, bar, more = format_spec.partition("|")
        if not bar:
            return str(super().format_field(value, format_spec))
        word = one.removeprefix("=") if str(value) == "1" else more
        return word if one.startswith("=") else f"{value} {word}"


_COUNTED = _Counted()


@dataclass(frozen=True)
class Language:
    """Words and number forms of one language."""

    code: str  # also the value of the `lang` attribute of the page
    catalogue: Mapping[str, str]  # dotted key -> sentence with `{named}` places
    # text as it stands in an input file -> the same text in this language
    notes: Mapping[str, str] = field(default_factory=dict)
    # key of a remark -> its sentence in this language; empty where remarks are as they are, in English
    remarks: Mapping[str, str] = field(default_factory=dict)
    # title of a legal rule in English -> the same in this language
    rules: Mapping[str, str] = field(default_factory=dict)

    def say(self, key: str, **places: Any) -> str:
        """A sentence of the catalogue, its named places filled; raises KeyError when it has no such key."""
        return _COUNTED.vformat(self.catalogue[key], (), places)

    def each(self, group: str, *names: str) -> list[str]:
        """Sentences of one group of the catalogue, such as the heads of some columns."""
        return [self.say(f"{group}.{name}") for name in names]

    @property
    def none(self) -> str:
        """What stands where there is nothing to tell."""
        return self.say("none")

    def word(self, kind: str, code: str) -> str:
        """Word for a code (`setting`, `law`, `payer`, ...); the code itself where there is none."""
        return self.catalogue.get(f"{kind}.{code}", code.replace("_", " "))

    def kpi(self, name: str, short: bool = False) -> str:
        """What a KPI is called, `short` in the workbook and in sentences; its name where it has none."""
        from sim.measure.kpis import KPIS

        found = KPIS.get(name)
        if found is None:
            return name.replace("_", " ")
        label = found.short or found.label if short else found.label
        return str(getattr(label, self.code))

    def kpi_of(self, name: str, dimension: Mapping[str, str]) -> str:
        """What a KPI is called, with the words of its dimension."""
        return ", ".join([self.kpi(name), *(self.word(kind, code) for kind, code in dimension.items())])

    def unit(self, unit: str, amount: float | Fraction) -> str:
        """Word for the unit of an amount: its plural where that is not one."""
        return self.word("units" if amount != 1 and self.has(f"units.{unit}") else "unit", unit)

    def has(self, key: str) -> bool:
        """Whether the catalogue holds a key."""
        return key in self.catalogue

    def note(self, text: str) -> tuple[str, str]:
        """Free text from an input file in this language, with the language it is now in.

        Input files are written in Dutch: a text without a translation stays as it is, marked Dutch.
        """
        if self.code == LANGUAGES[0] or not text:
            return text, self.code
        known = self.notes.get(text)
        if known is None:  # a word of the program may stand before what a user wrote
            word, colon, rest = text.partition(": ")
            known = f"{self.notes[word]}{colon}{rest}" if colon and word in self.notes else None
        return (text, LANGUAGES[0]) if known is None else (known, self.code)

    def remark(self, remark: Remark, plain: bool = False) -> str:
        """A remark of a bill in this language; `plain` with dates and money as a case file writes them."""
        known = self.remarks or TEXTS
        plain = plain or not self.remarks
        parts = {name: self._part(name, part, plain) for name, part in remark.parts.items()}
        return known[remark.key].format(**parts)

    def plain(self, remark: Remark) -> str:
        """A remark in this language, with dates and money as a case file writes them."""
        return self.remark(remark, plain=True)

    def name(self, text: str) -> str:
        """Free text from an input file in this language, or as it is where it has no other."""
        return self.note(text)[0]

    def refusal(self, fault: Refusal) -> str:
        """Why the law forbids what a case holds: file, key and reason in this language."""
        return f"{fault.where}: {self.plain(fault.remark)}"

    def fault(self, fault: InputError | RunError) -> str:
        """What is wrong, in this language."""
        return self.refusal(fault) if isinstance(fault, Refusal) else fault.told(self.code)

    def rule(self, title: str) -> str:
        """What a legal rule says, in English where it has no other text."""
        return self.rules.get(title, title)

    def _part(self, name: str, part: str | int, plain: bool) -> str:
        """A part of a remark: another remark, money, share, day, place, rule or as it stands, by its name."""
        if isinstance(part, Remark):
            return self.remark(part, plain)
        if name == "setting":
            return self.word(name, str(part))
        if name == "whereabouts":
            return f"{self.word('place_in_sentence', str(part))} (setting {part})"
        if name == "title":
            return self.rule(str(part))
        if name.endswith("_cents"):
            return euros(int(part)) if plain else self.cents(int(part))
        if plain:
            return str(part)
        if name.endswith("_share"):
            return self.percent(float(part))
        return self.date(str(part)) if name in DATES else str(part)

    def path(self, path: str) -> str:
        """A dotted scenario path, such as `hospital.stay.median`, in plain words."""
        parts = [p for p in path.split(".") if p not in ("value", "scenario")]
        words = [self._path_word(parts, at) for at in range(len(parts))]
        return " › ".join(w for w in words if w)

    def part(self, path: str) -> str:
        """Word for the last part of a path, such as a key of shares."""
        parts = path.split(".")
        return self._path_word(parts, len(parts) - 1)

    def _path_word(self, parts: list[str], at: int) -> str:
        """Word for one part of a path: of the part within its group where there is one, else of the part."""
        within = self.catalogue.get(f"path_within.{parts[0]}.{parts[at]}") if at else None
        return within or self.catalogue.get(f"path.{parts[at]}") or self._code_word(parts[at])

    def _code_word(self, part: str) -> str:
        for kind in ("setting", "group", "form", "reason", "profile", "provider"):
            if self.has(f"{kind}.{part}"):
                return self.catalogue[f"{kind}.{part}"]
        return part.replace("_", " ")

    def number(self, value: float, digits: int = 0) -> str:
        """A number with thousands separators and a fixed number of decimals."""
        if not math.isfinite(value):
            return self.none
        form = "#,##0" + ("." + "0" * digits if digits else "")
        rounded = round(value, digits) + 0.0
        return str(format_decimal(rounded, format=form, locale=self.code)).replace("-", _MINUS)

    def compact(self, value: float) -> str:
        """A parameter as it was written: whole numbers whole, others to their significant digits."""
        if value == int(value):
            return self.number(value)
        text = f"{value:.{style.SIGNIFICANT}g}" if abs(value) < 1 else f"{value:.12g}"
        digits = len(text.partition(".")[2]) if "e" not in text else style.HASH_CHARACTERS
        return self.number(float(text), digits)

    def euro(self, value: float, digits: int = style.EURO_DIGITS, signed: bool = False) -> str:
        """Euros: `€ 1.234,56` and `−€ 1,00` in Dutch, `€1,234.56` and `−€1.00` in English."""
        if not math.isfinite(value):
            return self.none
        sign, amount = self._sign(value, digits, signed), self.number(abs(value), digits)
        return _EURO[self.code].format(sign=sign, amount=amount).lstrip(JOINER)

    def cents(self, value: int) -> str:
        """Whole cents as euros with two decimals."""
        return self.euro(value / CENTS_PER_EURO, 2)

    def millions(self, value: float, signed: bool = False) -> str:
        """Euros in millions without the word; amounts below ten million get a second decimal."""
        digits = style.MILLION_DIGITS if abs(value) >= style.TEN_MILLION else style.SMALL_MILLION_DIGITS
        return self.euro(value / style.MILLION, digits, signed)

    def million(self, value: float, signed: bool = False) -> str:
        """Euros in millions, the word included."""
        if not math.isfinite(value):
            return self.none
        return self.say("million", amount=self.millions(value, signed))

    def amount(self, value: float, signed: bool = False) -> str:
        """Euros for a sentence: millions from one million on, below it whole euros."""
        if abs(value) >= style.MILLION:
            return self.million(value, signed)
        return self.euro(value, signed=signed)

    def percent(self, value: float, digits: int = style.SHARE_DIGITS, signed: bool = False) -> str:
        """A share as a percentage."""
        if not math.isfinite(value):
            return self.none
        form = "0" + ("." + "0" * digits if digits else "") + "%"
        text = str(format_percent(abs(value), format=form, locale=self.code))
        return self._sign(value * 100, digits, signed) + text

    def points(self, value: float, digits: int = style.SHARE_DIGITS, signed: bool = True) -> str:
        """A difference of two shares in percentage points."""
        if not math.isfinite(value):
            return self.none
        return self.say("points", amount=self.bare_points(value, digits, signed))

    def bare_points(self, value: float, digits: int = style.SHARE_DIGITS, signed: bool = True) -> str:
        """The same without the word."""
        scaled = value * 100
        return self._sign(scaled, digits, signed) + self.number(abs(scaled), digits)

    def signed(self, value: float, digits: int) -> str:
        """A number with its sign."""
        if not math.isfinite(value):
            return self.none
        return self._sign(value, digits, True) + self.number(abs(value), digits)

    def date(self, value: dt.date | str) -> str:
        """A civil date: `22-11-2026` in Dutch, `22 Nov 2026` in English."""
        day = dt.date.fromisoformat(value) if isinstance(value, str) else value
        return str(format_date(day, format=_DATE[self.code], locale=self.code))

    def yearly_date(self, value: dt.date) -> str:
        """A day of every year: `1 juli`, `1 July`."""
        return str(format_date(value, format=_YEARLY_DATE, locale=self.code))

    def month(self, value: str) -> str:
        """A month `YYYY-MM`: `december 2026`."""
        return str(format_date(dt.date.fromisoformat(f"{value}-01"), format=_MONTH, locale=self.code))

    def interval(self, found: Any, show: Callable[[float], str], form: str = "short") -> str:
        """The interval of a number, each end as `show` writes it; empty where it has none."""
        if not (math.isfinite(found.low) and math.isfinite(found.high)):
            return ""
        return self.say(f"interval.{form}", low=show(found.low), high=show(found.high))

    def listing(self, words: list[str]) -> str:
        """Words joined with commas and `en` / `and` before the last."""
        if len(words) < 2:
            return "".join(words)
        return self.say("and", first=", ".join(words[:-1]), last=words[-1])

    def _sign(self, value: float, digits: int, signed: bool) -> str:
        shown = round(value, digits)
        if shown < 0:
            return _MINUS
        return "+" if signed and shown > 0 else ""


def language(code: str) -> Language:
    """The language with this code; raises InputError when there is no catalogue for it."""
    if code not in LANGUAGES:
        raise InputError(
            "--lang: {code!r} has no catalogue; choose one of {languages}", code=code, languages=LANGUAGES
        )
    return _load(code)


def in_language(name: str, lang: str) -> str:
    """Name of a file in a language: `report.html` in the first one, `report_en.html` in another."""
    return name if lang == LANGUAGES[0] else name.replace(".", f"_{lang}.")


@cache
def _load(code: str) -> Language:
    more = (parsed.words(f"{kind}_{code}.yaml") for kind in ("notes", "remarks", "rules"))
    return Language(code, dict(_flatten(parsed.words(f"{code}.yaml"), "")), *more)


def _flatten(tree: Mapping[str, Any], prefix: str) -> list[tuple[str, str]]:
    out: list[tuple[str, str]] = []
    for key, value in tree.items():
        name = f"{prefix}{key}"
        if isinstance(value, Mapping):
            out.extend(_flatten(value, f"{name}."))
        else:
            out.append((name, str(value)))
    return out
