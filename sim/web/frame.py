"""What the pages share: a page in one language, buttons whose press waits, uploads read once."""

from __future__ import annotations

import html
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import wraps
from importlib import resources
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import streamlit as st

from sim.errors import LANGUAGES, InputError, RunError
from sim.report.language import Language, language
from sim.report.page import Block
from sim.runs.options import OnProgress, Progress
from sim.scenario import load_area, load_scenario
from sim.web.apart import UPLOAD_MEGABYTES
from sim.web.blocks import block_html, bullets, paragraph
from sim.web.private import private_folder

WEB_SHOWN = 12  # answers and bills of the what-if page that stay in memory
OFFERED = ("html", "xlsx", "docx")  # forms of a report for a meeting

_NAMES = {"nl": "Nederlands", "en": "English"}
_BUTTONS = {"html": "report", "xlsx": "excel", "docx": "word", "yaml": "scenario"}
"""Form of a file to the word on its button."""
_CHOOSE_FILE = (
    '[data-testid="stFileUploaderDropzone"] [kind="secondary"] p { font-size: 0; }'
    '[data-testid="stFileUploaderDropzone"] [kind="secondary"]::after { content: "{text}"; }'
)
_MARK = "pressed:"
P = ParamSpec("P")
T = TypeVar("T")


class Page:
    """A page in one language: what it says, shows and asks, and what a user takes along."""

    def __init__(self, words: Language) -> None:
        self.words, self.say = words, words.say

    def dress(self) -> None:
        """Give the page its style and tell the browser its language."""
        css = (resources.files("sim.web") / "page.css").read_text(encoding="utf-8")
        st.html(f"<style>{css}{_CHOOSE_FILE.replace('{text}', self.say('web.choose_file'))}</style>")
        script = f"<script>document.documentElement.lang = '{self.words.code}'</script>"
        st.html(script, unsafe_allow_javascript=True)

    def begin(self, title: str, intro: str) -> None:
        """The title of the page and what it is for, by key."""
        st.title(self.say(title), anchor=False)
        self.show(paragraph(self.say(intro)))

    # -------------------------------------------------------------- what it shows
    def wrapped(self, markup: str) -> str:
        """Markup in the style and the language of the page."""
        return f'<div class="palsim" lang="{self.words.code}">{markup}</div>'

    def show(self, *markup: str) -> None:
        """Put markup on the page, in its language and style."""
        st.html(self.wrapped("".join(markup)))

    def small(self, key: str, **places: Any) -> str:
        """A remark in small type, by key, as markup."""
        return paragraph(self.say(key, **places), "small")

    def markup_of(self, blocks: Iterable[Block]) -> str:
        """Blocks of a report as markup."""
        return "".join(block_html(block, self.words) for block in blocks)

    def show_blocks(self, blocks: Iterable[Block]) -> None:
        """Put blocks of a report on the page."""
        self.show(self.markup_of(blocks))

    def heading(self, text: str) -> None:
        """A heading that holds text of a user: as it is, where `st.header` would take it for Markdown."""
        self.show(f"<h2>{html.escape(text)}</h2>")

    def answered(self, title: str, sentences: Iterable[str]) -> str:
        """An answer under its title, as markup."""
        return f"<h3>{html.escape(title)}</h3>{bullets(sentences)}"

    @contextmanager
    def told(self) -> Iterator[None]:
        """Show what the user can mend, or what failed, as one line instead of a traceback."""
        try:
            yield
        except (InputError, RunError) as fault:
            key = "web.wrong" if isinstance(fault, InputError) else "web.failed"
            line = html.escape(" ".join(self.words.fault(fault).split()))
            self.show(f'<div class="fault" role="alert"><p>{self.say(key)}</p><p>{line}</p></div>')

    def busy(self, bar: Any) -> OnProgress:
        """Tells on a bar how far a study of places is."""
        said = self.say("web.capacity.busy")
        bar.progress(0, said)

        def done(progress: Progress) -> None:
            bar.progress(min(progress.done / max(progress.total, 1), 1.0), said)

        return done

    def waiting(self, bar: Any) -> Callable[[], None]:
        """Tells on a bar that others are answered first; the page stops there when its user has gone."""
        return lambda: bar.progress(0, self.say("web.waiting"))

    # -------------------------------------------------------------- what it asks
    def choose(
        self,
        label: str,
        options: Sequence[T],
        told: Callable[[T], str] = str,
        key: str | None = None,
        start: int = 0,
        place: Any = st,
        **drawn: Any,
    ) -> T:
        """One of some options, each told in words, under a label by key."""
        chosen: T = place.selectbox(self.say(label), options, start, key=key, format_func=told, **drawn)
        return chosen

    def button(self, label: str, key: str, **options: Any) -> None:
        """A button, its label by key of the words; `pressed` tells of it."""
        button(self.say(label), key, **options)

    def upload(self, place: Any, label: str, endings: Sequence[str], key: str, limit: str = "") -> Any:
        """A field for one small file of the user; None where none is given. Label and limit are keys."""
        most = UPLOAD_MEGABYTES
        name, help_ = (self.say(each, megabytes=most) if each else None for each in (label, limit))
        return place.file_uploader(name, list(endings), key=key, max_upload_size=most, help=help_)

    def setting(self, name: str) -> str:
        """A type of place in words."""
        return self.words.word("setting", name)

    def scenario_title(self, name: str) -> str:
        """Title of a scenario."""
        return _title("scenario", name, self.words.code)

    def area_title(self, name: str) -> str:
        """Title of an area."""
        return _title("area", name, self.words.code)

    # -------------------------------------------------------------- what a user takes along
    def offer(self, key: str, name: str, forms: Mapping[str, Callable[[], bytes]]) -> None:
        """A button for each form, side by side; a file, named without ending, is made when it is pressed."""
        for column, (form, make) in zip(st.columns(len(forms)), forms.items(), strict=True):
            label = self.say(f"web.download_{_BUTTONS[form]}")
            download(column, label, make, f"{name}.{form}", f"{key}-{form}", width="stretch")


