"""Downloads: the only sockets of the product. Every hop is judged, every byte counted, nothing is taken on trust."""

import ipaddress
import random
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from auditor import __version__
from auditor.lists._inflate import Inflater
from auditor.lists._refused import Refused

if TYPE_CHECKING:
    import requests

AGENT = f"Mozilla/5.0 (compatible; auditor/{__version__}; official sanctions list update)"
"""OFAC's firewall wants `Mozilla/` and a digit, and at least forty characters; the rest says who we are."""

HOPS = 5
CHUNK = 1 << 16
CONNECT_SECONDS = 10.0
READ_SECONDS = 20.0
SKEW = timedelta(days=2)
_AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})
_MOVED = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True)
class Rules:
    """What a download may do: which hosts besides the list's own, how long, through which authorities."""

    hosts: tuple[str, ...] = ()
    seconds: float = 300.0
    ca_bundle: str | None = None
    tries: int = 4


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came: the server's tag for it; `same` where the server says that it has not changed."""

    tag: str | None = None
    same: bool = False


Write = Callable[[bytes], None]
Restart = Callable[[], Write]
Progress = Callable[[str, int, int | None], None]


def can_fetch() -> bool:
    """Whether the library that downloads is installed (the extra `lists`)."""
    return find_spec("requests") is not None


class Fetcher:
    """Downloads within one deadline."""

    def __init__(self, rules: Rules, progress: Progress | None = None) -> None:
        self._rules = rules
        self._progress = progress

    def fetch(self, url: str, hosts: tuple[str, ...], begin: Restart, limit: int, tag: str | None = None) -> Fetched:
        """Fetch `url` into what `begin` gives, anew for every try. Raises Refused with the reason of the last try."""
        import requests  # noqa: PLC0415 - loaded by this verb alone, and an extra

        end = time.monotonic() + self._rules.seconds
        why: Refused | None = None
        for attempt in range(self._rules.tries):
            pause = 0.0
            try:
                with requests.Session() as session:
                    session.headers.update(
                        {"User-Agent": AGENT, "Accept-Encoding": "gzip", "Accept": "*/*", "Connection": "close"}
                    )
                    if self._rules.ca_bundle is not None:
                        session.verify = self._rules.ca_bundle
                    return self._try(session, url, hosts, begin, limit, tag, end)
            except _Again as again:
                why, pause = again.why, again.pause
            except _Disk as disk:
                raise disk.error from None
            except requests.exceptions.SSLError as error:
                raise Refused("E-LIST-TLS", "tls", host=_host(url), why=_short(error)) from None
            except (requests.RequestException, _lower(), OSError) as error:
                why = Refused("E-LIST-FETCH", "connection", host=_host(url), why=_short(error))
            pause = max(pause, min(30.0, 0.5 * 2**attempt) * (0.5 + random.random()))
            if attempt + 1 == self._rules.tries or time.monotonic() + pause > end:
                break
            time.sleep(pause)
        raise why or Refused("E-LIST-FETCH", "late", host=_host(url), n=int(self._rules.seconds))

    def _try(
        self,
        session: "requests.Session",
        url: str,
        hosts: tuple[str, ...],
        begin: Restart,
        limit: int,
        tag: str | None,
        end: float,
    ) -> Fetched:
        start = url
        allowed = {h.lower() for h in (*hosts, *self._rules.hosts)}
        for _ in range(HOPS):
            judge_address(url, start, allowed)
            left = end - time.monotonic()
            if left <= 0:
                raise Refused("E-LIST-FETCH", "late", host=_host(url), n=int(self._rules.seconds))
            session.close()  # no hop rides on the connection of the one before
            answer = session.get(
                url,
                stream=True,
                allow_redirects=False,
                timeout=(min(CONNECT_SECONDS, left), min(READ_SECONDS, left)),
                headers={"If-None-Match": tag} if tag else {},
            )
            with closing(answer):
                if answer.status_code in _MOVED:
                    location = answer.headers.get("Location")
                    if not location:
                        raise Refused("E-LIST-FETCH", "status", host=_host(url), n=str(answer.status_code))
                    url = urljoin(url, location)
                    continue
                _same_day(answer.headers.get("Date"), _host(url))
                if answer.status_code == 304 and tag:
                    return Fetched(tag, same=True)
                if answer.status_code in _AGAIN:
                    why = Refused("E-LIST-FETCH", "status", host=_host(url), n=str(answer.status_code))
                    raise _Again(why, _seconds(answer.headers.get("Retry-After")))
                if answer.status_code != 200:
                    raise Refused("E-LIST-FETCH", "status", host=_host(url), n=str(answer.status_code))
                self._body(answer, begin(), limit, end, url)
                return Fetched(answer.headers.get("ETag"))
        raise Refused("E-LIST-REDIRECT", "loop", host=_host(start), n=HOPS)

    def _body(self, answer: "requests.Response", write: Write, limit: int, end: float, url: str) -> None:
        length = answer.headers.get("Content-Length")
        chunked = "chunked" in answer.headers.get("Transfer-Encoding", "").lower()
        if not chunked and (length is None or not length.isdigit()):
            raise Refused("E-LIST-FETCH", "no_length", host=_host(url))
        size = int(length) if length is not None and not chunked else None
        if size == 0:
            raise Refused("E-LIST-EMPTY", "empty")
        if size is not None and size > limit:
            raise Refused("E-LIST-LIMIT", "too_big", n=limit >> 20)
        encoding = answer.headers.get("Content-Encoding", "identity").lower()
        if encoding not in {"identity", "gzip", "x-gzip"}:
            raise Refused("E-LIST-FETCH", "coding", host=_host(url), found=encoding[:40])
        inflater = Inflater(limit) if encoding != "identity" else None
        got = 0
        for piece in _pieces(answer.raw):
            got += len(piece)
            if got > limit:
                raise Refused("E-LIST-LIMIT", "too_big", n=limit >> 20)
            if time.monotonic() > end:
                raise Refused("E-LIST-FETCH", "late", host=_host(url), n=int(self._rules.seconds))
            plain = inflater.feed(piece) if inflater is not None else piece
            try:
                write(plain)
            except OSError as error:  # our disk, not their line
                raise _Disk(error) from None
            if self._progress is not None:
                self._progress(_host(url), got, size)
        if size is not None and got != size:
            raise _Again(Refused("E-LIST-FETCH", "short", host=_host(url), found=got, wanted=size))
        if got == 0:
            raise Refused("E-LIST-EMPTY", "empty")
        if inflater is not None:
            inflater.done()


