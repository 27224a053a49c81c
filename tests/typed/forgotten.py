"""Read by mypy, never run: every line marked `forgotten` lacks a sink, and each has to be a type error."""

import json
from pathlib import Path

from auditor.errors import Problem, describe
from auditor.model.report import Report
from auditor.reporters import Style
from auditor.reporters._page import Page
from auditor.reporters.sarif import _Message, _message
from auditor.sinks import (
    LogLine,
    Output,
    TerminalText,
    cell,
    ci_command,
    ci_log,
    ci_property,
    clip,
    fit,
    html,
    json_output,
    json_text,
    log_line,
    log_text,
    markdown,
    markdown_heading,
    markdown_line,
    markdown_row,
    markdown_strong,
    markup,
    output,
    pad,
    painted,
    sarif_markdown,
    terminal,
    together,
    wrap,
)
from auditor.verbs._out import out, said, tell, write
from auditor.verbs._run import write_file


def on_a_page(page: Page, user: str) -> None:
    page.add(user)
    page.paragraph(user)
    page.lines.append(terminal(user))
    page.lines.append(together(terminal(user), painted(terminal(user), "1")))
    page.lines.extend(wrap(terminal(user), 40))
    page.lines.append(pad(fit(terminal(user), 40), 40))
    page.lines.append(user)  # forgotten
    page.lines.append(terminal(user) + user)  # forgotten
    page.lines.append(terminal(user) + terminal(user))  # forgotten
    page.lines.append(f"{terminal(user)}")  # forgotten
    page.lines.append(" ".join([terminal(user)]))  # forgotten
    page.lines.append(terminal(user).upper())  # forgotten
    page.lines.append(pad(user, 40))  # forgotten
    page.lines.append(html(user))  # forgotten
    page.lines.extend(wrap(user, 40))  # forgotten
    page.lines += [user]  # forgotten
    together(terminal(user), user)  # forgotten
    painted(user, "1")  # forgotten
    painted(terminal(user), user)  # forgotten


def in_a_log(user: str) -> None:
    output([log_line(terminal(user)), log_line(ci_log(user)), json_text(json.dumps(user))])
    output([ci_command("error", ci_log(user), file=ci_property(user), line=3)])
    log_line(user)  # forgotten
    log_line(cell(user))  # forgotten
    log_text([terminal(user)])  # forgotten
    clip(user, 3)  # forgotten
    ci_command("error", user)  # forgotten
    ci_command("error", terminal(user))  # forgotten
    ci_command("error", ci_log(user), title=user)  # forgotten
    ci_command("error", ci_log(user), title=ci_log(user))  # forgotten
    ci_command(user, ci_log(user))  # forgotten


def in_markdown(user: str) -> None:
    markdown_row([markdown_line("- ", markdown(user), ": ", markdown_strong(markdown(user)))])
    markdown_row([user])  # forgotten
    markdown_row([terminal(user)])  # forgotten
    markdown_line("- ", user)  # forgotten
    markdown_line("<b>")  # forgotten
    markdown_heading(2, user)  # forgotten
    markdown_strong(markup(user))  # forgotten
    sarif_markdown(user)  # forgotten


def in_sarif(user: str) -> _Message:
    one: _Message = {"text": user}  # forgotten
    two: _Message = {"text": terminal(user)}  # forgotten
    one = {"text": _message(user)["text"], "markdown": markdown(user)}  # forgotten
    two = {**_message(user), "markdown": sarif_markdown(markdown(user))}
    return two if user else one


def as_bytes(user: str, report: Report, style: Style) -> Output:
    output([user])  # forgotten
    output([terminal(user)])  # forgotten
    output([markdown(user)])  # forgotten
    json_output([user])  # forgotten
    json_output([json.dumps(user)])  # forgotten
    write([user.encode()])  # forgotten
    write_file(Path("x"), user.encode())  # forgotten
    write([output([log_line(terminal(user))])])
    return user.encode()  # forgotten


def from_a_verb(user: str, problem: Problem) -> None:
    out(said(user))
    tell(describe([problem]))
    out(user)  # forgotten
    out(terminal(user))  # forgotten
    out(json.dumps(user))  # forgotten
    tell(user)  # forgotten
    tell(problem.message)  # forgotten
    tell(describe([problem]) + user)  # forgotten


def kept(safe: TerminalText, line: LogLine) -> str:
    return safe + line  # what is safe is a text like any other
