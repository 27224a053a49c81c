"""Downloads: whatever a server does wrong is refused with its reason, and what was there before stays, byte for byte."""

import gzip
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from auditor.lists import Fetcher, Refused, Rules, Source, Store, Updated, Wanted, sources, update
from auditor.lists._fetch import AGENT, judge_address
from auditor.lists._reading import Part
from tests.made_lists import LAYOUTS, TODAY, N, sdn_xml, source_of
from tests.test_lists_formats import V1, tree, tried

QUICK = Rules(seconds=2.0, tries=1)


def head(status: str = "200 OK", **fields: object) -> bytes:
    lines = "".join(f"{k.replace('_', '-')}: {v}\r\n" for k, v in fields.items())
    return f"HTTP/1.1 {status}\r\n{lines}\r\n".encode()


Answer = Callable[[socket.socket, bytes, bytes], object]


def slowly(connection: socket.socket, body: bytes) -> None:
    connection.sendall(head(Content_Length=len(body)))
    for i in range(40):
        connection.sendall(body[i : i + 1])
        time.sleep(0.25)


def bomb(connection: socket.socket) -> None:
    packed = gzip.compress(b" " * 50_000_000, 9)
    connection.sendall(head(Content_Encoding="gzip", Content_Length=len(packed)) + packed)


def endless(connection: socket.socket) -> None:
    connection.sendall(head(Transfer_Encoding="chunked"))
    while True:
        connection.sendall(b"10000\r\n" + b" " * 65536 + b"\r\n")


