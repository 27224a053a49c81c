"""Made-up inventories of any shape: drawn along the shapes of the model, mostly valid, then spoilt at a few places."""

import json
from copy import deepcopy
from functools import cache
from random import Random
from typing import Any

from auditor.loading.inventory import InventoryFile
from auditor.loading.shapes import Leaf, ListOf, MapOf, Record, Shape, Special
from auditor.model.inventory import Asset, Contract, Dependency, Function, Organization, OrgEntity, Party, Person

POOLS = {
    Organization: ("o",),
    OrgEntity: ("unit-a", "unit-b"),
    Party: ("bank", "owner", "p3", "제공자"),
    Person: ("ada", "ben", "c"),
    Function: ("work", "mail-f"),
    Contract: ("k1", "k2"),
    Dependency: ("mail", "files", "host", "d4", "d5"),
    Asset: ("domain", "keys"),
}
_THINGS, _US = (*POOLS[Dependency], *POOLS[Asset], *POOLS[Person]), ("o", *POOLS[OrgEntity])
_HOLDERS = (*_US, *POOLS[Party], *POOLS[Person])
REFS = {
    "needs": _THINGS,
    "any_of": _THINGS,
    "contract": POOLS[Contract],
    "party": _US,
    "by": (*_HOLDERS, "microsoft", "alphabet"),
    "made_from": POOLS[Asset],
    "used_by": (*POOLS[Person], *_US),
}
"""What a key may name; any other names a dependency, or who can hold something."""
_NAME_DEPENDENCIES = ("paid_from", "login_via", "kept_at", "readable_with")
PRODUCTS = (
    *("microsoft-exchange-online", "nextcloud", "openai-api", "zoom", "hetzner-cloud", "signal", "slack", "github"),
    *("microsoft-365-e5", "domain-nl", "nonesuch", "Nobody Knows"),
)
COUNTRIES = ("NL", "US", "KR", "NO", "DE", "FR", "CN", "EU", "CH", "RU")
BEFORE = ("0001-01-01", "2024-02-29", "2025-12-31", "2026-01-01")
AFTER = ("2026-11-22", "2026-11-23", "2027-12-31", "9999-12-31")
LEAVES: dict[str, tuple[str, ...]] = {
    "text": (
        "Mail",
        "x",
        "Société Générale",
        "주식회사 예시",
        "a: b",
        "NO",
        "~",
        "0",
        "none",
        "\u202ex",
        "👩‍💻",
        "x" * 1_024,
    ),
    "word": ("yes", "no", "30d", "unknown", "x"),
    "date": BEFORE,
    "until": (*AFTER, "none", "perpetual", "unknown"),
    "duration": ("0h", "24h", "30d", "2w", "999999y", "9m"),
    "share": ("0", "100", "50", "49.9999", "25-50", ">50", "<=25", "unknown", "33.3333-33.3334"),
    "bool": ("yes", "no", "true", "unknown"),
    "int": ("0", "1", "999999999"),
    "decimal": ("0", "12.50", "1" * 32),
    "country": COUNTRIES,
    "currency": ("EUR", "USD", "KRW", "XXX"),
    "domain": ("a.example", "*.b.example"),
    "url": ("https://a.example/x",),
    "lei": ("724500VKKSH9QOLTFR81",),
}
WRONG: tuple[Any, ...] = (
    *(
        "",
        " ",
        "\u200b",
        "unknown",
        "null",
        "[]",
        "::error::",
        "\x1b[2J",
        "x" * 2_000,
        "9" * 5_000,
        "2026-13-45",
        "101",
    ),
    *("mаil", "MAIL", "\x9b", "\ufffd", "{cause}", "=1", "<b>", "\U000e0041", "1e9", "-1", "NaN", "../..", "*", "&a"),
    *([], {}, [[]], {"a": "b"}, ["x"] * 70, {"id": "mail"}, {"any_of": []}, {"about": "x"}, [{}], {"": ""}),
)
KEYS = ("id", "name", "auditor", "decisions", "__class__", "provder", "needs", "by", "x", "kind", "until", "from")


@cache
def _fields(cls: type) -> tuple[Any, ...]:
    return Record(cls).fields


