"""Figures as functions on results, shared by report, notebook and web page."""
