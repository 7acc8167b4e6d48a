"""What the site needs beside its pages: links that stay inside, nothing from elsewhere; run by mkdocs."""

from __future__ import annotations

import re
from typing import Any

SHIM = re.compile(r'<script src="https://unpkg\.com/iframe-worker/shim"></script>')
"""What the theme loads for a search without a server; `docs/offline_worker.js` does that here."""
OUTSIDE = re.compile(r"(?<!!)\[([^\]]+)\]\(\.\./[^)]*\)")
DEEPER = re.compile(r"(?<!!)\[([^\]]+)\]\((?:\.\./){2}[^)]*\)")


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """Take the link off text that points at a file of the repository outside `docs/`.

    Parameters
    ----------
    markdown : str
    page : mkdocs.structure.pages.Page

    Returns
    -------
    str
    """
    deep = "/" in page.file.src_uri
    return (DEEPER if deep else OUTSIDE).sub(r"\1", markdown)


def on_post_page(output: str, page: Any, **_: Any) -> str:
    """Put our own script in the place of one that the theme would load from elsewhere.

    Parameters
    ----------
    output : str
    page : mkdocs.structure.pages.Page

    Returns
    -------
    str
    """
    return _with_ours(output, "../" * page.file.dest_uri.count("/"))


def on_post_template(output_content: str, **_: Any) -> str:
    """As `on_post_page`, of pages that are no document."""
    return _with_ours(output_content, "")


def _with_ours(page: str, up: str) -> str:
    return SHIM.sub(f'<script src="{up}offline_worker.js"></script>', page)
