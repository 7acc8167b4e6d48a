"""Prices and the ledger: stays and spells become declarations, declarations become shares."""

from sim.pricing.ledger import JourneyTables, Ledger, PriceSettings, price, settings_from
from sim.pricing.quote import MeterPlan, quote

__all__ = ["JourneyTables", "Ledger", "MeterPlan", "PriceSettings", "price", "quote", "settings_from"]
