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
import pandas as pd

import palsim as ps

# %% [markdown]
# Het model naast gepubliceerde cijfers. `C` is gebruikt om het model af te stemmen, `V` niet: alleen die
# zeggen of het model ook goed voorspelt. Een regio met weinig herhalingen schommelt meer dan het land.

# %%
ps.validate("basis_regio", replications=2)

# %% [markdown]
# De spreiding tussen herhalingen bepaalt het interval. Gepaard vergelijken op dezelfde patiënten maakt
# het interval van een verschil veel smaller dan dat van twee losse runs.

# %%
c = ps.compare("basis_regio", "azwa_omzetplafond", replications=3, assumptions=0)
difference = c.diff("cost", payer="zorgverzekeraar").iloc[0]
runs = [c[name].kpi("cost", payer="zorgverzekeraar") for name in c]
pd.Series(
    {
        "halve breedte, gepaard": (difference["high"] - difference["low"]) / 2,
        "halve breedte, ongepaard": sum(((run.high - run.low) / 2) ** 2 for run in runs) ** 0.5,
    }
).round(0)

# %% [markdown]
# Welke aannames dragen het antwoord? Elke instelling met een bandbreedte gaat naar beide einden. Hier een
# keuze van twee; zonder `parameters` doet het commando ze allemaal.

# %%
study = ps.sensitivity(
    "azwa_omzetplafond",
    against="basis_regio",
    parameters=["ceiling.applies", "home.terminal_care"],
    replications=2,
)
study.to_frame()[["path", "range_low", "range_high", "low", "high", "weight"]]

# %%
study.figure_tornado()

# %%
study.most_important
