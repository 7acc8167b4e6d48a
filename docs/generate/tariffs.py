"""Writes docs/tariffs.md: every tariff with its values, dates, kinds and sources.

Usage: python docs/generate/tariffs.py
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from sim.catalogue import TariffBook, load_tariffs

OUT = Path(__file__).resolve().parent.parent / "tariffs.md"
HEAD = """# Tariffs

Every product and legal amount in `tariffs/`, with its dated values. A value holds from its first day up to,
not including, its last. Names of products are those of the law and the NZa, in Dutch. `palsim tariffs
show ID` gives one with its reason and range; `palsim tariffs check` proves that every product has unit, law,
source and no gap.

A kind is `maximum` (set by the NZa), `fixed` (law), `negotiated`, `reference` (a price for calculations),
`realised` (what was paid) or `assumption` (no source; with a range and a reason in the file). Planned values
are left out: they hold only where a scenario switches them on.

This page is written by `python docs/generate/tariffs.py`.
"""


def cell(text: object) -> str:
    """Text that stands in one cell of a table."""
    return " ".join(str(text).split()).replace("|", "\\|")


def rows(book: TariffBook, id: str, name: str, unit: str) -> list[str]:
    """A row a value; what has no values stands there once."""
    values = book.values(id)
    if not values:
        return [f"| `{id}` | {name} | {unit} | | | by invoice | | |"]
    out = []
    for number, value in enumerate(values):
        first = (f"`{id}`", name, unit) if number == 0 else ("", "", "")
        about = (value.valid_from, value.valid_to, value.amount, value.kind, f"`{value.source}`")
        out.append("| " + " | ".join(str(part) for part in (*first, *about)) + " |")
    return out


def page(book: TariffBook) -> str:
    """The whole page."""
    groups: dict[str, list[str]] = defaultdict(list)
    for id in (*book.ids, *book.parameter_ids):
        groups[id.partition(".")[0]].append(id)
    out = [HEAD]
    for group, ids in sorted(groups.items()):
        out += [f"## {group}\n", "| Id | What | Unit | From | To | Value | Kind | Source |"]
        out.append("|---|---|---|---|---|---|---|---|")
        for id in sorted(ids):
            if id in book.ids:
                product = book.product(id)
                mark = " (counts for the eigen risico)" if product.eigen_risico else ""
                out += rows(book, id, cell(product.title) + mark, cell(product.unit))
            else:
                found = book.description(id)
                out += rows(
                    book, id, f"{cell(found.title)} ({found.law}, {cell(found.article)})", cell(found.unit)
                )
        out.append("")
    out += ["## Sources\n", "| Source | Title |", "|---|---|"]
    for id, source in sorted(book.sources().items()):
        title = f"[{cell(source.title)}]({source.url})" if source.url else cell(source.title)
        out.append(f"| `{id}` | {title} |")
    return "\n".join(out).rstrip() + "\n"


def main() -> None:
    """Write the page."""
    OUT.write_text(page(load_tariffs()), encoding="utf-8")


if __name__ == "__main__":
    main()
