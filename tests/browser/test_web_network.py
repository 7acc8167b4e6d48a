"""Places and policies side by side, as a coordinator and a policy adviser ask for them in English."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_web import PATIENCE, address, home, settled, taken

pytestmark = pytest.mark.browser

__all__ = ["address", "home"]
UNFOLDS = 1_000
"""Milliseconds after which an expander lies still: a list that opens before closes again."""


def english(page: Page, where: str) -> Page:
    """A page of the program in English."""
    page.goto(where)
    page.get_by_text("English", exact=True).click(timeout=PATIENCE)
    settled(page)
    return page


def test_places_stand_side_by_side_and_the_link_restores_them(desktop, phone, address, tmp_path):
    page = english(desktop, f"{address}/capacity?towns=Assen")
    page.get_by_text("Change places and compare").click(timeout=PATIENCE)
    page.get_by_role("button", name="Add", exact=True).click(timeout=PATIENCE)
    expect(page.get_by_role("button", name="Remove: close assen-bth-1")).to_be_visible(timeout=PATIENCE)
    settled(page)
    link = page.url
    assert "towns=Assen" in link
    page.get_by_role("button", name="Compare with now").click()
    expect(page.get_by_text(re.compile("Close assen-bth-1: .* without a bed"))).to_be_visible(
        timeout=PATIENCE
    )
    settled(page)
    assert taken(page, "Note for the meeting (Word)", tmp_path).read_bytes().startswith(b"PK")
    phone.goto(link)
    expect(phone.get_by_role("button", name="assen-bth-1")).to_be_visible(timeout=PATIENCE)
    expect(phone.get_by_test_id("stMultiSelect").first).to_contain_text("Assen")
    assert phone.evaluate("document.documentElement.scrollWidth") <= phone.viewport_size["width"]


@pytest.mark.slow
def test_ticked_policies_wait_for_their_answer_and_then_stand_ranked(desktop, address):
    page = english(desktop, f"{address}/")
    page.get_by_text("More policies side by side").click(timeout=PATIENCE)
    settled(page)
    page.wait_for_timeout(UNFOLDS)
    page.get_by_test_id("stMultiSelect").locator("input").click()
    page.get_by_role("option", name="An acute hospice bed").click(timeout=PATIENCE)
    expect(page.get_by_text("not yet computed")).to_be_visible(timeout=PATIENCE)
    page.mouse.click(1, 500)  # closes the list
    settled(page)
    page.get_by_role("button", name="Set side by side").click()
    expect(page.get_by_text("not yet computed")).to_have_count(0, timeout=PATIENCE)
    settled(page)
    expect(page.get_by_role("button", name="Also over the assumptions").first).to_be_visible()
    row = page.locator(".palsim table").first.locator("tbody tr").first
    expect(row).to_contain_text("acute hospice bed")
