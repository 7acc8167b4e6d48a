"""Every KPI of a run, one registration each, in the order of the KPI table."""

from __future__ import annotations

from functools import partial

from sim.measure.formulas import Quantile, Quantiles, Ratio, Total
from sim.measure.registry import Label, indicator
from sim.units import (
    CENTS_PER_EURO,
    MINUTES_PER_DAY,
    MINUTES_PER_HOUR,
    MINUTES_PER_MEAN_YEAR,
    MINUTES_PER_WEEK,
    P90,
    P99,
)

# Levels of the quantiles that show how own payments are spread
PAYMENT_LEVELS = (0.1, 0.25, 0.5, 0.75, P90, 0.95, P99)

_of_patients = partial(indicator, sheet="patients", view="decedents")
_use = partial(_of_patients, section="use", row=True)
_occupancy = partial(indicator, sheet="capacity", view="calendar", section="hospice")
_moves = partial(indicator, sheet="throughput", view="decedents")
_hospice = partial(indicator, sheet="throughput", view="calendar", section="hospice", row=True)
_in_region = partial(indicator, sheet="throughput", view="calendar")
_costs = partial(indicator, sheet="costs", view="decedents")
_yearly = partial(indicator, sheet="costs", view="calendar")
_scheme = partial(_yearly, section="schemes")

