"""What the pages share: language, style, one line for a fault, the cache of this server."""

from __future__ import annotations

import atexit
import html
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import resources
from pathlib import Path

import streamlit as st

from sim.errors import InputError, RunError
from sim.report.language import LANGUAGES, Language, language
from sim.scenario import load_area, load_scenario
from sim.web.blocks import wrapped

_NAMES = {"nl": "Nederlands", "en": "English"}


def choose_language(first: str) -> str:
    """The language of the page, chosen at its top.

    Parameters
    ----------
    first : {"nl", "en"}
        Until the user chooses.

    Returns
    -------
    str
    """
    if "lang" not in st.session_state:
        st.session_state["lang"] = first
    words = language(st.session_state["lang"])
    st.radio(
        words.say("web.language"),
        LANGUAGES,
        key="lang",
        format_func=lambda code: _NAMES[code],
        horizontal=True,
        label_visibility="collapsed",
    )
    return str(st.session_state["lang"])


def dress(words: Language) -> None:
    """Give the page its style and tell the browser its language."""
    css = (resources.files("sim.web") / "page.css").read_text(encoding="utf-8")
    button = words.say("web.choose_file")
    st.html(f"<style>{css}{_BUTTON.replace('{text}', button)}</style>")
    st.html(f"<script>document.documentElement.lang = '{words.code}'</script>", unsafe_allow_javascript=True)


_BUTTON = (
    '[data-testid="stFileUploaderDropzone"] button p { font-size: 0; }'
    '[data-testid="stFileUploaderDropzone"] button::after { content: "{text}"; }'
)


_SCRIPT = (
    "document.documentElement.lang = '{lang}';"
    "document.querySelectorAll('[data-testid=\"stTopNav\"]')"
    ".forEach(found => found.setAttribute('aria-label', \"{pages}\"));"
    "document.querySelectorAll('a[href=\"#stMain\"]').forEach(found => found.textContent = '{skip}')"
)


def show(markup: str, words: Language) -> None:
    """Put markup on the page, in its language and style."""
    st.html(wrapped(markup, words))


@contextmanager
def told(words: Language) -> Iterator[None]:
    """Show what the user can mend, or what failed, as one line instead of a traceback."""
    try:
        yield
    except InputError as fault:
        _fault(words, "web.wrong", fault)
    except RunError as fault:
        _fault(words, "web.failed", fault)


def _fault(words: Language, key: str, fault: Exception) -> None:
    line = html.escape(" ".join(str(fault).split()))
    show(f'<div class="fault" role="alert"><p>{words.say(key)}</p><p lang="en">{line}</p></div>', words)


@st.cache_resource
def cache_folder() -> Path:
    """Folder with the answers of this server, gone when it stops."""
    folder = Path(tempfile.mkdtemp(prefix="palsim-web-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@st.cache_data(show_spinner=False)
def scenario_title(name: str, lang: str) -> str:
    """Title of a scenario in a language."""
    return str(getattr(load_scenario(name).scenario.title, lang))


@st.cache_data(show_spinner=False)
def area_title(name: str, lang: str) -> str:
    """Title of an area in a language."""
    return str(getattr(load_area(name).title, lang))