def choose_language(first: str) -> str:
    """The language of the page, chosen at its top; until then the first."""
    return st.radio(
        language(st.session_state.get("lang", first)).say("web.language"),
        LANGUAGES,
        LANGUAGES.index(first),
        key="lang",
        format_func=_NAMES.__getitem__,
        horizontal=True,
        label_visibility="collapsed",
    )


def download(place: Any, label: str, data: Any, file: str, key: str, **options: Any) -> None:
    """A button that takes a file along; one that is made when it is pressed is given as a callable."""
    place.download_button(label, data, file, key=key, on_click="ignore", **options)


def button(label: str, key: str, draw: Any = st.button, **options: Any) -> None:
    """A button of the page, or of a form, of which `pressed` tells.

    A page that is drawn anew half-way, as when a map reports where it stands, forgets what streamlit says of
    a button; what the press itself wrote down stays.
    """
    draw(label, key=key, on_click=mark, args=(_MARK + key,), **options)


def pressed(*keys: str) -> bool:
    """Whether one of some buttons was pressed since this was asked last: ask where it is acted on."""
    marks = [st.session_state.pop(_MARK + key, False) for key in keys]
    return True in marks


def mark(key: str) -> None:
    """Write down in the session that something is due."""
    st.session_state[key] = True


@contextmanager
def due(key: str) -> Iterator[None]:
    """While what a key of the session asks for is made; what fails is not due any more."""
    try:
        yield
    except Exception:
        del st.session_state[key]
        raise
    del st.session_state[key]


def remembered(read: Callable[P, T]) -> Callable[P, T]:
    """A reader of uploads that keeps what it read, or the fault it met, and does not read that again."""

    @st.cache_data(show_spinner=False, max_entries=WEB_SHOWN)
    @wraps(read)
    def attempted(*given: P.args, **named: P.kwargs) -> T | InputError:
        try:
            return read(*given, **named)
        except InputError as fault:
            return fault

    @wraps(read)
    def gave(*given: P.args, **named: P.kwargs) -> T:
        found = attempted(*given, **named)
        if isinstance(found, InputError):
            raise found
        return found

    return gave


@st.cache_resource
def cache_folder() -> Path:
    """Folder with the answers of this server, gone when it stops."""
    folder = private_folder() / "answers"
    folder.mkdir(mode=stat.S_IRWXU, exist_ok=True)
    return folder


@st.cache_data(show_spinner=False)
def _title(kind: str, name: str, lang: str) -> str:
    """Title of a scenario or an area in a language."""
    title = load_scenario(name).scenario.title if kind == "scenario" else load_area(name).title
    return str(getattr(title, lang))
