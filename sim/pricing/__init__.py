"""Prices and the ledger: stays and spells become declarations, declarations become shares."""

from sim.pricing.ledger import JourneyTables, Ledger, price
from sim.pricing.quote import MeterPlan, quote
from sim.pricing.settings import PriceSettings, settings_from

__all__ = ["JourneyTables", "Ledger", "MeterPlan", "PriceSettings", "price", "quote", "settings_from"]
