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
# scenario is een klein bestand dat een ander scenario uitbreidt; een regio is een bestand of een ingevuld
# formulier.

# %%
# %matplotlib inline
from pathlib import Path
from tempfile import mkdtemp

import sim

folder = Path(mkdtemp())

# %% [markdown]
# De regio: een formulier dat in een rekenprogramma is ingevuld en als CSV is bewaard. Met puntkomma's en
# decimale komma's leest Palsim het ook.

# %%
region = folder / "waterland.csv"
region.write_text(
    """regio;inwoners;palliatieve_overlijdens;locatie;naam;soort;bedden;bedden_vanaf
Waterland;180.000;1.120;bth-steiger;Bijna-thuis-huis De Steiger;bth;3;
Waterland;;;hch-baken;Hospice Het Baken;hch;4;
Waterland;;;hch-baken;;;6;1-7-2026
Waterland;;;pu-noord;Palliatieve unit Noord;pu;4;
Waterland;;;elv-midden;Eerstelijnsverblijf Midden;elv;6;
""",
    encoding="utf-8",
)

# %%
scenario = folder / "twee_bedden_erbij.yaml"
scenario.write_text(
    """extends: basis_2026
title:
  nl: Twee hospicebedden erbij, en geen plafond voor terminale zorg
  en: Two hospice beds more, and no ceiling for terminal care
question:
  nl: Wat veranderen twee bedden in het hospice en een plafond dat terminale zorg niet raakt?
  en: What do two hospice beds and a ceiling that does not touch terminal care change?
set:
  - {path: places.extra_beds.hch, value: 2}
  - path: ceiling.applies.value
    value: 0.0
    kind: assumption
    range: [0.0, 0.25]
    reason: eigen vraag
""",
    encoding="utf-8",
)

# %%
comparison = sim.compare("basis_2026", scenario, area=region, replications=3, out=folder / "vergelijking")
comparison.differences.query("name in ['hospice_refused', 'patient_payment_mean']")

# %% [markdown]
# Het scenario zegt waar elke waarde vandaan komt; wat zelf gekozen is, staat als aanname in het verslag.

# %%
comparison.figure_differences()

# %% [markdown]
# Een fout in een bestand is één regel die bestand, sleutel en oplossing noemt.

# %%
from sim.errors import InputError

scenario.write_text("extends: basis_2026\nset: [{path: places.extra_beds.bht, value: 2}]\n", encoding="utf-8")
try:
    sim.compare("basis_2026", scenario, area=region, replications=2, out=folder / "fout")
except InputError as fault:
    print(fault.args[0].replace(str(folder), ""))
