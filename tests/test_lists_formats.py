"""The list readers: official files read whole with exact counts, every layout, every kind of damage refused."""

import gzip
import io
import random
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.lists import Fetcher, Refused, Rules, Source, Store, Updated, Wanted, formats, sources, update
from auditor.lists import changes as compared
from auditor.lists._countries import code_of
from auditor.lists._formats import recognised
from auditor.lists._reading import Envelope, iso, script_of
from auditor.lists._records import Records, to_line
from auditor.model.listings import ListedParty, NameKind, PartyKind, Restriction, Strength
from tests.made_lists import LAYOUTS, TODAY, Made, N, canada, name, other, parties_of, sdn_csv, sdn_xml, source_of

CORPUS = "corpus/sanctions"
FAMILY = ("prim.csv", "alt.csv", "add.csv", "comments.csv")


def content(path: Path) -> bytes:
    data = path.read_bytes()
    return gzip.decompress(data) if path.suffix == ".gz" else data


def read(list_name: str, *paths: Path, parts: tuple[str, ...] = ()) -> tuple[list[ListedParty], Envelope]:
    """Official files by the reader that they are recognised for."""
    data = [content(p) for p in paths]
    envelope = Envelope(list_name)
    files = {(parts[i] if parts else paths[i].name): io.BytesIO(d) for i, d in enumerate(data)}
    parties = list(recognised(sources()[list_name], data[0][: 1 << 16]).read(files, envelope))
    lines = b"".join(map(to_line, parties))
    assert list(Records(list_name, lines, len(parties))) == parties
    return parties, envelope


def forbidden(parties: list[ListedParty]) -> dict[str, int]:
    return dict(Counter(str(r) for p in parties for r in p.restrictions))


# -- official files ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("folder", "names", "rows", "whole"),
    [
        ("2021-07_triple", ("sdn.csv.gz", "alt.csv", "add.csv", "sdn_comments.csv"), (8976, 11910, 13837, 5), True),
        # a copy whose files lost their ends (`-0` for `-0- `): read, but no reader may call it whole
        ("2019-01_triple", ("sdn.csv.gz", "alt.csv.gz", "add.csv.gz"), (7379, 9682, 11696), False),
        ("consolidated_csv", tuple(f"cons_{p}" for p in FAMILY), (442, 1073, 574, 10), True),
    ],
)  # fmt: skip
def test_ofac_family(shared: Path, folder: str, names: tuple[str, ...], rows: tuple[int, ...], whole: bool) -> None:
    at = shared / CORPUS / "ofac" / folder
    list_name = "ofac-consolidated" if folder.startswith("cons") else "ofac-sdn"
    parties, envelope = read(list_name, *(at / n for n in names), parts=FAMILY)
    assert len(parties) == len({p.id for p in parties}) == rows[0]
    assert envelope.rows == dict(zip(FAMILY, rows, strict=False))
    assert envelope.ended is whole
    if list_name == "ofac-sdn":
        assert all(Restriction.FULL_BLOCK in p.restrictions for p in parties)
    else:
        assert not any(Restriction.FULL_BLOCK in p.restrictions for p in parties)


def test_ofac_files_of_different_days_are_no_family(shared: Path) -> None:
    at = shared / CORPUS / "ofac" / "2019-01_triple"
    names = ("sdn.csv.gz", "alt.csv.gz", "add.csv.gz", "sdn_comments.csv.gz")
    with pytest.raises(Refused, match=r"E-LIST-PARTS: comments\.csv speaks of 10 parties") as refused:
        read("ofac-sdn", *(at / n for n in names), parts=FAMILY)
    assert refused.value.code == "E-LIST-PARTS"


def test_ofac_remarks_hold_facts(shared: Path) -> None:
    at = shared / CORPUS / "ofac" / "2021-07_triple"
    names = ("sdn.csv.gz", "alt.csv", "add.csv", "sdn_comments.csv")
    parties = {p.id: p for p in read("ofac-sdn", *(at / n for n in names), parts=FAMILY)[0]}
    assert parties["36"].name == "AEROCARIBBEAN AIRLINES"
    assert parties["36"].countries == ("CU",)
    assert parties["12300"].linked[-1] == "R D I S.A"  # said in the remarks' second half, in a file of its own
    assert sum(bool(p.linked) for p in parties.values()) > 1500
    said = content(at / "sdn.csv.gz").count(b"Vessel Registration Identification IMO ")
    assert sum(i.kind == "IMO" for p in parties.values() for i in p.identifiers) == said > 400
    assert Counter(p.kind for p in parties.values()) == {
        PartyKind.PERSON: 4620, PartyKind.ORGANISATION: 3673, PartyKind.VESSEL: 406, PartyKind.AIRCRAFT: 277,
    }  # fmt: skip


