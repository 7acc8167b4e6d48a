"""The page that Streamlit serves: language, the three pages, style. Started by `palsim web`."""

from __future__ import annotations

import sys


def main() -> None:
    """Draw the page that the user is on."""
    import streamlit as st

    from sim.errors import LANGUAGES
    from sim.report.language import language
    from sim.web import bill_page, capacity_page, what_if_page
    from sim.web.frame import choose_language, dress

    first = next((a for a in sys.argv[1:] if a in LANGUAGES), LANGUAGES[0])
    st.set_page_config(page_title="Palsim", layout="wide", initial_sidebar_state="collapsed")
    words = language(choose_language(first))
    dress(words)
    pages = [
        st.Page(
            lambda: what_if_page.draw(words),
            title=words.say("web.page.what_if"),
            url_path="what_if",
            default=True,
        ),
        st.Page(lambda: bill_page.draw(words), title=words.say("web.page.bill"), url_path="bill"),
        st.Page(lambda: capacity_page.draw(words), title=words.say("web.page.capacity"), url_path="capacity"),
    ]
    st.navigation(pages, position="top").run()


if __name__ == "__main__":
    main()
