"""The two ends of an audit alone: reading an inventory, and writing a report as JSON.

    python benchmarks/ends.py read inventory/
    auditor audit inventory/ --profile all --who self -o json=report.json
    python benchmarks/ends.py write report.json

Processor time, and the peak of memory before and after. One run each, in a process of its own: run it several times.
"""

import argparse
import gc
import json
import os
import resource
import sys
from pathlib import Path
from time import process_time


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("what", choices=["read", "write"])
    parser.add_argument("path", type=Path)
    given = parser.parse_args()
    gc.disable()  # as the command does
    (read if given.what == "read" else write)(given.path)


def read(path: Path) -> None:
    from auditor.loading import load_inventory  # noqa: PLC0415

    before, started = peak(), process_time()
    loaded = load_inventory([path])
    told(f"{len(loaded.inventory.dependencies):,} dependencies read", started, before)


def write(path: Path) -> None:
    from auditor.model.codec import from_data  # noqa: PLC0415
    from auditor.model.report import Report  # noqa: PLC0415
    from auditor.reporters import Style, rendered  # noqa: PLC0415

    report = from_data(Report, json.loads(path.read_bytes()))
    before, started = peak(), process_time()
    size = 0
    with Path(os.devnull).open("wb") as file:
        for piece in rendered("json", report, Style()):
            size += len(piece)
            file.write(piece)
    told(f"{size / 1e6:.1f} MB written", started, before)
    if size != path.stat().st_size:
        sys.exit("not what was read")


def peak() -> int:
    """Megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def told(what: str, started: float, before: int) -> None:
    sys.stdout.write(f"{what}: {process_time() - started:.2f} s, peak {before} MB before and {peak()} MB after\n")


if __name__ == "__main__":
    main()
