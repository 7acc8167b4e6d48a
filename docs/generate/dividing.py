"""Divides a page that is long into pages of a few screens, each with its part of the headings or rows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

TALL = 6_000
"""Pixels, by `height`, from which a page is divided; a browser 1280 wide shows less in under 8,000."""
LONGEST = 4_600
"""Pixels, by `height`, that a part has at most."""
LINE, ROW, CHARACTERS, IN_A_ROW = 27, 14, 88, 62
HEADING = re.compile(r"^(#{1,4}) (.+)$")
LINK = re.compile(r"(\]\()((?:[\w./-]+\.md)?)#([\w-]+)\)")
TARGET = re.compile(r"\]\([^)]*\)")


@dataclass(frozen=True)
class Unit:
    """Consecutive lines of a page that stay together.

    Parameters
    ----------
    title : str
        Of the heading or of the rows in it.
    lines : tuple of str
    section : str
        Title of the heading above, where the unit is a part of that.
    """

    title: str
    lines: tuple[str, ...]
    section: str = ""

    @property
    def height(self) -> int:
        """Pixels, about."""
        return sum(map(_height, self.lines))


@dataclass(frozen=True)
class Part:
    """A page made of a part of another."""

    name: str
    title: str
    text: str


def divided(name: str, text: str) -> tuple[str, tuple[Part, ...]]:
    """A page and the pages it is divided into; none when it is short enough as it is.

    Parameters
    ----------
    name : str
        Of the file, such as `rules.md`.
    text : str

    Returns
    -------
    str
        The page itself: all of it, or its opening and a list of its parts.
    tuple of Part
    """
    lines = tuple(text.splitlines())
    if Unit("", lines).height <= TALL:
        return text, ()
    opening, *units = _by_heading(lines, 2)
    title = opening.lines[0].removeprefix("# ")
    if not units:
        opening, units = _opened(opening)
    if not units:
        return text, ()
    stem = name.removesuffix(".md")
    parts = []
    for group in _pages(units):
        about = _plain(_about(group))
        body = "\n".join(line for unit in group for line in unit.lines)
        file = f"{stem}-{len(parts) + 1:02}.md"
        parts.append(Part(file, about, f"# {title}: {about}\n\n{body.strip()}\n"))
    listed = "\n".join(f"- [{part.title}]({part.name.rpartition('/')[2]})" for part in parts)
    return "\n".join(opening.lines).rstrip() + f"\n\n## Parts\n\n{listed}\n", tuple(parts)


def anchors(text: str) -> set[str]:
    """Anchors of the headings of a page, as the site makes them."""
    headings = (HEADING.match(line) for line in _outside_code(text.splitlines()))
    words = (re.sub(r"[^\w\s-]", "", found[2].lower()).strip() for found in headings if found)
    return {re.sub(r"[\s]+", "-", each) for each in words}


def relinked(text: str, name: str, places: Mapping[tuple[str, str], str]) -> str:
    """Text with its links to a heading led to the page where that heading now stands.

    Parameters
    ----------
    text : str
    name : str
        The page as it was, before it was divided.
    places : mapping of (page, anchor) to page

    Returns
    -------
    str
    """

    def led(found: re.Match[str]) -> str:
        page = found[2] or name
        return f"{found[1]}{places.get((page, found[3]), found[2])}#{found[3]})"

    return LINK.sub(led, text)


def _outside_code(lines: Sequence[str]) -> Iterator[str]:
    code = False
    for line in lines:
        fence = line.lstrip().startswith("```")
        yield "" if code or fence else line
        code ^= fence


def _height(line: str) -> int:
    shown = TARGET.sub("", line)
    if line.startswith("|"):
        return ROW + 22 * (1 + len(shown) // IN_A_ROW)
    return LINE * (1 + len(shown) // CHARACTERS) if shown.strip() else ROW


def _by_heading(lines: Sequence[str], level: int) -> list[Unit]:
    """What stands before the first heading of a level, then each heading with what it holds."""
    found, title, kept = [], "", []
    for line, seen in zip(lines, _outside_code(lines), strict=True):
        heading = HEADING.match(seen)
        if heading and len(heading[1]) == level:
            found.append(Unit(title, tuple(kept)))
            title, kept = heading[2], []
        kept.append(line)
    return [*found, Unit(title, tuple(kept))]


def _small(unit: Unit, level: int) -> list[Unit]:
    """A unit, or the smaller ones in it where it is too high for a page."""
    if unit.height <= LONGEST:
        return [unit]
    first, *below = _by_heading(unit.lines, level)
    if not below:
        return _by_row(unit)
    opening = replace(below[0], lines=(*first.lines, *below[0].lines))
    if first.height > LONGEST:
        return [*_by_row(replace(first, title=unit.title)), *_within(unit, below, level)]
    return _within(unit, [opening, *below[1:]], level)


def _within(unit: Unit, below: Sequence[Unit], level: int) -> list[Unit]:
    named = [replace(each, section=unit.title) for each in below]
    return [small for each in named for small in _small(each, level + 1)]


def _by_row(unit: Unit) -> list[Unit]:
    """Pieces of a unit with one long table, each with the head of the table."""
    start = next((at for at, line in enumerate(unit.lines) if line.startswith("|---")), None)
    if start is None:
        return [unit]
    head = unit.lines[start - 1 : start + 1]
    before = Unit(unit.title, unit.lines[: start - 1])
    rows = [line for line in unit.lines[start + 1 :] if line.startswith("|")]
    groups: list[list[str]] = []
    for row in rows:
        if groups and not _first_cell(row):
            groups[-1].append(row)
        else:
            groups.append([row])
    pieces = _packed([Unit(_first_cell(rows[0]), tuple(rows)) for rows in groups])
    made = []
    for number, piece in enumerate(pieces):
        ends = [each.title.removeprefix(f"{unit.title}.") for each in (piece[0], piece[-1])]
        title = f"{ends[0]} – {ends[1]}"
        again = before.lines if number == 0 else ()
        made.append(Unit(title, (*again, *head, *(row for each in piece for row in each.lines)), unit.title))
    return made


def _opened(page: Unit) -> tuple[Unit, list[Unit]]:
    """The opening of a page without headings, and the rows of its table in pieces."""
    start = next((at for at, line in enumerate(page.lines) if line.startswith("|---")), 1) - 1
    return Unit("", page.lines[:start]), _by_row(Unit("", page.lines[start:])) if start else []


def _first_cell(row: str) -> str:
    return _plain(row.strip("|").split("|")[0])


def _plain(text: str) -> str:
    return TARGET.sub("", text).replace("[", "").replace("`", "").replace("**", "").strip()


def _about(group: Sequence[Unit]) -> str:
    """Title of a page: the section that its units share, the first of them and the last."""
    first, last = group[0], group[-1]
    if len(group) == 1 or first.section != last.section:
        ends = [f"{unit.section}: {unit.title}" if unit.section else unit.title for unit in (first, last)]
        return " – ".join(dict.fromkeys(ends))
    return (f"{first.section}: " if first.section else "") + f"{first.title} – {last.title}"


def _pages(units: Sequence[Unit]) -> list[list[Unit]]:
    """Units of every page; one that is too high for a page begins a page and ends one."""
    pages: list[list[Unit]] = []
    whole: list[Unit] = []
    for unit in units:
        if unit.height <= LONGEST:
            whole.append(unit)
            continue
        pages += [*_packed(whole), *_packed(_small(unit, 3))]
        whole = []
    return [*pages, *_packed(whole)]


def _packed(units: Sequence[Unit]) -> list[list[Unit]]:
    """Units in order, as many a page as it holds."""
    pages: list[list[Unit]] = []
    height = 0
    for unit in units:
        if not pages or height + unit.height > LONGEST:
            pages.append([])
            height = 0
        pages[-1].append(unit)
        height += unit.height
    return pages
