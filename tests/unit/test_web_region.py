"""Names of a region that a link gives stand in their field, also where a drawing before was cut short."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

FIELD = "capacity-towns"


def _page() -> None:
    import streamlit as st

    from sim.report.language import language
    from sim.web.frame import Page
    from sim.web.region_choice import choose_region

    st.text(choose_region(Page(language("en"))).chosen.towns)


def test_every_drawing_tells_the_browser_the_names_of_the_link():
    page = AppTest.from_function(_page, default_timeout=60)
    page.query_params["towns"] = ["Assen", "No town"]
    for _ in range(2):
        page.run()
        field = page.multiselect(key=FIELD)
        assert [field.proto.options[number] for number in field.proto.default] == ["Assen"]
        assert field.value == ["Assen"]


def test_names_that_the_user_takes_away_stay_away():
    page = AppTest.from_function(_page, default_timeout=60)
    page.query_params["towns"] = ["Assen"]
    page.run()
    page.multiselect(key=FIELD).set_value([]).run()
    assert page.run().multiselect(key=FIELD).value == []
    assert "towns" not in page.query_params
