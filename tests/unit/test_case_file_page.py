"""docs/case_file.md names every key of a case file."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from sim.pricing import case

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "case_file.md").read_text(encoding="utf-8")
MODELS = [m for m in vars(case).values() if isinstance(m, type) and issubclass(m, case.Part)]


def keys_of(model: type[BaseModel]) -> set[str]:
    return {field.alias or name for name, field in model.model_fields.items()}


@pytest.mark.parametrize("model", MODELS, ids=lambda m: m.__name__)
def test_every_key_of_a_case_file_stands_on_the_page(model):
    words = set(re.findall(r"[a-z_0-9]+", " ".join(re.findall(r"`[^`]+`", PAGE))))
    assert keys_of(model) <= words
