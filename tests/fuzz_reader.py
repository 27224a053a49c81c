"""A fuzzer of the reader and the loader, guided by coverage: `python -m tests.fuzz_reader -max_total_time=60 FOLDER`.

Needs atheris (`pip install -e '.[prove]'`). Any exception but our own, and any hang, ends it with an artefact.
"""

import sys

import atheris

with atheris.instrument_imports(include=["auditor", "yaml"]):
    from auditor.documents import read_text
    from auditor.errors import InvalidDocument, describe
    from auditor.loading import inventory_of


def one(data: bytes) -> None:
    """One input: read as bytes, then, where it is a document, loaded as an inventory."""
    try:
        document = read_text(data, "f.yaml")
        inventory_of(data.decode("utf-8-sig"), "f.yaml")
    except InvalidDocument as error:
        described = describe(error.problems)
        assert described.isprintable() or "\n" in described
    else:
        assert document.value


def main() -> None:
    """Run until the time is over."""
    atheris.Setup(sys.argv, one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