def test_consolidated_programmes_stay_apart(shared: Path) -> None:
    parties, envelope = read("ofac-consolidated", shared / CORPUS / "ofac/consolidated_2025-03-28.xml.gz")
    assert (len(parties), envelope.declared, envelope.published) == (443, 443, date(2025, 3, 28))
    assert Counter(x for p in parties for x in p.programmes) == {
        "UKRAINE-EO13662": 286, "RUSSIA-EO14024": 82, "NS-PLC": 78, "CMIC-EO13959": 68, "SDGT": 2, "VENEZUELA-EO13850": 2,
        "561-Related": 1, "SYRIA": 1, "IRAN-CON-ARMS-EO": 1, "FSE-IR": 1, "CAATSA - RUSSIA": 1, "BURMA-EO14014": 1,
        "ILLICIT-DRUGS-EO14059": 1,
    }  # fmt: skip
    by = {
        x: {r for p in parties if p.programmes == (x,) for r in p.restrictions}
        for x in ("CMIC-EO13959", "NS-PLC", "561-Related")
    }
    assert by == {
        "CMIC-EO13959": {Restriction.SECURITIES},
        "NS-PLC": {Restriction.TRANSACTIONS},
        "561-Related": {Restriction.CORRESPONDENT_ACCOUNT},
    }
    assert forbidden(parties)["debt_equity"] == 227
    assert "full_block" not in forbidden(parties)


@pytest.mark.parametrize(
    ("list_name", "path", "count", "on", "forbids"),
    [
        ("ofac-sdn", "ofac/sdn_xml_sample_2018.xml", 2, date(2018, 12, 19), {"full_block": 2}),
        ("ofac-sdn", "ofac/ita_fixture_sdn.xml", 4, date(2014, 7, 16), {"full_block": 4}),
        ("ofac-consolidated", "ofac/ita_fixture_consolidated.xml", 24, date(2014, 12, 17), None),
        ("ofac-consolidated", "ofac/enhanced_xml_sample_2026-09-04.xml", 1, date(2026, 7, 27), {"transactions": 1}),
        ("eu-fsf", "eu/fsf_1.1_sample_2018-12-21.xml", 2, date(2018, 12, 21), {"full_block": 2}),
        ("eu-fsf", "eu/fsf_csv_sample_2026-08-05.csv", 1, date(2026, 8, 5), {"full_block": 1}),
        ("un-sc", "un/UN_consolidated_2018-12-27.xml.gz", 708 + 387, date(2018, 12, 27), {"full_block": 1095, "travel": 708}),
        ("un-sc", "un/UN_consolidated_2025-04-19.xml.gz", 684 + 193, date(2025, 4, 19), {"full_block": 877, "travel": 684}),
        ("ca-sema", "ca/sema_consolidated_2025.xml.gz", 4759, None, {"full_block": 4650, "transport": 109}),
        ("ch-seco", "ch/seco_sample_2026-08-27.xml", 3, date(2026, 8, 27), {"full_block": 1, "debt_equity": 1, "transport": 1}),
        ("uk-sanctions", "uk/uk_sanctions_list_header_2026-02-13.csv", 0, date(2026, 2, 13), {}),
        ("uk-ofsi", "uk/ofsi_conlist_sample_2026-06-03.csv", 2, date(2026, 6, 3), {"full_block": 2}),
        ("us-csl", "bis_csl/csl_2019-12.csv", 115, None, None),
        ("us-csl", "bis_csl/csl_sample_consolidated.csv", 13, None, None),
        ("bis-dpl", "bis_csl/dpl_2019.txt", 546, None, {"export_denial": 546}),
        ("bis-dpl", "bis_csl/ita/dpl.txt", 9, None, {"export_denial": 9}),
        ("us-isn", "bis_csl/isn_full_2018.csv", 213, None, {"menu": 213}),
        ("us-isn", "bis_csl/ita/isn.csv", 5, None, {"menu": 5}),
        ("bis-entity", "bis_csl/ita/el.csv", 6, None, {"export_licence": 6}),
        ("bis-meu", "bis_csl/ita/meu.csv", 6, None, {"export_licence": 6}),
        ("bis-uvl", "bis_csl/ita/uvl.csv", 13, None, {"export_caution": 13}),
        ("us-itar", "bis_csl/ita/itar_debarred_parties.csv", 4, None, {"arms": 4}),
        ("cn-mofcom", "cn_jp/cn_entity_lists_2026-07.json", 240, date(2026, 7, 19), {"export_caution": 40, "trade": 61, "export_denial": 139}),
        ("jp-meti", "cn_jp/jp_end_user_list_2026-07.json.gz", 835, date(2026, 7, 20), {"export_caution": 835}),
        *(
            ("us-csl", f"bis_csl/ita/expected_{short}.json", count, None, None)
            for short, count in {"cap": 1, "ccmc": 2, "cmic": 3, "dpl": 9, "dtc": 4, "el": 7, "eo13599": 2, "fse": 3, "isn": 3, "mbs": 2,
                                 "meu": 7, "part561": 1, "plc": 6, "sdn": 4, "ssi": 4, "uvl": 13}.items()
        ),
    ],
)  # fmt: skip
def test_official_files(
    shared: Path, list_name: str, path: str, count: int, on: date | None, forbids: dict[str, int] | None
) -> None:
    parties, envelope = read(list_name, shared / CORPUS / path)
    assert (len(parties), envelope.published) == (count, on)
    assert all(p.names[0].text and p.restrictions for p in parties)
    if forbids is not None:
        assert forbidden(parties) == forbids


