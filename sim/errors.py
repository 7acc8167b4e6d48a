"""Errors that are the user's to mend: one line that names the place, the fault and the remedy."""


class InputError(Exception):
    """Wrong input. Its text is one line: file, key, what is wrong, what would be right."""


class RunError(Exception):
    """A run or a check that failed on right input. Its text is one line: what failed, what to do."""
