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
# # Hoeveel hospicebedden?
#
# Dit notebook beantwoordt: **hoeveel hospicebedden heeft Middenland nodig opdat negen van de tien
# aanvragers binnen drie dagen een plek hebben, en wat levert elk extra bed op?** De aantallen komen uit
# simulatie; de formules uit de wachtrijtheorie staan er alleen naast. Met weinig herhalingen blijft een
# aantal soms onbeslist: het commando `palsim capacity` rekent door tot het zeker is.

# %%
# %matplotlib inline
import palsim as ps

answer = ps.capacity("middenland", type="hch", norm="wait_days<=3@0.9", replications=3, prices=False)
answer

# %%
answer.smallest("hch")

# %% [markdown]
# De kromme: per aantal bedden het wachten, de afwijzingen en de bezetting, elk met zijn 95%-interval.

# %%
curve = answer.curve("hch")
columns = ["total", "wait_p90_days", "refused", "died_waiting", "occupancy", "meets_norm"]
curve[[name for name in columns if name in curve]]

# %%
answer.figure_curve("hch")

# %% [markdown]
# De belasting en de eerste schatting uit de theorie: het aanbod in bedden, en wat Erlang ervan maakt als
# locaties samenwerken of elk voor zich staan.

# %%
answer.load.T

# %% [markdown]
# Wat een, twee, vijf en tien bedden erbij doen, gepaard vergeleken met de bedden van nu.

# %%
answer.per_extra_bed("hch")

# %% [markdown]
# De vraag van een overleg: wat als De Linde sluit, of er in De Kastanje twee bedden bij komen? Dezelfde
# mensen, andere plaatsen; het verschil met nu met zijn 95%-interval, en hoe ver het beweegt met de aannamen
# over plaatsen.

# %%
meeting = ps.capacity(
    "middenland",
    alternatives={"De Linde dicht": "close bth-linde", "Kastanje 8": "beds hch-kastanje=8"},
    search=False,
    replications=2,
    prices=False,
)
shown = ["change_not_placed", "change_not_placed_low", "change_not_placed_high"]
shown += ["change_not_placed_range_low", "change_not_placed_range_high"]
meeting.places.set_index("places")[["not_placed", *shown]]

# %%
meeting.houses.pivot(index="site", columns="places", values="occupancy")

# %% [markdown]
# Een eigen regio is een regel met gemeenten: inwoners en verwachte sterfte naar leeftijd zijn die van het
# CBS, bedden en plaatsen zijn aannamen die een netwerk overschrijft (`ps.write_region`).

# %%
region = ps.region("Assen, Aa en Hunze, Midden-Drenthe")
region

# %% [markdown]
# Een eigen register zegt wat er gevraagd wordt, hoe lang gasten blijven, hoe vol het huis is en wat de
# komende acht weken brengen. Dit register is verzonnen: 120 aanvragen bij een huis met acht bedden.

# %%
import csv
import datetime as dt
import random
import tempfile
from pathlib import Path

draw = random.Random(1)
day, rows = dt.date(2025, 1, 1), [["aangevraagd", "opgenomen", "huis", "vertrokken"]]
for _ in range(120):
    day += dt.timedelta(days=round(draw.expovariate(1 / 5)))
    rows.append([day, day, "De Linde", day + dt.timedelta(days=1 + round(draw.expovariate(1 / 20)))])
file = Path(tempfile.mkdtemp()) / "opnames.csv"
with file.open("w", newline="", encoding="utf-8") as out:
    csv.writer(out, delimiter=";").writerows(rows)
register = ps.register(file, houses=["De Linde=8,bth"], model=False, weeks=8)
register

# %%
register.figure_occupancy()
