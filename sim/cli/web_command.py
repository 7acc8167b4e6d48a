"""`palsim web`: the what-if page on this machine."""

from __future__ import annotations

from typing import Annotated

import typer

from sim.cli.shared import LangOption


def web(
    port: Annotated[
        int | None, typer.Option("--port", metavar="N", help="Port; default: the first that is free.")
    ] = None,
    browser: Annotated[
        bool, typer.Option("--browser/--no-browser", help="Open the page in a browser.")
    ] = True,
    lang: LangOption = "nl",
) -> None:
    """Open the what-if page: move levers, simulate a region, share the scenario. Only for this machine."""
    from sim.web.server import serve

    serve(port, browser, lang)
