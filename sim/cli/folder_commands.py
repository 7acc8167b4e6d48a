"""The commands on a folder as it is stored: `palsim verify` and `palsim export`."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from sim.choices import LogFormat
from sim.cli import asked
from sim.cli.asked import File, argument, option
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


def export_run(
    run: Annotated[Path, argument("RUN", "Run folder that keeps the journey.")],
    form: Annotated[LogFormat, option("--format", "For animation with vidigi, or for process mining.")],
    out: Annotated[File, option("--out", "File; default: events_<format>.csv in RUN.", "FILE")] = None,
    lang: asked.Told = "nl",
    as_json: asked.Json = False,
) -> None:
    """Write the journeys of a run as a log of events: arrivals, beds, waits, refusals, deaths."""
    from sim.store.export import export_events

    made = export_events(run, form, out)
    if as_json:
        print_json(
            {
                "run": str(run),
                "format": form,
                "file": str(made.path),
                "events": made.events,
                "patients": made.patients,
            }
        )
    else:
        print(say("{events} events of {patients} patients", events=made.events, patients=made.patients))
        print(made.path)
