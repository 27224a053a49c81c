"""Small lists of our own in every official layout: fictional parties, any number of them, of any day."""

import io
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from auditor.lists import Source, formats, sources
from auditor.lists._reading import Envelope
from auditor.model.listings import ListedParty

TODAY = date(2026, 11, 23)
N = 60

WORDS = ("Kvant", "Orlovsk", "Zarechny", "Pardis", "Tarasen", "Rayan", "Belmont", "Odessa", "Lumen", "Karst")
CYRILLIC = ("Квант", "Орловск", "Заречный", "Пардис", "Тарасен", "Раян", "Бельмонт", "Одесса", "Люмен", "Карст")


def name(i: int) -> str:
    """The name of the i-th party: letters alone, so that it can stand in any layout."""
    return f"{WORDS[i % 10]} {WORDS[i // 10 % 10]} Systems{'' if i < 100 else ' No' + str(i // 100)}"


def other(i: int) -> str:
    """Its name in another script."""
    return f"{CYRILLIC[i % 10]} {CYRILLIC[i // 10 % 10]}{'' if i < 100 else ' ' + str(i // 100)}"


Made = Mapping[str, bytes]


def sdn_xml(n: int, on: date, space: str = "http://tempuri.org/sdnList.xsd") -> Made:
    entries = "".join(
        f"<sdnEntry><uid>{i + 1}</uid><lastName>{name(i)}</lastName><sdnType>Entity</sdnType>"
        f"<programList><program>TEST</program></programList>"
        f"<idList><id><uid>{i}</uid><idType>Tax ID No.</idType><idNumber>77{i:08}</idNumber></id></idList>"
        f"<akaList><aka><uid>{i}</uid><type>a.k.a.</type><category>{'weak' if i % 3 else 'strong'}</category>"
        f"<lastName>{other(i)}</lastName></aka></akaList>"
        f"<addressList><address><uid>{i}</uid><country>Russia</country></address></addressList></sdnEntry>"
        for i in range(n)
    )
    head = f"<Publish_Date>{on:%m/%d/%Y}</Publish_Date><Record_Count>{n}</Record_Count>"
    text = f'<?xml version="1.0"?>\n<sdnList xmlns="{space}"><publshInformation>{head}</publshInformation>{entries}</sdnList>\n'
    return {"sdn.xml": text.encode()}


def sdn_csv(n: int, on: date) -> Made:
    null = "-0- "
    prim = "".join(
        f'{i + 1},"{name(i)}",{null},"TEST",{",".join([null] * 7)},"Tax ID No. 77{i:08} (Russia)."\r\n'
        for i in range(n)
    )
    alt = "".join(f'{i + 1},{i},"aka","{name(i)} LLC",{null}\r\n' for i in range(n))
    add = "".join(f'{i + 1},{i},{null},{null},"Russia",{null}\r\n' for i in range(n))
    files = {"sdn.csv": prim, "alt.csv": alt, "add.csv": add}
    return {k: v.encode() + b"\x1a" for k, v in files.items()}


def enhanced(n: int, on: date) -> Made:
    entities = "".join(
        f'<entity id="{i + 1}"><generalInfo><entityType>Entity</entityType></generalInfo>'
        f'<sanctionsLists><sanctionsList datePublished="2020-01-01">SDN List</sanctionsList></sanctionsLists>'
        f"<sanctionsPrograms><sanctionsProgram>TEST</sanctionsProgram></sanctionsPrograms><names>"
        f"<name><isPrimary>true</isPrimary><translations><translation><isPrimary>true</isPrimary>"
        f"<formattedFullName>{name(i)}</formattedFullName></translation><translation><isPrimary>false</isPrimary>"
        f"<script>Cyrillic</script><formattedFullName>{other(i)}</formattedFullName></translation></translations></name>"
        f"</names><addresses><address><country>Russia</country></address></addresses></entity>"
        for i in range(n)
    )
    space = "https://sanctionslistservice.ofac.treas.gov/api/PublicationPreview/exports/ENHANCED_XML"
    head = f"<publicationInfo><dataAsOf>{on}T00:00:00</dataAsOf></publicationInfo>"
    text = f'<?xml version="1.0" encoding="utf-8"?><sanctionsData xmlns="{space}">{head}<entities>{entities}</entities></sanctionsData>'
    return {"enhanced.xml": text.encode()}


