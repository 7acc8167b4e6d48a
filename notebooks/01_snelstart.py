# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Quick start
#
# This notebook answers: **what does palliative care cost in Middenland, who pays, and what changes when an
# omzetplafond no longer hinders terminal care at home?** It runs two replications to stay quick; ten or more
# give useful intervals.

# %%
from pathlib import Path
from tempfile import mkdtemp

import sim

folder = Path(mkdtemp())
comparison = sim.compare("basis_2026", "azwa_omzetplafond", replications=2, out=folder / "azwa")

# %% [markdown]
# The paired differences: both scenarios use the same patients and the same random numbers.

# %%
differences = comparison.differences
of_year = differences["dimension"].str.endswith("view=calendar")
costs = differences[
    (differences["name"] == "cost") & differences["dimension"].str.startswith("payer=") & of_year
]
costs[["dimension", "base", "alt", "difference", "low", "high"]].round(0)

# %% [markdown]
# One run holds its key figures and its tables as pandas data frames.

# %%
run = sim.load_run(folder / "azwa" / "basis_2026")
place = run.kpis[run.kpis["name"] == "place_of_death"]
place[["dimension", "mean", "low", "high"]]

# %%
stays = run.tables["stays"]
stays.groupby("setting", observed=True).size()

# %% [markdown]
# The report in Dutch is one HTML page that opens offline.

# %%
comparison.report()
