"""Subjects of one kind as a table with a column for whatever predicates look at, so that each question is asked once.

A hundred thousand subjects differ in everything but in what a rule asks about they fall into a few thousand classes. A
predicate is asked once for all who are alike in what it reads; a condition is answered for sets of subjects, narrower
with each part; and evidence is put together once for each class.
"""

from array import array
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from auditor.messages import LANGUAGES, say, word
from auditor.model.record import record
from auditor.model.report import Answer
from auditor.model.report import Subject as Place
from auditor.model.rules import All, Any, Argument, Ask, Condition, Not
from auditor.model.values import Text
from auditor.predicates import HOLDS, PREDICATES, Evidence, Facts, Predicate, Subject

Found = tuple[Evidence, ...]
"""Evidence in parts, in the order of the condition: what several subjects share stays one object."""


_Answers = list["Evidence | _Unasked | None"]


class _Unasked:
    """Stands where nobody has asked yet: None is an answer."""


_UNASKED = _Unasked()


@record(eq=False)
class Column:
    """What each subject is in one respect, as a number; and for each number the first subject that has it."""

    of: "array[int]"
    first: "array[int]"


@dataclass(slots=True, eq=False, repr=False)
class Table:
    """All subjects of one kind, sorted by node."""

    facts: Facts
    subjects: Sequence[Subject]
    _columns: dict[Hashable, Column] = field(default_factory=dict)
    _keys: dict[int, tuple[Ask, Hashable]] = field(default_factory=dict)
    _answers: dict[Hashable, _Answers] = field(default_factory=dict)
    _told: dict[tuple[Hashable, int], Answer] = field(default_factory=dict)
    _places: list[Place | None] = field(init=False)
    _names: dict[str, Sequence[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._places = [None] * len(self.subjects)

    def column(self, predicate: Predicate) -> Column:
        """What the subjects are in the respect that a predicate looks at."""
        if predicate.reads not in self._columns:
            numbers: dict[Hashable, int] = {}
            of, first = array("i"), array("i")
            for i, subject in enumerate(self.subjects):
                number = numbers.setdefault(predicate.reads(self.facts, subject), len(numbers))
                if number == len(first):
                    first.append(i)
                of.append(number)
            self._columns[predicate.reads] = Column(of, first)
        return self._columns[predicate.reads]

    def unlike(self, name: str, among: Sequence[int]) -> Iterator[Subject]:
        """One of each of these subjects that are not alike in what the predicate of this name looks at."""
        column = self.column(PREDICATES[name])
        return (self.subjects[column.first[number]] for number in {column.of[i] for i in among})

    def place(self, index: int) -> Place:
        """A subject as findings name it."""
        place = self._places[index]
        if place is None:
            subject = self.subjects[index]
            place = self._places[index] = Place(subject.node, subject.origin)
        return place

    def names(self, language: str) -> Sequence[str]:
        """What the subjects are called, by index."""
        if language not in self._names:
            self._names[language] = [name_of(self.facts, s.node, language) for s in self.subjects]
        return self._names[language]

    # -- asking --------------------------------------------------------------------------------------------------

    def ask(self, ask: Ask, number: int) -> Evidence | None:
        """The answer of a predicate for all with this number in its column."""
        return self._asked(ask, (number,))[0]

    def _asked(self, ask: Ask, numbers: Iterable[int]) -> list[Evidence | None]:
        """The answers of a predicate for these numbers in its column, in their order."""
        predicate, key = PREDICATES[ask.predicate], self._key(ask)
        column = self.column(predicate)
        if key not in self._answers:
            self._answers[key] = [_UNASKED] * len(column.first)
        answers, found = self._answers[key], []
        for number in numbers:
            answer = answers[number]
            if isinstance(answer, _Unasked):
                answer = predicate.ask(self.facts, self.subjects[column.first[number]], ask.arguments)
                answers[number] = answer
            found.append(answer)
        return found

    def _key(self, ask: Ask) -> Hashable:
        """Equal for those who ask the same, wherever it is written."""
        if id(ask) not in self._keys:
            self._keys[id(ask)] = ask, (ask.predicate, *sorted(ask.arguments.items()))
        return self._keys[id(ask)][1]

    def who(self, condition: Condition, among: Sequence[int] | None = None) -> Sequence[int]:
        """The subjects among these (all, if none are named) for whom a condition holds, by index, sorted."""
        match condition:
            case All(of=parts):
                for part in sorted(parts, key=self._cost):  # what is quickly asked spares the others most questions
                    if among is None or len(among):
                        among = self.who(part, among)
                return range(len(self.subjects)) if among is None else among
            case Any(of=parts):
                return sorted({i for part in parts for i in self.who(part, among)})
            case Not(of=part):
                held = set(self.who(part, among))
                return [i for i in (range(len(self.subjects)) if among is None else among) if i not in held]
            case Ask():
                return self._who(condition, among)

    def _who(self, ask: Ask, among: Sequence[int] | None) -> Sequence[int]:
        of = self.column(PREDICATES[ask.predicate]).of
        numbers = sorted(set(of) if among is None else {of[i] for i in among})
        answers = zip(numbers, self._asked(ask, numbers), strict=True)
        held = {number for number, answer in answers if answer is not None}
        if not held:
            return ()
        return [i for i in (range(len(of)) if among is None else among) if of[i] in held]

    def _cost(self, condition: Condition) -> int:
        """How many different answers there may be at most."""
        match condition:
            case All(of=parts) | Any(of=parts):
                return sum(map(self._cost, parts))
            case Not(of=part):
                return self._cost(part)
            case Ask(predicate=name):
                return len(self.column(PREDICATES[name]).first)

    # -- evidence ------------------------------------------------------------------------------------------------

    def classes(self, condition: Condition) -> Iterator[tuple[Found, list[int]]]:
        """Everybody for whom a condition holds, those with the same evidence together; by the first of each."""
        who = self.who(condition)
        keys: Sequence[int] = [0] * len(who)
        for ask in _telling(condition) if who else ():
            of = self.column(PREDICATES[ask.predicate]).of
            numbers = sorted({of[i] for i in who})
            different: dict[int, int] = {}
            answers = map(id, self._asked(ask, numbers))
            answer_of = {n: different.setdefault(a, len(different)) for n, a in zip(numbers, answers, strict=True)}
            if len(different) > 1:
                size = len(different)
                keys = [key * size + answer_of[of[i]] for key, i in zip(keys, who, strict=True)]
        alike: dict[int, list[int]] = {}
        for key, i in zip(keys, who, strict=True):
            alike.setdefault(key, []).append(i)
        same: dict[tuple[int, ...], tuple[Found, list[int]]] = {}
        for indexes in alike.values():
            found = self.evidence(condition, indexes[0])
            if found is not None:
                same.setdefault(tuple(map(id, found)), (found, []))[1].extend(indexes)
        for found, indexes in same.values():
            yield found, sorted(indexes)

    def evidence(self, condition: Condition, index: int) -> Found | None:
        """The evidence for a condition, or None. What `not` finds missing is no evidence; it only lets others stand."""
        match condition:
            case All(of=parts):
                found: list[Evidence] = []
                for part in parts:
                    of_part = self.evidence(part, index)
                    if of_part is None:
                        return None
                    found += of_part
                return tuple({id(e): e for e in found}.values())
            case Any(of=parts):
                held = [e for part in parts if (e := self.evidence(part, index)) is not None]
                return tuple({id(e): e for of_part in held for e in of_part}.values()) if held else None
            case Not(of=part):
                return () if self.evidence(part, index) is None else None
            case Ask(predicate=name):
                answer = self.ask(condition, self.column(PREDICATES[name]).of[index])
                return None if answer is None else () if answer is HOLDS else (answer,)

    def answer(self, condition: Condition, index: int) -> Answer:
        """Every part of a condition with whether it holds and what was found, for `explain`."""
        match condition:
            case All(of=parts):
                told = tuple(self.answer(p, index) for p in parts)
                return Answer("all", all(t.holds for t in told), None, told)
            case Any(of=parts):
                told = tuple(self.answer(p, index) for p in parts)
                return Answer("any", any(t.holds for t in told), None, told)
            case Not(of=part):
                inner = self.answer(part, index)
                return Answer("not", not inner.holds, None, (inner,))
            case Ask(predicate=name):
                number = self.column(PREDICATES[name]).of[index]
                key = (self._key(condition), number)
                if key not in self._told:
                    found = self.ask(condition, number)
                    self._told[key] = Answer(
                        _asked(condition.arguments, name), found is not None, _value(found, self.facts)
                    )
                return self._told[key]


def _telling(condition: Condition) -> Iterator[Ask]:
    """The questions whose answers decide what the evidence is, once it is known that a condition holds."""
    match condition:
        case Ask():
            yield condition
        case All(of=parts):
            for part in parts:
                if not isinstance(part, Not):
                    yield from _telling(part)
        case Any(of=parts):
            for part in parts:
                yield from _asks(part)
        case Not():
            return


def _asks(condition: Condition) -> Iterator[Ask]:
    match condition:
        case Ask():
            yield condition
        case All(of=parts) | Any(of=parts):
            for part in parts:
                yield from _asks(part)
        case Not(of=part):
            yield from _asks(part)


def _asked(arguments: Mapping[str, Argument], name: str) -> str:
    written = (f"{k}: {v if isinstance(v, str) else ' | '.join(v)}" for k, v in arguments.items())
    return f"{name}({', '.join(written)})"


def _value(found: Evidence | None, facts: Facts) -> Text | None:
    if found is None or not (found.reaches or found.named):
        return None
    return Text(*(_told(found, facts, language) for language in LANGUAGES))


def _told(found: Evidence, facts: Facts, language: str) -> str:
    laws = dict.fromkeys((facts.reaches[i].basis, f"regime:{facts.reaches[i].regime}") for i in found.reaches)
    told = [
        say("explain.basis", language, basis=word("basis", basis, language), law=name_of(facts, law, language))
        for basis, law in laws
    ]
    for sort, nodes in found.named.items():
        names = (word("role", n, language) if sort == "role" else name_of(facts, n, language) for n in nodes)
        told.append(f"{word('found', sort, language)}: {', '.join(names) or '–'}")
    return "; ".join(told[:12])


def name_of(facts: Facts, node: str, language: str) -> str:
    """The name of a node in a language, or its id without the kind."""
    known = facts.resolution.nodes.get(node)
    return known.in_(language) if known else node.partition(":")[2] or node
