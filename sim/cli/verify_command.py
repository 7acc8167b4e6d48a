"""The command `palsim verify`: is every file of a folder as it was written."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from sim.cli import asked
from sim.cli.asked import argument
from sim.cli.shared import FAILED, print_json
from sim.cli.spoken import say


def verify(
    folder: Annotated[Path, argument("FOLDER", "Of a run, a comparison or another study.")],
    lang: asked.Told = "nl",
    as_json: asked.Json = False,
) -> None:
    """Hold every file of a folder against its checksum; exit 1 when one is missing or has changed."""
    from sim.store import verify as verified

    found = verified(folder)
    if as_json:
        print_json(asdict(found))
    else:
        for words, names in (
            (say("missing or damaged"), found.damaged),
            (say("not finished"), found.unfinished),
            (say("nothing known of"), found.unknown),
        ):
            for name in names:
                print(f"{words}: {name}")
        print(
            say(
                "{whole} files as they were written, {damaged} missing or damaged",
                whole=len(found.whole),
                damaged=len(found.damaged),
            )
        )
    if found.damaged:
        raise typer.Exit(FAILED)
