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
import pandas as pd

import palsim as ps

agreements = ["azwa_omzetplafond", "azwa_pzp", "azwa_scholing", "azwa_volledig"]
c = ps.compare("basis_2026", *agreements, replications=2, assumptions=0)

# %% [markdown]
# Per afspraak het verschil met de huidige praktijk, met zijn 95%-interval. Een interval waar nul in ligt,
# zegt dat dit aantal herhalingen het verschil niet van toeval kan onderscheiden.

# %%
table = pd.concat(
    {
        "kosten, alle betalers": c.diff("cost"),
        "kosten zorgverzekeraar": c.diff("cost", payer="zorgverzekeraar"),
        "patiënt betaalt zelf, gemiddeld": c.diff("patient_payment_mean"),
        "overlijdt thuis, aandeel": c.diff("place_of_death", setting="thuis"),
        "overlijdt in het ziekenhuis, aandeel": c.diff("place_of_death", setting="ziekenhuis"),
    },
    names=["wat"],
)
table["diff"].unstack("scenario")[agreements]

# %%
table[["base", "alt", "diff", "low", "high"]]

# %% [markdown]
# De afspraken samen zijn geen optelsom: wie door een zorgplan thuis blijft, heeft van het plafond geen
# last meer.

# %%
wide = table["diff"].unstack("scenario")
pd.DataFrame({"som van drie": wide[agreements[:3]].sum(axis=1), "samen": wide[agreements[3]]})

# %%
c.figure_differences()

# %%
c.figure_place_of_death()