# What a server does, given the connection, the list, and the list packed; and the codes with which that is refused.
FAULTS: dict[str, tuple[Answer, set[str]]] = {
    "no length": (lambda c, b, z: c.sendall(head(Connection="close") + b[: len(b) // 2]), {"E-LIST-FETCH"}),
    "no length, whole": (lambda c, b, z: c.sendall(head(Connection="close") + b), {"E-LIST-FETCH"}),
    "short": (lambda c, b, z: c.sendall(head(Content_Length=len(b)) + b[: len(b) // 2]), {"E-LIST-FETCH"}),
    "a byte short": (lambda c, b, z: c.sendall(head(Content_Length=len(b)) + b[:-1]), {"E-LIST-FETCH"}),
    "chunks without end": (lambda c, b, z: c.sendall(head(Transfer_Encoding="chunked") + b"3e8\r\n" + b[:1000] + b"\r\n"), {"E-LIST-FETCH"}),
    "half of a gzip": (lambda c, b, z: c.sendall(head(Content_Encoding="gzip", Content_Length=len(z) // 2) + z[: len(z) // 2]), {"E-LIST-GZIP"}),
    "gzip without checksum": (lambda c, b, z: c.sendall(head(Content_Encoding="gzip", Content_Length=len(z) - 8) + z[:-8]), {"E-LIST-GZIP"}),
    "gzip with a wrong checksum": (lambda c, b, z: c.sendall(head(Content_Encoding="gzip", Content_Length=len(z)) + z[:-8] + b"12345678"), {"E-LIST-GZIP"}),
    "a bomb": (lambda c, b, z: bomb(c), {"E-LIST-LIMIT"}),
    "another packing": (lambda c, b, z: c.sendall(head(Content_Encoding="br", Content_Length=len(b)) + b), {"E-LIST-FETCH"}),
    "nothing": (lambda c, b, z: c.sendall(head(Content_Length=0)), {"E-LIST-EMPTY"}),
    "204": (lambda c, b, z: c.sendall(head("204 No Content")), {"E-LIST-FETCH"}),
    "304 without a copy": (lambda c, b, z: c.sendall(head("304 Not Modified")), {"E-LIST-FETCH"}),
    "a page": (lambda c, b, z: c.sendall(head(Content_Type="text/html", Content_Length=24) + b"<html>maintenance</html>"), {"E-LIST-HTML"}),
    "403": (lambda c, b, z: c.sendall(head("403 Forbidden", Content_Length=6) + b"denied"), {"E-LIST-FETCH"}),
    "404": (lambda c, b, z: c.sendall(head("404 Not Found", Content_Length=len(b)) + b), {"E-LIST-FETCH"}),
    "503": (lambda c, b, z: c.sendall(head("503 Service Unavailable", Retry_After=3600, Content_Length=0)), {"E-LIST-FETCH"}),
    "429": (lambda c, b, z: c.sendall(head("429 Too Many Requests", Retry_After=1, Content_Length=0)), {"E-LIST-FETCH"}),
    "a circle": (lambda c, b, z: c.sendall(head("302 Found", Location="/again", Content_Length=0)), {"E-LIST-REDIRECT"}),
    "to nowhere": (lambda c, b, z: c.sendall(head("302 Found", Content_Length=0)), {"E-LIST-FETCH"}),
    "to metadata": (lambda c, b, z: c.sendall(head("302 Found", Location="http://169.254.169.254/latest/", Content_Length=0)), {"E-LIST-REDIRECT"}),
    "to a file": (lambda c, b, z: c.sendall(head("302 Found", Location="file:///etc/passwd", Content_Length=0)), {"E-LIST-REDIRECT"}),
    "to a stranger": (lambda c, b, z: c.sendall(head("302 Found", Location="https://example.invalid/x", Content_Length=0)), {"E-LIST-REDIRECT"}),
    "to another port": (lambda c, b, z: c.sendall(head("302 Found", Location="http://127.0.0.1:9/", Content_Length=0)), {"E-LIST-REDIRECT"}),
    "slow": (lambda c, b, z: slowly(c, b), {"E-LIST-FETCH"}),
    "endless": (lambda c, b, z: endless(c), {"E-LIST-FETCH", "E-LIST-LIMIT"}),
    "hangs up": (lambda c, b, z: c.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0"), {"E-LIST-FETCH"}),
    "no HTTP": (lambda c, b, z: c.sendall(b"220 ftp.example.invalid ready\r\n"), {"E-LIST-FETCH"}),
    "a clock of 2099": (lambda c, b, z: c.sendall(head(Date="Thu, 01 Jan 2099 00:00:00 GMT", Content_Length=len(b)) + b), {"E-CLOCK"}),
    "a clock of 1999": (lambda c, b, z: c.sendall(head(Date="Fri, 01 Jan 1999 00:00:00 GMT", Content_Length=len(b)) + b), {"E-CLOCK"}),
    "no date in the date": (lambda c, b, z: c.sendall(head(Date="yesterday", Content_Length=len(b)) + b), {"E-CLOCK"}),
}  # fmt: skip
SLOW = {"slow", "endless", "429"}


@contextmanager
def serving(answer: Callable[[socket.socket, bytes], object]) -> Iterator[tuple[str, list[bytes]]]:
    """A server on this machine; its address, and the requests it got."""
    got: list[bytes] = []
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(8)

        def one(connection: socket.socket) -> None:
            try:
                request = connection.recv(65536)
                got.append(request)
                answer(connection, request)
            except OSError:
                pass
            finally:
                connection.close()

        def serve() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                threading.Thread(target=one, args=(connection,), daemon=True).start()

        threading.Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/list", got
        listener.shutdown(socket.SHUT_RDWR)


def fetched(folder: Path, source: Source, place: str, rules: Rules = QUICK) -> Updated:
    (done,) = update(Store(folder / "store"), Wanted((source,), (place,)), Fetcher(rules), TODAY)
    return done


def faulty(folder: Path, layout: str, fault: str) -> None:
    answer, codes = FAULTS[fault]
    (body, *_) = LAYOUTS[layout].make(N, TODAY).values()
    packed = gzip.compress(body, mtime=0)
    before = tree(folder / "store")
    with serving(lambda c, _: answer(c, body, packed)) as (place, _):
        done = fetched(folder, source_of(layout, limit=20 << 20), place)
    assert done.after is None, fault
    assert {r.code for r in done.reasons} <= codes, (fault, done.reasons)
    assert tree(folder / "store") == before


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("layout", ["ofac-xml", "uk-csv", "csl-json"])
def test_what_a_server_does_wrong(tmp_path: Path, layout: str, fault: str) -> None:
    if layout != "ofac-xml" and fault in SLOW:
        pytest.skip("slow: tried with one layout here, with all by `make prove`")
    assert tried(tmp_path, layout, LAYOUTS[layout].make(N, TODAY)).after is not None
    faulty(tmp_path, layout, fault)


@pytest.mark.long
@pytest.mark.parametrize("fault", FAULTS)
def test_what_a_server_does_wrong_to_every_layout(tmp_path: Path, fault: str) -> None:
    for layout in LAYOUTS:
        folder = tmp_path / layout
        folder.mkdir()
        assert tried(folder, layout, LAYOUTS[layout].make(N, TODAY)).after is not None
        faulty(folder, layout, fault)


@pytest.mark.parametrize("packed", [False, True])
def test_what_a_server_does_right(tmp_path: Path, packed: bool) -> None:
    for layout in LAYOUTS:
        if layout == "ofac-csv":
            continue  # several files
        (body, *_) = LAYOUTS[layout].make(N, TODAY).values()
        sent = gzip.compress(body) if packed else body
        fields = {"Content_Encoding": "gzip"} if packed else {}
        with serving(lambda c, _, s=sent, f=fields: c.sendall(head(Content_Length=len(s), **f) + s)) as (place, got):
            folder = tmp_path / layout
            folder.mkdir()
            done = fetched(folder, source_of(layout), place)
        assert done.after is not None, (layout, done.reasons)
        assert done.after.count == N
        assert AGENT.encode() in got[0]
    assert AGENT.startswith("Mozilla/5")
    assert len(AGENT) >= 40


def test_a_mirror_serves_the_usual_names(tmp_path: Path) -> None:
    body = sdn_xml(N, TODAY)["sdn.xml"]
    with serving(lambda c, r: c.sendall(head(Content_Length=len(body)) + body)) as (place, got):
        done = fetched(tmp_path, source_of("ofac-xml"), place.removesuffix("list"))
    assert done.after is not None
    assert got[0].startswith(b"GET /sdn.xml ")


def official(place: str, **changed: object) -> Source:
    """The list, published at an address of this machine."""
    return replace(source_of("ofac-xml", **changed), parts=(Part("sdn.xml", place),), hosts=("127.0.0.1",))


def test_a_tag_is_sent_only_with_a_whole_copy(tmp_path: Path) -> None:
    body = sdn_xml(N, TODAY)["sdn.xml"]

    def answer(connection: socket.socket, request: bytes) -> None:
        if b'If-None-Match: "v1"' in request:
            connection.sendall(head("304 Not Modified", ETag='"v1"'))
        else:
            connection.sendall(head(Content_Length=len(body), ETag='"v1"') + body)

    with serving(answer) as (place, got):
        source = official(place)
        store = Store(tmp_path / "store")

        def run() -> Updated:
            (done,) = update(store, Wanted((source,)), Fetcher(QUICK), TODAY)
            return done

        first, second = run(), run()
        assert (first.same, second.same) == (False, True)
        assert b"If-None-Match" not in got[0]
        assert b"If-None-Match" in got[1]
        assert first.after is not None
        damaged = store.path_of(first.after.parts[0])
        damaged.write_bytes(damaged.read_bytes()[:-5])
        third = run()
        assert b"If-None-Match" not in got[2]
        assert third.after is not None
        store.verify(third.after.parts[0])


def test_it_tries_again_within_its_time(tmp_path: Path) -> None:
    body = sdn_xml(N, TODAY)["sdn.xml"]
    count = iter(range(10))

    def answer(connection: socket.socket, _: bytes) -> None:
        n = next(count)
        if n == 0:
            connection.sendall(head("503 Service Unavailable", Content_Length=0))
        elif n == 1:
            connection.sendall(head(Content_Length=len(body)) + body[:100])
        else:
            connection.sendall(head(Content_Length=len(body)) + body)

    with serving(answer) as (place, got):
        done = fetched(tmp_path, source_of("ofac-xml"), place, Rules(seconds=20))
    assert done.after is not None
    assert len(got) == 3


@pytest.mark.parametrize(
    ("url", "start", "good"),
    [
        ("https://a.example/x", "https://a.example/", True),
        ("https://b.example/x", "https://a.example/", False),
        ("http://a.example/x", "https://a.example/", False),
        ("http://a.example/x", "http://a.example/", False),
        ("https://a.example@b.example/", "https://a.example/", False),
        ("https://user:pw@a.example/", "https://a.example/", False),
        ("ftp://a.example/", "https://a.example/", False),
        ("file:///etc/passwd", "https://a.example/", False),
        ("http://127.0.0.1:8/x", "http://127.0.0.1:8/", True),
        ("http://127.0.0.1:9/x", "http://127.0.0.1:8/", False),
        ("http://127.0.0.1:8/x", "https://a.example/", False),
        ("https://A.EXAMPLE/x", "https://a.example/", True),
        ("https://a.example.evil.example/", "https://a.example/", False),
    ],
)  # fmt: skip
def test_where_a_download_may_lead(url: str, start: str, good: bool) -> None:
    allowed = {"a.example", "127.0.0.1"}
    if good:
        judge_address(url, start, allowed)
    else:
        with pytest.raises(Refused, match="E-LIST-REDIRECT"):
            judge_address(url, start, allowed)


def test_official_addresses_are_https_and_their_own() -> None:
    for source in sources().values():
        for part in source.parts:
            assert part.url is not None
            judge_address(part.url, part.url, set(source.hosts))


def test_no_certificate_is_taken_on_trust(tmp_path: Path) -> None:
    """An address with https on a server that has no certificate at all: refused, and never tried in the clear."""
    with serving(lambda c, _: c.sendall(head(Content_Length=2) + b"ok")) as (place, got):
        done = fetched(tmp_path, source_of("ofac-xml"), place.replace("http:", "https:"))
    assert done.after is None
    assert done.reasons[0].code in {"E-LIST-TLS", "E-LIST-FETCH"}
    assert not [g for g in got if g.startswith(b"GET")]


SCENARIOS = (
    "short_no_length short_length short_chunked gzip_half gzip_no_crc gzip_bomb empty_200 no_content_204"
    " not_modified_without_cache html_200 forbidden_403 unavailable_503 too_many_429 redirect_loop redirect_metadata"
    " redirect_file slow endless reset date_2099 good"
)


@pytest.mark.parametrize("scenario", [*SCENARIOS.split()])
def test_the_misbehaving_server(shared: Path, tmp_path: Path, scenario: str) -> None:
    badserver(shared, tmp_path, scenario, ["ofac-xml"])


@pytest.mark.long
@pytest.mark.parametrize("scenario", [*SCENARIOS.split()])
def test_the_misbehaving_server_for_every_layout(shared: Path, tmp_path: Path, scenario: str) -> None:
    badserver(shared, tmp_path, scenario, list(LAYOUTS))


def badserver(shared: Path, tmp_path: Path, scenario: str, layouts: list[str]) -> None:
    script = shared / "hostile/http/badserver.py"
    with subprocess.Popen([sys.executable, str(script), scenario], stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            place = f"http://127.0.0.1:{int(server.stdout.readline())}/list"
            for layout in layouts:
                folder = tmp_path / layout
                folder.mkdir()
                source = source_of(layout, **({"namespaces": V1} if layout == "ofac-xml" else {}))
                if scenario != "good":
                    good = sdn_xml(N, TODAY, V1[0]) if layout == "ofac-xml" else LAYOUTS[layout].make(N, TODAY)
                    assert tried(folder, layout, good, source=source).after is not None
                before = tree(folder / "store")
                done = fetched(folder, source, place, Rules(seconds=1.5, tries=2))
                if scenario == "good" and layout == "ofac-xml":
                    assert done.after is not None
                    assert (done.after.count, done.after.warnings) == (2000, {"W-LIST-DUP-UID": 1999})
                    continue
                assert done.after is None
                assert done.reasons[0].code.startswith(("E-LIST-", "E-CLOCK"))
                assert tree(folder / "store") == before
        finally:
            server.kill()
