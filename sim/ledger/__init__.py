"""Prices and the ledger: stays and spells become declarations, declarations become shares."""

from sim.ledger.ledger import Ledger, price
from sim.ledger.own import amount_of_law, by_value, own_book, own_rule, refuse_missing_rules, with_own_rules
from sim.ledger.quote import quote
from sim.ledger.settings import PriceSettings, settings_from

__all__ = [
    "Ledger",
    "PriceSettings",
    "amount_of_law",
    "by_value",
    "own_book",
    "own_rule",
    "price",
    "quote",
    "refuse_missing_rules",
    "settings_from",
    "with_own_rules",
]
