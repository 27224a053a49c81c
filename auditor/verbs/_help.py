"""How help and usage errors read: measured in terminal columns, and in the catalogue's words instead of click's own."""

import gettext
import sys
from collections.abc import Iterable
from functools import cache

import click

from auditor.messages import LANGUAGES, catalogue, language
from auditor.sinks import width, wrap


class Formatter(click.HelpFormatter):
    """click measures text by its characters; Hangul takes two columns for each."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """`Usage: program arguments`, the arguments wrapped beside the program."""
        head = f"{_told('Usage:') + ' ' if prefix is None else prefix}{prog} "
        first, *more = wrap(args, self.width, " " * width(head))
        self.write("\n".join([(head + first.lstrip()).rstrip(), *more]) + "\n")

    def write_text(self, text: str) -> None:
        """Paragraphs, wrapped behind the indent."""
        paragraphs = [wrap(p, self.width, " " * self.current_indent) for p in text.split("\n\n")]
        self.write("\n\n".join("\n".join(lines) for lines in paragraphs) + "\n")

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        """Terms and what they mean, every meaning from the same column on."""
        rows = list(rows)
        left = min(max((width(term) for term, _ in rows), default=0), col_max) + col_spacing
        blank = " " * (self.current_indent + left)
        for term, meaning in rows:
            gap = left - width(term)
            beside = gap >= col_spacing
            first, *more = [line.strip() for line in wrap(meaning, self.width, blank)]
            head = " " * self.current_indent + term + (" " * gap if beside else f"\n{blank}")
            self.write("\n".join([(head + first).rstrip(), *(blank + line for line in more)]) + "\n")


class Context(click.Context):
    """The context of every command: its help is written by our formatter."""

    formatter_class = Formatter


def spoken() -> str:
    """The language of what is said about the call itself: that of `--lang`; help asks the environment alone."""
    given = sys.argv[1:]
    if not {"-h", "--help"}.intersection(given):
        for option, value in zip(given, [*given[1:], ""], strict=False):
            chosen = option.removeprefix("--lang=") if option.startswith("--lang=") else value
            if option.startswith("--lang") and chosen in LANGUAGES:
                return chosen
    return language()


def teach() -> None:
    """Let click say its own sentences in the catalogue's words; it would ask gettext, and with it the locale."""
    for name, module in list(sys.modules.items()):
        if name.startswith("click."):
            said = vars(module)
            if said.get("_") is gettext.gettext:
                said["_"] = _told
            if said.get("ngettext") is gettext.ngettext:
                said["ngettext"] = _told_counted


@cache
def _in(chosen: str) -> dict[str, str]:
    known = catalogue(chosen)
    return {sentence: known[key] for key, sentence in catalogue("en").items() if key.startswith("click.")}


def _told(sentence: str) -> str:
    return _in(spoken()).get(sentence, sentence)


def _told_counted(one: str, many: str, n: int) -> str:
    return _told(one if n == 1 else many)
