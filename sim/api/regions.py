"""Regions of real municipalities, for notebooks and programs: made from names, written as a form."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path

from sim import store
from sim.api.facade import facade
from sim.api.saved import Saved
from sim.api.show import Figure, figure_of
from sim.data import user_path, yaml_text
from sim.errors import MOST_NAMED, InputError
from sim.later import pd
from sim.scenario import Area, load_area
from sim.scenario.area.real_region import GROUPINGS, Municipality, nation, real_area, slug, split_names
from sim.scenario.area.template import area_form

_BASE = "middenland"  # area whose places and budgets are shared out by expected deaths

Names = str | Sequence[str]


@facade
class RegionResult(Saved, Area):
    """A region of real municipalities: an area, with what a notebook asks of one."""

    def to_frame(self) -> pd.DataFrame:
        """Sites: region, id, name, setting, beds."""
        rows = [
            {"region": region.name, **site.model_dump(include={"id", "name", "setting", "beds"})}
            for region in self.regions
            for site in region.sites
        ]
        return pd.DataFrame(rows)

    def figure_places(self, lang: str = "nl") -> Figure:
        """Beds of each type of place."""
        return figure_of("figures.studies", "figure_places", lang, self)

    def __repr__(self) -> str:
        """Name, people and beds."""
        people = sum(region.population for region in self.regions)
        return f"RegionResult({self.name!r}, {people} inhabitants, {self.to_frame()['beds'].sum()} beds)"

    def _repr_html_(self) -> str:
        return f"<b>{escape(self.title.nl)}</b>{self.to_frame().to_html(index=False, border=0)}"


@facade
def region(
    gemeenten: Names = (),
    *,
    zorgkantoor: Names = (),
    ggd: Names = (),
    corop: Names = (),
    provincie: Names = (),
    name: str | None = None,
) -> RegionResult:
    """A region of real municipalities.

    Inhabitants (2024) and expected deaths by age are those of its people (CBS). Beds, places and budgets by
    region are not published: they are those of the nation by expected deaths, an assumption that the names of
    the sites and the reasons of the numbers say. The result is an area, for `area=` of every study.

    Raises InputError when a name is none, or no name is given.

    Parameters
    ----------
    gemeenten, zorgkantoor, ggd, corop, provincie : str or sequence of str
        Names; a text may hold several between commas. Together they are one region.
    name : str, optional
        Of the region; by default made from the names.
    """
    asked = zip(GROUPINGS, (gemeenten, zorgkantoor, ggd, corop, provincie), strict=True)
    chosen: dict[str, Municipality] = {}
    told: list[str] = []
    for grouping, given in asked:
        names = split_names(given) if isinstance(given, str) else list(given)
        found = nation().chosen(grouping, names) if names else ()
        chosen |= {municipality.name: municipality for municipality in found}
        told += nation().official(grouping, names)
    if not chosen:
        raise InputError("region: no names; give municipalities, such as 'Assen, Aa en Hunze'")
    called = name or _called(told)
    made = real_area({called: tuple(chosen.values())}, load_area(_BASE), slug(called))
    return RegionResult.model_construct(**dict(made))


@facade
def write_region(path: Path | str, area: Area) -> Path:
    """Write an area as a file that every command reads.

    Its ending is `.xlsx` or `.csv` (the form, to overwrite what is assumed) or `.yaml` (every number with its
    source). Raises InputError when the file is there already, or has another ending.
    """
    file = user_path(path)
    if file.exists():
        raise InputError("{file}: is there already; choose another name", file=file)
    ending = file.suffix.lower().removeprefix(".")
    if ending == "yaml":
        text = yaml_text(area.model_dump(mode="json", exclude_none=True, exclude_defaults=False))
        store.write_bytes(file, text.encode())
    elif ending in ("xlsx", "csv"):
        store.write_bytes(file, area_form(ending, area))
    else:
        raise InputError("{file}: no form ends so; choose a file name with .xlsx, .csv or .yaml", file=file)
    return file


def _called(names: Sequence[str]) -> str:
    rest = len(names) - MOST_NAMED
    return ", ".join(names[:MOST_NAMED]) + (f" en {rest} andere" if rest > 0 else "")