def test_no_official_file_is_left_out(shared: Path) -> None:
    """Every list file of the corpus stands in a test above; what is left is a converted form, read below."""
    text = Path(__file__).read_text()
    there = {p for p in (shared / CORPUS).rglob("*") if p.is_file() and p.name != "SOURCE.txt"}
    left = {
        p.relative_to(shared / CORPUS).as_posix()
        for p in there
        if p.name.removesuffix(".csv.gz") not in DAYS and p.parent.name != "normalised_2026-05"
        if "advanced" not in p.name  # refused by name, below
        if p.name not in text
        and not p.name.startswith("expected_")
        and "triple" not in p.parent.name
        and p.parent.name != "consolidated_csv"
    }
    assert left == set()
    with pytest.raises(Refused, match="E-LIST-FORMAT: this is OFAC Advanced XML"):
        read("ofac-sdn", shared / CORPUS / "ofac/sdn_advanced_sample_2026-05-21.xml")


def test_switzerland_keeps_ended_listings(shared: Path) -> None:
    parties, envelope = read("ch-seco", shared / CORPUS / "ch/seco_sample_2026-08-27.xml")
    assert [(p.id, p.delisted) for p in parties] == [("5142", "2016-03-01"), ("46130", None), ("34461", None)]
    assert envelope.rows == {"de-listed": 1}


def test_names_in_their_own_script(shared: Path) -> None:
    parties, _ = read("un-sc", shared / CORPUS / "un/UN_consolidated_2025-04-19.xml.gz")
    scripts = Counter(n.script for p in parties for n in p.names)
    assert scripts["Arab"] > 250
    assert scripts["Hani"] + scripts["Hang"] > 3
    assert sum(n.strength is Strength.WEAK for p in parties for n in p.names) > 300


def test_the_register_of_japan_has_names_in_a_wrong_column(shared: Path) -> None:
    parties, envelope = read("jp-meti", shared / CORPUS / "cn_jp/jp_end_user_list_2026-07.json.gz")
    nameless = content(shared / CORPUS / "cn_jp/jp_end_user_list_2026-07.json.gz").count(b'"entity_name": ""')
    assert envelope.warnings == {"W-LIST-NAME": nameless}
    found = {p.id: p for p in parties}["jp-eul-502"]
    assert (found.name, found.countries) == ("BVI Electronics", ("CN",))


DAYS = ("sdn_2021-12-02", "sdn_2022-03-31", "sdn_2023-09-28")


def test_differences_from_day_to_day(shared: Path) -> None:
    """The parties alone were kept of these days; the reader of the family is given companions that say nothing."""
    found = []
    for day in DAYS:
        data = content(shared / CORPUS / f"ofac/sdn_daily/{day}.csv.gz")
        ids = [line.partition(b",")[0] for line in data.split(b"\r\n") if line.strip(b"\x1a")]
        files = {
            "prim.csv": io.BytesIO(data),
            "alt.csv": io.BytesIO(b"".join(i + b",1,aka,AS ABOVE,-0-\r\n" for i in ids) + b"\x1a"),
            "add.csv": io.BytesIO(b"".join(i + b",1,-0-,-0-,-0-,-0-\r\n" for i in ids) + b"\x1a"),
        }
        found.append(list(formats()["ofac-csv"].read(files, Envelope("ofac-sdn"))))
    assert [len(f) for f in found] == [9035, 9847, 13098]
    for before, after in ((0, 1), (1, 2)):
        kinds = Counter(c.kind for c in compared(found[before], found[after]))
        old, new = ({p.id: p for p in found[i]} for i in (before, after))
        assert kinds["added"] == len(new.keys() - old.keys())
        assert kinds["removed"] == len(old.keys() - new.keys())
        assert kinds["changed"] == sum(old[i] != new[i] for i in old.keys() & new.keys())
        assert len(found[after]) - len(found[before]) == kinds["added"] - kinds["removed"]


