"""Measures: from the tables of a task to additive parts, KPIs and estimates."""
