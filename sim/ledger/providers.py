"""Who declares each line: the house of a stay, else the kind of provider that the product belongs to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

import numpy as np

from sim.catalogue import Product, TariffBook
from sim.catalogue.models import Provider
from sim.columns import join
from sim.law.registry import RuleSet
from sim.ledger.lines import Lines
from sim.scenario.payment import KEY_WORDS
from sim.schema import BTH_DAY, HOSPICE_SETTINGS, SETTINGS, Table, code
from sim.units import Ints

JOINT: Provider = "samenwerking"  # providers together, who declare a bundle or settle shared savings
OTHER_PROVIDER, OTHER_NURSING = "ander", "wijkverpleging_ander"
_NURSING: Provider = "wijkverpleging"
REST: Provider = "overig"
COLLECTOR: Provider = "cak"  # who collects a Wlz contribution above the costs of its month
INSURER: Provider = "zorgverzekeraar"  # who gives back eigen risico
# Kinds of provider: those of products, and settings for houses without a name
PROVIDER_KINDS = tuple(dict.fromkeys((*get_args(Provider), OTHER_NURSING, *SETTINGS)))


def under_zvw(book: TariffBook) -> tuple[str, ...]:
    """Kinds of provider, other than houses, that declare under the Zvw."""
    products = [book.product(id) for id in book.ids]
    found = [
        p.provider for p in products if p.law == "Zvw" and p.provider not in (JOINT, INSURER) and not p.house
    ]
    return (*dict.fromkeys(found), OTHER_NURSING)


def with_providers(
    lines: Lines, products: Sequence[Product], stays: Table, spells: Table, patient_id: Ints, rules: RuleSet
) -> tuple[Lines, tuple[str, ...]]:
    """Lines with who declares them, and the names of providers by code.

    Sites by their id, others by their kind. Handreiking 3.2 (source handreiking_2026): a bijna-thuis-huis has
    no permit (assumption), so that its main contractor, the home-care organisation, declares its care (rule
    S4). Products are by code.
    """
    sites = stays.words("site") if len(stays) else ("",)
    labels = (*PROVIDER_KINDS, *(site for site in sites if site))
    by_product = np.array([PROVIDER_KINDS.index(product.provider) for product in products], np.int64)
    provider = by_product[lines.product] if len(lines) else np.zeros(0, np.int64)
    if len(lines) == 0:
        return lines.with_(provider=provider), labels
    own_house = np.array([product.house for product in products], np.bool_)
    held = np.flatnonzero(own_house[lines.product] & (lines.stay >= 0))
    held = held[stays["setting"][lines.stay[held]] != code(SETTINGS, "thuis")]
    at = lines.stay[held]
    by_setting = np.array([PROVIDER_KINDS.index(word) for word in SETTINGS], np.int64)
    of_site = np.array([labels.index(site) if site else -1 for site in sites], np.int64)
    house = by_setting[np.asarray(stays["setting"], np.int64)[at]]
    named = of_site[np.maximum(np.asarray(stays["site"], np.int64)[at], 0)]
    house = np.where(named >= 0, named, house)
    # a house without a permit leaves its day price to the home-care organisation that contracted it
    permit = np.array([product.id != BTH_DAY for product in products], np.bool_)[lines.product[held]]
    main = np.full(len(held), PROVIDER_KINDS.index(_NURSING))
    provider[held] = rules.apply("S4", lines.day[held], house, permit, house, main)
    return lines.with_(provider=_other_nursing(provider, lines, spells, patient_id)), labels


def _other_nursing(provider: Ints, lines: Lines, spells: Table, patient_id: Ints) -> Ints:
    """District nursing that another provider took over has that provider."""
    words = spells.words("provider") if len(spells) else ()
    if OTHER_PROVIDER not in words:
        return provider
    other = np.flatnonzero(spells["provider"] == words.index(OTHER_PROVIDER))
    taken = tuple(np.asarray(spells[name], np.int64)[other] for name in ("patient_id", "spell_no"))
    rows = np.flatnonzero((provider == PROVIDER_KINDS.index(_NURSING)) & (lines.spell_no >= 0))
    _, found = join(taken, (patient_id[lines.person[rows]], lines.spell_no[rows]))
    provider[rows[found]] = PROVIDER_KINDS.index(OTHER_NURSING)
    return provider


def key_word(label: str, houses: dict[str, str]) -> str:
    """Kind of a provider in the words of a contract: one of `KEY_WORDS`."""
    setting = houses.get(label, label)
    if setting in HOSPICE_SETTINGS:
        return "hospice"
    if setting == OTHER_NURSING:
        return _NURSING
    if setting == "huisartsenpost":
        return "huisarts"
    return setting if setting in KEY_WORDS else REST


def houses_of(stays: Table) -> dict[str, str]:
    """Setting of each site by its id."""
    if len(stays) == 0:
        return {}
    words = stays.words("site")
    number, first = np.unique(np.asarray(stays["site"], np.int64), return_index=True)
    settings = np.asarray(stays["setting"], np.int64)[first]
    return {
        words[n]: SETTINGS[s] for n, s in zip(number.tolist(), settings.tolist(), strict=True) if words[n]
    }