def eu_xml(n: int, on: date) -> Made:
    entities = "".join(
        f'<sanctionEntity designationDetails="" unitedNationId="" euReferenceNumber="EU.{i}.1" logicalId="{i}">'
        f'<regulation regulationType="amendment" programme="TEST"/><subjectType code="enterprise" classificationCode="E"/>'
        f'<nameAlias wholeName="{name(i)}" strong="true"/><nameAlias wholeName="{other(i)}" strong="false"/>'
        f'<address countryIso2Code="RU" countryDescription="RUSSIAN FEDERATION"/></sanctionEntity>'
        for i in range(n)
    )
    head = (
        f'<export xmlns="http://eu.europa.ec/fpi/fsd/export" generationDate="{on}T14:39:54.511+01:00" globalFileId="1">'
    )
    return {"eu.xml": f'<?xml version="1.0" encoding="UTF-8"?>\n{head}{entities}</export>'.encode()}


def eu_csv(n: int, on: date) -> Made:
    head = "fileGenerationDate;Entity_LogicalId;Entity_EU_ReferenceNumber;Entity_SubjectType;Entity_Regulation_Programme;NameAlias_LastName;NameAlias_FirstName;NameAlias_MiddleName;NameAlias_WholeName;NameAlias_NameLanguage"
    rows = "".join(
        f"{on:%d/%m/%Y};{i};EU.{i}.1;E;TEST;;;;{text};\r\n" for i in range(n) for text in (name(i), other(i))
    )
    return {"eu.csv": b"\xef\xbb\xbf" + f"{head}\r\n{rows}".encode()}


def un(n: int, on: date) -> Made:
    entities = "".join(
        f"<ENTITY><DATAID>{i}</DATAID><VERSIONNUM>1</VERSIONNUM><FIRST_NAME> {name(i)} </FIRST_NAME>"
        f"<UN_LIST_TYPE>TEST</UN_LIST_TYPE><REFERENCE_NUMBER>TEe.{i:03}</REFERENCE_NUMBER><LISTED_ON>2020-01-01</LISTED_ON>"
        f"<NAME_ORIGINAL_SCRIPT>{other(i)}</NAME_ORIGINAL_SCRIPT><ENTITY_ALIAS><QUALITY>Low</QUALITY><ALIAS_NAME>{name(i)} Co</ALIAS_NAME></ENTITY_ALIAS>"
        f"<ENTITY_ADDRESS><COUNTRY>Democratic People's Republic of Korea</COUNTRY></ENTITY_ADDRESS></ENTITY>"
        for i in range(n)
    )
    head = f'<CONSOLIDATED_LIST dateGenerated="{on}T23:00:04.625Z"><INDIVIDUALS/>'
    return {
        "un.xml": f'<?xml version="1.0" encoding="UTF-8"?>{head}<ENTITIES>{entities}</ENTITIES></CONSOLIDATED_LIST>'.encode()
    }


UK_COLUMNS = (
    "Last Updated,Unique ID,OFSI Group ID,UN Reference Number,Name 6,Name 1,Name 2,Name 3,Name 4,Name 5,Name type,Alias strength,Title,"
    "Name non-latin script,Non-latin script type,Non-latin script language,Regime Name,Designation Type,Designation source,"
    "Sanctions Imposed,Other Information,UK Statement of Reasons,Address Line 1,Address Country,Date Designated,D.O.B,IMO number"
)


def uk_csv(n: int, on: date) -> Made:
    rows = "".join(
        f"01/02/2024,TES{i:04},{10000 + i},,{text},,,,,,{kind},,,{script},,,The Test Regulations,Entity,UK,Asset freeze|Trust Services Sanctions,,,1 Road,Russia,01/01/2020,,\r\n"
        for i in range(n)
        for text, kind, script in ((name(i), "Primary name", other(i)), (f"{name(i)} LLC", "Alias", ""))
    )
    return {"uk.csv": f"Report Date: {on:%d-%b-%Y}\r\n{UK_COLUMNS}\r\n{rows}".encode()}


