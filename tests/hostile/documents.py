"""Attacks on the reader and on the shape of an inventory."""

from collections.abc import Iterator

from tests.hostile import INVENTORY, Case, swapped

FILES = "{id: files, name: Files, product: nextcloud, tags: [core]}"
ACCOUNT = "{id: account, provider: bank, delivery: bank, contract: c1}"


def cases() -> Iterator[Case]:
    """Bombs, disguises, wrong encodings, hidden documents, look-alikes; and what only looks like an attack."""
    for kind, rows in (
        ("bomb", _bombs()),
        ("yaml", _syntax()),
        ("encoding", _encodings()),
        ("key", _keys()),
        ("id", _ids()),
        ("value", _values()),
        ("flood", _floods()),
    ):
        for name, defect, code, *rest in rows:
            says, options = (rest[0] if rest else ""), (rest[1] if len(rest) > 1 else {})
            data = defect.encode() if isinstance(defect, str) else defect
            yield Case(name, kind, data, code, says, **options)
    for name, defect, says in _harmless():
        yield Case(name, "harmless", defect.encode() if isinstance(defect, str) else defect, None, says)


PROCESS = {"process": True}


def _bombs() -> Iterator[tuple]:
    laughs = "".join(f"a{i}: &a{i} [" + ",".join(["x" if not i else f"*a{i - 1}"] * 9) + "]\n" for i in range(9))
    yield "alias bomb", INVENTORY + laughs, "E-YAML-ALIAS-BUDGET", "stand for more than", PROCESS
    merges = "m0: &m0 {k: v}\n" + "".join(f"m{i}: &m{i} {{<<: [*m{i - 1}, *m{i - 1}]}}\n" for i in range(1, 12))
    yield "merge bomb", INVENTORY + merges, "E-YAML-MERGE", "merge key"
    many = swapped(INVENTORY, "[core]", "[&a " + "x" * 1000 + ", *a" * 100_001 + "]")
    yield "quadratic aliases", many, "E-YAML-ALIAS-BUDGET", "", PROCESS
    yield "flow of 20,000", INVENTORY + "meta: " + "[" * 20_000 + "\n", "E-YAML-DEPTH", "deeper than 64"
    yield "flow of 1,000,000", INVENTORY + "meta: " + "[" * 1_000_000 + "\n", "E-YAML-DEPTH", "", PROCESS
    yield "maps of 20,000", INVENTORY + "meta: " + "{a: " * 20_000 + "\n", "E-YAML-DEPTH"
    block = "".join("  " * i + "k:\n" for i in range(150))
    yield "blocks of 150", INVENTORY + block, "E-YAML-DEPTH"
    yield "dashes of 10,000", INVENTORY + "meta:\n  " + "- " * 10_000 + "x\n", "E-YAML-DEPTH"
    yield (
        "aliases as deep as they are wide",
        (
            INVENTORY
            + "a: &a [x]\n"
            + "b: &b "
            + "[" * 60
            + "*a"
            + "]" * 60
            + "\nc: "
            + "[" * 10
            + "*b"
            + "]" * 10
            + "\n"
        ),
        "E-YAML-DEPTH",
    )
    yield "a map in itself", INVENTORY + "meta: &m {self: *m}\n", "E-YAML-CYCLE", "stands inside"
    yield "a list in itself", swapped(INVENTORY, "[core]", "&t [core, *t]"), "E-YAML-CYCLE"
    anchors = swapped(INVENTORY, "[core]", "[" + ", ".join(f"&a{i} x" for i in range(10_001)) + "]")
    yield "anchors", anchors, "E-YAML-ANCHOR-BUDGET"
    yield "a million nodes", INVENTORY + "meta: [" + "x," * 1_000_001 + "]\n", "E-YAML-NODES", "", PROCESS
    yield "keys of brackets", INVENTORY + "? [[[[a]]]]\n: c\n", "E-YAML-KEY"
    yield "question marks", INVENTORY + "? " * 5_000 + "a\n", "E-YAML-DEPTH", "", {"also": "E-YAML-KEY"}
    yield "directives", "%A b\n" * 200_000 + "---\n" + INVENTORY, "E-YAML-DIRECTIVE", "", PROCESS