class Maker:
    """Draws documents from a source of chance, which may be Hypothesis's."""

    def __init__(self, draw: Random, valid: float = 0.6) -> None:
        self.draw = draw
        self.valid = valid

    def text(self) -> str:
        """A document."""
        draw = self.draw
        data = self.inventory()
        if draw.random() > self.valid:
            for _ in range(draw.randint(1, 3)):
                self.spoil(data)
        text = self.written(data)
        return self.garbled(text) if draw.random() > 0.9 else text

    def inventory(self) -> dict[str, Any]:
        """The data of an inventory."""
        data: dict[str, Any] = {"auditor": "inventory/1"}
        for f in _fields(InventoryFile):
            if isinstance(f.shape, ListOf):
                cls = f.shape.item.of  # type: ignore[union-attr]
                data[f.key] = [self.record(cls, 1, i) for i in POOLS[cls]]
            else:
                data[f.key] = self.record(Organization, 0, "o")
        return data

    def record(self, cls: type, depth: int, name: str | None = None) -> dict[str, Any]:
        """The data of one record; the deeper, the fewer of what may be left out."""
        data: dict[str, Any] = {}
        few = (0.35, 0.25, 0.5)[min(depth, 2)]
        for f in _fields(cls):
            if f.key == "id" and name is not None:
                data["id"] = name
            elif f.key == "entities":
                data["entities"] = [self.record(OrgEntity, 2, i) for i in POOLS[OrgEntity]]
            elif f.key == "name" and cls in (Organization, Party, OrgEntity):
                data["name"] = self.draw.choice(("Org", "Microsoft Corporation", "예시", "x\x1b[2J", name or "x"))
            elif f.required or self.draw.random() < few:
                data[f.key] = self.value(f.shape, f.key, depth + 1)
        return data

    def value(self, shape: Shape, key: str, depth: int) -> Any:
        """The data of a value of a shape."""
        draw = self.draw
        match shape:
            case Leaf(kind="enum", words=words):
                return draw.choice(words)
            case Leaf(kind="ref" | "id"):
                return self.named(key)
            case Leaf(kind="text") if key in ("product", "provider", "part_of", "hosted_on", "built_on", "to"):
                return draw.choice((*PRODUCTS, *POOLS[Dependency], *POOLS[Party]))
            case Leaf(kind=kind):
                return draw.choice(LEAVES[kind])
            case ListOf(item=item, or_one=or_one):
                if or_one and draw.random() < 0.5:
                    return self.value(item, key, depth)
                return [self.value(item, key, depth) for _ in range(draw.randint(0, 2))]
            case MapOf(value=inner):
                return {draw.choice(KEYS): self.value(inner, key, depth)}
            case Record(of=cls):
                return self.record(cls, depth)
            case Special(name="users"):
                return [
                    draw.choice((*REFS["used_by"], "everyone", {"about": "600"})) for _ in range(draw.randint(0, 3))
                ]
            case Special(name="need"):
                return self.need(depth)
        raise AssertionError(shape)

    def need(self, depth: int) -> Any:
        """One need, perhaps with alternatives."""
        chance = self.draw.random()
        if chance < 0.6 or depth > 5:
            return self.named("needs")
        buffer = {"buffer": self.draw.choice(LEAVES["duration"])} if self.draw.random() < 0.5 else {}
        if chance < 0.8:
            return {"id": self.named("needs"), **buffer}
        return {"any_of": [self.need(depth + 1) for _ in range(self.draw.randint(1, 3))], **buffer}

    def named(self, key: str) -> str:
        """An id that a key may name."""
        known = REFS.get(key, POOLS[Dependency] if key in _NAME_DEPENDENCIES else _HOLDERS)
        return self.draw.choice(known)

    def spoil(self, data: Any) -> None:
        """Change something somewhere: another value, a key lost, renamed or added, an entry twice or missing."""
        draw = self.draw
        at = data
        for _ in range(draw.randint(0, 5)):
            inner = [v for v in (at.values() if isinstance(at, dict) else at) if isinstance(v, dict | list) and v]
            if not inner:
                break
            at = draw.choice(inner)
        if isinstance(at, dict) and at:
            key = draw.choice(list(at))
            match draw.randint(0, 4):
                case 0:
                    del at[key]
                case 1:
                    at[draw.choice(KEYS)] = at.pop(key)
                case 2:
                    at[draw.choice(KEYS)] = deepcopy(draw.choice(WRONG))
                case _:
                    at[key] = deepcopy(draw.choice(WRONG))
        elif at:
            place = draw.randint(0, len(at) - 1)
            match draw.randint(0, 3):
                case 0:
                    at.append(deepcopy(at[place]))
                case 1:
                    del at[place]
                case _:
                    at[place] = deepcopy(draw.choice(WRONG))

    # -- writing -----------------------------------------------------------------------------------------------------

    def written(self, data: Any) -> str:
        """The data as YAML, in any of its writings."""
        return self.block(data, 0) + "\n"

    def block(self, value: Any, indent: int) -> str:
        """A value on lines of its own, or on one."""
        if not value or isinstance(value, str) or indent > 8 or self.draw.random() < 0.3 * (indent > 1):
            return self.flow(value)
        lead = "\n" + "  " * indent
        if isinstance(value, dict):
            return lead + lead.join(f"{self.scalar(k)}: {self.block(v, indent + 1)}" for k, v in value.items())
        return lead + lead.join(f"- {self.flow(v)}" for v in value)

    def flow(self, value: Any) -> str:
        """A value on one line."""
        if isinstance(value, dict):
            return "{" + ", ".join(f"{self.scalar(k)}: {self.flow(v)}" for k, v in value.items()) + "}"
        if isinstance(value, list):
            return "[" + ", ".join(map(self.flow, value)) + "]"
        return self.scalar(value)

    def scalar(self, value: str) -> str:
        """A text, plain where that is safe."""
        if value and value.replace("-", "").replace("_", "").isalnum() and not value.startswith("-"):
            return value
        if value.isprintable() and self.draw.random() < 0.5:
            return "'" + value.replace("'", "''") + "'"
        return "".join(
            c if " " <= c < "\x7f" else f"\\U{ord(c):08x}" for c in json.dumps(value, ensure_ascii=False)
        ).replace("\\/", "/")

    def garbled(self, text: str) -> str:
        """The text with a few characters or lines lost, doubled or put in."""
        draw = self.draw
        for _ in range(draw.randint(1, 4)):
            at, end = sorted((draw.randint(0, len(text)), draw.randint(0, len(text))))
            end = min(end, at + draw.choice((1, 3, 40)))
            doubled = draw.choice(("", text[at:end] * 2, draw.choice(MARKS) + text[at:end]))
            text = text[:at] + doubled + text[end:]
        return text


MARKS = (
    *(
        "&a ",
        "*a",
        "!t ",
        "---\n",
        "...\n",
        "%A\n",
        "<<: ",
        "? ",
        "- ",
        "[",
        "{",
        "]",
        "}",
        ":",
        ",",
        '"',
        "'",
        "|\n",
        ">\n",
    ),
    *(
        "#",
        "\t",
        "\r",
        "\x85",
        "\u2028",
        "\u200b",
        "\ufeff",
        "\x00",
        "\x1b",
        "\\",
        "&a [*a]",
        "{a: b, a: c}",
        "\n",
        "  ",
    ),
)
