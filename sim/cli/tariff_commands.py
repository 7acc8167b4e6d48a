"""The commands `palsim tariffs`: show, check, sources."""

from __future__ import annotations

import datetime as dt
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli import asked
from sim.cli.asked import Text, argument, option
from sim.cli.shared import FAILED, console, print_block, print_json
from sim.cli.spoken import say
from sim.errors import InputError

if TYPE_CHECKING:
    from sim.catalogue import TariffBook

tariffs = typer.Typer(help="Show and check the tariffs.")


@tariffs.command("show")
def show_tariff(
    id: Annotated[Text, argument("ID", "A product, an NZa code or a legal amount; without it, all.")] = None,
    date: Annotated[Text, option("--date", "Only the value on this date.", "YYYY-MM-DD")] = None,
    lang: asked.Told = "nl",
    as_json: asked.Json = False,
) -> None:
    """Show tariffs by id or NZa code, by date, with kind, source and range; without ID, list all ids."""
    from sim.catalogue import load_tariffs
    from sim.report.language import language

    book, words = load_tariffs(), language(lang)
    if id is None:
        listed = [(i, str(book.product(i).law), book.product(i).title) for i in book.ids]
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
        unit = words.word("unit", about["unit"])
        if about["id"] in book.ids:
            unit = say("euro per {unit}", unit=unit)
        console().print(f"{about['id']}: {about['title']} ({about['law']}, {unit})")
        if about["nza_code"] is not None:
            console().print(f"NZa {about['nza_code']}")
        for row in about["values"]:
            kind = words.word("kind", row["kind"])
            if row["range"] is not None:
                low, high = row["range"]
                kind = say("{kind}, range {low} to {high}", kind=kind, low=low, high=high)
            title = say(
                "{first} up to {until}: {amount} ({kind})",
                first=row["from"],
                until=row["to"],
                amount=row["amount"],
                kind=kind,
            )
            lines = [f"{say('source')} {row['source']}: {row['source_title']}"]
            if row["reason"] is not None:
                lines.append(f"{say('reason')}: {words.name(row['reason'])}")
            print_block(title, lines)


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
def check_tariffs(lang: asked.Told = "nl", as_json: asked.Json = False) -> None:
    """Check every file of the tariffs: units, laws, sources, gaps, overlaps."""
    from sim.catalogue import check, load_tariffs
    from sim.law.care import products_without_a_rule

    faults = check() or products_without_a_rule(load_tariffs())
    if as_json:
        print_json({"ok": not faults, "faults": faults})
    for fault in faults if not as_json else ():
        print(fault.told(lang), file=sys.stderr)
    if faults:
        raise typer.Exit(FAILED)
    if not as_json:
        book = load_tariffs()
        console().print(
            say(
                "tariffs: {products} products, {amounts} legal amounts, {sources} sources: sound",
                products=len(book.ids),
                amounts=len(book.parameter_ids),
                sources=len(book.sources()),
            )
        )


@tariffs.command("sources")
def list_sources(lang: asked.Told = "nl", as_json: asked.Json = False) -> None:
    """List the sources of the tariffs: title, address, how much was read."""
    from sim.catalogue import load_tariffs
    from sim.report.language import language

    found, words = load_tariffs().sources(), language(lang)
    keys = ("id", "title", "url", "read", "confidence")
    rows = [{key: getattr(source, key) for key in keys} for source in found.values()]
    if as_json:
        print_json({"sources": rows})
    else:
        for row in rows:
            read = f"{words.word('source_read', row['read'])}, {words.word('confidence', row['confidence'])}"
            lines = [row["title"], row["url"] or say("no address"), read]
            print_block(row["id"], lines)


def _date(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise InputError("--date: {text!r} is no date; write it as 2026-07-01", text=text) from None