def _syntax() -> Iterator[tuple]:
    yield (
        "a key twice",
        swapped(INVENTORY, "name: Files,", "name: Files, name: Filed,"),
        "E-DUP-KEY",
        "first in line 12",
    )
    yield "a section twice", INVENTORY + "dependencies: []\n", "E-DUP-KEY", "`dependencies` stands twice"
    yield "a key twice in two writings", swapped(INVENTORY, "name: Files,", 'name: Files, "na\\x6de": F,'), "E-DUP-KEY"
    yield (
        "a Python object",
        swapped(INVENTORY, FILES, '!!python/object/apply:os.system ["true"]'),
        "E-YAML-TAG",
        "",
        PROCESS,
    )
    yield "a Python name", swapped(INVENTORY, "Polder Bank, country", "!!python/name:os.system , country"), "E-YAML-TAG"
    yield "an include", swapped(INVENTORY, FILES, "!include /etc/passwd"), "E-YAML-TAG"
    yield "a secret by tag", swapped(INVENTORY, "name: Files", "name: !env HOME"), "E-YAML-TAG"
    yield "a binary tag", swapped(INVENTORY, "name: Files", "name: !!binary aGk="), "E-YAML-TAG"
    yield "a bad tag", swapped(INVENTORY, "name: Files", "name: !%C0%80 x"), "E-YAML-TAG"
    yield "a second document", INVENTORY + "---\n" + INVENTORY, "E-YAML-MULTIDOC"
    yield "a document behind dots", INVENTORY + "...\nauditor: inventory/1\n", "E-YAML-SYNTAX"
    yield "a directive", "%YAML 9.9\n---\n" + INVENTORY, "E-YAML-DIRECTIVE"
    yield "nothing", "", "E-EMPTY"
    yield "a comment only", "# nothing\n", "E-EMPTY"
    yield "a single text", "hello\n", "E-TOP-LEVEL"
    yield "a list", "- auditor: inventory/1\n", "E-TOP-LEVEL"
    yield "an unknown alias", swapped(INVENTORY, "[core]", "*nope"), "E-YAML-ALIAS"
    yield "a merge key", swapped(INVENTORY, FILES, "{<<: {id: files}}"), "E-YAML-MERGE"
    yield (
        "a comma that nobody quoted",
        swapped(INVENTORY, "Polder Bank, country", "Polder Bank, Inc., country"),
        "E-FLOW-COMMA",
        '"Polder Bank, Inc."',
    )
    yield "an open bracket", swapped(INVENTORY, "[core]", "[core"), "E-YAML-SYNTAX"
    yield "an open quote", swapped(INVENTORY, "name: Files", 'name: "Files'), "E-YAML-SYNTAX"
    yield "a tab for indentation", swapped(INVENTORY, "  - {id: files", "\t- {id: files"), "E-YAML-SYNTAX"


def _encodings() -> Iterator[tuple]:
    plain = INVENTORY.encode()
    yield "UTF-16", INVENTORY.encode("utf-16"), "E-ENCODING", "UTF-16"
    yield "UTF-16 without a mark", INVENTORY.encode("utf-16-le"), "E-ENCODING"
    yield "UTF-32", INVENTORY.encode("utf-32"), "E-ENCODING"
    yield "Latin-1", plain.replace(b"Polder Bank, c", b"Soci\xe9t\xe9, c"), "E-ENCODING", "byte 0xe9"
    yield "Korean of old", plain.replace(b"Polder Bank, c", "은행, c".encode("cp949")), "E-ENCODING"
    yield "overlong", plain.replace(b"Polder Bank, c", b"\xc0\xbcX, c"), "E-ENCODING"
    yield "a surrogate in bytes", plain.replace(b"Polder Bank, c", b"\xed\xa0\x80, c"), "E-ENCODING"
    yield "half an emoji", plain.replace(b"Polder Bank, c", b'"\\ud83d", c'), "E-ENCODING"
    yield "beyond Unicode", plain.replace(b"Polder Bank, c", b'"\\U00110000", c'), "E-ENCODING"
    yield "NUL", plain.replace(b"Polder Bank, c", b"a\0b, c"), "E-ENCODING", "NUL"
    yield "ESC", plain.replace(b"Polder Bank, c", b"a\x1b[2Jb, c"), "E-ENCODING", "U+001B"
    yield "DEL", plain.replace(b"Polder Bank, c", b"a\x7fb, c"), "E-ENCODING"
    yield "C1", plain.replace(b"Polder Bank, c", "a\x9b2Jb, c".encode()), "E-ENCODING"
    yield "a byte order mark in the middle", plain.replace(b"Polder Bank, c", "a\ufeffb, c".encode()), "E-ENCODING"
    yield "a noncharacter", plain.replace(b"Polder Bank, c", "a\uffffb, c".encode()), "E-ENCODING"


