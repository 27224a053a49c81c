"""Fresh processes, timed to the microsecond: `posix_spawn` and `wait4`, never a timeout, which would quantise."""

import os
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter


@dataclass(frozen=True)
class Run:
    """One process: wall seconds, seconds of processor time (what else runs here hardly changes it), peak resident
    memory in MB, exit code."""

    seconds: float
    cpu: float
    megabytes: float
    code: int


def spawn(command: Sequence[str], output: Path, env: Mapping[str, str] | None = None) -> Run:
    """Run a command to its end with standard output and error in a file. Keep the caller small: the peak of a child
    is never reported below what its parent used when it was started."""
    with output.open("wb") as file:
        actions = [(os.POSIX_SPAWN_DUP2, file.fileno(), 1), (os.POSIX_SPAWN_DUP2, file.fileno(), 2)]
        start = perf_counter()
        child = os.posix_spawn(command[0], command, dict(os.environ if env is None else env), file_actions=actions)
        _, status, used = os.wait4(child, 0)
        wall = perf_counter() - start
        return Run(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, os.waitstatus_to_exitcode(status))


@dataclass(frozen=True)
class Series:
    """What several runs of one variant took."""

    runs: tuple[Run, ...]

    @property
    def seconds(self) -> float:
        return statistics.median(r.seconds for r in self.runs)

    @property
    def cpu(self) -> float:
        return statistics.median(r.cpu for r in self.runs)

    @property
    def megabytes(self) -> float:
        return statistics.median(r.megabytes for r in self.runs)

    @property
    def spread(self) -> str:
        low, high = min(r.seconds for r in self.runs), max(r.seconds for r in self.runs)
        return f"{show(low)} to {show(high)}, {len(self.runs)} runs" if len(self.runs) > 1 else "1 run"


def interleaved(variants: Mapping[str, Callable[[], Run]], times: Mapping[str, int]) -> dict[str, Series]:
    """A B C A B C …, so that a slow minute of the machine falls on all; each variant as often as `times` says."""
    runs: dict[str, list[Run]] = {name: [] for name in variants}
    for turn in range(max(times.values(), default=0)):
        for name, run in variants.items():
            if turn < times[name]:
                runs[name].append(run())
    return {name: Series(tuple(among)) for name, among in runs.items() if among}


def show(seconds: float) -> str:
    """Seconds with three digits that mean something."""
    return f"{seconds:.3f} s" if seconds < 10 else f"{seconds:.1f} s"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table, columns after the first to the right."""
    lines = [f"| {' | '.join(head)} |", f"|---|{'---:|' * (len(head) - 1)}"]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)])


def machine() -> str:
    """What a reader needs to compare, and no name."""
    import platform  # noqa: PLC0415 - keeps the parent of timed children small

    cores = len(os.sched_getaffinity(0))
    return f"Python {platform.python_version()}, {cores} cores, {platform.system()} {platform.machine()}"
