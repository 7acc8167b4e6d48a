"""A malformed case or subsidy file is refused with one line that names the file, the key and the fault."""

import pytest

from sim.billing.case_bill import make_bill
from sim.billing.case_subsidy import make_subsidy
from sim.catalogue import load_tariffs
from sim.errors import InputError
from sim.law import RuleSet
from sim.ledger import PriceSettings

BOOK = load_tariffs()
CASE = """\
title: t
patient:
  born: {born}
  died: {died}
  household: {household}
  income: {{verzamelinkomen_eur: 28000}}
  gp_registered: false
  wlz: {wlz}
journey: {journey}
care: {care}
"""
HOME = "[{setting: thuis, from: 2026-01-01, to: 2026-06-30}]"
VPT = "[{from: 2025-06-01, to: null, profile: VV6, form: vpt}]"
STAY = "[{from: 2025-06-01, to: null, profile: VV6, form: verblijf}]"


def case(**change):
    usual = {
        "born": "1946-03-14",
        "died": "2026-06-30",
        "household": "single",
        "wlz": "[]",
        "journey": HOME,
        "care": "[]",
    }
    return CASE.format(**usual | change)


def care(line):
    return case(care=f"[{{{line}}}]")


WRONG = {
    "a return that is expected from home": (
        case(wlz="[{from: 2025-06-01, to: null, profile: VV6, form: vpt, return_expected: true}]"),
        "patient.wlz[0].return_expected: belongs to form verblijf, not vpt; leave it out",
    ),
    "beschermd wonen that ends after the stay begins": (
        case(wlz=STAY.replace("verblijf", "verblijf, beschermd_wonen_until: 2025-06-02")),
        "patient.wlz[0].beschermd_wonen_until: 2025-06-02 lies after from 2025-06-01",
    ),
    "a contribution of December without Wlz in December": (
        case(wlz="[{from: 2026-02-01, to: null, profile: VV6, form: vpt}]").replace(
            "{verzamelinkomen_eur: 28000}", "{verzamelinkomen_eur: 28000, december_eur: {2026: 200}}"
        ),
        "patient.income.december_eur.2026: no Wlz period holds on 2025-12-31",
    ),
    "a contribution of December above the highest": (
        case(wlz=VPT).replace(
            "{verzamelinkomen_eur: 28000}", "{verzamelinkomen_eur: 28000, december_eur: {2026: 3000}}"
        ),
        "patient.income.december_eur.2026: 3000 is above the 2954.40 that 2025 can ask",
    ),
    "overlapping stays": (
        case(
            journey="[{setting: thuis, from: 2026-01-01, to: 2026-05-10}, "
            "{setting: hch, from: 2026-05-01, to: 2026-06-30}]"
        ),
        "journey[1].from: 2026-05-01 overlaps journey[0], which ends on 2026-05-10",
    ),
    "a gap between stays": (
        case(
            journey="[{setting: thuis, from: 2026-01-01, to: 2026-05-01}, "
            "{setting: hch, from: 2026-05-03, to: 2026-06-30}]"
        ),
        "journey[1].from: 2026-05-03 leaves a gap after journey[0], which ends 2026-05-01",
    ),
    "a stay that ends before it begins": (
        case(journey="[{setting: thuis, from: 2026-07-01, to: 2026-06-30}]"),
        "journey[0].to: 2026-06-30 lies not after from 2026-07-01",
    ),
    "death before birth": (
        case(born="2027-01-01"),
        "patient.died: 2026-06-30 lies before born 2027-01-01",
    ),
    "death elsewhere than at the end": (
        case(died="2026-06-01"),
        "patient.died: 2026-06-01 is not the end of the last stay (2026-06-30)",
    ),
    "an unknown product": (
        care("product: zvw.huisarts.consul, date: 2026-03-02"),
        "care[0].product: zvw.huisarts.consul: no such product; did you mean 'zvw.huisarts.consult'?",
    ),
    "a date without tariff": (
        case(died="2019-06-30", journey="[{setting: thuis, from: 2019-01-01, to: 2019-06-30}]"),
        "journey[0].from: 2019-01-01 has no tariff",
    ),
    "a product that has no tariff and no invoice": (
        care("product: zvw.msz.dbc, opened: 2026-02-01"),
        "care[0].amount_eur: is missing; zvw.msz.dbc has no tariff",
    ),
    "a product without a price in force": (
        care("product: zvw.huisarts.pzp, date: 2026-03-02"),
        "care[0].product: zvw.huisarts.pzp has a projected tariff only",
    ),
    "Zvw home care beside Wlz": (
        case(
            wlz=VPT,
            care="[{product: zvw.wijkverpleging, from: 2026-03-01, to: 2026-04-01, hours_per_week: 7}]",
        ),
        "care[0]: zvw.wijkverpleging on 2026-03-01: the patient has Wlz vpt, patient.wlz[0] (T6: ",
    ),
    "Wmo help under a vpt": (
        case(
            wlz=VPT,
            care="[{product: wmo.huishoudelijke_hulp, from: 2026-03-01, to: 2026-04-01, hours_per_week: 2}]",
        ),
        "care[0]: wmo.huishoudelijke_hulp on 2026-03-01: the patient has Wlz vpt, patient.wlz[0] (T12/huis",
    ),
    "Zvw home care from the day on which Wlz begins": (
        case(
            wlz="[{from: 2026-03-10, to: null, profile: VV6, form: mpt, hours_per_month: 40}]",
            care="[{product: zvw.wijkverpleging, from: 2026-03-01, to: 2026-04-01, hours_per_week: 7}]",
        ),
        "care[0]: zvw.wijkverpleging on 2026-03-10",
    ),
    "ELV beside a Wlz stay": (
        case(wlz=STAY, journey="[{setting: elv, from: 2026-01-01, to: 2026-06-30}]"),
        "journey[0]: elv beside Wlz verblijf on 2026-01-01, patient.wlz[0]",
    ),
    "a quantity that no line can have": (
        care("product: zvw.wijkverpleging, date: 2026-03-01, hours: 1e30"),
        "care[0].hours: 1e+30 is above 1000000; must be 1000000 or less",
    ),
    "a house without contract for a client under a vpt": (
        case(
            wlz=VPT,
            journey="[{setting: hch, from: 2026-01-01, to: 2026-06-30, contracted: false}]",
        ),
        "journey[0].contracted: hch on 2026-01-01 under vpt",
    ),
    "a second provider without the hours of the mpt": (
        case(
            wlz=VPT,
            journey="[{setting: bth, from: 2026-01-01, to: 2026-06-30, second_provider: true}]",
        ),
        "journey[0].second_provider: A second provider beside a vpt",
    ),
    "a house without permit and without main contractor": (
        case(journey="[{setting: hch, from: 2026-01-01, to: 2026-06-30, wtza_permit: false}]"),
        "journey[0].main_contractor: is missing",
    ),
    "an agreed price of another product": (
        care("product: zvw.huisarts.visite, date: 2026-03-02, agreed_eur: 40"),
        "care[0].agreed_eur: belongs to zvw.gzsp only",
    ),
    "a loan that begins after the line": (
        care("product: zvw.hulpmiddel.rolstoel, from: 2026-03-02, to: 2026-04-02, lent_from: 2026-03-09"),
        "care[0].lent_from: 2026-03-09 lies after from 2026-03-02",
    ),
    "meals that are not medical under the Zvw": (
        care("product: zvw.maaltijd, date: 2026-03-02, amount_eur: 50"),
        "care[0]: zvw.maaltijd on 2026-03-02: care[0].medisch is false, or not given (T12/maaltijd_alarm: ",
    ),
    "at home beside a Wlz stay": (
        case(wlz=STAY),
        "journey[0]: thuis beside a Wlz stay on 2026-01-01",
    ),
    "a nursing home without Wlz": (
        case(journey="[{setting: verpleeghuis, from: 2026-01-01, to: 2026-06-30}]"),
        "journey[0]: verpleeghuis without a Wlz stay on 2026-01-01",
    ),
    "negative hours": (
        care("product: zvw.wijkverpleging, from: 2026-03-01, to: 2026-04-01, hours_per_week: -7"),
        "care[0].hours_per_week: -7 is too low; must be above 0",
    ),
    "more hours than a week holds": (
        care("product: zvw.wijkverpleging, from: 2026-03-01, to: 2026-04-01, hours_per_week: 169"),
        "care[0].hours_per_week: 169 is above the 168 hours of a week; give 168 or less",
    ),
    "more hours than a day holds": (
        care("product: zvw.wijkverpleging, from: 2026-03-01, to: 2026-04-01, per_day: 25"),
        "care[0].per_day: 25 is above the 24 hours of a day; give 24 or less",
    ),
    "more eigen risico used than a year takes": (
        case().replace("  wlz:", "  already_used: {eigen_risico_eur: {2026: 385.01}}\n  wlz:"),
        "patient.already_used.eigen_risico_eur.2026: 385.01 is above the 385.00 that 2026 can take",
    ),
    "care after death": (
        care("product: zvw.huisarts.consult, date: 2026-07-02"),
        "care[0].date: 2026-07-02 lies after death on 2026-06-30",
    ),
    "care before the journey": (
        care("product: zvw.huisarts.consult, date: 2025-12-31"),
        "care[0].date: 2025-12-31 lies outside the journey of 2026-01-01 up to 2026-06-30",
    ),
    "days of a stay as care": (
        care("product: zvw.elv.ptz, from: 2026-03-01, to: 2026-04-01"),
        "care[0].product: zvw.elv.ptz comes from the stay itself",
    ),
    "hours of a product that goes by contact": (
        care("product: zvw.huisarts.consult, date: 2026-03-01, hours: 2"),
        "care[0].hours: zvw.huisarts.consult goes by consult, not by hour",
    ),
    "a rate without a period": (
        care("product: zvw.wijkverpleging, date: 2026-03-01, hours_per_week: 2"),
        "care[0].hours_per_week: needs from and to",
    ),
    "a team without word of its meeting": (
        care("product: zvw.msz.palliatief_team, date: 2026-03-01"),
        "care[0].meeting_190006: is missing",
    ),
    "an unknown key": (
        care("product: zvw.huisarts.consult, date: 2026-03-01, hour_per_week: 2"),
        "care[0].hour_per_week: unknown key; did you mean 'hours_per_week'?",
    ),
    "an unknown setting": (
        case(journey="[{setting: thuiss, from: 2026-01-01, to: 2026-06-30}]"),
        "journey[0].setting: 'thuiss' is not known here; did you mean 'thuis'?",
    ),
    "an unknown reason of a ride": (
        care("product: zvw.vervoer.zittend, date: 2026-03-01, amount_eur: 5, reason: radiotherapi"),
        "care[0].reason: 'radiotherapi' is not known here; did you mean 'radiotherapie'?",
    ),
    "a key twice": (
        case() + "title: u\n",
        "key 'title' stands twice",
    ),
    "a couple without partner": (
        case(household="couple"),
        "patient.partner: is missing",
    ),
    "overlapping Wlz periods": (
        case(
            wlz="[{from: 2025-06-01, to: 2026-03-01, profile: VV6, form: vpt}, "
            "{from: 2026-02-01, to: null, profile: VV6, form: vpt}]"
        ),
        "patient.wlz[1].from: 2026-02-01 overlaps wlz[0], which ends on 2026-03-01",
    ),
    "an mpt without hours": (
        case(wlz="[{from: 2025-06-01, to: null, profile: VV6, form: mpt}]"),
        "patient.wlz[0].hours_per_month: is missing",
    ),
    "a day contribution in a high care hospice": (
        case(journey="[{setting: hch, from: 2026-01-01, to: 2026-06-30, day_contribution_eur: 10}]"),
        "journey[0].day_contribution_eur: 10 in hch on 2026-01-01",
    ),
    "a voluntary eigen risico that no policy offers": (
        case().replace("  household", "  insurance: {voluntary_deductible_eur: 250}\n  household"),
        "patient.insurance.voluntary_deductible_eur: 250 is not offered; choose from 0, 100, 200",
    ),
    "text where a date stands": (
        case(born="vroeger"),
        "patient.born: 'vroeger' is not a date; write YYYY-MM-DD",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_malformed_case_is_refused_with_one_line(name, tmp_path):
    text, said = WRONG[name]
    path = tmp_path / "case.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        make_bill(path, BOOK, RuleSet.current(), PriceSettings(2026))
    line = str(caught.value)
    assert said in line
    assert "\n" not in line


def test_the_line_names_the_file_and_what_would_be_right(tmp_path):
    path = tmp_path / "case.yaml"
    path.write_text(WRONG["overlapping stays"][0], encoding="utf-8")
    with pytest.raises(InputError) as caught:
        make_bill(path, BOOK, RuleSet.current(), PriceSettings(2026))
    assert str(caught.value).startswith(f"{path}: journey[1].from: ")
    assert str(caught.value).endswith("; start there")


def test_a_right_case_passes_where_the_wrong_ones_fail(tmp_path):
    path = tmp_path / "case.yaml"
    path.write_text(case(), encoding="utf-8")
    assert make_bill(path, BOOK, RuleSet.current(), PriceSettings(2026)).lines == ()


SUBSIDY = """\
year: {year}
organisations:
  - {{name: Huis, form: {form}, months_active: {months}, clients: {clients}}}
"""


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"clients": "{2022: 58, 2024: 62}"}, "organisations[0].clients: 2023 is missing"),
        ({"clients": "{2022: 58, 2023: -1, 2024: 62}"}, "organisations[0].clients.2023: -1 is below 0"),
        ({"form": "bht"}, "organisations[0].form: 'bht' is not known here; did you mean 'bth'?"),
        ({"year": "2010"}, "year: 2010 has no Regeling PTZ here; give 2019 or later"),
    ],
)
def test_a_malformed_subsidy_file_is_refused_with_one_line(change, said, tmp_path):
    usual = {"year": "2026", "form": "bth", "months": "60", "clients": "{2022: 58, 2023: 60, 2024: 62}"}
    path = tmp_path / "file.yaml"
    path.write_text(SUBSIDY.format(**usual | change), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        make_subsidy(path, BOOK, RuleSet.current(), 2026)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)
