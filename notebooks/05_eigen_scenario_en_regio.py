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
# # Een eigen scenario en een eigen regio
#
# Dit notebook beantwoordt: **hoe reken ik mijn eigen beleidsvraag door op mijn eigen regio?** Een
# scenario is een waarde: u verandert er iets aan en krijgt een ander scenario terug. Een prijs of een
# rechtsregel van uzelf kan ook; wat eigen is, staat zo in elk resultaat en verslag.

# %%
# %matplotlib inline
from pathlib import Path
from tempfile import mkdtemp

import numpy as np

import palsim as ps

# %% [markdown]
# De regio: een formulier dat in een rekenprogramma is ingevuld en als CSV is bewaard. Met puntkomma's en
# decimale komma's leest Palsim het ook.

# %%
folder = Path(mkdtemp())
region = folder / "waterland.csv"
region.write_text(
    """regio;inwoners;palliatieve_overlijdens;locatie;naam;soort;bedden;bedden_vanaf
Waterland;60.000;370;bth-steiger;Bijna-thuis-huis De Steiger;bth;2;
Waterland;;;hch-baken;Hospice Het Baken;hch;2;
Waterland;;;pu-noord;Palliatieve unit Noord;pu;2;
Waterland;;;elv-midden;Eerstelijnsverblijf Midden;elv;3;
""",
    encoding="utf-8",
)

# %%
base = ps.scenario("basis_2026", area=region, replications=3)
base.find("hospice bed")

# %%
more = base.vary({"hospice.beds.hch": 4}, label="+2 bedden")
more


# %%
def geen_eigen_risico(claims, people, parameters):
    """Niemand betaalt eigen risico: zoveel centen als er declaraties zijn, alle nul."""
    return np.zeros(len(claims.person), np.int64)


own = base.with_tariff("zvw.wijkverpleging", 80, source="eigen").with_rule("P1", geen_eigen_risico)
own

# %% [markdown]
# Een vergelijking neemt scenario's, namen, bestanden en losse waarden. Wat eens berekend is, wordt
# teruggevonden.

# %%
c = ps.compare(base, more, own, "azwa_pzp", {"ceiling.applies": 0.1}, assumptions=0)
c

# %%
c.diff("cost", by="payer")["diff"].unstack("scenario").round(0)

# %% [markdown]
# Een kerncijfer van uzelf is een functie van de getelde tabellen, met zijn gepaarde interval.

# %%
c.diff(lambda t: (t.patients.own_eur > 2000).mean())

# %% [markdown]
# Van een verschil naar de mensen die het raakt, en naar hun rekening.

# %%
touched = c.patients(changed=True)
touched.head()

# %%
touched.bill()

# %%
touched.explain(0, base=True)

# %% [markdown]
# Een rooster: elke combinatie van waarden, de factoren als niveaus van de index.

# %%
g = ps.grid(base, {"hospice.beds.hch": range(1, 4), "ceiling.applies": [0, 0.25]})
g.diff("hospice_refused")["diff"].unstack()

# %%
t = c["azwa_pzp"].tables(counted=True)
t.declarations.groupby("module", observed=True)["eur"].sum().round(0)

# %% [markdown]
# Een map komt er alleen als u erom vraagt.

# %%
c.save(folder / "vergelijking")
ps.load(folder / "vergelijking")

# %% [markdown]
# Een fout is één regel die zegt wat er mis is en wat goed zou zijn.

# %%
for slip in ({"hospice.bed.hch": 12}, {"ceiling.applies": 12}):
    try:
        base.vary(slip)
    except ps.InputError as fault:
        print(fault)
