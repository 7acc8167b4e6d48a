"""Sections of a report: one question each."""
