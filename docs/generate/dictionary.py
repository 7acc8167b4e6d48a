"""Writes docs/dictionary.md: every column of the counted tables, in English and in Dutch.

Usage: python docs/generate/dictionary.py
"""

from __future__ import annotations

from pathlib import Path

import palsim as ps

OUT = Path(__file__).resolve().parents[1] / "dictionary.md"
HEAD = """# Data dictionary

What every column of the tables of `run.tables()` holds; `ps.dictionary()` gives the same as a frame, in
English with `lang="en"`. Amounts are euros, moments are timestamps, and only what counts in the window is
there.

*Wat elke kolom van de tabellen van `run.tables()` bevat; `ps.dictionary()` geeft hetzelfde als tabel.
Bedragen zijn euro's, momenten zijn tijdstippen, en alleen wat in het venster telt, staat erin.*

This page is written by `python docs/generate/dictionary.py`.
"""


def page() -> str:
    """The whole page."""
    english, dutch = ps.dictionary("en"), ps.dictionary("nl")
    both = english.assign(dutch=dutch["meaning"])
    out = [HEAD]
    for table, columns in both.groupby("table", sort=False, observed=True):
        out += [f"## {table}\n", "| Column | Type | Meaning | Betekenis |", "|---|---|---|---|"]
        for each in columns.itertuples():
            values = " ".join(f"`{value.strip()}`" for value in each.values.split(",") if value.strip())
            kind = f"{each.type}: {values}" if values else each.type
            out.append(f"| `{each.column}` | {kind} | {each.meaning} | {each.dutch} |")
        out.append("")
    return "\n".join(out).rstrip() + "\n"


def main() -> None:
    """Write the page."""
    OUT.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
