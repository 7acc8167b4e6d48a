"""What a page of a report says, from its HTML: sentences with their language, tables with their rows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser

MOST_WORDS = 25
_BLOCKS = {"p", "li", "h1", "h2", "h3", "h4", "caption", "th", "td", "figcaption", "dt", "dd", "summary"}
_UNREAD = {"svg", "style", "script", "title", "nav"}
_VOID = {"meta", "link", "br", "img", "hr", "input"}


@dataclass
class Cell:
    """A cell, and the smaller line under it."""

    text: str = ""
    note: str = ""


@dataclass
class Table:
    """Rows of cells, the heads first."""

    rows: list[list[Cell]] = field(default_factory=list)


@dataclass
class Block:
    """A paragraph, item, heading or cell, whose language is that of the nearest mark."""

    tag: str
    lang: str
    text: str = ""


class Page(HTMLParser):
    """The texts of a page, block by block, and its tables."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.blocks: list[Block] = []
        self.tables: list[Table] = []
        self.explained: list[str] = []
        self._open: list[tuple[str, str, bool]] = []
        self._unread = 0
        self._block: list[Block] = []
        self._note = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        if tag in _VOID:
            return
        lang = told.get("lang") or (self._open[-1][1] if self._open else "")
        note = tag == "span" and "note" in (told.get("class") or "").split()
        self._open.append((tag, lang, note))
        self._unread += tag in _UNREAD
        self._note |= note
        if tag == "abbr":
            self.explained.append("")
        if tag == "table":
            self.tables.append(Table())
        elif tag == "tr":
            self.tables[-1].rows.append([])
        elif tag in ("th", "td"):
            self.tables[-1].rows[-1].append(Cell())
        if tag in _BLOCKS:
            self._block.append(Block(tag, lang))
            self.blocks.append(self._block[-1])

    def handle_endtag(self, tag: str) -> None:
        while self._open:
            name, _, note = self._open.pop()
            self._unread -= name in _UNREAD
            self._note &= not note
            if name in _BLOCKS:
                self._block.pop()
            if name == tag:
                break

    def handle_data(self, data: str) -> None:
        if self._unread or not data.strip():
            return
        if self._open and self._open[-1][0] == "abbr":
            self.explained[-1] += data
        if self._block:
            self._block[-1].text += f" {data}" if self._note else data
        if any(name in ("th", "td") for name, _, _ in self._open):
            cell = self.tables[-1].rows[-1][-1]
            if self._note:
                cell.note += data
            else:
                cell.text += data


def sentences(text: str) -> list[str]:
    """Sentences of a text; what stands between brackets is a list of its own, as is a line with dots."""
    whole, apart = _brackets(" ".join(text.split()))
    lists = [*whole.split(" · "), *(part for each in apart for part in each.split("; "))]
    return [sentence for each in lists for sentence in re.split(r"(?<=[.?!])\s+", each) if sentence]


def _brackets(text: str) -> tuple[str, list[str]]:
    """A text without what stands between brackets, and that."""
    apart: list[str] = []
    while (found := re.search(r"\s?\(([^()]*)\)", text)) is not None:
        apart.append(found[1])
        text = text[: found.start()] + text[found.end() :]
    return text, apart


def too_long(blocks: Sequence[Block]) -> list[str]:
    """Sentences of blocks with more words than a reader takes at once."""
    return [
        sentence
        for block in blocks
        for sentence in sentences(block.text)
        if sum(bool(re.search(r"\w", word)) for word in sentence.split()) > MOST_WORDS
    ]


# ------------------------------------------------------------------ one unit a row
_SCALES = {
    "million euros": r"[€][^|]*(?:mln|million)",
    "thousand euros": r"×\s*€?\s?1[.,]000",
    "euros": r"€(?![^|]*(?:mln|million|1[.,]000))",
    "percent": r"\d\s?%(?!-)",
    "points": r"%-punt|procentpunt|percentage point|\bpp\b",
    "days": r"\bdag(?:en)?\b|\bdays?\b",
    "hours": r"\bu(?:ur|ren)\b|\bhours?\b",
}
_RIVALS = (
    {"million euros", "thousand euros", "euros"},
    {"percent", "points"},
    {"days", "hours"},
)


def units_of(text: str) -> set[str]:
    """Units that an amount is written in."""
    return {name for name, pattern in _SCALES.items() if re.search(pattern, text)}


def mixed_rows(page: Page) -> list[str]:
    """Rows of which two amounts differ in unit where their headings do not say so."""
    found = []
    for table in page.tables:
        head, *rows = table.rows
        for row in rows:
            told = [cell for cell in row[1:] if _is_amount(cell.text)]
            used = set().union(*(units_of(cell.text) for cell in told)) if told else set()
            if any(len(used & rivals) > 1 for rivals in _RIVALS):
                found.append(" | ".join(f"{cell.text} {cell.note}".strip() for cell in row))
    return found


