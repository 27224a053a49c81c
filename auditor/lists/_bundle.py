"""Lists on their way to a machine without a network: one tar file of the lists' own files, digests, and a signature."""

import io
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

from auditor.lists._formats import sources
from auditor.lists._intake import Candidate, NotBelieved, Raw, entry, stage, take
from auditor.lists._refused import Refused
from auditor.lists._snapshot import Blob, Entry, Snapshot, digest_of, from_bytes, later, to_bytes
from auditor.lists._store import Store, Workshop
from auditor.lists._update import Updated

NAMESPACE = "auditor-lists"
"""What a signature is made for, so that one made for something else does not count."""

_SUMS, _SIGNATURE, _LISTS = "SHA256SUMS", "SHA256SUMS.sig", "lists.json"
_SMALL = 8 << 20
_MEMBERS = 2_000


def export(store: Store, names: tuple[str, ...], target: Path, key: Path | None) -> Snapshot:
    """Write a bundle of the lists named (all, if none is), signed with an SSH key if one is given. Raises Refused.

    Only the lists' own files travel: what was read out of them is read again where they arrive.
    """
    snapshot = store.snapshot()
    missing = [n for n in names if n not in snapshot.entries]
    if missing or not snapshot.entries:
        raise Refused("E-LIST-MISSING", "not_there", names=", ".join(missing) or "–")
    chosen = {n: e for n, e in snapshot.entries.items() if not names or n in names}
    lists = to_bytes(Snapshot(chosen))
    blobs = {b.sha256: b for e in chosen.values() for b in e.parts}
    sums = [(digest_of(lists), _LISTS), *((d, f"blobs/{d}") for d in sorted(blobs))]
    text = "".join(f"{digest}  {name}\n" for digest, name in sums).encode()
    aside = target.with_name(f".{target.name}.part")
    try:
        with tarfile.open(aside, "w", format=tarfile.USTAR_FORMAT) as tar:
            _add(tar, _SUMS, text)
            if key is not None:
                _add(tar, _SIGNATURE, _sign(text, key))
            _add(tar, _LISTS, lists)
            for digest in sorted(blobs):
                store.verify(blobs[digest])
                with store.path_of(blobs[digest]).open("rb") as file:
                    info = _info(f"blobs/{digest}", blobs[digest].size)
                    tar.addfile(info, file)
        aside.replace(target)
    except OSError as error:
        raise Refused("E-BUNDLE", "bundle_write", why=error.strerror or "?") from None
    finally:
        aside.unlink(missing_ok=True)
    return Snapshot(chosen)


def import_(
    store: Store, bundle: Path, today: date, accepted: tuple[str, ...], signers: Path | None, identity: str | None
) -> tuple[Updated, ...]:
    """Take a bundle's lists in: every digest, the signature if `signers` are given, and each list judged as a download.

    What an unsigned bundle says of how current it is is not believed: a list's own date stands for it, and only where
    it has none the bundle's word, as that of the person who brings it. Raises Refused.
    """
    results: dict[str, Updated] = {}
    with store.workshop() as workshop:
        try:
            opened = bundle.open("rb")
        except OSError as error:
            raise Refused("E-BUNDLE", "bundle_read", why=error.strerror or "?") from None
        try:
            with opened as file, tarfile.open(fileobj=file, mode="r:") as tar:
                found, raws = _unpacked(tar, workshop, signers, identity)
        except (tarfile.TarError, EOFError):
            raise Refused("E-BUNDLE", "bundle") from None
        candidates: list[tuple[Candidate, Entry]] = []
        for name, old in sorted(found.entries.items()):
            source = sources().get(name)
            if source is None:
                results[name] = Updated(name, reasons=(Refused("E-LIST-SCHEMA", "no_list", name=name[:60]),))
                continue
            try:
                parts = tuple(replace(raws[b.sha256], blob=b) for b in old.parts)
                candidates.append((take(workshop, source, parts, old.origin, official=False, dated=old.published), old))
            except Refused as refused:
                results[name] = Updated(name, reasons=(refused,))

        def decide(now: Snapshot) -> tuple[Snapshot, dict[Path, Blob]]:
            entries = dict(now.entries)
            files: dict[Path, Blob] = {}
            for candidate, old in candidates:
                name = candidate.source.name
                try:
                    new = entry(
                        store, candidate, now, today, (*accepted, *(old.accepted if signers is not None else ()))
                    )
                except NotBelieved as against:
                    results[name] = Updated(name, entries.get(name), None, against.reasons)
                    continue
                if signers is not None or new.published is None:
                    new = replace(new, current=old.current and min(old.current, today))
                before = entries.get(name)
                same = before is not None and before.content == new.content
                if same and before is not None:
                    new = replace(new, current=later(new.current, before.current))
                results[name] = Updated(name, before, new, same=same)
                entries[name] = new
                files |= candidate.files
            return Snapshot(entries, now.before), files

        store.consistent(lambda digest: decide(store.manifest(digest)))
        candidates = [c for c in candidates if results[c[0].source.name].after is not None]
        if candidates:
            store.commit(decide)
    return tuple(results[n] for n in sorted(results))


