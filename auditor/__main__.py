"""The way in: `auditor` and `python -m auditor`."""

import gc
import os
import sys
from typing import NoReturn


def main() -> NoReturn:
    """Run the command line, and end with its exit code."""
    # A run makes many records, hardly any garbage that is not freed at once, and ends. The collector would search all
    # of them again and again, from the first import on.
    gc.disable()
    from auditor.cli import main as run  # noqa: PLC0415 - nothing is imported before

    try:
        run()
    except SystemExit as end:
        if isinstance(end.code, int) and sys.gettrace() is None and sys.getprofile() is None:
            # All that was to be said is written and flushed, and nothing waits for the end of the process: taking the
            # records apart, one by one, would only cost time. Whoever measures a run gets an ordinary end.
            os._exit(end.code)
        raise


if __name__ == "__main__":
    main()