_of_patients(
    "patients",
    Total("patients", over=()),
    unit="count",
    label=Label(nl="Overleden mensen", en="People who died"),
)
_of_patients(
    "place_of_death",
    Ratio("deaths", "patients", over=("setting",)),
    Ratio("deaths", "patients", over=("setting", "group"), share=("group",)),
    unit="share",
    label=Label(nl="Aandeel van de overlijdens", en="Share of deaths"),
    section="places",
)
_of_patients(
    "wlz_at_death",
    Ratio("patients_with_wlz", "patients"),
    unit="share",
    label=Label(nl="Met een Wlz-indicatie", en="With a Wlz indication"),
)
_of_patients(
    "wishes_met",
    Ratio("wishes_met", "patients"),
    unit="share",
    label=Label(nl="Vervulde wensen (van alle overledenen)", en="Wishes met (of all who died)"),
    section="places",
)
_of_patients(
    "preference_met",
    Ratio("preference_met", "preference_known", over=()),
    Ratio("preference_met", "preference_known", over=("listed",), share=("listed",)),
    unit="share",
    label=Label(nl="Vervulde voorkeur (van wie bekend)", en="Preference met (of those known)"),
    section="places",
)
_of_patients(
    "days_in_setting",
    Ratio("minutes_in_setting", "patients", size=MINUTES_PER_DAY),
    unit="days",
    label=Label(nl="Dagen per plek in de laatste 365 dagen", en="Days by place in the last 365 days"),
    section="places",
)
indicator(
    "cost",
    Total("cost", size=CENTS_PER_EURO),
    unit="eur",
    label=Label(nl="Kosten", en="Costs"),
    sheet="costs",
    view="both",
    section="costs",
)
indicator(
    "assumed_price_share",
    Ratio("cost_at_assumed_prices", "cost", over=("view",), share=("view",)),
    unit="share",
    label=Label(
        nl="Deel van de kosten dat op aangenomen prijzen rust",
        en="Share of the costs that rests on assumed prices",
    ),
    sheet="costs",
    view="both",
)
_costs(
    "cost_per_decedent",
    Ratio("cost_of_decedents", "patients", size=CENTS_PER_EURO, over=()),
    Ratio("cost_of_decedents", "patients", size=CENTS_PER_EURO, over=("wlz",), share=("wlz",)),
    unit="eur",
    label=Label(nl="Kosten per overleden persoon", en="Costs per person who died"),
    section="costs",
)
_of_patients(
    "patient_payment_mean",
    Ratio("patient_payment", "patients", size=CENTS_PER_EURO, over=()),
    Ratio("patient_payment", "patients", size=CENTS_PER_EURO, over=("item",)),
    Ratio("patient_payment", "patients", size=CENTS_PER_EURO, over=("income",), share=("income",)),
    Ratio("patient_payment", "patients", size=CENTS_PER_EURO, over=("wlz",), share=("wlz",)),
    Ratio("patient_payment", "patients", size=CENTS_PER_EURO, over=("law",)),
    unit="eur",
    label=Label(nl="Gemiddelde eigen betaling", en="Mean own payment"),
    section="payments",
)
_of_patients(
    "patient_payment_median",
    Quantile("patient_payment", 0.5, size=CENTS_PER_EURO),
    unit="eur",
    label=Label(nl="Eigen betaling: mediaan", en="Own payment: median"),
    section="payments",
)
_of_patients(
    "patient_payment_p90",
    Quantile("patient_payment", P90, size=CENTS_PER_EURO),
    unit="eur",
    label=Label(nl="Eigen betaling: 90e percentiel", en="Own payment: 90th percentile"),
    section="payments",
)
_of_patients(
    "patient_payment_p99",
    Quantile("patient_payment", P99, size=CENTS_PER_EURO),
    unit="eur",
    label=Label(nl="Eigen betaling: 99e percentiel", en="Own payment: 99th percentile"),
    section="payments",
)
_of_patients(
    "patient_payment_quantile",
    Quantiles("patient_payment", PAYMENT_LEVELS, over=((), ("wlz",), ("income",)), size=CENTS_PER_EURO),
    unit="eur",
    label=Label(nl="Verdeling van de eigen betaling", en="Spread of own payments"),
    section="payments",
)
_occupancy(
    "occupancy",
    Ratio("bed_minutes_used", "bed_minutes", over=("setting",), share=("setting",)),
    Ratio("bed_minutes_used", "bed_minutes", over=("site",), share=("site",)),
    unit="share",
    label=Label(nl="Bezetting", en="Occupancy"),
)
_occupancy(
    "occupancy_by_month",
    Ratio("bed_minutes_used", "bed_minutes", over=("setting", "month"), share=("setting", "month")),
    unit="share",
    label=Label(nl="Bezetting per maand", en="Occupancy by month"),
)
_moves(
    "moves",
    Ratio("moves", "patients", over=("from", "to")),
    unit="count",
    label=Label(nl="Verplaatsingen per persoon in het laatste jaar", en="Moves per person in the last year"),
    section="places",
)
_occupancy(
    "hospice_occupancy",
    Ratio("hospice_bed_minutes_used", "hospice_bed_minutes"),
    unit="share",
    label=Label(nl="Bezetting van alle hospices samen", en="Occupancy of all hospices together"),
    short=Label(nl="Bezetting van hospices", en="Occupancy of hospices"),
    row=True,
)
_hospice(
    "wait_days_mean",
    Ratio("hospice_wait_minutes", "hospice_admitted", size=MINUTES_PER_DAY, over=()),
    Ratio(
        "hospice_wait_minutes",
        "hospice_admitted",
        size=MINUTES_PER_DAY,
        over=("setting",),
        share=("setting",),
    ),
    unit="days",
    label=Label(
        nl="Wachttijd van opgenomen mensen, gemiddeld in dagen", en="Wait of those admitted, mean in days"
    ),
    short=Label(nl="Gemiddelde wachttijd", en="Mean wait"),
)
_hospice(
    "wait_days_p90",
    Quantile("hospice_wait", P90, size=MINUTES_PER_DAY),
    unit="days",
    label=Label(
        nl="Wachttijd van opgenomen mensen, 90e percentiel in dagen",
        en="Wait of those admitted, 90th percentile in days",
    ),
    short=Label(nl="Wachttijd, 90e percentiel", en="Wait, 90th percentile"),
)
_hospice(
    "hospice_requests",
    Total("hospice_requests"),
    unit="count",
    label=Label(nl="Aanvragen voor een hospiceplaats", en="Requests for a hospice place"),
)
_hospice(
    "hospice_stays",
    Total("hospice_stays"),
    unit="count",
    label=Label(nl="Opnames in een hospice", en="Admissions to a hospice"),
)
indicator(
    "hospice_guests",
    Ratio("hospice_guests", "hospice_stays"),
    unit="share",
    label=Label(
        nl="Opnames in een hospice: aandeel per ziektegroep",
        en="Admissions to a hospice: share by disease group",
    ),
    sheet="patients",
    view="calendar",
)
indicator(
    "hospice_age_mean",
    Ratio("hospice_age_minutes", "hospice_stays", size=MINUTES_PER_MEAN_YEAR),
    unit="years",
    label=Label(nl="Gemiddelde leeftijd bij opname in een hospice", en="Mean age at admission to a hospice"),
    sheet="patients",
    view="calendar",
)
_hospice(
    "hospice_refused",
    Ratio("hospice_refused", "hospice_requests"),
    unit="share",
    label=Label(
        nl="Afgewezen (geduld op), aandeel van de aanvragen",
        en="Refused (patience at an end), share of requests",
    ),
    short=Label(nl="Afgewezen aanvragen", en="Requests refused"),
)
_hospice(
    "hospice_died_waiting",
    Ratio("hospice_died_waiting", "hospice_requests"),
    unit="share",
    label=Label(
        nl="Overleden tijdens het wachten, aandeel van de aanvragen",
        en="Died while waiting, share of requests",
    ),
)
_hospice(
    "hospice_from_hospital",
    Ratio("hospice_from_hospital", "hospice_admitted"),
    unit="share",
    label=Label(
        nl="Opgenomen vanuit het ziekenhuis, aandeel van de opnames",
        en="Admitted from hospital, share of admissions",
    ),
)
_hospice(
    "blocked_hospital_days",
    Total("blocked_hospital_minutes", size=MINUTES_PER_DAY),
    unit="days",
    label=Label(
        nl="Ziekenhuisdagen in afwachting van een plaats", en="Hospital days spent waiting for a place"
    ),
)
_hospice(
    "nursing_home_wait_days",
    Ratio("nursing_home_wait_minutes", "nursing_home_admitted", size=MINUTES_PER_DAY),
    unit="days",
    label=Label(nl="Wachttijd verpleeghuis, gemiddeld in dagen", en="Wait for a nursing home, mean in days"),
)
_use(
    "admitted_last_30",
    Ratio("admitted_last_30", "patients"),
    unit="share",
    label=Label(nl="Ziekenhuisopname in de laatste 30 dagen", en="Hospital admission in the last 30 days"),
)
_use(
    "ed_last_30",
    Ratio("ed_last_30", "patients"),
    unit="share",
    label=Label(nl="SEH-bezoek in de laatste 30 dagen", en="Emergency visit in the last 30 days"),
)
_use(
    "ic_last_30",
    Ratio("ic_last_30", "patients"),
    unit="share",
    label=Label(nl="IC-opname in de laatste 30 dagen", en="Intensive care admission in the last 30 days"),
)
_use(
    "hospital_days_last_30",
    Ratio("hospital_days_last_30", "admitted_last_30"),
    unit="days",
    label=Label(
        nl="Ziekenhuisdagen in de laatste 30 dagen van wie was opgenomen",
        en="Hospital days in the last 30 days of those admitted",
    ),
)
_of_patients(
    "hospitalised_last_90",
    Ratio("hospitalised_last_90", "patients", over=()),
    Ratio("hospitalised_last_90", "patients", over=("listed",), share=("listed",)),
    unit="share",
    label=Label(nl="In het ziekenhuis in de laatste 90 dagen", en="In hospital in the last 90 days"),
)
_moves(
    "transitions_last_90",
    Ratio("transitions_last_90", "patients", over=()),
    Ratio("transitions_last_90", "patients", over=("listed",), share=("listed",)),
    unit="count",
    label=Label(
        nl="Verplaatsingen in de laatste 90 dagen, per persoon",
        en="Transfers in the last 90 days, per person",
    ),
    section="use",
    row=True,
)
_moves(
    "transitions_with_hospital",
    Ratio("transitions_with_hospital", "transitions_last_90", over=()),
    Ratio("transitions_with_hospital", "transitions_last_90", over=("listed",), share=("listed",)),
    unit="share",
    label=Label(
        nl="Verplaatsingen van of naar het ziekenhuis, aandeel", en="Moves from or to hospital, share"
    ),
)
_moves(
    "transition_last_30",
    Ratio("transition_last_30", "patients", over=()),
    Ratio("transition_last_30", "patients", over=("listed",), share=("listed",)),
    unit="share",
    label=Label(nl="Verplaatst in de laatste 30 dagen", en="Moved in the last 30 days"),
)
_use(
    "gp_contacts_last_30",
    Ratio("gp_contact_units_last_30", "gp_patients_last_30", size=MINUTES_PER_WEEK),
    unit="count",
    label=Label(
        nl="Huisartscontacten in de laatste 30 dagen, per persoon",
        en="GP contacts in the last 30 days, per person",
    ),
)
_of_patients(
    "gp_contacts_last_7",
    Ratio("gp_contact_units_last_7", "gp_patients_last_7", size=MINUTES_PER_WEEK),
    unit="count",
    label=Label(
        nl="Huisartscontacten in de laatste 7 dagen, per persoon",
        en="GP contacts in the last 7 days, per person",
    ),
)
_in_region(
    "nurses_waited",
    Total("nurses_waited"),
    unit="count",
    label=Label(
        nl="Mensen die op uren wijkverpleging wachten", en="People who wait for hours of district nursing"
    ),
    section="use",
    row=True,
)
_in_region(
    "guest_hours_less",
    Total("guest_minutes_less", size=MINUTES_PER_HOUR),
    unit="hours",
    label=Label(
        nl="Uren zorg die gasten van bijna-thuis-huizen minder krijgen",
        en="Hours of care that guests of bijna-thuis-huizen get less",
    ),
    section="use",
    row=True,
)
_use(
    "district_nursing_hours",
    Ratio("district_nursing_units", "patients", size=MINUTES_PER_WEEK * MINUTES_PER_HOUR),
    unit="hours",
    label=Label(
        nl="Uren wijkverpleging in het laatste jaar, per persoon",
        en="Hours of district nursing in the last year, per person",
    ),
)
_use(
    "care_drop_share",
    Ratio("care_fell", "care_changed"),
    unit="share",
    label=Label(
        nl="Zorgval: aandeel met minder zorg thuis na de overgang naar mpt of pgb",
        en="Fall of care: share with less care at home since mpt or pgb",
    ),
)
_use(
    "care_drop_hours",
    Ratio("care_fell_minutes", "care_fell", size=MINUTES_PER_HOUR),
    unit="hours",
    label=Label(
        nl="Zorgval: uren zorg per week minder, gemiddeld bij wie minder krijgt",
        en="Fall of care: hours a week less, mean of those who get less",
    ),
)
_use(
    "terminal_outlived_90",
    Ratio("terminal_outlived_90", "terminal_estimated"),
    unit="share",
    label=Label(
        nl="Leeft langer dan 90 dagen na de schatting ‘terminaal’",
        en="Lives more than 90 days after the estimate ‘terminal’",
    ),
)
_scheme(
    "subsidy",
    Total("subsidy", size=CENTS_PER_EURO),
    unit="eur",
    label=Label(nl="Regeling PTZ, uitgekeerd", en="Regeling PTZ, paid"),
)
_scheme(
    "subsidy_claimed",
    Total("subsidy_claimed", size=CENTS_PER_EURO),
    unit="eur",
    label=Label(nl="Aangevraagd in het gebied", en="Claimed in the area"),
)
_scheme(
    "subsidy_earned",
    Total("subsidy_earned", size=CENTS_PER_EURO),
    unit="eur",
    label=Label(
        nl="Wat de cliënten van dit jaar later opleveren", en="What the clients of this year earn later"
    ),
)
_yearly(
    "subsidy_earned_claimed",
    Total("subsidy_earned_claimed", size=CENTS_PER_EURO),
    unit="eur",
    label=Label(
        nl="Wat daarvoor hoogstens kan worden aangevraagd", en="What can be claimed for them at most"
    ),
)
_scheme(
    "subsidy_earned_payout",
    Ratio("subsidy_earned", "subsidy_earned_claimed", over=()),
    unit="share",
    label=Label(
        nl="Landelijk uitkeringspercentage van die latere jaren",
        en="National payout percentage of those later years",
    ),
)
_scheme(
    "budget",
    Total("budget", size=CENTS_PER_EURO),
    unit="eur",
    label=Label(nl="Rijksgeld, budget", en="State money, budget"),
)
_scheme(
    "budget_used",
    Total("budget_used", size=CENTS_PER_EURO),
    unit="eur",
    label=Label(nl="Rijksgeld, gesimuleerd gebruik", en="State money, simulated use"),
)
_yearly(
    "budget_left",
    Total("budget_left", size=CENTS_PER_EURO),
    unit="eur",
    label=Label(nl="Rijksgeld, wat overblijft", en="State money, what is left"),
)
_yearly(
    "carrying_out",
    Total("carrying_out", size=CENTS_PER_EURO),
    unit="eur",
    label=Label(nl="Kosten van uitvoering", en="Cost of carrying it out"),
    section="schemes",
    row=True,
)
_scheme(
    "spiritual_hours_left",
    Total("spiritual_hours_left"),
    unit="hours",
    label=Label(
        nl="Uren geestelijke verzorging die de plafonds na de hoogste overhead nog laten",
        en="Hours of spiritual care that the ceilings leave after the highest overhead",
    ),
)
_costs(
    "unfunded",
    Total("unfunded", size=CENTS_PER_EURO),
    unit="eur",
    label=Label(nl="Onbetaalde zorg", en="Unfunded care"),
    section="schemes",
)
_costs(
    "provider_gain",
    Total("provider_gain", size=CENTS_PER_EURO),
    unit="eur",
    label=Label(nl="winst of verlies per aanbieder", en="gain or loss by provider"),
    section="schemes",
)
_costs(
    "provider_shadow",
    Total("provider_shadow", size=CENTS_PER_EURO),
    unit="eur",
    label=Label(nl="wat aanbieders anders zouden declareren", en="what providers would declare otherwise"),
    section="schemes",
)
_in_region(
    "ceiling_exhausted_day",
    Ratio("ceiling_exhausted_day", "ceiling_segments", over=()),
    Ratio("ceiling_exhausted_day", "ceiling_segments", over=("contract",), share=("contract",)),
    unit="day of year",
    label=Label(
        nl="Dag van het jaar waarop het plafond op is", en="Day of the year on which the ceiling is used up"
    ),
    section="schemes",
)
_scheme(
    "ceiling_room",
    Total("ceiling_room", size=CENTS_PER_EURO, over=("kind",)),
    unit="eur",
    label=Label(nl="Omzetplafond", en="Omzetplafond"),
)
_scheme(
    "ceiling_used",
    Total("ceiling_used", size=CENTS_PER_EURO, over=("kind",)),
    unit="eur",
    label=Label(nl="Omzetplafond, gesimuleerd gebruik", en="Omzetplafond, simulated use"),
)
_in_region(
    "ceiling_patients_affected",
    Total("ceiling_patients_affected"),
    unit="count",
    label=Label(nl="Mensen die het lege plafond merken", en="People who notice the used-up ceiling"),
    section="schemes",
)
_in_region(
    "ceiling_touched",
    Total("ceiling_touched"),
    unit="count",
    label=Label(
        nl="Door het lege plafond geraakt, naar wat er dan gebeurt",
        en="Touched by the used-up ceiling, by what happens then",
    ),
    section="schemes",
)
_in_region(
    "hospital_elsewhere",
    Total("hospital_elsewhere"),
    unit="count",
    label=Label(
        nl="Opnames in een ziekenhuis buiten de regio, omdat er geen bed vrij was",
        en="Admissions to a hospital outside the region, for want of a free bed",
    ),
)
_scheme(
    "subsidy_payout",
    unit="share",
    label=Label(nl="Landelijk uitkeringspercentage", en="National payout percentage"),
)
