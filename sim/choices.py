"""What a user chooses by one word, the same on the command line and in Python."""

from __future__ import annotations

from typing import Literal

Lang = Literal["nl", "en"]
Keep = Literal["kpis", "journey", "all"]
"""What a run folder keeps."""
Method = Literal["tornado", "psa", "sobol"]
"""How influence is judged: one by one, all at once, or by Sobol indices."""
Form = Literal["html", "xlsx", "note", "docx", "pdf"]
"""What a report is written as."""
LogFormat = Literal["vidigi", "csv"]
"""Formats of the event log: for animation, or for process mining."""
Engine = Literal["auto", "simpy", "compiled"]
"""What runs the events of a region: C where it can be compiled, SimPy, or C and a refusal where it cannot.

A run that the loop in C cannot hold is left to SimPy with each.
"""
ENGINE_VARIABLE = "PALSIM_ENGINE"
"""Environment variable that names the engine; worker processes that start later inherit it."""
