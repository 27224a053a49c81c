"""The way in: `auditor` and `python -m auditor`."""

import gc
from typing import NoReturn


def main() -> NoReturn:
    """Run the command line, and end with its exit code."""
    # A run makes many records, hardly any garbage that is not freed at once, and ends. The collector would search all
    # of them again and again, from the first import on.
    gc.disable()
    from auditor.cli import main as run  # noqa: PLC0415 - nothing is imported before

    run(at_once=True)


if __name__ == "__main__":
    main()
