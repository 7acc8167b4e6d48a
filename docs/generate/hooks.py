"""Links that lead out of docs/ become text in the site, where those files are not; run by mkdocs."""

from __future__ import annotations

import re
from typing import Any

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
