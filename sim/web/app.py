"""The page that Streamlit serves: language, the three pages, style. Started by `palsim web`."""

from __future__ import annotations

import sys
from functools import partial


def main() -> None:
    """Draw the page that the user is on."""
    import streamlit as st

    from sim.errors import LANGUAGES
    from sim.report.language import language
    from sim.web import bill_page, capacity_page, what_if_page
    from sim.web.frame import Page, choose_language

    first = next((a for a in sys.argv[1:] if a in LANGUAGES), LANGUAGES[0])
    st.set_page_config(page_title="Palsim", layout="wide", initial_sidebar_state="collapsed")
    page = Page(language(choose_language(first)))
    page.dress()
    drawn = {"what_if": what_if_page.draw, "bill": bill_page.draw, "capacity": capacity_page.draw}
    pages = [
        st.Page(partial(draw, page), title=page.say(f"web.page.{name}"), url_path=name, default=not place)
        for place, (name, draw) in enumerate(drawn.items())
    ]
    st.navigation(pages, position="top").run()


if __name__ == "__main__":
    main()
