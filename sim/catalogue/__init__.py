"""Prices and legal amounts: dated values with their sources, read from `tariffs/`."""

from sim.catalogue.book import OWN_MARK, OWN_REASON, Parameter, Product, Source, TariffBook, TariffValue
from sim.catalogue.load import check, load_tariffs

__all__ = [
    "OWN_MARK",
    "OWN_REASON",
    "Parameter",
    "Product",
    "Source",
    "TariffBook",
    "TariffValue",
    "check",
    "load_tariffs",
]