def _unpacked(
    tar: tarfile.TarFile, workshop: Workshop, signers: Path | None, identity: str | None
) -> tuple[Snapshot, dict[str, Raw]]:
    """The bundle's snapshot, and its files staged, by digest; nothing in it is written anywhere by its own name."""
    sums: dict[str, str] = {}
    text = signature = lists = b""
    raws: dict[str, Raw] = {}
    limit = max(s.limit for s in sources().values())
    for count, member in enumerate(tar):
        if count > _MEMBERS or not member.isreg():
            raise Refused("E-BUNDLE", "bundle")
        file = tar.extractfile(member)
        if file is None:
            raise Refused("E-BUNDLE", "bundle")
        if member.name in {_SUMS, _SIGNATURE, _LISTS}:
            if member.size > _SMALL:
                raise Refused("E-BUNDLE", "bundle")
            data = file.read(_SMALL)
            match member.name:
                case "SHA256SUMS":
                    text, sums = data, _sums(data)
                case "SHA256SUMS.sig":
                    signature = data
                case _:
                    lists = data
            continue
        folder, _, digest = member.name.partition("/")
        if folder != "blobs" or member.name not in sums or member.size > limit:
            raise Refused("E-BUNDLE", "bundle_file", name=member.name[:100])
        raw = stage(workshop, digest, file, limit)
        if raw.blob.sha256 != sums[member.name] or digest != raw.blob.sha256:
            raise Refused("E-BUNDLE", "bundle_digest", name=member.name[:100])
        raws[digest] = raw
    if signers is not None:
        _verify(text, signature, signers, identity)
    if not lists or sums.get(_LISTS) != digest_of(lists):
        raise Refused("E-BUNDLE", "bundle_digest", name=_LISTS)
    if {f"blobs/{d}" for d in raws} | {_LISTS} != set(sums):
        raise Refused("E-BUNDLE", "bundle_missing")
    snapshot = from_bytes(lists)
    if any(b.sha256 not in raws for e in snapshot.entries.values() for b in e.parts):
        raise Refused("E-BUNDLE", "bundle_missing")
    return snapshot, raws


def _sums(data: bytes) -> dict[str, str]:
    found = {}
    for line in data.decode("ascii", "replace").splitlines():
        digest, two, name = line.partition("  ")
        if not two or len(digest) != 64 or name in found:
            raise Refused("E-BUNDLE", "bundle")
        found[name] = digest
    return found


def _add(tar: tarfile.TarFile, name: str, data: bytes) -> None:
    tar.addfile(_info(name, len(data)), io.BytesIO(data))


def _info(name: str, size: int) -> tarfile.TarInfo:
    """Same lists, same bytes: no owner, no time."""
    info = tarfile.TarInfo(name)
    info.size, info.mode, info.mtime = size, 0o644, 0
    return info


def _sign(text: bytes, key: Path) -> bytes:
    def run(folder: Path, program: str) -> bytes:
        sums = folder / _SUMS
        sums.write_bytes(text)
        _ssh([program, "-Y", "sign", "-q", "-f", str(key), "-n", NAMESPACE, str(sums)], b"", "unsigned")
        return (folder / _SIGNATURE).read_bytes()

    return _with_program(run)


def _verify(text: bytes, signature: bytes, signers: Path, identity: str | None) -> None:
    if not signature:
        raise Refused("E-BUNDLE-SIGNATURE", "no_signature")

    def run(folder: Path, program: str) -> bytes:
        at = folder / _SIGNATURE
        at.write_bytes(signature)
        who = identity or _only_signer(signers)
        command = [program, "-Y", "verify", "-f", str(signers), "-I", who, "-n", NAMESPACE, "-s", str(at)]
        _ssh(command, text, "bad_signature")
        return b""

    _with_program(run)


def _only_signer(signers: Path) -> str:
    """The one identity of the file of allowed signers."""
    try:
        lines = [x.split()[0] for x in signers.read_text().splitlines() if x.strip() and not x.startswith("#")]
    except (OSError, ValueError):
        raise Refused("E-BUNDLE-SIGNATURE", "signers", name=str(signers)[-100:]) from None
    if len(set(lines)) != 1 or "," in lines[0] or "*" in lines[0]:
        raise Refused("E-BUNDLE-SIGNATURE", "which_signer")
    return lines[0]


def _ssh(command: list[str], given: bytes, key: str) -> None:
    done = subprocess.run(command, input=given, capture_output=True, check=False, timeout=60)
    if done.returncode:
        why = (done.stderr or done.stdout).decode("utf-8", "replace").strip().splitlines()
        raise Refused("E-BUNDLE-SIGNATURE", key, why=(why or ["?"])[-1][:200])


def _with_program(run: Callable[[Path, str], bytes]) -> bytes:
    program = shutil.which("ssh-keygen")
    if program is None:
        raise Refused("E-BUNDLE-SIGNATURE", "no_program")
    with tempfile.TemporaryDirectory() as folder:
        return run(Path(folder), program)
