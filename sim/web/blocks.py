"""Blocks of the report as markup for the page: tables as they are, figures as images with their text."""

from __future__ import annotations

import base64
import html
from collections.abc import Iterable

from sim.report.formats import render
from sim.report.language import Language
from sim.report.page import Block, FigureView

_SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'


def block_html(block: Block, words: Language) -> str:
    """One block as HTML that needs no script; a figure as an image, which a cleaner of markup leaves."""
    if not isinstance(block, FigureView):
        return render.block_html(block, words)
    alt, caption = (html.escape(text, quote=True) for text in (block.alt or block.caption, block.caption))
    picture = block.svg if "xmlns=" in block.svg else block.svg.replace("<svg", _SVG, 1)
    data = base64.b64encode(picture.encode()).decode()
    return (
        f'<figure><div class="scroll" tabindex="0" role="group" aria-label="{caption}">'
        f'<img alt="{alt}" src="data:image/svg+xml;base64,{data}"></div>'
        f"<figcaption>{caption}</figcaption></figure>"
    )


def paragraph(text: str, kind: str = "") -> str:
    """A sentence, escaped."""
    marked = f' class="{html.escape(kind)}"' if kind else ""
    return f"<p{marked}>{html.escape(text)}</p>"


def bullets(items: Iterable[str]) -> str:
    """Sentences as a list, escaped."""
    return "<ul>" + "".join(f"<li>{html.escape(item)}</li>" for item in items) + "</ul>"
