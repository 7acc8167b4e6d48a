"""Palsim: patient journeys in Dutch palliative care, what they cost, and who pays by which law."""