def uk_xml(n: int, on: date) -> Made:
    found = "".join(
        f"<Designation><LastUpdated>01/02/2024</LastUpdated><DateDesignated>01/01/2020</DateDesignated><UniqueID>TES{i:04}</UniqueID>"
        f"<Names><Name><Name6>{name(i)}</Name6><NameType>Primary Name</NameType></Name></Names>"
        f"<NonLatinNames><NonLatinName><NameNonLatinScript>{other(i)}</NameNonLatinScript></NonLatinName></NonLatinNames>"
        f"<RegimeName>The Test Regulations</RegimeName><IndividualEntityShip>Entity</IndividualEntityShip>"
        f"<SanctionsImposed>Asset freeze</SanctionsImposed><Addresses><Address><AddressCountry>Russia</AddressCountry></Address></Addresses></Designation>"
        for i in range(n)
    )
    return {
        "uk.xml": f'<?xml version="1.0" encoding="utf-8"?><Designations><DateGenerated>{on:%d/%m/%Y}</DateGenerated>{found}</Designations>'.encode()
    }


def ofsi(n: int, on: date) -> Made:
    head = "Name 6,Name 1,Name 2,Name 3,Name 4,Name 5,Title,Name Non-Latin Script,DOB,Country,Other Information,Group Type,Alias Type,Regime,Listed On,Last Updated,Group ID"
    rows = "".join(
        f"{name(i)},,,,,,,{other(i)},,Russia,,Entity,Primary name,Test,01/01/2020,01/01/2024,{i}\r\n" for i in range(n)
    )
    return {"conlist.csv": f"Last Updated,{on:%d/%m/%Y}\r\n{head}\r\n{rows}".encode()}


def seco(n: int, on: date) -> Made:
    targets = "".join(
        f'<target ssid="{i}"><sanctions-set-id>{7 + i % 2}</sanctions-set-id><entity><identity ssid="9{i}" main="true">'
        f'<name ssid="8{i}" name-type="primary-name" quality="good" lang="eng"><name-part order="1" name-part-type="whole-name">'
        f'<value>{name(i)}</value><spelling-variant lang="RUS" script="CYRL">{other(i)}</spelling-variant></name-part></name></identity></entity>'
        f'<modification modification-type="listed" effective-date="2020-01-01"/>'
        + ('<modification modification-type="de-listed" effective-date="2021-01-01"/>' if i % 10 == 9 else "")
        + "</target>"
        for i in range(n)
    )
    programme = (
        '<sanctions-program ssid="1"><program-key lang="eng">Test</program-key>'
        '<sanctions-set ssid="7" lang="eng">article 3 -- Restrictions on named individuals and entities</sanctions-set>'
        '<sanctions-set ssid="8" lang="eng">article 4 -- Restrictions on the money and capital market</sanctions-set></sanctions-program>'
    )
    return {
        "seco.xml": f'<?xml version="1.0" encoding="UTF-8"?><swiss-sanctions-list list-type="whole-list" date="{on}">{programme}{targets}</swiss-sanctions-list>'.encode()
    }


def canada(n: int, on: date, *, bilingual: bool = False) -> Made:
    def tag(english: str, french: str) -> str:
        return f"{english}-{french}" if bilingual else english

    country, entity, aliases = tag("Country", "Pays"), tag("EntityOrShip", "EntiteOuNavire"), tag("Aliases", "Alias")
    schedule, item, listed = tag("Schedule", "Annexe"), tag("Item", "Numero"), tag("DateOfListing", "DateInscription")
    rows = "".join(
        f"<record><{country}>Belarus / Bélarus</{country}><{entity}>{name(i)}</{entity}><{aliases}>{other(i)}</{aliases}>"
        f"<{schedule}>1, Part 1</{schedule}><{item}>{i + 1}</{item}><{listed}>2020-09-28</{listed}></record>"
        for i in range(n)
    )
    return {"sema.xml": f'<?xml version="1.0" encoding="UTF-8"?><data-set>{rows}</data-set>'.encode()}


CSL = (
    "_id,source,entity_number,type,programs,name,title,addresses,federal_register_notice,start_date,end_date,standard_order,"
    "license_requirement,license_policy,call_sign,vessel_type,gross_tonnage,gross_registered_tonnage,vessel_flag,vessel_owner,"
    "remarks,source_list_url,alt_names,citizenships,dates_of_birth,nationalities,places_of_birth,source_information_url,ids"
)
LISTS = (
    "Entity List (EL) - Bureau of Industry and Security",
    "Specially Designated Nationals (SDN) - Treasury Department",
    "Non-SDN Chinese Military-Industrial Complex Companies List (CMIC) - Treasury Department",
    "Section 1260H Chinese Military Companies (1260H) - Department of Defense",
)


