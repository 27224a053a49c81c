"""`auditor explain`: why a finding is there and what would end it; or what a rule, law, provider or case is."""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import Any

import click

from auditor.errors import Problem, WrongCall
from auditor.messages import Words, say, word
from auditor.model.knowledge import Entity, Knowledge, Offer, Precedent, Product, Regime, Source
from auditor.model.report import Answer, Finding, Report
from auditor.model.rules import All, Ask, Condition, Not, Pack, Rule
from auditor.model.rules import Any as AnyOf
from auditor.model.values import Origin
from auditor.model.vocabulary import Profile
from auditor.predicates import PREDICATES
from auditor.reporters import Style
from auditor.reporters._page import Page
from auditor.reporters.text import write_finding
from auditor.triage import ending
from auditor.verbs import _options
from auditor.verbs._out import out
from auditor.verbs._run import Call, colour, known, make_report, packs_for


@click.command("explain")
@click.argument("id_", metavar="ID")
@_options.files
@_options.question
@_options.profile(Profile.ALL)
@_options.rules
@_options.knowledge
@_options.decisions
@_options.as_of
@_options.lang
def command(id_: str, files: tuple[str, ...], lang: str, **given: Any) -> int:
    """Explain one thing by its id; a finding needs the files and the question that it was found with."""
    page = Page(Style(lang, colour("auto")))
    if files:
        _explain_findings(page, id_, make_report(Call(files=files, lang=lang, **given)))
    else:
        _explain_record(page, id_, known(given["knowledge"]), packs_for(given["rules"], examples=True))
    out(page.text)
    return int(ending(()))


def _explain_findings(page: Page, wanted: str, report: Report) -> None:
    found = [f for f in report.findings if f.fingerprint.startswith(wanted) or f.rule == wanted]
    if not found:
        ids = [i for f in report.findings for i in (f.fingerprint[:12], f.rule)]
        raise _nothing(wanted, ids, page.language)
    for finding in found:
        write_finding(page, report, finding)
        _conditions(page, finding)


def _conditions(page: Page, finding: Finding) -> None:
    page.section(page.say("explain.conditions"))
    for answer in finding.answers:
        _answer(page, answer, 2)
    page.section(page.say("explain.away"))
    page.paragraph(page.say("explain.away_all"), 2)
    for text in _ways_out(finding.answers, page):
        page.paragraph("- " + text, 2)


def _answer(page: Page, answer: Answer, indent: int) -> None:
    state = page.say("explain.holds" if answer.holds else "explain.fails")
    value = f" — {answer.value.in_(page.language)}" if answer.value else ""
    page.paragraph(
        f"{'✓' if answer.holds else '✗'} {word('junction', answer.condition, page.language)}: {state}{value}", indent
    )
    for part in answer.parts:
        _answer(page, part, indent + 2)


def _ways_out(answers: Iterable[Answer], page: Page) -> list[str]:
    """The leaves that hold, as what would have to stop holding; under `not`, those that would have to start."""
    ways: list[str] = []
    for answer in answers:
        if answer.condition == "not":
            ways += [page.say("explain.start", what=p.condition) for p in answer.parts]
        elif answer.parts:
            ways += _ways_out((p for p in answer.parts if p.holds), page)
        else:
            ways.append(page.say("explain.stop", what=answer.condition))
    return ways


def _explain_record(page: Page, wanted: str, knowledge: Knowledge, packs: Sequence[Pack]) -> None:
    rules = {r.id: (p, r) for p in packs for r in p.rules}
    bare = wanted.partition(":")[2] or wanted
    if wanted in rules:
        _rule(page, *rules[wanted])
    elif bare in knowledge.regimes:
        _regime(page, knowledge.regimes[bare])
    elif bare in knowledge.products or bare in knowledge.entities:
        if bare in knowledge.products:
            _product(page, knowledge.products[bare], knowledge)
        if bare in knowledge.entities:
            _entity(page, knowledge.entities[bare], knowledge)
    elif bare in knowledge.precedents:
        _precedent(page, knowledge.precedents[bare])
    elif wanted in PREDICATES:
        predicate = PREDICATES[wanted]
        page.paragraph(wanted, 0, "head")
        page.paragraph(word("predicate", wanted, page.language), 2)
        asked_of = Words("subject", predicate.subjects).in_(page.language)
        page.paragraph(f"{page.say('explain.asked_of')}: {asked_of}", 2)
        for name, schema in predicate.arguments.items():
            words = schema["else"].get("enum")
            page.paragraph(f"{name}: " + (", ".join(words) if words else page.say("explain.any_text")), 2)
    else:
        everything = [
            *rules,
            *knowledge.regimes,
            *knowledge.products,
            *knowledge.entities,
            *knowledge.precedents,
            *PREDICATES,
        ]
        hint = page.say("error.needs_files") if set(wanted) <= set("0123456789abcdef") else None
        raise _nothing(wanted, everything, page.language, hint)


def _nothing(wanted: str, known_ids: Sequence[str], language: str, hint: str | None = None) -> WrongCall:
    near = get_close_matches(wanted, known_ids, 3, 0.6)
    if near:
        hint = say("error.near", language, names=", ".join(near))
    return WrongCall(Problem(Origin(), "E-NOT-KNOWN", say("error.not_known", language, name=wanted), hint))


def _rule(page: Page, pack: Pack, rule: Rule) -> None:
    page.paragraph(page.say("explain.rule", id=rule.id, pack=pack.pack), 0, "head")
    page.paragraph(f"{rule.title.in_(page.language)} [{word('severity', rule.severity, page.language)}]", 2)
    page.paragraph(
        page.say("explain.subject", subject=Words("subject", (rule.subject,)), group=Words("cause", (rule.group_by,))),
        2,
    )
    _condition(page, rule.when, 2)
    page.paragraph(rule.message.in_(page.language), 2)
    page.labelled(page.say("finding.do"), rule.remedy.in_(page.language))
    page.section(page.say("explain.examples"))
    for example in rule.examples:
        state = page.say("explain.sets_off" if rule.id in example.expect else "explain.passes")
        page.paragraph(f"{example.name.in_(page.language)}: {state}", 2)


