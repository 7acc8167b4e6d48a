"""Wet langdurige zorg: the eigen bijdrage, care at home, care in a stay."""
