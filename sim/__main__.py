"""The command `palsim`, also `python -m sim`: Ctrl-C is answered in one line from the first moment on."""

from __future__ import annotations

import os
import signal
import sys
from types import FrameType

from sim.errors import language_asked
from sim.limits import EXIT_INTERRUPTED

_INTERRUPTED = {
    "en": "interrupted; give the same command again",
    "nl": "onderbroken; geef hetzelfde commando opnieuw",
}
"""Said while nothing is loaded yet, the catalogue of messages included."""


def main() -> None:
    """Run the command `palsim`; an interrupt while it still loads ends it in one line too."""
    signal.signal(signal.SIGINT, _end)
    from sim.cli import main as run

    signal.signal(signal.SIGINT, signal.default_int_handler)
    run()


def _end(_signal: int, _frame: FrameType | None) -> None:
    print(_INTERRUPTED[language_asked(sys.argv[1:])], file=sys.stderr, flush=True)
    os._exit(EXIT_INTERRUPTED)


if __name__ == "__main__":
    main()