def test_uk_list_of_a_third_party_in_the_official_layout(shared: Path) -> None:
    """The corpus has the UK list in another's normal form: put into the official columns, it is read in full."""
    import csv

    at = shared / CORPUS / "uk/normalised_2026-05"
    subjects = {r["unique_id"]: r for r in csv.DictReader(io.StringIO(content(at / "subjects.csv").decode()))}
    names = list(csv.DictReader(io.StringIO(content(at / "subject_names.csv.gz").decode())))
    header = content(shared / CORPUS / "uk/uk_sanctions_list_header_2026-02-13.csv").decode().splitlines()
    columns = header[1].split(",")
    out = io.StringIO()
    out.write(header[0] + "\r\n")
    writer = csv.DictWriter(out, columns, restval="")
    writer.writeheader()
    kinds = {"individual": "Individual", "entity": "Entity", "ship": "Ship"}
    for row in sorted(names, key=lambda r: (r["unique_id"], r["name_id"])):
        subject = subjects.get(row["unique_id"])
        if subject is None:
            continue
        writer.writerow(
            {
                "Unique ID": row["unique_id"], "Last Updated": subject["last_updated"], "OFSI Group ID": subject["ofsi_group_id"],
                "UN Reference Number": subject["un_reference_number"], "Date Designated": subject["date_designated"],
                "Designation Type": kinds[subject["subject_type"]], "Regime Name": "as converted", "Sanctions Imposed": "Asset freeze",
                "Name type": {"primary": "Primary name", "alias": "Alias"}.get(row["name_type"], row["name_type"]),
                **{f"Name {n}": row[f"name_{n}"] for n in range(1, 7)},
            }
        )  # fmt: skip
    envelope = Envelope("uk-sanctions")
    data = out.getvalue().encode()
    format_ = recognised(sources()["uk-sanctions"], data[: 1 << 16])
    parties = list(format_.read({"uk.csv": io.BytesIO(data)}, envelope))
    named = {r["unique_id"] for r in names} & subjects.keys()
    assert len(parties) == len(named) > 6000
    assert envelope.rows["uk.csv"] == sum(r["unique_id"] in subjects for r in names)
    assert sum(len(p.names) for p in parties) > 14_000
    assert {p.kind for p in parties} == {PartyKind.PERSON, PartyKind.ORGANISATION, PartyKind.VESSEL}


# -- every layout --------------------------------------------------------------------------------------------------


def test_every_layout_is_made_here() -> None:
    assert set(LAYOUTS) == set(formats())
    assert {s for f in formats().values() for s in sources() if f.name in sources()[s].formats} == set(sources())


@pytest.mark.parametrize("layout", LAYOUTS)
def test_made_lists_are_read_in_full(layout: str) -> None:
    files = LAYOUTS[layout].make(N, TODAY)
    head = next(iter(files.values()))[: 1 << 16]
    assert recognised(source_of(layout), head).name == layout
    parties, envelope = parties_of(layout, files)
    assert [p.name for p in parties] == [name(i) for i in range(N)]
    assert all(p.source == LAYOUTS[layout].source for p in parties)
    assert envelope.ended
    assert envelope.certain is LAYOUTS[layout].certain
    assert envelope.published == (TODAY if LAYOUTS[layout].dated else None)
    assert not envelope.unknown
    lines = b"".join(map(to_line, parties))
    assert list(Records(LAYOUTS[layout].source, lines, N)) == parties
    if other(1).encode() in b"".join(files.values()):
        assert {n.script for p in parties for n in p.names} == {"Latn", "Cyrl"}
        assert all(other(i) in [n.text for n in parties[i].names] for i in range(N))
    assert all(p.names[0].kind is NameKind.PRIMARY for p in parties)


def test_no_two_layouts_know_one_file() -> None:
    for layout, made in LAYOUTS.items():
        head = next(iter(made.make(3, TODAY).values()))
        assert [f.name for f in formats().values() if f.knows(head)] == [layout]


def test_what_each_list_forbids_stays_apart() -> None:
    parties, _ = parties_of("csl-csv", LAYOUTS["csl-csv"].make(8, TODAY))
    assert [p.restrictions for p in parties[:4]] == [
        (Restriction.EXPORT_LICENCE,), (Restriction.FULL_BLOCK,), (Restriction.SECURITIES,), (Restriction.PROCUREMENT,),
    ]  # fmt: skip
    again, _ = parties_of("csl-json", LAYOUTS["csl-json"].make(8, TODAY))
    assert [p.restrictions for p in again] == [p.restrictions for p in parties]
    parties, _ = parties_of("seco-xml", LAYOUTS["seco-xml"].make(10, TODAY))
    assert parties[0].restrictions == (Restriction.FULL_BLOCK,)
    assert parties[1].restrictions == (Restriction.DEBT_EQUITY,)
    assert parties[9].delisted == "2021-01-01"


