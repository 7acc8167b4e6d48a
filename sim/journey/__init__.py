"""Journeys: needs drawn before any queue, then a SimPy model of the places people compete for."""

from sim.journey.region import simulate_region

__all__ = ["simulate_region"]
