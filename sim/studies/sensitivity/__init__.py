"""What an answer owes to assumptions: one by one, and all at once in paired draws."""