def test_canada_under_its_new_names() -> None:
    old, _ = parties_of("canada-xml", canada(N, TODAY))
    new, envelope = parties_of("canada-xml", canada(N, TODAY, bilingual=True))
    assert new == old
    assert not envelope.unknown


def test_ofac_under_its_new_namespace() -> None:
    old, _ = parties_of("ofac-xml", sdn_xml(N, TODAY))
    new, _ = parties_of(
        "ofac-xml", sdn_xml(N, TODAY, "https://sanctionslistservice.ofac.treas.gov/api/PublicationPreview/exports/XML")
    )
    assert new == old
    with pytest.raises(Refused) as refused:
        parties_of("ofac-xml", sdn_xml(N, TODAY, "https://example.invalid/sdn/v9"))
    assert refused.value.code == "E-LIST-SCHEMA"


@pytest.mark.parametrize(
    ("written", "order", "day"),
    [
        ("14 Jun 1975", "", "1975-06-14"), ("28/06/1960", "dmy", "1960-06-28"), ("03/28/2025", "mdy", "2025-03-28"),
        ("1961", "", "1961"), ("Jun 1970", "", "1970-06"), ("dd/mm/1964", "dmy", "1964"), ("00/00/1964", "dmy", "1964"),
        ("2025-04-19T23:00:04.625Z", "", "2025-04-19"), ("13-Feb-2026", "", "2026-02-13"), ("31/02/2020", "dmy", None),
        ("2020-13-01", "", None), ("about 1960", "", None), ("", "", None),
    ],
)  # fmt: skip
def test_dates(written: str, order: str, day: str | None) -> None:
    assert iso(written, order) == day


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("Korea, North", "KP"), ("Democratic People's Republic of Korea", "KP"), ("Belarus / Bélarus", "BY"), ("Türkiye", "TR"),
        ("Iran (Islamic Republic of)", "IR"), ("RU", "RU"), ("Congo, Democratic Republic of the", "CD"), ("Atlantis", None), ("", None),
    ],
)  # fmt: skip
def test_countries(written: str, code: str | None) -> None:
    assert code_of(written) == code


def test_scripts() -> None:
    texts = {
        "Kim": "Latn",
        "김정은": "Hang",
        "Квант LLC": "Cyrl",
        "محمد": "Arab",
        "中国": "Hani",
        "トヨタ": "Jpan",
        "123": "Zyyy",
    }
    assert {t: script_of(t) for t in texts} == texts


NAMES = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1, max_size=30)


@given(NAMES, st.sampled_from(list(Restriction)), st.none() | NAMES)
def test_a_record_survives_its_line(text: str, restriction: Restriction, remarks: str | None) -> None:
    from auditor.model.listings import DateRole, Identifier, PartyDate, PartyName, PartyPlace, PlaceRole

    party = ListedParty(
        "own", text, PartyKind.VESSEL, (PartyName(text, NameKind.PRIMARY), PartyName(text)), (restriction,),
        places=(PartyPlace(PlaceRole.FLAG, text, None),), identifiers=(Identifier(text, text), Identifier(text, text, "RU")),
        dates=(PartyDate(DateRole.BUILT, text, True), PartyDate(DateRole.BUILT, text)), remarks=remarks or None,
    )  # fmt: skip
    assert list(Records("own", to_line(party), 1)) == [party]


# -- damage --------------------------------------------------------------------------------------------------------


def tried(
    folder: Path, layout: str, files: Made, *, source: Source | None = None, accepted: tuple[str, ...] = ()
) -> Updated:
    """Files brought to a store."""
    at = folder / "brought"
    at.mkdir(exist_ok=True)
    for old in at.iterdir():
        old.unlink()
    for part, data in files.items():
        (at / part).write_bytes(data)
    store = Store(folder / "store")
    places = tuple(str(at / part) for part in files)
    wanted = Wanted((source or source_of(layout),), places, accepted)
    (done,) = update(store, wanted, Fetcher(Rules()), TODAY)
    return done