def _is_amount(text: str) -> bool:
    """Whether a cell holds one amount and no sentence."""
    return bool(re.search(r"\d", text)) and len(text.split()) <= 4


# ------------------------------------------------------------------ digits
_NUMBER = r"[+\u2212-]?\u2060?€?[\s\u00a0]?\d[\d.,]*"

_AMOUNT = rf"{_NUMBER}(?:[\s\u00a0]?(?:%|mln|million|pp|%-punt))?"


def value_of(text: str, lang: str) -> float:
    """A number as it is written in a language."""
    digits = re.sub(r"[^\d.,]", "", text).rstrip(".,")
    thousand, point = (".", ",") if lang == "nl" else (",", ".")
    number = float(digits.replace(thousand, "").replace(point, "."))
    return -number if re.search(r"[\u2212-]", text.split("€")[0]) else number


def last_place(text: str, lang: str) -> float:
    """The unit of the last digit of a number that is not a nought at the end of a whole number."""
    digits = re.sub(r"[^\d.,]", "", text).rstrip(".,")
    thousand, point = (".", ",") if lang == "nl" else (",", ".")
    whole, _, decimals = digits.replace(thousand, "").partition(point)
    if decimals:
        return 10.0 ** -len(decimals)
    return 10.0 ** (len(whole) - len(whole.rstrip("0"))) if whole.strip("0") else float("inf")


def is_too_exact(amount: str, reach: float, lang: str) -> bool:
    """Whether an amount has a digit below the second of its uncertainty."""
    if not reach:
        return False
    places = 0
    while 10.0**places <= reach:
        places += 1
    while 10.0**places > reach:
        places -= 1
    return last_place(amount, lang) < 10.0 ** (places - 1) * 0.999


_BRACKET = re.compile(
    r"(?<!\bvan)(?<!\bvan )(?<!\bof)(?<!\bof )(?<![\d.,])"  # of how many is no amount
    rf"(?P<amount>{_NUMBER})(?<!\b20\d\d)(?:[^()\d]| 20\d\d)*\((?:[^()]*?; )?"
    rf"(?:(?:toeval|chance) ± (?P<chance>[\d.,]*\d))?(?:; )?"
    rf"(?:(?:aannamen|assumptions) (?P<low>{_NUMBER}) (?:tot|to) (?P<high>{_NUMBER}))?"
)


def exact_sentences(page: Page, lang: str) -> list[str]:
    """Sentences with an amount in more digits than the uncertainty in the bracket behind it carries."""
    found = []
    for block in page.blocks:
        for told in _BRACKET.finditer(block.text):
            reach = 0.0
            if told["chance"]:
                reach = value_of(told["chance"], lang)
            if told["low"]:
                low, high = (value_of(told[end], lang) for end in ("low", "high"))
                reach = max(reach, (high - low) / 2)
            if is_too_exact(told["amount"], reach, lang):
                found.append(told[0])
    return found


def _range_of(text: str, lang: str) -> tuple[float, float] | None:
    told = re.fullmatch(rf"({_NUMBER})\s(?:tot|to)\s({_NUMBER})", text.strip())
    return None if told is None else (value_of(told[1], lang), value_of(told[2], lang))


def exact_cells(page: Page, lang: str) -> list[str]:
    """Cells with a number in more digits than the range under it, or beside a signed one, carries."""
    found = []
    for table in page.tables:
        for row in table.rows[1:]:
            for place, cell in enumerate(row):
                spans = [
                    _range_of(part, lang) for part in re.split(r"; (?:aannamen|assumptions) ", cell.note)
                ]
                if re.match(r"[+\u2212]", cell.text):
                    spans += [_range_of(each.text, lang) for each in row[place + 1 :]]
                reach = max(((high - low) / 2 for low, high in filter(None, spans)), default=0.0)
                if re.fullmatch(_AMOUNT, cell.text.strip()) and is_too_exact(cell.text, reach, lang):
                    found.append(" | ".join(f"{each.text} {each.note}".strip() for each in row))
    return found


# ------------------------------------------------------------------ one language
_WORDS = {
    "nl": "de het een van en niet wordt worden zijn bij voor met op dat die als naar door ook geen er uit om",
    "en": "the a an of and not is are be with for on that who which as to by no from it its they than",
}
_FEWEST = 3


def other_language(blocks: Sequence[Block], lang: str) -> Iterator[str]:
    """Blocks that read as the other language, whatever they are marked as."""
    other = {"nl": "en", "en": "nl"}[lang]
    mine, theirs = (set(_WORDS[code].split()) for code in (lang, other))
    for block in blocks:
        used = re.findall(r"[a-zà-ü]+", block.text.lower())
        if sum(word in theirs - mine for word in used) >= max(
            _FEWEST, 1 + sum(w in mine - theirs for w in used)
        ):
            yield block.text
