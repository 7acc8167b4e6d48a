"""Journeys: needs drawn before any queue, then a SimPy model of the places people compete for."""

from sim.journey.region import JourneyTables, simulate_region

__all__ = ["JourneyTables", "simulate_region"]
