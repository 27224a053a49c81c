"""The way out to a terminal: what is said there has gone through its sink; reports go to standard output as bytes."""

import sys

import click

from auditor.sinks import JsonText, LogLine, LogText, Output, log_line, terminal


def out(text: LogLine | LogText | JsonText) -> None:
    """A result, on standard output."""
    click.echo(text)


def tell(text: LogLine | LogText) -> None:
    """What is said beside the result, on standard error."""
    click.echo(text, err=True)


def said(sentence: str) -> LogLine:
    """A sentence of ours with whatever names are in it, as one line."""
    return log_line(terminal(sentence))


def write(data: Output) -> None:
    """A report, on standard output."""
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()
