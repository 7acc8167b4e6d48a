"""Writes scenarios/regions/nederland.yaml: the Netherlands as its 32 care-office areas.

Usage: python docs/generate/areas.py
"""

from __future__ import annotations

from sim.data import data_folder, yaml_text
from sim.scenario import Area, load_area
from sim.scenario.area.real_region import nation, real_area

NAME = "nederland"
TITLE = {
    "nl": "Nederland, 32 zorgkantoorregio's",
    "en": "The Netherlands, 32 care-office areas",
}
HEAD = "# yaml-language-server: $schema=../schema.json\n# Gemaakt met docs/generate/areas.py.\n"


def document() -> str:
    """The file as text."""
    area: Area = real_area(nation().areas("zorgkantoorregio"), load_area("middenland"), NAME)
    told = area.model_dump(mode="json", exclude_none=True, exclude_defaults=True) | {"title": TITLE}
    return HEAD + yaml_text(told)


if __name__ == "__main__":
    (data_folder("scenarios") / "regions" / f"{NAME}.yaml").write_text(document(), encoding="utf-8")
