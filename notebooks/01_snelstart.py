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
# # Snel beginnen
#
# Dit notebook beantwoordt: **wat kost palliatieve zorg in Middenland, wie betaalt, en wat verandert er
# als een omzetplafond terminale zorg thuis niet meer hindert?** Het rekent twee herhalingen, om vlot te
# blijven; voor bruikbare intervallen zijn er tien of meer nodig.

# %%
# %matplotlib inline
from pathlib import Path
from tempfile import mkdtemp

import sim

folder = Path(mkdtemp())
comparison = sim.compare("basis_2026", "azwa_omzetplafond", replications=2, out=folder / "azwa")

# %% [markdown]
# De gepaarde verschillen: beide scenario's gebruiken dezelfde patiënten en dezelfde toevalsgetallen.

# %%
differences = comparison.differences
of_year = differences["dimension"].str.endswith("view=calendar")
costs = differences[
    (differences["name"] == "cost") & differences["dimension"].str.startswith("payer=") & of_year
]
costs[["dimension", "base", "alt", "difference", "low", "high"]].round(0)

# %% [markdown]
# Eén run bevat kerncijfers en tabellen als pandas-dataframes.

# %%
run = comparison.run("basis_2026")
place = run.kpis[run.kpis["name"] == "place_of_death"]
place[["dimension", "mean", "low", "high"]]

# %%
stays = run.tables["stays"]
stays.groupby("setting", observed=True).size()

# %% [markdown]
# Dezelfde figuren als in het verslag zijn functies van het resultaat.

# %%
run.figure_costs()

# %% [markdown]
# Het verslag is één HTML-pagina die zonder internet opent; het rekenblad heeft dezelfde tabellen.

# %%
comparison.report(), comparison.excel()
