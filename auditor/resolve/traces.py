"""Products by the traces they leave in technical sources: hosts, model ids, variables, images, package URLs."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from auditor.model.knowledge import Product
from auditor.model.vocabulary import Confidence

_MODEL = re.compile(r"[a-z0-9@][a-z0-9._@:/+-]*", re.IGNORECASE)
_HOST = re.compile(
    r"(?:[a-z][a-z0-9+.-]*://)?(?:[^/@\s]*@)?([a-z0-9-]+(?:\.[a-z0-9-]+)+)(?::\d+)?(/\S*)?", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Match:
    """Products that leave a trace, and how sure that is; several if the trace does not tell them apart."""

    products: tuple[str, ...]
    confidence: Confidence


@dataclass(slots=True)
class Traces:
    """The signals of a catalogue, by kind.

    Of patterns that fit, the one counts that says most before its first `*`, then the one that says most in all.
    """

    products: Iterable[Product]
    _hosts: dict[str, dict[str, set[str]]] = field(init=False)
    _host_patterns: "_Patterns" = field(init=False)
    _models: "_Patterns" = field(init=False)
    _images: "_Patterns" = field(init=False)
    _variables: "_Patterns" = field(init=False)
    _packages: dict[str, set[str]] = field(init=False)

    def __post_init__(self) -> None:
        found = sorted((p.id, p.signals) for p in self.products if p.signals is not None)
        self._hosts = {}
        self._packages = defaultdict(set)
        for named, s in found:
            for domain in s.domains:
                host, _, path = domain.casefold().partition("/")
                self._hosts.setdefault(host, {}).setdefault(path, set()).add(named)
            for purl in s.purls:
                self._packages[purl.casefold()].add(named)
        self._host_patterns = _Patterns((d, named) for named, s in found for d in s.domains if "*" in d)
        self._models = _Patterns((m, named) for named, s in found for m in s.models)
        self._images = _Patterns((i, named) for named, s in found for i in s.images)
        self._variables = _Patterns((e, named) for named, s in found for e in s.env)

    def host(self, written: str) -> Match | None:
        """The product behind a host name or URL: sure if the host itself is known, else by the domain above it."""
        parsed = _HOST.fullmatch(written.strip())
        if parsed is None:
            return None
        host, path = parsed[1].casefold(), (parsed[2] or "").strip("/").casefold()
        named = self._host_patterns.get(host)
        if named is not None:
            return Match(named.products, Confidence.HIGH)
        labels = host.split(".")
        for i in range(len(labels) - 1):
            paths = self._hosts.get(".".join(labels[i:]))
            if paths is None:
                continue
            fits = [p for p in paths if not p or path == p or path.startswith(f"{p}/")]
            if fits:
                return _match(paths[max(fits, key=len)], Confidence.HIGH if i == 0 else Confidence.MEDIUM)
        return None

    def model(self, written: str) -> Match | None:
        """The product behind a model id: sure if the very id is known, at low confidence if only its family is."""
        return self._models.get(written) if _MODEL.fullmatch(written) else None

    def image(self, written: str) -> Match | None:
        """The product in a container image, whatever its tag or digest; else the registry it comes from."""
        name = written.partition("@")[0]
        head, colon, tag = name.rpartition(":")
        name = head if colon and "/" not in tag else name
        for prefix in ("docker.io/library/", "docker.io/", "library/"):
            name = name.removeprefix(prefix)
        found = self._images.get(name)
        while found is None and "/" in name:
            name = name.rpartition("/")[0]
            found = self._images.get(name)
            if found is not None:
                return Match(found.products, Confidence.MEDIUM)
        return found

    def variable(self, written: str) -> Match | None:
        """The product for which an environment variable holds a key or an address."""
        return self._variables.get(written)

    def package(self, written: str) -> Match | None:
        """The product named by a package URL, else the registry it comes from."""
        purl = written.casefold().partition("?")[0].partition("#")[0]
        name, at, version = purl.rpartition("@")
        purl = name if at and "/" not in version else purl
        while purl:
            if purl in self._packages:
                return _match(self._packages[purl], Confidence.HIGH if "/" in purl else Confidence.MEDIUM)
            purl = purl.rpartition("/")[0]
        return None

    def recognised(self, written: str) -> Match | None:
        """The product behind something written where a name was expected: a model id or a host, nothing else."""
        if " " in written or not any(c in "-/.:@" or c.isdigit() for c in written):
            return None
        return self.model(written) or self.host(written)


@dataclass(slots=True)
class _Patterns:
    """Ids by texts in which `*` stands for anything, compared without regard to case."""

    pairs: Iterable[tuple[str, str]]
    _whole: dict[str, set[str]] = field(init=False)
    _starting: dict[str, list[tuple[int, int, str, re.Pattern[str]]]] = field(init=False)
    _ids: dict[str, set[str]] = field(init=False)

    def __post_init__(self) -> None:
        self._whole, self._ids = defaultdict(set), defaultdict(set)
        for text, named in self.pairs:
            (self._ids if "*" in text else self._whole)[text.casefold()].add(named)
        self._starting = defaultdict(list)
        for text in sorted(self._ids):
            parts = (re.escape(p) for p in text.split("*"))
            weight = text.index("*"), len(text) - text.count("*")
            self._starting[text[:1]].append((*weight, text, re.compile(".*".join(parts))))

    def get(self, written: str) -> Match | None:
        name = written.casefold()
        if name in self._whole:
            return _match(self._whole[name], Confidence.HIGH)
        fits = [
            (before, literal, text)
            for start in dict.fromkeys((name[:1], "*"))
            for before, literal, text, pattern in self._starting.get(start, ())
            if pattern.fullmatch(name)
        ]
        return _match(self._ids[max(fits)[-1]], Confidence.LOW) if fits else None


def _match(found: Iterable[str], confidence: Confidence) -> Match:
    return Match(tuple(sorted(found)), confidence)


def only(match: Match | None, products: Mapping[str, Product]) -> Product | None:
    """The product of a match, if there is one alone or all of them have the same operator; then the first by id."""
    if match is None:
        return None
    found = [products[i] for i in match.products]
    behind = {p.operated_by.by.get("default") if p.operated_by else p.id for p in found}
    return found[0] if len(behind) == 1 else None
