"""Serve the what-if page to this machine only, with all settings as flags."""

from __future__ import annotations

import os
import socket
from contextlib import redirect_stdout
from importlib.util import find_spec
from pathlib import Path

from sim.errors import InputError, Message, Place
from sim.web.apart import UPLOAD_MEGABYTES

_WEB_PORT = 8501  # where the what-if page is served unless another port is named
_LAST_PORT = 65_535  # of those that a machine has

ADDRESS = "127.0.0.1"


def flags(port: int, browser: bool) -> dict[str, object]:
    """Settings of Streamlit: this machine only, nothing reported to anyone, small uploads."""
    return {
        "server_address": ADDRESS,
        "server_port": port,
        "server_headless": not browser,
        "server_maxUploadSize": UPLOAD_MEGABYTES,
        "server_fileWatcherType": "none",
        "server_enableXsrfProtection": True,
        "server_enableCORS": True,
        "server_showEmailPrompt": False,
        "browser_serverAddress": ADDRESS,
        "browser_gatherUsageStats": False,
        "client_toolbarMode": "minimal",
        "client_showErrorDetails": "none",
        "client_showErrorLinks": False,
        "runner_magicEnabled": False,
        # a click on the map sets names that were a default at first: its warning is for developers
        "global_disableWidgetStateDuplicationWarning": True,
        "theme_base": "light",
        "theme_primaryColor": "#00538a",
        "theme_textColor": "#1a1a1a",
        "logger_level": "warning",
        # its welcome and its advice to developers would stand over the page, in English
        "logger_hideWelcomeMessage": True,
    }


def serve(port: int | None = None, browser: bool = True, lang: str = "nl") -> None:
    """Serve the page until it is interrupted, by default on the first port that is free.

    Raises InputError when Streamlit is not installed, or the port is taken.
    """
    if find_spec("streamlit") is None:
        raise InputError(
            "palsim web: the package streamlit is not installed; install what the page needs: "
            "python -m pip install 'palsim[web]'"
        )
    chosen = free_port(_WEB_PORT) if port is None else port
    if not 0 < chosen <= _LAST_PORT:
        raise InputError(
            "palsim web: --port {chosen}: must be 1 to {last_port}; or leave it out",
            chosen=chosen,
            last_port=_LAST_PORT,
        )
    if not is_free(chosen):
        raise InputError(
            "palsim web: --port {chosen}: is in use; name another, or leave it out", chosen=chosen
        )
    from sim.web.private import remove_left

    remove_left()
    from streamlit import config
    from streamlit.web import bootstrap

    script = Path(__file__).with_name("app.py")
    options = flags(chosen, browser)
    bootstrap.load_config_options(options)
    config.set_option("server.port", chosen)
    place = Place(f"http://{ADDRESS}:{chosen}")
    print(Message("The page is at {place}; stop it by Ctrl-C", place=place).told(lang), flush=True)
    with open(os.devnull, "w") as nowhere, redirect_stdout(nowhere):  # what Streamlit says is in English
        bootstrap.run(str(script), False, [lang], options)


def is_free(port: int) -> bool:
    """Whether this machine can serve on a port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((ADDRESS, port))
        except (OSError, OverflowError):
            return False
    return True


def free_port(first: int) -> int:
    """The first free port from a number on."""
    port = first
    while not is_free(port):
        port += 1
    return port
