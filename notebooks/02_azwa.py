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
# # AZWA vergeleken
#
# Dit notebook beantwoordt: **wat veranderen de AZWA-afspraken over palliatieve zorg, apart en samen, aan
# kosten per betaler, aan wat patiënten zelf betalen en aan de plek van overlijden?** Het rekent twee
# herhalingen van de regio Middenland; de intervallen zijn dus breed.

# %%
# %matplotlib inline
from pathlib import Path
from tempfile import mkdtemp

import pandas as pd

import sim

folder = Path(mkdtemp())
agreements = ["azwa_omzetplafond", "azwa_pzp", "azwa_scholing", "azwa_volledig"]
comparison = sim.compare("basis_2026", *agreements, replications=2, out=folder / "azwa", keep="kpis")

# %% [markdown]
# Per afspraak het verschil met de huidige praktijk, met zijn 95%-interval. Een interval waar nul in ligt,
# zegt dat dit aantal herhalingen het verschil niet van toeval kan onderscheiden.

# %%
rows = []
for name in agreements:
    for label, kpi, dimension in (
        ("kosten, alle betalers", "cost", {"view": "calendar"}),
        ("kosten zorgverzekeraar", "cost", {"payer": "zorgverzekeraar", "view": "calendar"}),
        ("patiënt betaalt zelf, gemiddeld", "patient_payment_mean", {}),
        ("overlijdt thuis, aandeel", "place_of_death", {"setting": "thuis"}),
        ("overlijdt in het ziekenhuis, aandeel", "place_of_death", {"setting": "ziekenhuis"}),
    ):
        found = comparison.difference(kpi, name, **dimension)
        rows.append((name, label, found.difference, found.low, found.high))
table = pd.DataFrame(rows, columns=["scenario", "wat", "verschil", "laag", "hoog"])
table.pivot(index="wat", columns="scenario", values="verschil")[agreements]

# %%
table

# %% [markdown]
# De afspraken samen zijn geen optelsom: wie door een zorgplan thuis blijft, heeft van het plafond geen
# last meer.

# %%
apart = table[table["scenario"].isin(agreements[:3])].groupby("wat")["verschil"].sum()
together = table[table["scenario"] == agreements[3]].set_index("wat")["verschil"]
pd.DataFrame({"som van drie": apart, "samen": together})

# %%
comparison.figure_differences()

# %%
comparison.figure_place_of_death()
