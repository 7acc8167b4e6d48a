"""The report in a browser: no serious violation of accessibility, nothing wider than a phone."""

import pytest

from sim.report.build import render
from sim.report.language import LANGUAGES, language
from sim.report.provenance import load_published
from tests.unit.report_data import comparison

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module", params=LANGUAGES)
def report(request, tmp_path_factory):
    result = comparison()
    file = tmp_path_factory.mktemp("report") / "report.html"
    html = render(result, language(request.param), load_published(result.base.area))
    file.write_text(html, encoding="utf-8")
    return file


def test_axe_finds_no_serious_violation_on_the_report(report, desktop, grave_violations):
    desktop.goto(report.as_uri())
    assert not grave_violations(desktop)


def test_axe_finds_no_serious_violation_on_a_phone(report, phone, grave_violations):
    phone.goto(report.as_uri())
    assert not grave_violations(phone)


def test_the_report_is_not_wider_than_a_phone(report, phone):
    phone.goto(report.as_uri())
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
