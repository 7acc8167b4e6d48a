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
# # De rekening van één patiënt onder elke wet
#
# Dit notebook beantwoordt: **waarom betaalt dezelfde patiënt met dezelfde zorg onder de ene wet iets
# anders dan onder de andere?** Olivia van Veen uit de Handreiking financiering palliatieve zorg is thuis,
# in een bijna-thuis-huis, in een hospice of in een palliatieve unit, met en zonder Wlz.

# %%
# %matplotlib inline
import pandas as pd

import palsim as ps

bills = {name: ps.bill(name) for name in ps.cases() if name.startswith("olivia_")}
[bill.title for bill in bills.values()]

# %% [markdown]
# Wie betaalt: de rijen zijn rekeningen, de kolommen betalers. Eigen betalingen zijn aandelen in de
# rekening, dus de betalers tellen op tot het geheel.

# %%
payers = pd.DataFrame({bill.title: bill.by_payer for bill in bills.values()}).T / 100
payers["totaal"] = payers.sum(axis=1)
payers.loc[:, payers.any()].round(2)

# %% [markdown]
# Onder welke wet: zonder Wlz betaalt de zorgverzekeraar, met Wlz het zorgkantoor.

# %%
laws = pd.DataFrame({bill.title: bill.by_law for bill in bills.values()}).T / 100
laws.loc[:, laws.any()].round(2)

# %% [markdown]
# Wat Olivia zelf betaalt, naar soort.

# %%
own = {
    bill.title: {
        item: (sum(value.values()) if isinstance(value, dict) else value) / 100
        for item, value in bill.items.items()
    }
    for bill in bills.values()
}
own = pd.DataFrame(own).T.fillna(0)
own["samen"] = own.sum(axis=1)
own.loc[:, own.any()].sort_values("samen").round(2)

# %%
axes = own.drop(columns="samen").loc[:, lambda t: t.any()].plot.barh(stacked=True, figsize=(8, 4.5))
axes.set_xlabel("euro")
axes.set_title("Wat Olivia zelf betaalt")
axes.figure.tight_layout()

# %% [markdown]
# Elke regel van een rekening draagt zijn prestatie, tarief, rechtsregel en bron.

# %%
lines = bills["olivia_bth"].tables["declarations"]
lines[["date", "product", "law", "quantity", "unit", "tariff_eur", "gross_eur"]].head(10)

# %%
bills["olivia_bth"].tables["shares"].head(10)

# %% [markdown]
# Wat niemand mag declareren, staat apart.

# %%
unfunded = ps.bill("overleden_voor_overleg")
unfunded.tables["unfunded"]
