"""How many beds a region needs, and what other places would do."""
