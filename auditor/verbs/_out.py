"""The way out to a terminal: what is said there has gone through its sink; reports go to standard output as bytes."""

import sys
from collections.abc import Iterable

import click

from auditor.sinks import JsonText, LogLine, LogText, Output, TerminalText, json_text, log_line, terminal


def out(text: LogLine | LogText | JsonText) -> None:
    """A result, on standard output."""
    click.echo(text)


def tell(text: LogLine | LogText) -> None:
    """What is said beside the result, on standard error."""
    click.echo(text, err=True)


def out_json(data: str) -> None:
    """JSON on several lines, on standard output."""
    for line in data.split("\n"):
        out(json_text(line))


def redraw(text: TerminalText) -> None:
    """A line of progress over the one before it, on standard error; an empty one takes it away."""
    click.echo(f"\r\x1b[K{text}", err=True, nl=False)


def said(sentence: str) -> LogLine:
    """A sentence of ours with whatever names are in it, as one line."""
    return log_line(terminal(sentence))


def write(pieces: Iterable[Output]) -> None:
    """A report, on standard output."""
    sys.stdout.buffer.writelines(pieces)
    sys.stdout.buffer.flush()
