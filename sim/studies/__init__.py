"""Experiments: replications on shared random numbers, KPIs with intervals, paired differences."""
