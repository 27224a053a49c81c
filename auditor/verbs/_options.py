"""The flags that verbs have in common, so that each looks and behaves the same everywhere."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any, TypeVar

import click

from auditor.loading.kinds import BadForm, day
from auditor.messages import LANGUAGES, language, say
from auditor.model.vocabulary import Profile
from auditor.verbs._help import spoken

F = TypeVar("F", bound=Callable[..., Any])


class Day(click.ParamType[date]):
    """An ISO date."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The date, or a usage error."""
        if isinstance(value, date):
            return value
        try:
            return day(str(value))
        except BadForm:
            self.fail(say("error.day", spoken(), given=repr(value)), param, ctx)


def told(name: str) -> str:
    """The help of an option, in the reader's language."""
    return say(f"option.{name}", language())


def today() -> date:
    """The day on which the command runs, UTC, so that no time zone changes an answer."""
    return datetime.now(UTC).date()


def stacked(*options: Callable[[F], F]) -> Callable[[F], F]:
    """Several options as one decorator, shown in this order."""

    def decorate(function: F) -> F:
        for option in reversed(options):
            function = option(function)
        return function

    return decorate


files = click.argument("files", nargs=-1, type=click.Path(), metavar=say("cli.files", language()))
lang = click.option("--lang", default=language, type=click.Choice(LANGUAGES), help=told("lang"))
as_of = click.option("--as-of", type=Day(), default=None, help=told("as_of"))
rules = click.option("--rules", multiple=True, type=click.Path(), help=told("rules"))
knowledge = click.option("--knowledge", multiple=True, type=click.Path(), help=told("knowledge"))
decisions = click.option("--decisions", multiple=True, type=click.Path(), help=told("decisions"))
lists = click.option("--lists", default=None, type=click.Path(), help=told("lists"))
data_age = click.option("--max-data-age", multiple=True, metavar="N", help=told("max_data_age"))
question = stacked(
    click.option("--by", default=None, help=told("by")),
    click.option("--who", default=None, help=told("who")),
)
output = stacked(
    click.option("-o", "--output", "outputs", multiple=True, metavar="FORMAT=FILE", help=told("output")),
    click.option("-f", "--format", "shown", default=None, help=told("format")),
    click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto", help=told("color")),
)


def profile(default: Profile) -> Callable[[F], F]:
    """The `--profile` flag with a verb's own default."""
    return click.option(
        "--profile",
        type=click.Choice([str(p) for p in Profile]),
        default=str(default),
        show_default=True,
        help=told("profile"),
    )


def run(default: Profile) -> Callable[[F], F]:
    """Every flag that a verb takes which makes a report."""
    return stacked(question, profile(default), rules, knowledge, lists, data_age, decisions, as_of, output, lang)