def _condition(page: Page, condition: Condition, indent: int) -> None:
    match condition:
        case All(of=parts) | AnyOf(of=parts):
            page.paragraph(
                word("junction", "all" if isinstance(condition, All) else "any", page.language) + ":", indent
            )
            for part in parts:
                _condition(page, part, indent + 2)
        case Not(of=part):
            page.paragraph(word("junction", "not", page.language) + ":", indent)
            _condition(page, part, indent + 2)
        case Ask():
            asked = ", ".join(
                f"{k}: {v if isinstance(v, str) else ' | '.join(v)}" for k, v in condition.arguments.items()
            )
            page.paragraph(
                f"{condition.predicate}({asked}) — {word('predicate', condition.predicate, page.language)}", indent
            )


def _regime(page: Page, r: Regime) -> None:
    title = f"{r.name_ko} — {r.name}" if page.language == "ko" and r.name_ko else r.name
    page.paragraph(title, 0, "head")
    page.paragraph(f"{r.citation} ({r.id})", 2)
    page.section(page.say("explain.periods"))
    for p in r.periods:
        days = f"{p.since or '…'} – {p.until or '…'}"
        page.paragraph(
            f"{days}: {word('period', p.status, page.language)}"
            + (f" — {p.note.in_(page.language)}" if p.note else ""),
            2,
        )
    page.section(page.say("explain.binds"))
    for b in r.binds:
        over = ", ".join(word("role", role, page.language) for role in b.over)
        line = f"{word('test', b.test, page.language)} {', '.join(b.of)} → {word('basis', b.basis, page.language)}"
        page.paragraph(
            f"{line} [{word('law_certainty', b.law_certainty, page.language)}]" + (f" ({over})" if over else ""), 2
        )
        if b.text:
            page.paragraph(b.text.in_(page.language), 4, "dim")
    for title, texts in (("explain.carve_outs", r.carve_outs), ("explain.verify", r.to_verify)):
        if texts:
            page.section(page.say(title))
            for text in texts:
                page.paragraph("- " + text.in_(page.language), 2)
    _sources(page, r.sources)


def _product(page: Page, p: Product, knowledge: Knowledge) -> None:
    kind = f"{word('layer', p.layer, page.language)}, {word('delivery', p.delivery, page.language)}"
    page.paragraph(f"{p.name} ({p.id}): {p.category}, {kind}", 0, "head")
    for title, offer in (("explain.operated", p.operated_by), ("explain.sold", p.sold_by)):
        if offer is not None:
            page.section(page.say(title))
            _offer(page, offer, knowledge)
    if p.built_on:
        page.section(page.say("explain.built"))
        for c in p.built_on:
            what = c.product or (knowledge.entities[c.entity].name if c.entity else c.technology or "?")
            page.paragraph(
                f"{word('role', c.part, page.language)}: {what}"
                + (f" [{word('status', c.status, page.language)}]" if c.status else ""),
                2,
            )
    if p.substitutes:
        page.section(page.say("explain.substitutes"))
        page.paragraph(", ".join(p.substitutes), 2)
    if p.notes:
        page.paragraph(p.notes.in_(page.language), 2, "dim")
    _sources(page, p.sources)


def _offer(page: Page, offer: Offer, knowledge: Knowledge) -> None:
    grouped: dict[str, list[str]] = {}
    for region, by in offer.by.items():
        grouped.setdefault(by, []).append(region)
    for by, regions in grouped.items():
        entity = knowledge.entities[by]
        page.paragraph(
            f"{', '.join(regions)}: {entity.name} ({entity.incorporated_in or '?'})"
            + (f" [{word('status', offer.status, page.language)}]" if offer.status else ""),
            2,
        )


def _entity(page: Page, e: Entity, knowledge: Knowledge) -> None:
    page.paragraph(f"{e.name} ({e.id}), {e.incorporated_in or '?'}", 0, "head")
    if e.owned_by:
        page.section(page.say("explain.owners"))
        for stake in e.owned_by:
            share = (
                f"{stake.percent} %" if stake.percent else Words("control", stake.control or ("?",)).in_(page.language)
            )
            page.paragraph(
                f"{knowledge.entities[stake.by].name}: {share}"
                + (f" [{word('status', stake.status, page.language)}]" if stake.status else ""),
                2,
            )
    if e.notes:
        page.paragraph(e.notes.in_(page.language), 2, "dim")
    _sources(page, e.sources)


def _precedent(page: Page, p: Precedent) -> None:
    page.paragraph(f"{p.day} {p.title.in_(page.language)}", 0, "head")
    page.paragraph(p.summary.in_(page.language), 2)
    page.paragraph(f"→ {word('outcome', p.outcome, page.language)} ({', '.join(p.regimes)})", 2)
    if p.claims:
        page.section(page.say("explain.claims"))
        for claim in p.claims:
            page.paragraph(f"{claim.by.in_(page.language)}: {claim.said.in_(page.language)}", 2)
    _sources(page, p.sources)


def _sources(page: Page, sources: Sequence[Source]) -> None:
    page.section(page.say("explain.sources"))
    for i, s in enumerate(sources, 1):
        page.paragraph(
            f"{i}. {s.title} [{word('status', s.status, page.language)}, {s.retrieved}]"
            + (f" {s.url}" if s.url else ""),
            2,
        )
