"""Letters that look like others: which ids a reader takes for the same, and by which character they differ.

A small table of our own in the manner of Unicode Technical Standard 39 (skeletons): Cyrillic and Greek letters, and a
few Latin ones, that stand in ordinary typefaces for a letter or digit of ASCII. Fullwidth, mathematical and ligature
forms are left to NFKC. Digits and letters of ASCII itself (`1` and `l`) are not mixed up: ids like `m1` are common.
"""

import unicodedata

from auditor.messages import Sentence, sentence

_PAIRS = (
    # Cyrillic
    "АA ВB ЕE ЅS ІI ЇI ЈJ КK МM НH ОO РP СC ТT УY ХX ҮY ҺH ԌG ԚQ ԜW ѴV ӀI ЬB З3",
    "аa еe ѕs іi їi јj оo рp сc уy хx үy һh ԁd ԛq ԝw ѵv ӏl гr б6 кk",
    # Greek
    "ΑA ΒB ΕE ΖZ ΗH ΙI ΚK ΜM ΝN ΟO ΡP ΤT ΥY ΧX ϹC",
    "αa γy ιi κk νv οo ρp σo υu ϲc ϳj",
    # Latin
    "ıi ȷj ɑa ɡg ɩi",
)
_TABLE = {ord(pair[0]): pair[1] for line in _PAIRS for pair in line.split()}


def keys_of(written: str) -> tuple[str, ...]:
    """What an id is compared by; two ids that share a key cannot be told apart by a reader.

    The first key forgets case and forms of a character, the second, which few have, also the alphabet.
    """
    if written.isascii():
        return (written.lower(),)
    plain = unicodedata.normalize("NFKC", written).casefold()
    skeleton = unicodedata.normalize("NFKC", written.translate(_TABLE)).translate(_TABLE).casefold()
    return (plain,) if skeleton == plain else (plain, skeleton)


def looks_like(written: str) -> Sentence | None:
    """The first character of a text that stands for another, in words; None if there is none."""
    for character in written:
        if not character.isascii():
            plain = unicodedata.normalize("NFKC", character)
            seen = _TABLE.get(ord(character)) or (plain if plain != character and plain.isascii() else None)
            if seen is not None:
                name = unicodedata.name(character, "") or sentence("value.no_name")
                return sentence("value.looks_like", point=f"{ord(character):04X}", name=name, seen=seen)
    return None
