"""The command `palsim export`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from sim.choices import LogFormat
from sim.cli import asked
from sim.cli.asked import File, argument, option
from sim.cli.shared import print_json
from sim.cli.spoken import say


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
