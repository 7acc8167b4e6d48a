"""`palsim web`: the what-if page on this machine."""

from __future__ import annotations

from typing import Annotated

from sim.cli import asked
from sim.cli.asked import Number, option


def web(
    port: Annotated[Number, option("--port", "Port; default: the first that is free.", "N")] = None,
    browser: Annotated[bool, option("--browser/--no-browser", "Open the page in a browser.")] = True,
    lang: asked.Lang = "nl",
) -> None:
    """Open the what-if page: move levers, simulate a region, share the scenario. Only for this machine."""
    from sim.web.server import serve

    serve(port, browser, lang)
