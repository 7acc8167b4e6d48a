"""Runs: tasks on processes or a cluster, simulated or priced anew, into run folders."""
