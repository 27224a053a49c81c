"""Products by the traces they leave in technical sources: hosts, model ids, variables, images, package URLs."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping

from auditor.model.knowledge import Product
from auditor.model.record import record
from auditor.model.vocabulary import Confidence

_MODEL = re.compile(r"[a-z0-9@][a-z0-9._@:/+-]*", re.IGNORECASE)
_HOST = re.compile(
    r"(?:[a-z][a-z0-9+.-]*://)?(?:[^/@\s]*@)?([a-z0-9-]+(?:\.[a-z0-9-]+)+)(?::\d+)?(/\S*)?", re.IGNORECASE
)


@record
class Match:
    """Products that leave a trace, and how sure that is; several if the trace does not tell them apart."""

    products: tuple[str, ...]
    confidence: Confidence


class Traces:
    """The signals of a catalogue, by kind.

    Of patterns that fit, the one counts that says most before its first `*`, then the one that says most in all.
    """

    def __init__(self, products: Iterable[Product]) -> None:
        found = sorted((p.id, p.signals) for p in products if p.signals is not None)
        self._hosts: dict[str, dict[str, set[str]]] = {}
        self._packages: defaultdict[str, set[str]] = defaultdict(set)
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


class _Patterns:
    """Ids by texts in which `*` stands for anything, compared without regard to case."""

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        self._whole: defaultdict[str, set[str]] = defaultdict(set)
        self._ids: defaultdict[str, set[str]] = defaultdict(set)
        for text, named in pairs:
            (self._ids if "*" in text else self._whole)[text.casefold()].add(named)
        self._starting: defaultdict[str, list[str]] = defaultdict(list)
        for text in self._ids:
            self._starting[text[:1]].append(text)

    def get(self, written: str) -> Match | None:
        """The ids of the very text, else those of the pattern that says most."""
        name = written.casefold()
        if name in self._whole:
            return _match(self._whole[name], Confidence.HIGH)
        fits = [t for start in dict.fromkeys((name[:1], "*")) for t in self._starting.get(start, ()) if _fits(t, name)]
        return _match(self._ids[max(fits, key=_weight)], Confidence.LOW) if fits else None


def _weight(text: str) -> tuple[int, int, str]:
    return text.index("*"), len(text) - text.count("*"), text


def _fits(text: str, name: str) -> bool:
    """Whether a text with at least one `*` fits a name."""
    first, *middle, last = text.split("*")
    if len(name) < len(text) - text.count("*") or not name.startswith(first) or not name.endswith(last):
        return False
    at, end = len(first), len(name) - len(last)
    for part in middle:
        found = name.find(part, at, end)
        if found < 0:
            return False
        at = found + len(part)
    return True


def _match(found: Iterable[str], confidence: Confidence) -> Match:
    return Match(tuple(sorted(found)), confidence)


def only(match: Match | None, products: Mapping[str, Product]) -> Product | None:
    """The product of a match, if there is one alone or all of them have the same operator; then the first by id."""
    if match is None:
        return None
    found = [products[i] for i in match.products]
    behind = {p.operated_by.by.get("default") if p.operated_by else p.id for p in found}
    return found[0] if len(behind) == 1 else None
