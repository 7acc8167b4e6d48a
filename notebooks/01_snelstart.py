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
# blijven; voor bruikbare intervallen zijn er tien of meer nodig. Wat eens berekend is, wordt teruggevonden:
# dezelfde vraag kost de tweede keer niets.

# %%
# %matplotlib inline
import palsim as ps

c = ps.compare("basis_2026", "azwa_omzetplafond", area="middenland", replications=2, assumptions=0)
c

# %% [markdown]
# De gepaarde verschillen per betaler, in euro's: beide scenario's gebruiken dezelfde patiënten en dezelfde
# toevalsgetallen.

# %%
c.diff("cost", by="payer").round(0)

# %% [markdown]
# Eén run bevat kerncijfers, en tabellen van patiënten, verblijven, zorg en declaraties.

# %%
run = c["basis_2026"]
run.to_frame("place_of_death", by="setting")

# %%
tables = run.tables()
tables.shares.groupby("payer", observed=True)["eur"].sum().round(0)

# %% [markdown]
# Wat elke kolom betekent, staat in het woordenboek.

# %%
ps.dictionary().query("table == 'patients'").head(12)

# %% [markdown]
# Dezelfde figuren als in het verslag zijn functies van het resultaat.

# %%
run.figure_costs()

# %% [markdown]
# Alleen wie erom vraagt, krijgt een map: met het verslag, één HTML-pagina die zonder internet opent, en het
# rekenblad.

# %%
from pathlib import Path
from tempfile import mkdtemp

saved = c.save(Path(mkdtemp()) / "azwa")
saved.report(), saved.excel()