def _keys() -> Iterator[tuple]:
    def key(written: str) -> str:
        return swapped(INVENTORY, FILES, FILES[:-1] + f", {written}: x}}")

    yield (
        "a section misspelt",
        swapped(INVENTORY, "dependencies:", "dependancies:"),
        "E-UNKNOWN-KEY",
        "did you mean `dependencies`?",
    )
    yield "a field misspelt", key("provder"), "E-UNKNOWN-KEY", "did you mean `provider`?"
    yield "a key with a zero-width space", key('"provider\u200b"'), "E-KEY-CHARACTER", "U+200B"
    yield "a key with a joiner by escape", key('"provider\\u200d"'), "E-KEY-CHARACTER", "U+200D"
    yield "a key with a bidi mark", key('"\u202eredivorp"'), "E-KEY-CHARACTER", "U+202E"
    yield "a key with a foreign space", key('"provider\u00a0"'), "E-KEY-CHARACTER", "U+00A0"
    yield "a key with an ESC", key('"\\e[2Jprovider"'), "E-KEY-CHARACTER", "U+001B"
    yield (
        "a key with a Cyrillic letter",
        key("рrovider"),
        "E-UNKNOWN-KEY",
        "U+0440 (CYRILLIC SMALL LETTER ER) looks like `p`",
    )
    yield "a key in fullwidth", key("ｐrovider"), "E-UNKNOWN-KEY", "U+FF50"
    yield "a key with a Greek letter", key("prοvider"), "E-UNKNOWN-KEY", "U+03BF"
    for written in ("__class__", "__proto__", "constructor", "__init__", "origin"):
        yield f"the key {written}", key(written), "E-UNKNOWN-KEY"
    yield "a key without a name", key('""'), "E-YAML-KEY"
    yield "a key of a mile", INVENTORY + "? " + "x" * 5_000 + "\n: y\n", "E-YAML-KEY"
    yield "a complex key", swapped(INVENTORY, "functions:", "? [a, b]\n: c\nfunctions:"), "E-YAML-KEY"
    for section in ("decisions", "waivers", "rules", "config", "fail_on", "lists"):
        yield f"{section} in an inventory", INVENTORY + f"{section}: []\n", "E-UNKNOWN-KEY"
    yield "decisions that judge themselves", INVENTORY + "decisions: [{do: accept}]\n", "E-UNKNOWN-KEY", "--decisions"
    yield "another version", swapped(INVENTORY, "inventory/1", "inventory/2"), "E-HEADER"
    yield "no header", swapped(INVENTORY, "auditor: inventory/1\n", ""), "E-HEADER"
    yield "a pack for an inventory", swapped(INVENTORY, "inventory/1", "pack/1"), "E-HEADER"


def _ids() -> Iterator[tuple]:
    def twice(written: str) -> str:
        return INVENTORY.replace("  - {id: account", f'  - {{id: "{written}", product: nextcloud}}\n  - {{id: account')

    yield "an id twice", twice("files"), "E-DUP-ID", "stands twice"
    yield "an id in capitals", twice("FILES"), "E-DUP-ID", "first written `files`"
    yield "an id in fullwidth", twice("ｆiles"), "E-DUP-ID"
    yield "an id with a ligature", twice("ﬁles"), "E-DUP-ID"
    yield "an id in mathematics", twice("𝐟iles"), "E-DUP-ID"
    yield "an id with a Cyrillic letter", twice("filеs"), "E-DUP-ID", "U+0435 (CYRILLIC SMALL LETTER IE) looks like `e`"
    yield "an id with a Ukrainian letter", twice("fіles"), "E-DUP-ID", "U+0456"
    yield "an id with a Turkish letter", twice("fıles"), "E-DUP-ID", "U+0131"
    yield (
        "an id of Greek capitals",
        INVENTORY.replace("id: anna", "id: ΑΝΝΑ")
        .replace("id: bank", "id: ANNA")
        .replace("provider: bank", "provider: ANNA"),
        "E-DUP-ID",
        "looks like",
    )
    yield "an id over two sections", swapped(INVENTORY, "id: anna", "id: files"), "E-DUP-ID"
    for name, written, says in (
        ("a zero-width space", "fi\u200bles", "U+200B"),
        ("a Hangul filler", "files\u3164", "U+3164 (HANGUL FILLER), which a reader cannot see"),
        ("a half-width filler", "fi\uffa0les", "U+FFA0"),
        ("a bidi mark", "\u202efiles", "U+202E"),
        ("an accent apart", "file\u0301s", "U+0301"),
        ("a tag character", "files\U000e0041", "U+E0041"),
        ("a newline", "fi\\nles", "U+000A"),
        ("an ESC", "fi\\eles", "U+001B"),
        ("colons", "::error::", "U+003A"),
        ("a placeholder", "{subject}", "U+007B"),
        ("a space", "fi les", "U+0020"),
    ):
        yield f"an id with {name}", twice(written), "E-ID", says
    yield "an id of a mile", twice("x" * 129), "E-ID", "longer than 128"
    yield "an id of nothing", twice(""), "E-EMPTY-VALUE"
    yield (
        "a reference by look-alike",
        swapped(INVENTORY, "kept_at: files", "kept_at: filеs"),
        "E-DANGLING",
        "did you mean `files`?",
    )
    yield "a reference with a filler", swapped(INVENTORY, "kept_at: files", "kept_at: files\u3164"), "E-REF", "U+3164"
    yield "a reference to nothing", swapped(INVENTORY, "needs: [files]", "needs: [filing]"), "E-DANGLING"


