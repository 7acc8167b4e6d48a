"""Parts of a page into HTML: one base template, one stylesheet, every word of input escaped."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from sim.errors import LANGUAGES
from sim.report.language import Language, language
from sim.report.page import Block, Section, TableView
from sim.report.sections.glossary import explainer

if TYPE_CHECKING:
    from jinja2 import Environment

_BASE = "base.html.j2"


@cache
def environment() -> Environment:
    """The templates, with escaping on, unknown names refused, and a test `of_kind` by the name of a class."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    env = Environment(
        loader=PackageLoader("sim.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.tests["of_kind"] = lambda block, kind: type(block).__name__ == kind
    return env


@cache
def _template(name: str) -> str:
    return (resources.files("sim.report") / "templates" / name).read_text(encoding="utf-8")


def search_script() -> str:
    """The script that leaves the rows of a table in which what is typed stands; without it all rows stand."""
    return _template("search.js").strip()


def _policy(script: str) -> str:
    """What the page may load: nothing, and of scripts only the one with this text."""
    if not script:
        return "default-src 'none'; style-src 'unsafe-inline'"
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return f"{_policy('')}; script-src 'sha256-{digest}'"


def render_template(name: str, words: Language, title: str, **places: Any) -> str:
    """A template of `sim/report/templates` that extends the base template, as HTML text.

    `places` are `heading`, `subtitle`, `lead` (blocks of the first screen), `sections`, `script`, and what
    the template adds.
    """
    filled = {"heading": title, "subtitle": "", "lead": (), "sections": (), "script": "", **places}
    policy = _policy(str(filled["script"]))
    page, css = environment().get_template(name), _template("report.css")
    return page.render(words=words, title=title, css=css, policy=policy, explain=explainer(words), **filled)


def block_html(block: Block, words: Language) -> str:
    """One block as HTML text, its terms not explained, for a page that is put together elsewhere."""
    return environment().get_template("block.html.j2").render(block=block, words=words, explain=str)


def render_page(
    title: str,
    blocks: Sequence[Block],
    lang: str = LANGUAGES[0],
    subtitle: str = "",
    sections: Sequence[Section] = (),
) -> str:
    """A whole self-contained page: heading, blocks of the first screen, then sections with their contents.

    A section without blocks is left out. Raises InputError when the language has no catalogue.
    """
    kept = [s for s in sections if s.blocks]
    searched = any(isinstance(block, TableView) and block.search for s in kept for block in s.blocks)
    return render_template(
        _BASE,
        language(lang),
        title,
        subtitle=subtitle,
        lead=blocks,
        sections=kept,
        script=search_script() if searched else "",
    )
