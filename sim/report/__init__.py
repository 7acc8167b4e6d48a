"""The report: results in tables, figures and sentences, as one HTML page in Dutch or English."""
