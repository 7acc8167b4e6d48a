"""Regeling palliatieve terminale zorg, spiritual care, and the money of the state beside them."""