def tree(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def refused(folder: Path, layout: str, files: Made, **more: object) -> list[str]:
    """The codes for which files are refused; what the store held before is there byte for byte."""
    before = tree(folder / "store")
    done = tried(folder, layout, files, **more)  # type: ignore[arg-type]
    assert done.after is None, "believed"
    assert done.reasons
    assert tree(folder / "store") == before
    return [r.code for r in done.reasons]


NOT_LISTS = {
    "nothing": b"",
    "spaces": b" \r\n\t\n",
    "a page": b"<!DOCTYPE html><html><body><h1>Scheduled maintenance</h1></body></html>",
    "a page without a head": b"<html>maintenance</html>",
    "an error in JSON": b'{"error": "rate limited"}',
    "recent changes": b"uid,name,type,action\n9,Some New Party,Entity,ADD\n",
    "another list": b'<?xml version="1.0"?><CONSOLIDATED LIST/>',
    "UTF-16": "\ufeff<?xml version='1.0'?><sdnList/>".encode("utf-16-le"),
    "NUL": b"\0" * 100,
    "gzip cut in half": gzip.compress(b"<sdnList/>" * 1000, mtime=0)[:40],
    "a ZIP": b"PK\x03\x04" + b"\0" * 50,
    "a PDF": b"%PDF-1.7\n",
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_what_is_no_list_is_refused(tmp_path: Path, layout: str) -> None:
    good = LAYOUTS[layout].make(N, TODAY)
    assert tried(tmp_path, layout, good).after is not None
    for what, data in NOT_LISTS.items():
        codes = refused(tmp_path, layout, dict.fromkeys(good, data))
        assert all(c.startswith("E-LIST-") for c in codes), (what, codes)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_list_that_is_worse_than_the_one_in_force_is_refused(tmp_path: Path, layout: str) -> None:
    make = LAYOUTS[layout].make
    assert tried(tmp_path, layout, make(N, TODAY)).after is not None
    assert tried(tmp_path, layout, make(N, TODAY)).same
    assert "E-LIST-SHRINK" in refused(tmp_path, layout, make(N - 4, TODAY))
    assert refused(tmp_path, layout, make(0, TODAY))[0] in {"E-LIST-EMPTY", "E-LIST-SCHEMA", "E-LIST-PARTS"}
    if LAYOUTS[layout].dated:
        assert refused(tmp_path, layout, make(N, date(2026, 11, 22))) == ["E-LIST-ROLLBACK"]
        assert refused(tmp_path, layout, make(N, date(2099, 1, 1))) == ["E-CLOCK"]
    done = tried(tmp_path, layout, make(N - 4, TODAY), accepted=("shrink", "end"))
    assert done.after is not None
    assert done.after.accepted == ("end", "shrink")
    assert tried(tmp_path, layout, make(N + 40, TODAY)).after is not None


def test_floors_and_counts(tmp_path: Path) -> None:
    source = source_of("ofac-xml", floor=100)
    assert refused(tmp_path, "ofac-xml", sdn_xml(N, TODAY), source=source) == ["E-LIST-COUNT"]
    lying = {"sdn.xml": sdn_xml(N, TODAY)["sdn.xml"].replace(b"<Record_Count>60", b"<Record_Count>18000")}
    assert refused(tmp_path, "ofac-xml", lying) == ["E-LIST-COUNT"]
    filled = source_of("ofac-xml", fill={"alias": 50})
    without = {"sdn.xml": sdn_xml(N, TODAY)["sdn.xml"].replace(b"akaList", b"aliasList")}
    assert refused(tmp_path, "ofac-xml", without, source=filled) == ["E-LIST-FILL"]
    assert tried(tmp_path, "ofac-xml", sdn_xml(N, TODAY)).after is not None
    assert refused(tmp_path, "ofac-xml", without) == ["E-LIST-FILL"]  # against the list in force, without a floor


def test_a_closed_list_is_refused_unless_asked_for(tmp_path: Path) -> None:
    closed = replace(source_of("ofsi-csv"), closed=date(2026, 1, 28))
    files = LAYOUTS["ofsi-csv"].make(N, TODAY)
    assert refused(tmp_path, "ofsi-csv", files, source=closed) == ["E-LIST-CLOSED"]
    assert tried(tmp_path, "ofsi-csv", files, source=closed, accepted=("closed",)).after is not None


def test_records_with_one_number_are_both_kept(tmp_path: Path) -> None:
    files = {"sdn.xml": sdn_xml(N, TODAY)["sdn.xml"].replace(b"<uid>2</uid><lastName>", b"<uid>1</uid><lastName>")}
    done = tried(tmp_path, "ofac-xml", files)
    assert done.after is not None
    assert (done.after.count, done.after.warnings) == (N, {"W-LIST-DUP-UID": 1})


def test_parts_of_the_family_belong_together(tmp_path: Path) -> None:
    good = dict(sdn_csv(N, TODAY))
    assert refused(tmp_path, "ofac-csv", {"sdn.csv": good["sdn.csv"]}) == ["E-LIST-PARTS"]
    later = sdn_csv(N + 5, TODAY)
    for part in good:
        assert refused(tmp_path, "ofac-csv", {**good, part: later[part]}) == ["E-LIST-PARTS"]
    assert refused(tmp_path, "ofac-csv", {**good, "alt.csv": good["alt.csv"].rstrip(b"\x1a")}) == ["E-LIST-END"]


XML_ATTACKS = {
    "entities": b'<?xml version="1.0"?><!DOCTYPE s [<!ENTITY a "x"><!ENTITY b "&a;&a;">]><ROOT><x>&b;</x></ROOT>',
    "an outer DTD": b'<?xml version="1.0"?><!DOCTYPE s SYSTEM "http://127.0.0.1:9/x.dtd"><ROOT/>',
    "an outer entity": b'<?xml version="1.0"?><!DOCTYPE s [<!ENTITY x SYSTEM "file:///etc/passwd">]><ROOT>&x;</ROOT>',
    "depth": b"<ROOT>" + b"<a>" * 5000 + b"</a>" * 5000 + b"</ROOT>",
    "another encoding": b'<?xml version="1.0" encoding="windows-1252"?><ROOT><a>\x80</a></ROOT>',
    "not UTF-8": b'<?xml version="1.0"?><ROOT><a>\xff</a></ROOT>',
    "something behind": b"<ROOT></ROOT><ROOT></ROOT>",
    "a long text": b"<ROOT><a>" + b"x" * (2 << 20) + b"</a></ROOT>",
    "many elements": b"<ROOT><a>" + b"<b/>" * 300_000 + b"</a></ROOT>",
}
ROOTS = {
    "ofac-xml": b"sdnList",
    "un-xml": b"CONSOLIDATED_LIST",
    "uk-xml": b"Designations",
    "seco-xml": b"swiss-sanctions-list",
    "canada-xml": b"data-set",
}


@pytest.mark.parametrize("layout", ROOTS)
def test_xml_attacks(tmp_path: Path, layout: str) -> None:
    for what, data in XML_ATTACKS.items():
        part = next(iter(LAYOUTS[layout].make(1, TODAY)))
        root = ROOTS[layout]
        space = b"sdnList xmlns='http://tempuri.org/sdnList.xsd'" if layout == "ofac-xml" else root
        text = (
            data.replace(b"</ROOT>", b"</" + root + b">")
            .replace(b"<ROOT/>", b"<" + space + b"/>")
            .replace(b"<ROOT>", b"<" + space + b">")
        )
        codes = refused(tmp_path, layout, {part: text})
        assert codes[0] in {"E-LIST-DTD", "E-LIST-LIMIT", "E-LIST-ENCODING", "E-LIST-XML"}, (what, codes)


def cuts(layout: str, files: Made, points: int, seed: int) -> list[tuple[str, int]]:
    rng = random.Random(seed)
    parts = sorted(files)
    return [(part, rng.randrange(len(files[part]))) for part in rng.choices(parts, k=points)]


def truncated(tmp_path: Path, layout: str, points: int) -> None:
    """Cut anywhere, and compared with the list in force or not: never believed where a cut can be known.

    Without a list in force, a table without an end mark may be cut between two lines and not show it: that alone.
    """
    made = LAYOUTS[layout].make(120, TODAY)
    store_ahead, store_empty = tmp_path / "ahead", tmp_path / "empty"
    store_ahead.mkdir()
    store_empty.mkdir()
    assert tried(store_ahead, layout, made).after is not None
    for part, at in cuts(layout, made, points, 7):
        cut = {**made, part: made[part][:at]}
        assert refused(store_ahead, layout, cut), (part, at)
        done = tried(store_empty, layout, cut)
        if done.after is not None:
            assert not LAYOUTS[layout].certain
            assert made[part][at - 1 : at] in {b"\n", b"\r"}
            import shutil

            shutil.rmtree(store_empty / "store")


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_cut_file_is_refused(tmp_path: Path, layout: str) -> None:
    truncated(tmp_path, layout, 12)


@pytest.mark.long
@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_file_cut_at_a_thousand_points_is_refused(tmp_path: Path, layout: str) -> None:
    truncated(tmp_path, layout, 1000)


def mutated(layout: str, rounds: int, seed: int) -> int:
    """Lists with bytes changed, doubled, cut out and mixed up: read, or refused with a reason, never anything else."""
    rng = random.Random(seed)
    made = LAYOUTS[layout].make(6, TODAY)
    believed = 0
    for _ in range(rounds):
        files = dict(made)
        for _ in range(rng.choice((1, 1, 2, 5))):
            part = rng.choice(sorted(files))
            data = bytearray(files[part])
            at, to = sorted(rng.randrange(len(data) + 1) for _ in range(2))
            match rng.randrange(5):
                case 0 if data:
                    data[at % len(data)] = rng.randrange(256)
                case 1:
                    del data[at : min(to, at + 40)]
                case 2:
                    data[at:at] = data[at : min(to, at + 200)]
                case 3:
                    data[at:at] = rng.choice(
                        (b"null", b"[]", b"{}", b'"', b";", b",", b"<a/>", b"&amp;", b"-0- ", b"\n", b"\xff", b"\0")
                    )
                case _:
                    data[at:to] = data[at:to][::-1]
            files[part] = bytes(data)
        try:
            parties, _ = parties_of(layout, files)
        except Refused as refused:
            assert refused.what.en
            assert refused.what.ko
            continue
        believed += 1
        for party in parties:
            to_line(party)
    return believed


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_changed_list_is_read_or_refused(layout: str) -> None:
    mutated(layout, 150, 11)


@pytest.mark.long
@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_list_changed_in_many_ways_is_read_or_refused(layout: str) -> None:
    mutated(layout, 5000, 12)


# -- the hostile files ---------------------------------------------------------------------------------------------

HOSTILE = "hostile/lists"
V1 = ("https://example.invalid/sdn/v1",)


def test_hostile_lists(shared: Path, tmp_path: Path) -> None:
    """Every file as the manifest says: the good one loads, each other one is refused with its reason."""
    source = source_of("ofac-xml", namespaces=V1)
    wanted = {
        "l02_maintenance.html": {"E-LIST-HTML"},
        "l04_truncated_mid_tag.xml": {"E-LIST-XML"},
        "l05_truncated_at_boundary.xml": {"E-LIST-XML"},
        "l07_namespace_changed.xml": {"E-LIST-SCHEMA"},
        "l09_count_mismatch.xml": {"E-LIST-COUNT"},
        "l10_rollback.xml": {"E-LIST-ROLLBACK"},
        "l12_billion_laughs.xml": {"E-LIST-DTD"},
        "l14_xxe_http.xml": {"E-LIST-DTD"},
        "l15_deep.xml": {"E-LIST-SCHEMA", "E-LIST-LIMIT"},
        "l17_utf16_no_decl.xml": {"E-LIST-ENCODING"},
        "l20_wrong_list.xml": {"E-LIST-SCHEMA"},
        "l22_recent_changes.csv": {"E-LIST-SCHEMA"},
        "l24_ragged.csv": {"E-LIST-SCHEMA"},
        "l25_bom_semicolon.csv": {"E-LIST-SCHEMA"},
        "l27_truncated.xml.gz": {"E-LIST-GZIP"},
        "l29_future_date.xml": {"E-CLOCK"},
    }
    good = {"l00_good.xml", "l19_dup_uid.xml"}
    there = {p.name for p in (shared / HOSTILE).iterdir()}
    assert there == wanted.keys() | good
    done = tried(
        tmp_path, "ofac-xml", {"l00_good.xml": (shared / HOSTILE / "l00_good.xml").read_bytes()}, source=source
    )
    assert done.after is not None
    assert done.after.count == 4
    for file, codes in wanted.items():
        data = (shared / HOSTILE / file).read_bytes()
        found = refused(tmp_path, "ofac-xml", {file: data}, source=source)
        assert codes & set(found), (file, found)
        for layout in LAYOUTS:  # as any other list, they are none of them believed either
            if layout not in {"ofac-xml", "own-csv"}:
                fresh = tmp_path / layout
                fresh.mkdir(exist_ok=True)
                assert refused(fresh, layout, {file: data})
    doubled = {"l19_dup_uid.xml": (shared / HOSTILE / "l19_dup_uid.xml").read_bytes()}
    done = tried(tmp_path, "ofac-xml", doubled, source=source)
    assert done.after is not None
    assert (done.after.count, done.after.warnings["W-LIST-DUP-UID"]) == (4, 1)


def test_hostile_tables_as_an_own_list(shared: Path, tmp_path: Path) -> None:
    for file in ("l22_recent_changes.csv", "l24_ragged.csv", "l25_bom_semicolon.csv"):
        assert refused(tmp_path, "own-csv", {file: (shared / HOSTILE / file).read_bytes()})
    declared = b"\xef\xbb\xbfid;name;kind\n1;Kvant Zarechny Cloud LLC;Entity\n"
    done = tried(tmp_path, "own-csv", {"own.csv": declared})
    assert done.after is not None
    assert done.after.count == 1
