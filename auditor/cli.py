"""The command line: finds the verbs by looking into their folder and loads only the one that is called."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from io import StringIO
from pathlib import Path
from typing import Any, NoReturn

import click

from auditor import __version__
from auditor.errors import AuditorError, Exit, describe, unusable
from auditor.messages import catalogue, damaged, language, say
from auditor.model.values import Origin
from auditor.plugins import names_in
from auditor.sinks import LogLine, LogText
from auditor.verbs._help import Context, spoken, teach
from auditor.verbs._out import said, tell

_VERBS = Path(__file__).parent / "verbs"

teach()


@contextmanager
def _reader_may_leave() -> Iterator[None]:
    """A closed pipe (`| head`) ends the process: nothing more can be said, and nothing was completed."""
    try:
        yield
    except BrokenPipeError:
        os._exit(Exit.INCOMPLETE)


class _Verbs(click.Group):
    context_class = Context

    # click itself would end with 1, which means that a policy failed
    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        with _reader_may_leave():
            return super().make_context(*args, **kwargs)

    def invoke(self, ctx: click.Context) -> Any:
        with _reader_may_leave():
            return super().invoke(ctx)

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(names_in(_VERBS))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in names_in(_VERBS):
            return None
        command: click.Command = import_module(f"auditor.verbs.{cmd_name.replace('-', '_')}").command
        command.help = say(f"verb.{cmd_name}", language())
        command.context_class = Context
        command.options_metavar = say("cli.options", language())
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        # the catalogue knows what each verb does, so that help loads none of them
        known = catalogue(language())
        with formatter.section(known["click.commands"]):
            formatter.write_dl([(name, known.get(f"verb.{name}", "")) for name in self.list_commands(ctx)])


@click.group(
    cls=_Verbs,
    help=say("cli.about", language()),
    epilog=say("cli.exits", language()),
    options_metavar=say("cli.options", language()),
    subcommand_metavar=say("cli.command", language()),
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80},
)
@click.version_option(
    __version__, prog_name="auditor", message="%(prog)s %(version)s", help=say("cli.version", language())
)
@click.option("--debug", is_flag=True, help=say("cli.debug", language()))
@click.pass_context
def auditor(ctx: click.Context, debug: bool) -> None:
    """The root command; the verbs do the work."""
    ctx.obj = debug


def main(*, at_once: bool = False) -> NoReturn:
    """Run, and end with an exit code of the product's own, whatever happens; `at_once` if nobody waits for the process.

    All that was to be said is written and flushed by then: that the interpreter takes the records apart, one by one,
    would only cost time. Whoever measures a run gets an ordinary end.
    """
    code = _run()
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except OSError:
        os._exit(code or Exit.INCOMPLETE)  # not all of the result could be said
    try:
        if sys.stderr is not None:
            sys.stderr.flush()
    except OSError:
        os._exit(code)  # Python would end with a code of its own
    if at_once and sys.gettrace() is None and sys.getprofile() is None:
        os._exit(code)
    sys.exit(code)


def _run() -> int:
    debug = "--debug" in sys.argv[1:]
    if sys.stdout is None:
        _tell(said(say("cli.closed", spoken())))
        return Exit.CALL
    try:
        changed = damaged()
        if changed is not None:
            raise unusable(changed)
        code = auditor.main(prog_name="auditor", standalone_mode=False)
    except click.Abort:
        _tell(said(say("cli.interrupted", spoken())))
        return Exit.INTERNAL
    except click.ClickException as wrong:
        for line in _shown(wrong).split("\n"):
            _tell(said(line))
        return Exit.CALL
    except AuditorError as error:
        _tell(describe(error.problems, source_line=_lines(), language=spoken()))
        return error.exit_code
    except SystemExit as left:  # nobody but `main` ends the process
        return _internal(f"SystemExit: {left.code}")
    except Exception as error:  # noqa: BLE001 - the last line of defence: no error may end in exit 0
        if debug:
            import traceback  # noqa: PLC0415 - only for those who ask for it

            traceback.print_exc()
        return _internal(f"{type(error).__name__}: {error}")
    # a verb that ended without a code is a defect, not a success
    return code if isinstance(code, int) and not isinstance(code, bool) else _internal(f"no exit code but {code!r}")


def _internal(what: str) -> int:
    _tell(said(say("cli.internal", spoken(), what=what[:300])))
    return Exit.INTERNAL


def _lines() -> Callable[[Origin], str | None] | None:
    """On a terminal, the lines that problems are about: they are drawn with a caret."""
    if not sys.stderr.isatty():
        return None
    from auditor.documents import source_lines  # noqa: PLC0415 - only a run that failed reads a file again

    return source_lines()


def _shown(wrong: click.ClickException) -> str:
    """What click says of a wrong call: it repeats what was written, which may be anything."""
    with StringIO() as kept:
        wrong.show(kept)
        return kept.getvalue().removesuffix("\n")


def _tell(text: LogLine | LogText) -> None:
    """Say something on standard error; where nobody listens, the exit code still says it."""
    with suppress(OSError):
        tell(text)