def _values() -> Iterator[tuple]:
    yield "no such day", swapped(INVENTORY, "2027-12-31", "2026-13-45"), "E-UNTIL"
    yield "a day of a week", swapped(INVENTORY, "2027-12-31", "2026-W01-1"), "E-UNTIL"
    yield "a day in other digits", swapped(INVENTORY, "2027-12-31", "２０２７-12-31"), "E-UNTIL"
    yield (
        "a number of a mile",
        swapped(INVENTORY, "[core]", "[core], used_by: [{about: " + "9" * 100_000 + "}]"),
        "E-INT",
    )
    yield (
        "a share of infinity",
        swapped(INVENTORY, "Bank, country: NL", "Bank, owned_by: [{by: anna, percent: .inf}]"),
        "E-SHARE",
    )
    yield (
        "a share by exponent",
        swapped(INVENTORY, "Bank, country: NL", "Bank, owned_by: [{by: anna, percent: 5e9}]"),
        "E-SHARE",
    )
    yield (
        "a duration of a mile",
        swapped(INVENTORY, "[core]", "[core], clocks: {token_lifetime: 9999999y}"),
        "E-DURATION",
    )
    yield "a country that is none", swapped(INVENTORY, "country: NL", "country: XX"), "E-COUNTRY"
    yield "a country in Cyrillic", swapped(INVENTORY, "country: NL", "country: СN"), "E-COUNTRY"
    yield "a null section", INVENTORY[: INVENTORY.index("dependencies:")] + "dependencies:\n", "E-TYPE"
    yield "no dependencies", INVENTORY[: INVENTORY.index("functions:")] + "dependencies: []\n", "E-NO-DEPENDENCIES"
    yield (
        "no organisation",
        swapped(INVENTORY, "organization: {id: harbour, name: Harbour Clinic, kind: [ngo], seat: NL}\n", ""),
        "E-NO-ORGANIZATION",
    )
    yield (
        "wrong types",
        swapped(INVENTORY, "  - " + FILES, "  - 5\n  - null\n  - [a]\n  - {id: [1], name: {x: y}}"),
        "E-TYPE",
        "",
        {"count": 5},
    )
    yield "a mapping for a text", swapped(INVENTORY, "name: Files", "name: {en: Files}"), "E-TYPE"
    for written in ('""', '"   "', '"\u200b\u200b"', '"\u3164"', ""):
        yield f"a name of nothing {written!a}", swapped(INVENTORY, "name: Files", f"name: {written}"), "E-EMPTY-VALUE"
    yield "a name of a mile", swapped(INVENTORY, "name: Files", "name: " + "x" * 1_025), "E-TEXT"
    yield (
        "a word that is none",
        swapped(INVENTORY, "delivery: bank", "delivery: banc"),
        "E-VALUE",
        "did you mean `bank`?",
    )
    yield "a word in look-alikes", swapped(INVENTORY, "delivery: bank", "delivery: bаnk"), "E-VALUE"


