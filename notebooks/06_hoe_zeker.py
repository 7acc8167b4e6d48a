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
# # Hoe zeker is dit?
#
# Dit notebook beantwoordt: **klopt het model met gepubliceerde cijfers, hoeveel herhalingen zijn nodig,
# en welke aannames dragen het antwoord?** Het is een kleine versie van `palsim validate`, `palsim advise`
# en `palsim sensitivity`; de volledige uitkomst van de validatie staat in `docs/validation.md`.

# %%
# %matplotlib inline
from pathlib import Path
from tempfile import mkdtemp

import pandas as pd

import sim
from sim.experiment import cores
from sim.experiment.validate import validate
from sim.scenario import load_scenario
from sim.tariff import load_tariffs

folder = Path(mkdtemp())

# %% [markdown]
# Het model naast gepubliceerde cijfers. `C` is gebruikt om het model af te stemmen, `V` niet: alleen die
# zeggen of het model ook goed voorspelt. Een regio met weinig herhalingen schommelt meer dan het land.

# %%
region = load_scenario("basis_regio").with_run(replications=2)
found = validate(region, load_tariffs(), cores())
pd.DataFrame(
    [
        (each.target.name["nl"], each.target.use, each.target.value, each.simulated.mean, each.passed)
        for each in found
    ],
    columns=["cijfer", "gebruik", "gepubliceerd", "gesimuleerd", "binnen de marge"],
)

# %% [markdown]
# De spreiding tussen herhalingen bepaalt het interval. Gepaard vergelijken op dezelfde patiënten maakt
# het interval van een verschil veel smaller dan dat van twee losse runs.

# %%
comparison = sim.compare("basis_regio", "azwa_omzetplafond", replications=3, out=folder / "paar", keep="kpis")
names = {"view": "calendar", "payer": "zorgverzekeraar"}
difference = comparison.difference("cost", **names)
runs = [comparison.run(name).kpi("cost", **names) for name in (comparison.base, *comparison.alternatives)]
pd.Series(
    {
        "halve breedte, gepaard": (difference.high - difference.low) / 2,
        "halve breedte, ongepaard": sum(((run.high - run.low) / 2) ** 2 for run in runs) ** 0.5,
    }
).round(0)

# %% [markdown]
# Welke aannames dragen het antwoord? Elke instelling met een bandbreedte gaat naar beide einden. Hier een
# keuze van twee; zonder `parameters` doet het commando ze allemaal.

# %%
study = sim.sensitivity(
    "azwa_omzetplafond",
    against="basis_regio",
    parameters=["ceiling.applies", "home.terminal_care"],
    replications=2,
    out=folder / "gevoeligheid",
)
study.influences[["path", "range_low", "range_high", "low", "high", "weight"]]

# %%
study.figure_tornado()

# %%
study.most_important
