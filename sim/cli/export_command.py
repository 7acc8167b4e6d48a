"""The command `palsim export`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.choices import LogFormat
from sim.cli.shared import JsonOption, ToldOption, print_json
from sim.cli.spoken import say


def export_run(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="Run folder that keeps the journey.")],
    form: Annotated[
        LogFormat, typer.Option("--format", help="For animation with vidigi, or for process mining.")
    ],
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="File; default: events_<format>.csv in RUN.")
    ] = None,
    lang: ToldOption = "nl",
    as_json: JsonOption = False,
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