def _floods() -> Iterator[tuple]:
    def dependencies(line: str, n: int) -> str:
        return INVENTORY.replace("assets:", "".join(f"  - {{id: d{i}, {line % i}}}\n" for i in range(n)) + "assets:")

    flood = {"count": 1_000, "process": True}
    yield (
        "9,000 unknown keys",
        swapped(INVENTORY, FILES, FILES[:-1] + "".join(f", k{i}: x" for i in range(9_000)) + "}"),
        "E-UNKNOWN-KEY",
        "9,000 in all",
        {"count": 1_000},
    )
    wrong = "organization: {id: harbour, name: Harbour Clinic, kind: [ngo], seat: NL}"
    yield (
        "30,000 unknown keys",
        INVENTORY + "".join(f"k{i}: x\n" for i in range(30_000)),
        "E-UNKNOWN-KEY",
        "",
        {**flood, "also": "E-TOO-MANY"},
    )
    for name, defect in (
        ("200,000 numbers for dependencies", INVENTORY.replace("assets:", "  - 5\n" * 200_000 + "assets:")),
        ("200,000 tags in tags", swapped(INVENTORY, "[core]", "[" + "[a]," * 200_000 + "]")),
        (
            "200,000 domains that are lists",
            swapped(INVENTORY, wrong, wrong[:-1] + ", domains: [" + "[]," * 200_000 + "]}"),
        ),
        (
            "200,000 keys for dependencies",
            INVENTORY[: INVENTORY.index("dependencies:")]
            + "dependencies: {"
            + ",".join(f"a{i}: b" for i in range(200_000))
            + "}\n",
        ),
    ):
        yield name, defect, "E-TOO-MANY", "", {"also": "E-TYPE", "process": True}
    yield "10,000 dangling references", dependencies("login_via: files%d", 10_000), "E-DANGLING", "10,000 in all", flood
    yield (
        "10,000 unknown holders",
        INVENTORY.replace(
            "people:",
            "".join(f"  - {{id: p{i}, name: P, owned_by: [{{by: q{i}}}]}}\n" for i in range(10_000)) + "people:",
        ),
        "E-DANGLING",
        "10,000 in all",
        flood,
    )
    yield (
        "5,000 words that are none",
        dependencies("layer: aplication%d", 5_000),
        "E-VALUE",
        "5,000 in all",
        {"count": 1_000},
    )
    yield (
        "5,000 ids twice",
        INVENTORY.replace("assets:", "  - {id: files}\n" * 5_000 + "assets:"),
        "E-DUP-ID",
        "5,000 in all",
        {"count": 1_000},
    )
    yield (
        "20,000 tags",
        swapped(INVENTORY, "[core]", "[" + "!a x, " * 20_000 + "]"),
        "E-YAML-TAG",
        "10,000 problems up to here; the rest was not read",
        {"count": 1_001, "also": "E-TOO-MANY", "process": False},
    )
    yield (
        "a bad word of a mile",
        swapped(INVENTORY, "delivery: bank", "delivery: " + "b" * 1_000_000),
        "E-VALUE",
        "",
        PROCESS,
    )


def _harmless() -> Iterator[tuple[str, str | bytes, str]]:
    yield "Norway", INVENTORY.replace("NL", "NO"), ", NO"
    for written in (
        "NO",
        "010",
        "22:22",
        "1:20",
        "12e03",
        "1_000",
        "0x1F",
        "1.10",
        "~",
        "Null",
        "true",
        "2026-13-45",
        "=",
        "<<",
    ):
        yield f"the text {written}", swapped(INVENTORY, "provider: bank", f"provider: {written}"), f"`{written}`"
    yield "a byte order mark", b"\xef\xbb\xbf" + INVENTORY.encode(), ""
    yield "line ends of old", INVENTORY.replace("\n", "\r"), ""
    yield "line ends of others", INVENTORY.replace("\n", "\r\n"), ""
    for name, end in (("U+0085", "\x85"), ("U+2028", "\u2028"), ("U+2029", "\u2029")):
        yield f"a key behind {name} in a comment", f"# a comment{end}dependencies: []{end}\n" + INVENTORY, ""
    yield (
        "controls by escape",
        swapped(INVENTORY, "name: Files", 'name: "Fi\\e]0;pwned\\a\\e[2K\\x9bles"'),
        "Fi\\x1b]0;pwned\\x07\\x1b[2K\\x9bles",
    )
    yield "many aliases of a long text", swapped(INVENTORY, "[core]", "[&a " + "x" * 1_000 + ", *a" * 20_000 + "]"), ""
    yield "an id that climbs", swapped(INVENTORY, "id: harbour", "id: ../../../etc/passwd"), ""
    yield "ids of several alphabets", swapped(INVENTORY, "id: anna", "id: анна-안나-άννα-ann4"), ""
    yield "ids that differ in one digit", INVENTORY.replace("id: anna", "id: m1").replace("id: archive", "id: ml"), ""
    yield (
        "placeholders in names",
        swapped(INVENTORY, "name: Files", 'name: "{cause} {subject.__class__} {0} %s %(x)s ${HOME}"'),
        "",
    )
    yield "a name of a thousand letters", swapped(INVENTORY, "name: Files", "name: " + "x" * 1_024), ""
