"""A list of 100 MB: read, judged and stored, then loaded as an audit loads it; time, and the most memory it took."""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from datetime import date
from pathlib import Path

HEAD = (
    '<?xml version="1.0" encoding="utf-8"?>\n<sdnList xmlns="http://tempuri.org/sdnList.xsd"><publshInformation>'
    "<Publish_Date>11/20/2026</Publish_Date><Record_Count>{n}</Record_Count></publshInformation>\n"
)
ENTRY = (
    "  <sdnEntry>\n    <uid>{i}</uid>\n    <lastName>KVANT ZARECHNY {i}</lastName>\n    <sdnType>Entity</sdnType>\n"
    "    <remarks>(Linked To: ORLOVSK DIGITAL SYSTEMS {i})</remarks>\n    <programList>\n      <program>TEST</program>\n    </programList>\n"
    "    <idList>\n{ids}    </idList>\n    <akaList>\n{akas}    </akaList>\n"
    "    <addressList>\n      <address>\n        <uid>{i}</uid>\n        <city>Moscow</city>\n        <country>Russia</country>\n      </address>\n    </addressList>\n  </sdnEntry>\n"
)
AKA = "      <aka>\n        <uid>{k}</uid>\n        <type>a.k.a.</type>\n        <category>strong</category>\n        <lastName>КВАНТ ЗАРЕЧНЫЙ {k}</lastName>\n      </aka>\n"
ID = "      <id>\n        <uid>{k}</uid>\n        <idType>Tax ID No.</idType>\n        <idNumber>{k:010}</idNumber>\n        <idCountry>Russia</idCountry>\n      </id>\n"


def write(path: Path, mebibytes: int) -> int:
    """A made-up list of about that size; how many parties it has."""
    one = len(entry(10**6).encode())
    n = (mebibytes << 20) // one
    with path.open("w", encoding="utf-8") as file:
        file.write(HEAD.format(n=n))
        for i in range(1, n + 1):
            file.write(entry(i))
        file.write("</sdnList>\n")
    return n


def entry(i: int) -> str:
    ids = "".join(ID.format(k=i * 10 + k) for k in range(3))
    akas = "".join(AKA.format(k=i * 10 + k) for k in range(4))
    return ENTRY.format(i=i, ids=ids, akas=akas)


def stored(path: str, root: str) -> dict[str, float]:
    from auditor.lists import Fetcher, Rules, Store, Wanted, sources, update

    source = replace(sources()["ofac-sdn"], floor=1, fill={})
    (done,) = update(Store(Path(root)), Wanted((source,), (path,)), Fetcher(Rules()), date(2026, 11, 23))
    assert done.after is not None, done.reasons
    return {"records": done.after.count, "names": done.after.names, "stored": done.after.records.size}


def loaded(_path: str, root: str) -> dict[str, float]:
    from auditor.lists import load_listings

    listings = load_listings(Path(root), ("ofac-sdn",), date(2026, 11, 23))
    assert listings.status("ofac-sdn").usable, listings.lists
    names = sum(len(p.names) for p in listings.parties["ofac-sdn"])
    return {"names": names}


def naive(path: str, _root: str) -> dict[str, float]:
    """The whole file as a tree, as it is usually done."""
    import xml.etree.ElementTree as tree

    space = "{http://tempuri.org/sdnList.xsd}"
    root = tree.parse(path).getroot()
    return {"records": len(root.findall(f"{space}sdnEntry"))}


STEPS = {"naive": naive, "store": stored, "load": loaded}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--size", type=int, default=100, help="MiB")
    parser.add_argument("--step", choices=STEPS)
    parser.add_argument("--files", nargs=2)
    given = parser.parse_args()
    if given.step:
        start = time.perf_counter()
        found = STEPS[given.step](*given.files)
        seconds = time.perf_counter() - start
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps({"step": given.step, "seconds": round(seconds, 2), "MiB": round(peak), **found}))
        return
    with tempfile.TemporaryDirectory() as folder:
        path, root = Path(folder) / "sdn.xml", Path(folder) / "store"
        parties = write(path, given.size)
        print(f"{path.stat().st_size / 1e6:.0f} MB, {parties:,} parties")
        for step in STEPS:
            command = [sys.executable, __file__, "--step", step, "--files", str(path), str(root)]
            print(subprocess.run(command, check=True, capture_output=True, text=True).stdout, end="")


if __name__ == "__main__":
    main()
