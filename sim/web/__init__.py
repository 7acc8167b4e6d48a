"""The what-if page on this machine: levers, runs and uploads apart from what Streamlit draws."""
