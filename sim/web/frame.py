"""What the pages share: language, style, one line for a fault, the cache of this server."""

from __future__ import annotations

import html
import stat
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from importlib import resources
from pathlib import Path
from typing import Any

import streamlit as st

from sim.errors import LANGUAGES, InputError, RunError
from sim.report.language import Language, language
from sim.report.page import Block
from sim.runs.options import OnProgress, Progress
from sim.scenario import load_area, load_scenario
from sim.web.apart import UPLOAD_MEGABYTES
from sim.web.blocks import block_html, wrapped
from sim.web.private import private_folder

WEB_SHOWN = 12  # answers and bills of the what-if page that stay in memory

_NAMES = {"nl": "Nederlands", "en": "English"}


def choose_language(first: str) -> str:
    """The language of the page, chosen at its top; until then the first."""
    words = language(st.session_state.get("lang", first))
    return st.radio(
        words.say("web.language"),
        LANGUAGES,
        LANGUAGES.index(first),
        key="lang",
        format_func=lambda code: _NAMES[code],
        horizontal=True,
        label_visibility="collapsed",
    )


def dress(words: Language) -> None:
    """Give the page its style and tell the browser its language."""
    css = (resources.files("sim.web") / "page.css").read_text(encoding="utf-8")
    button = words.say("web.choose_file")
    st.html(f"<style>{css}{_BUTTON.replace('{text}', button)}</style>")
    st.html(f"<script>document.documentElement.lang = '{words.code}'</script>", unsafe_allow_javascript=True)


_BUTTON = (
    '[data-testid="stFileUploaderDropzone"] [kind="secondary"] p { font-size: 0; }'
    '[data-testid="stFileUploaderDropzone"] [kind="secondary"]::after { content: "{text}"; }'
)


def show(markup: str, words: Language) -> None:
    """Put markup on the page, in its language and style."""
    st.html(wrapped(markup, words))


def markup_of(blocks: Iterable[Block], words: Language) -> str:
    """Blocks of a report as markup."""
    return "".join(block_html(block, words) for block in blocks)


def show_blocks(blocks: Iterable[Block], words: Language) -> None:
    """Put blocks of a report on the page."""
    show(markup_of(blocks, words), words)


def uploader(place: Any, label: str, endings: Sequence[str], key: str, help: str | None = None) -> Any:
    """A field for one small file of the user; None where none is given."""
    return place.file_uploader(label, list(endings), key=key, max_upload_size=UPLOAD_MEGABYTES, help=help)


def download(place: Any, label: str, data: Any, file: str, key: str, **options: Any) -> None:
    """A button that takes a file along; one that is made when it is pressed is given as a callable."""
    place.download_button(label, data, file, key=key, on_click="ignore", **options)


def busy(words: Language, bar: Any) -> OnProgress:
    """Tells on a bar how far a study of places is."""
    bar.progress(0, words.say("web.capacity.busy"))

    def done(progress: Progress) -> None:
        bar.progress(min(progress.done / max(progress.total, 1), 1.0), words.say("web.capacity.busy"))

    return done


@contextmanager
def due(key: str) -> Iterator[None]:
    """While what a key of the session asks for is made; what fails is not due any more."""
    try:
        yield
    except Exception:
        del st.session_state[key]
        raise
    del st.session_state[key]


def heading(text: str, words: Language) -> None:
    """A heading that holds text of a user: as it is, where `st.header` would take it for Markdown."""
    show(f"<h2>{html.escape(text)}</h2>", words)


def waiting(words: Language, bar: Any) -> Callable[[], None]:
    """Tells on a bar that others are answered first; the page stops there when its user has gone."""
    return lambda: bar.progress(0, words.say("web.waiting"))


def attempted(read: Callable[[], Any]) -> tuple[Any, InputError | None]:
    """What reading gave, or the fault it met: a wrong file is not read again at every move on the page."""
    try:
        return read(), None
    except InputError as fault:
        return None, fault


def gave(found: tuple[Any, InputError | None]) -> Any:
    """What an attempt gave; raises the InputError that it met."""
    value, fault = found
    if fault is not None:
        raise fault
    return value


@contextmanager
def told(words: Language) -> Iterator[None]:
    """Show what the user can mend, or what failed, as one line instead of a traceback."""
    try:
        yield
    except InputError as fault:
        _fault(words, "web.wrong", fault)
    except RunError as fault:
        _fault(words, "web.failed", fault)


def _fault(words: Language, key: str, fault: InputError | RunError) -> None:
    line = html.escape(" ".join(words.fault(fault).split()))
    show(f'<div class="fault" role="alert"><p>{words.say(key)}</p><p>{line}</p></div>', words)


@st.cache_resource
def cache_folder() -> Path:
    """Folder with the answers of this server, gone when it stops."""
    folder = private_folder() / "answers"
    folder.mkdir(mode=stat.S_IRWXU, exist_ok=True)
    return folder


@st.cache_data(show_spinner=False)
def scenario_title(name: str, lang: str) -> str:
    """Title of a scenario in a language."""
    return str(getattr(load_scenario(name).scenario.title, lang))


@st.cache_data(show_spinner=False)
def area_title(name: str, lang: str) -> str:
    """Title of an area in a language."""
    return str(getattr(load_area(name).title, lang))
