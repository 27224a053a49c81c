"""One file per output format: `render(report, style) -> Output`. A new file here is a new `-o FORMAT=FILE`."""

from collections.abc import Callable, Iterable
from importlib import import_module
from typing import Protocol

from auditor.model.record import record
from auditor.model.report import Report
from auditor.plugins import names_in
from auditor.sinks import Output


@record
class Style:
    """How a report is to look where a person reads it; machine formats ignore it."""

    language: str = "en"
    colour: bool = False
    columns: int = 80
    names: bool = False


class Reporter(Protocol):
    """What a reporter module offers."""

    SUFFIX: str

    def render(self, report: Report, style: Style) -> Output:
        """The whole output; the same report and style give the same bytes."""
        ...


def formats() -> tuple[str, ...]:
    """The names of all formats, from the files of this folder."""
    return names_in(__path__[0])


def reporter(name: str) -> Reporter:
    """The reporter of a format. Raises KeyError if there is none."""
    if name not in formats():
        raise KeyError(name)
    module: Reporter = import_module(f"{__name__}.{name.replace('-', '_')}")
    return module


def rendered(name: str, report: Report, style: Style) -> Iterable[Output]:
    """The output of a format, in pieces where its reporter offers `pieces(report, style)` beside `render`.

    Together they are what `render` gives. Raises KeyError if there is no such format.
    """
    module = reporter(name)
    pieces: Callable[[Report, Style], Iterable[Output]] | None = getattr(module, "pieces", None)
    return [module.render(report, style)] if pieces is None else pieces(report, style)