def csl_csv(n: int, on: date) -> Made:
    rows = "".join(
        f'{i:x}f,"{LISTS[i % 4]}",{i},Entity,TEST,{name(i)},,"1 Road, Moscow, 1234, RU",,2020-01-01,,,,,,,,,,,,,{other(i)},,,,,,"Tax ID No., 77{i:08}, RU"\n'
        for i in range(n)
    )
    return {"csl.csv": f"{CSL}\n{rows}".encode()}


def csl_json(n: int, on: date) -> Made:
    found = [
        {"id": f"{i:x}f", "source": LISTS[i % 4], "entity_number": i, "type": "Entity", "programs": ["TEST"], "name": name(i),
         "alt_names": [other(i)], "addresses": [{"address": "1 Road", "country": "RU"}], "start_date": "2020-01-01",
         "ids": [{"type": "Tax ID No.", "number": f"77{i:08}", "country": "RU"}], "source_list_url": "x"}
        for i in range(n)
    ]  # fmt: skip
    return {"csl.json": json.dumps({"total": n, "results": found}).encode()}


def dpl(n: int, on: date) -> Made:
    head = "Name\tStreet_Address\tCity\tState\tCountry\tPostal_Code\tEffective_Date\tExpiration_Date\tStandard_Order\tLast_Update\tAction\tFR_Citation"
    rows = "".join(
        f'"{name(i)}"\t1 Road\tMoscow\t\tRU\t\t01/02/2020\t01/02/2030\tY\t2020-02-01\tADDED\t85 F.R. {i}\n'
        for i in range(n)
    )
    return {"dpl.txt": f"{head}\n{rows}".encode()}


def isn(n: int, on: date) -> Made:
    rows = "".join(
        f"ISN,INKSNA,{name(i)},{other(i)},Russia,Vol. {i},1/2/2020,,http://example.invalid\n" for i in range(n)
    )
    return {
        "isn.csv": f"Source List,Programs,Name,Alternative Names,Country,Federal Register Notice,Effective Date,Remarks/Notes,Web Link\n{rows}".encode()
    }


def entity_list(n: int, on: date) -> Made:
    head = "Source List,Entity Number,SDN Type,Programs,Name,Title,Address,City,Country,Federal Register Notice,Effective Date,License Requirement,Alternate Name"
    rows = "".join(f"EL,,,,{name(i)},,1 Road,Moscow,Russia,76 FR {i},1/2/2020,All items,{other(i)}\n" for i in range(n))
    return {"el.csv": f"{head}\n{rows}".encode()}


def uvl(n: int, on: date) -> Made:
    return {"uvl.csv": ("COUNTRY,NAME,ADDRESS\n" + "".join(f"Russia,{name(i)},1 Road\n" for i in range(n))).encode()}


def itar(n: int, on: date) -> Made:
    rows = "".join(f'"{name(i)} (a.k.a. {name(i)} Co; {name(i)} Ltd)",,57 FR {i},1/2/2020,,\n' for i in range(n))
    return {
        "itar.csv": f"Party Name,Date Of Birth,Federal Register Notice,Notice Date,Corrected Notice,Corrected Notice Date\n{rows}".encode()
    }


def register(n: int, on: date) -> Made:
    found = [
        {"addresses": [], "aliases": [other(i)], "country": "cn", "date_added": "2026-02-24", "entity_name": name(i),
         "entity_type": "organization", "id": f"cn-{i}", "last_verified": str(on), "list_id": "cn-attention-list",
         "reason": "test", "source_list_name": "test", "source_url": "https://example.invalid"}
        for i in range(n)
    ]  # fmt: skip
    return {"cn.json": json.dumps(found, ensure_ascii=False).encode()}


def targets(n: int, on: date) -> Made:
    head = "id,schema,name,aliases,birth_date,countries,addresses,identifiers,sanctions,phones,emails,program_ids,dataset,first_seen,last_seen,last_change"
    rows = "".join(
        f'T-{i},Company,"{name(i)}","{other(i)};{name(i)} Co",,ru,,77{i:08},,,,US-TEST,us_test,2020-01-01,{on}T00:00:00,2020-01-01\n'
        for i in range(n)
    )
    return {"targets.simple.csv": f"{head}\n{rows}".encode()}


