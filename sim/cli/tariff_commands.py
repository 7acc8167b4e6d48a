"""The commands `palsim tariffs`: show, check, sources."""

from __future__ import annotations

import datetime as dt
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli.shared import FAILED, JsonOption, console, print_block, print_json
from sim.errors import InputError

if TYPE_CHECKING:
    from sim.tariff import TariffBook

tariffs = typer.Typer(help="Show and check the tariffs.")


@tariffs.command("show")
def show_tariff(
    id: Annotated[
        str | None,
        typer.Argument(metavar="ID", help="A product, an NZa code or a legal amount; without it, all."),
    ] = None,
    date: Annotated[
        str | None, typer.Option("--date", metavar="YYYY-MM-DD", help="Only the value on this date.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Show tariffs by id or NZa code, by date, with kind, source and range; without ID, list all ids."""
    from sim.tariff import load_tariffs

    book = load_tariffs()
    if id is None:
        listed = [(i, book.product(i).law, book.product(i).title) for i in book.ids]
        listed += [(i, book.description(i).law, book.description(i).title) for i in book.parameter_ids]
        if as_json:
            print_json({"tariffs": [{"id": i, "law": law, "title": title} for i, law, title in listed]})
        else:
            for i, law, title in listed:
                print(f"{i}  {title} ({law})")
        return
    day = None if date is None else _date(date)
    found = [_tariff(book, one, day) for one in book.found(id)]
    if as_json:
        print_json(found[0] if len(found) == 1 else {"nza_code": id, "tariffs": found})
        return
    for about in found:
        unit = f"euro per {about['unit']}" if about["id"] in book.ids else about["unit"]
        console().print(f"{about['id']}: {about['title']} ({about['law']}, {unit})")
        if about["nza_code"] is not None:
            console().print(f"NZa {about['nza_code']}")
        for row in about["values"]:
            span = "" if row["range"] is None else f", range {row['range'][0]} to {row['range'][1]}"
            title = f"{row['from']} up to {row['to']}: {row['amount']} ({row['kind']}{span})"
            lines = [f"source {row['source']}: {row['source_title']}"]
            print_block(title, lines if row["reason"] is None else [*lines, f"reason: {row['reason']}"])


def _tariff(book: TariffBook, id: str, day: dt.date | None) -> dict[str, Any]:
    """A product or legal amount with its values, or its value on a day, as a document."""
    is_product = id in book.ids
    values = book.values(id)
    if day is not None:
        values = (book.value(id, day) if is_product else book.parameter(id, day),)
    about = book.product(id) if is_product else book.description(id)
    code = book.product(id).nza_code if is_product else None
    rows = [
        {
            "row": v.row,
            "from": v.valid_from.isoformat(),
            "to": v.valid_to.isoformat(),
            "amount": str(v.amount),
            "kind": v.kind,
            "source": v.source,
            "source_title": book.sources()[v.source].title,
            "range": None if v.range is None else [str(v.range[0]), str(v.range[1])],
            "reason": v.reason,
            "projected": v.projected,
        }
        for v in values
    ]
    head = {"id": id, "nza_code": code, "title": about.title, "law": about.law, "unit": about.unit}
    return {**head, "values": rows}


@tariffs.command("check")
def check_tariffs(as_json: JsonOption = False) -> None:
    """Check every file of the tariffs: units, laws, sources, gaps, overlaps."""
    from sim.law.care import products_without_a_rule
    from sim.tariff import check, load_tariffs

    faults = check() or products_without_a_rule(load_tariffs())
    if as_json:
        print_json({"ok": not faults, "faults": faults})
    for fault in faults if not as_json else ():
        print(fault, file=sys.stderr)
    if faults:
        raise typer.Exit(FAILED)
    if not as_json:
        book = load_tariffs()
        console().print(
            f"tariffs: {len(book.ids)} products, {len(book.parameter_ids)} legal amounts, "
            f"{len(book.sources())} sources: sound"
        )


@tariffs.command("sources")
def list_sources(as_json: JsonOption = False) -> None:
    """List the sources of the tariffs: title, address, how much was read."""
    from sim.tariff import load_tariffs

    found = load_tariffs().sources()
    keys = ("id", "title", "url", "read", "confidence")
    rows = [{key: getattr(source, key) for key in keys} for source in found.values()]
    if as_json:
        print_json({"sources": rows})
    else:
        for row in rows:
            lines = [row["title"], row["url"] or "no address", f"read: {row['read']}, {row['confidence']}"]
            print_block(row["id"], lines)


def _date(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise InputError(f"--date: {text!r} is no date; write it as 2026-07-01") from None
