"""docs/case_file.md names every key of a case file."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from sim.billing import case
from sim.law.days import DAY_PROFILES
from sim.law.people import PARTNER_FORMS

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "case_file.md").read_text(encoding="utf-8")
MODELS = [m for m in vars(case).values() if isinstance(m, type) and issubclass(m, case.Part)]


def keys_of(model: type[BaseModel]) -> set[str]:
    return {field.alias or name for name, field in model.model_fields.items()}


@pytest.mark.parametrize("model", MODELS, ids=lambda m: m.__name__)
def test_every_key_of_a_case_file_stands_on_the_page(model):
    words = set(re.findall(r"[a-z_0-9]+", " ".join(re.findall(r"`[^`]+`", PAGE))))
    assert keys_of(model) <= words


def test_every_profile_of_a_case_file_stands_on_the_page():
    assert set(DAY_PROFILES[1:]) <= set(re.findall(r"`([A-Z]+[0-9]+[AB]?)`", PAGE))


def test_every_word_of_a_partner_stands_on_the_page():
    row = next(line for line in PAGE.splitlines() if line.startswith("| `patient.partner`"))
    assert set(PARTNER_FORMS) <= set(re.findall(r"`([a-z_]+)`", row))