def _lower() -> type[Exception]:
    """The errors of the library below requests, which come through where the body is read as it lies on the wire."""
    import requests  # noqa: PLC0415

    found: type[Exception] = vars(requests.exceptions)["BaseHTTPError"]
    return found


class _Again(Exception):
    def __init__(self, why: Refused, pause: float = 0.0) -> None:
        self.why, self.pause = why, pause
        super().__init__(str(why))


class _Disk(Exception):
    def __init__(self, error: OSError) -> None:
        self.error = error
        super().__init__(str(error))


def _pieces(raw: Any) -> Iterator[bytes]:
    """The body as it lies on the wire, as soon as some of it is there: a slow server must not hold up the clock."""
    read = getattr(raw, "read1", None)
    while piece := (read(CHUNK, decode_content=False) if read is not None else raw.read(1024, decode_content=False)):
        yield piece


def judge_address(url: str, start: str, allowed: set[str]) -> None:
    """Whether a hop may be gone: https to a host that is expected.

    Plain http is for a server on this very machine that the user named himself, and leads nowhere else.
    """
    parts = urlsplit(url)
    first = urlsplit(start)
    host = (parts.hostname or "").lower()
    if parts.username is not None or parts.password is not None:
        raise Refused("E-LIST-REDIRECT", "address", found=_shown(parts.scheme, host))
    here = _loopback(host) and (parts.hostname, parts.port) == (first.hostname, first.port)
    if parts.scheme != "https" and not (parts.scheme == "http" and here):
        raise Refused("E-LIST-REDIRECT", "address", found=_shown(parts.scheme, host))
    if host not in allowed:
        raise Refused("E-LIST-REDIRECT", "host", found=host[:200] or "–")


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _shown(scheme: str, host: str) -> str:
    return f"{scheme}://{host}"[:200]


def _host(url: str) -> str:
    return (urlsplit(url).hostname or url)[:200]


def _short(error: BaseException) -> str:
    """What went wrong, without addresses and objects."""
    cause: BaseException | None = error
    while cause is not None and cause.__cause__ is not None:
        cause = cause.__cause__
    return type(cause or error).__name__


def _seconds(written: str | None) -> float:
    if written is None:
        return 0.0
    if written.strip().isdigit():
        return float(written.strip())
    try:
        return max(0.0, (parsedate_to_datetime(written) - datetime.now(UTC)).total_seconds())
    except (TypeError, ValueError):
        return 0.0


def _same_day(written: str | None, host: str) -> None:
    """The server's clock and ours agree within two days: a wrong clock makes every age a lie."""
    if written is None:
        return
    try:
        theirs = parsedate_to_datetime(written)
    except (TypeError, ValueError):
        raise Refused("E-CLOCK", "server_date", host=host) from None
    if theirs.tzinfo is None:
        theirs = theirs.replace(tzinfo=UTC)
    if abs(theirs - datetime.now(UTC)) > SKEW:
        raise Refused("E-CLOCK", "server_clock", host=host, found=theirs.date().isoformat())