def ftm(n: int, on: date) -> Made:
    lines = []
    for i in range(n):
        properties = {
            "name": [name(i)],
            "weakAlias": [other(i)],
            "country": ["ru"],
            "topics": ["sanction"],
            "taxNumber": [f"77{i:08}"],
        }
        lines.append(
            {
                "id": f"T-{i}",
                "caption": name(i),
                "schema": "Company",
                "properties": properties,
                "target": True,
                "last_seen": f"{on}T00:00:00",
            }
        )
        lines.append(
            {
                "id": f"S-{i}",
                "caption": "x",
                "schema": "Sanction",
                "properties": {"entity": [f"T-{i}"], "programId": ["US-TEST"]},
                "target": False,
            }
        )
    return {"entities.ftm.json": "".join(json.dumps(x, ensure_ascii=False) + "\n" for x in lines).encode()}


def own_csv(n: int, on: date) -> Made:
    rows = "".join(
        f"{i},{name(i)},{other(i)},company,RU,LEI: 5299{i:08},{'chosen' if i % 2 else 'full_block'}\n" for i in range(n)
    )
    return {"own.csv": f"id,name,aliases,kind,countries,identifiers,restrictions\n{rows}".encode()}


def own_yaml(n: int, on: date) -> Made:
    parties = "".join(
        f"  - id: p{i}\n    name: {name(i)}\n    aliases: [{other(i)}]\n    countries: [RU]\n" for i in range(n)
    )
    return {"own.yaml": f"auditor: list/1\npublished: {on}\nparties:\n{parties}".encode()}


@dataclass(frozen=True)
class Layout:
    """One layout: the list it is tried as, what makes it, whether a cut between two lines shows by itself."""

    source: str
    make: Callable[[int, date], Made]
    certain: bool
    dated: bool = True


LAYOUTS: Mapping[str, Layout] = {
    "ofac-xml": Layout("ofac-sdn", sdn_xml, True),
    "ofac-csv": Layout("ofac-sdn", sdn_csv, True, False),
    "ofac-enhanced": Layout("ofac-sdn", enhanced, True),
    "eu-xml": Layout("eu-fsf", eu_xml, True),
    "eu-csv": Layout("eu-fsf", eu_csv, False),
    "un-xml": Layout("un-sc", un, True),
    "uk-csv": Layout("uk-sanctions", uk_csv, False),
    "uk-xml": Layout("uk-sanctions", uk_xml, True),
    "ofsi-csv": Layout("uk-ofsi", ofsi, False),
    "seco-xml": Layout("ch-seco", seco, True),
    "canada-xml": Layout("ca-sema", canada, True, False),
    "csl-csv": Layout("us-csl", csl_csv, False, False),
    "csl-json": Layout("us-csl", csl_json, True, False),
    "bis-dpl": Layout("bis-dpl", dpl, False, False),
    "isn-csv": Layout("us-isn", isn, False, False),
    "bis-csv": Layout("bis-entity", entity_list, False, False),
    "uvl-csv": Layout("bis-uvl", uvl, False, False),
    "itar-csv": Layout("us-itar", itar, False, False),
    "register-json": Layout("cn-mofcom", register, True),
    "opensanctions-csv": Layout("opensanctions", targets, False),
    "ftm-json": Layout("opensanctions", ftm, False),
    "own-csv": Layout("own", own_csv, False, False),
    "own-yaml": Layout("own", own_yaml, False),
}


def source_of(format_name: str, **changed: object) -> Source:
    """The list of a layout, with floors that small files reach."""
    source = sources()[LAYOUTS[format_name].source]
    return replace(source, **{"floor": 1, "fill": {}, "closed": None, **changed})  # type: ignore[arg-type]


def parties_of(format_name: str, files: Made, **changed: object) -> tuple[list[ListedParty], Envelope]:
    """What the reader of a layout makes of files, and what it notes beside."""
    source = source_of(format_name, **changed)
    envelope = Envelope(source.name, source.namespaces)
    format_ = formats()[format_name]
    parts = {k.removeprefix("sdn").removeprefix("_") if format_.parts else k: v for k, v in files.items()}
    if format_.parts:
        parts = {("prim.csv" if k in {".csv", "csv"} else k): v for k, v in parts.items()}
    streams = {k: io.BytesIO(v) for k, v in parts.items()}
    return list(format_.read(streams, envelope)), envelope
