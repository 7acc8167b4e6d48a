# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
#     text_representation:
#       extension: .py
#       format_name: percent
#       format_version: '1.3'
#       jupytext_version: 1.19.6
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Paden en wachtrijen
#
# Dit notebook beantwoordt: **welke weg leggen mensen af in hun laatste jaar, waar wachten zij, en hoe
# ziet dat er in de tijd uit?** De reizen worden een logboek van gebeurtenissen, dat andere programma's
# kunnen lezen: voor process mining en voor een animatie met vidigi.

# %%
# %matplotlib inline
import pandas as pd

import palsim as ps

run = ps.run("basis_2026", replications=2, keep="all")
tables = run.tables(counted=False)
stays, refusals = tables.stays, tables.refusals

# %% [markdown]
# De meest voorkomende paden: de opeenvolgende plekken van een patiënt, van het begin van het laatste jaar
# tot overlijden.

# %%
paths = (
    stays.sort_values(["replication", "patient_id", "stay_no"])
    .groupby(["replication", "patient_id"])["setting"]
    .agg(lambda places: " → ".join(places))
)
paths.value_counts(normalize=True).head(10).rename("aandeel").to_frame()

# %%
run.figure_flows()

# %% [markdown]
# Wachten op een plek: van aanvraag tot opname, per soort plaats, voor wie uiteindelijk werd opgenomen.

# %%
placed = stays.dropna(subset="requested")
days = (placed["start"] - placed["requested"]) / pd.Timedelta(days=1)
days.groupby(placed["setting"], observed=True).describe(percentiles=[0.5, 0.9]).round(1)

# %%
refusals.groupby(["setting", "reason"], observed=True).size().rename("aantal").to_frame()

# %%
run.figure_occupancy()

# %% [markdown]
# Het logboek in de woorden van vidigi: aankomst, wachten, bed in gebruik, bed weer vrij, vertrek.

# %%
events = run.event_log("vidigi")
events.head(10)

# %% [markdown]
# Een animatie, waar vidigi is geïnstalleerd: een maand in de hospices, elke dag een beeld. Elk poppetje
# is een gesimuleerde patiënt; links wie wacht, rechts wie er een bed heeft.

# %%
from importlib.util import find_spec

animation = None
if find_spec("vidigi"):
    from types import SimpleNamespace

    from vidigi.animation import animate_activity_log

    day, first_day, days = 24 * 60, 600, 28
    places = run.manifest["area"]["regions"][0]["sites"]
    sites = [site for site in places if site["setting"] in ("bth", "hch", "pu")]
    waiting = {f"wacht_op_{site['setting']}": site["setting"] for site in sites}
    houses = {site["id"]: site for site in sites}

    log = events[events["run_number"] == 0].astype({"event": object})
    edges = log["event_type"] == "arrival_departure"
    log = log[edges | log["event"].isin(waiting) | log["place"].isin(houses)]
    log["time"] -= first_day * day
    around = log["time"].between(-20 * day, days * day)
    guests = log.loc[around & (log["event_type"] != "arrival_departure"), "entity_id"]
    log = log[log["entity_id"].isin(guests)]
    left = log["event_type"] == "resource_use_end"
    log["event"] = log["event"].mask(log["place"] != "", log["place"].astype(object)).mask(left, "elders")

    rows = [{"event": event, "x": 20, "y": 20, "label": ""} for event in ("arrival", "depart", "elders")]
    for row, (event, kind) in enumerate(waiting.items()):
        rows.append({"event": event, "x": 220, "y": 80 + 200 * row, "label": f"wacht op {kind}"})
    for row, site in enumerate(sites):
        house = {"event": site["id"], "label": site["name"], "resource": site["id"]}
        rows.append(house | {"x": 480, "y": 60 + 110 * row})
    animation = animate_activity_log(
        log,
        pd.DataFrame(rows),
        scenario=SimpleNamespace(**{house: site["beds"] for house, site in houses.items()}),
        every_x_time_units=day,
        limit_duration=days * day,
        start_date="2026-01-01",
        time_display_units="%d-%m",
        override_x_max=900,
        override_y_max=640,
        plotly_height=600,
        gap_between_resources=25,
        gap_between_entities=14,
        run_col_name=None,
    )
animation
