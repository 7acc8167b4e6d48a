"""Whole pages: of a run or comparison, of beds, of a budget, of a register, the gallery."""
