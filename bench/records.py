"""Records in git: a generated repository, checked cold, warm, and after one change.

`python -m bench.records 10000` prints CPU seconds of this process and of the git it starts.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cctv_policy.history import read_history
from cctv_policy.records import load_records, record_path
from cctv_policy.records.check import check_change
from cctv_policy.strictyaml import dump

HASH = hashlib.sha256(b"bench").hexdigest()
KINDS_OF_REQUEST = ("submitted", "viewed", "closed")


def request(number: int, year: int, site: str, *, status: str) -> dict[str, Any]:
    """One access request, about 1.4 kB."""
    record_id = f"REQ-{year}-{number:04}"
    day = f"{year + 1911}-{1 + number % 12:02}-{2 + number % 25:02}"
    record: dict[str, Any] = {
        "schema_version": "1",
        "id": record_id,
        "site_id": site,
        "created_at": f"{day}T09:00:00+08:00",
        "created_by": "P-0001",
        "status": status,
        "applicant_category": "teacher",
        "applied_on": day,
        "id_kind": "national",
        "id_checksum_ok": {"ok": True, "by": "P-0001", "at": f"{day}T09:00:00+08:00"},
        "relation_to_subject": "self",
        "requesting_unit": f"{number % 6 + 1}年甲班",
        "cameras": [{"camera_id": f"cam-{number % 16 + 1}", "place": "操場東側"}],
        "windows": [{"from": f"{day}T07:00:00+08:00", "to": f"{day}T08:00:00+08:00"}],
        "necessity_confirmed": {"confirmed": True, "by": "P-0001"},
        "notice_accepted": {"accepted": True, "at": f"{day}T08:50:00+08:00", "text_sha256": HASH},
        "applicant_signed": {"at": f"{day}T08:55:00+08:00", "method": "digital"},
        "sealed": {
            "alg": "aes-256-gcm-siv",
            "key_id": hashlib.sha256(f"{site}{record_id}".encode()).hexdigest()[:32],
            "batch": f"{year + 1912}-12-1",
            "fields": ["applicant_name", "id_number", "phone", "reason"],
            "data": "QUJD" * 86,
        },
    }
    if status != "submitted":
        record["viewing"] = [
            {
                "start": f"{day}T10:00:00+08:00",
                "end": f"{day}T10:20:00+08:00",
                "escort": "P-0002",
                "place": "學務處",
                "register": f"REG-{year}-{number:04}",
            }
        ]
        record["outcome"] = {"copies_released": 0, "screenshots": 0}
    if status == "closed":
        record["closed_on"] = day
    return record


def places(count: int) -> Iterator[tuple[int, int, str]]:
    """Number, year and school of each record: 250 a school and year."""
    for n in range(count):
        yield n % 250 + 1, 110 + n // 250 % 5, f"school-{n // 1250:03}"


def build(folder: Path, count: int) -> None:
    """A bare repository of `count` requests, each written in two commits of fifty files."""
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", folder], check=True)
    feed = subprocess.Popen(["git", "-C", folder, "fast-import", "--quiet"], stdin=subprocess.PIPE)
    assert feed.stdin is not None
    start, at, mark = 1_640_000_000, list(places(count)), 0
    for first in range(0, count, 50):
        for status in ("submitted", "closed"):
            mark += 1
            head = "commit refs/heads/main\ncommitter P-0001 <p@example.invalid> "
            head += f"{start + mark * 60} +0800\ndata 7\nrecords\n"
            feed.stdin.write(head.encode())
            for number, year, site in at[first : first + 50]:
                data = dump(request(number, year, site, status=status)).encode()
                path = record_path(f"REQ-{year}-{number:04}", site)
                feed.stdin.write(f"M 100644 inline {path}\ndata {len(data)}\n".encode() + data)
                feed.stdin.write(b"\n")
    feed.stdin.close()
    assert feed.wait() == 0


def change_one(folder: Path, status: str = "viewed") -> None:
    """One more commit that changes one record."""
    path = record_path("REQ-110-0001", "school-000")
    data = dump(request(1, 110, "school-000", status=status)).encode()
    text = b"commit refs/heads/main\ncommitter P-0001 <p@example.invalid> 1800000000 +0800\n"
    text += b"data 3\none\nfrom refs/heads/main^0\n"
    text += f"M 100644 inline {path}\ndata {len(data)}\n".encode() + data + b"\n"
    subprocess.run(["git", "-C", folder, "fast-import", "--quiet"], input=text, check=True)


def cpu() -> float:
    """CPU seconds of this process and its ended children."""
    return sum(os.times()[:4])


def measured(name: str, folder: Path) -> None:
    """Load once in this process and print what it cost."""
    started, clock = cpu(), time.perf_counter()
    found = load_records(folder)
    seconds, wall = cpu() - started, time.perf_counter() - clock
    faults = len(found.faults)
    print(f"{name:12} {seconds:6.2f} CPU-s {wall:6.2f} s wall {peak():5} MB, {faults} faults")
    records = len(found.records)
    print(f"{'… all listed':12} {cpu() - started:6.2f} CPU-s {peak():5} MB, {records} records")


def peak() -> int:
    """MB that this process held at most."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def measured_history(folder: Path) -> None:
    """The history of everything, and one changed record as a pre-receive hook sees it."""
    records = load_records(folder)
    started = cpu()
    read_history(records)
    print(f"{'history':12} {cpu() - started:6.2f} CPU-s {peak():5} MB")
    change_one(folder, "closed")
    records = load_records(folder)
    started = cpu()
    read_history(records)
    print(f"{'one more':12} {cpu() - started:6.2f} CPU-s")
    started = cpu()
    now = datetime.fromtimestamp(1_800_000_060, UTC)
    faults = check_change(folder, "HEAD~1", "HEAD", now=now)
    print(f"{'check_change':12} {cpu() - started:6.2f} CPU-s, {len(faults)} faults")


def measured_command(clone: Path) -> None:
    """`records check` as a clerk starts it: cold, again, and with one file not committed yet."""
    file = clone / record_path("REQ-110-0001", "school-000")
    for name in ("check, cold", "again", "one file"):
        if name == "one file":
            file.write_text(dump(request(1, 110, "school-000", status="viewed")))
        before, clock = children(), time.perf_counter()
        command = [sys.executable, "-m", "cctv_policy", "records", "check", "--root", str(clone)]
        done = subprocess.run(command, capture_output=True, text=True)
        seconds, wall = children() - before, time.perf_counter() - clock
        print(f"{name:12} {seconds:6.2f} CPU-s {wall:6.2f} s wall, {done.stderr.strip()[-60:]}")
    print(f"{'':12} {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024} MB")


def children() -> float:
    """CPU seconds of ended children and theirs."""
    return sum(os.times()[2:4])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", nargs="?", type=int, default=10_000)
    parser.add_argument("--load", nargs=2, metavar=("NAME", "FOLDER"))
    given = parser.parse_args()
    if given.load:
        name, place = given.load
        forms = {"history": measured_history, "check": measured_command}
        forms[name](Path(place)) if name in forms else measured(name, Path(place))
        return 0
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "records.git"
        build(folder, given.count)
        print(f"{given.count} records, {given.count * 2} versions")
        for name in ("cold", "warm", "one changed", "history"):
            if name == "one changed":
                change_one(folder)
            command = [sys.executable, "-m", "bench.records", "--load", name, str(folder)]
            subprocess.run(command, check=True)
        clone = Path(place) / "clone"
        subprocess.run(["git", "clone", "-q", folder, clone], check=True)
        command = [sys.executable, "-m", "bench.records", "--load", "check", str(clone)]
        subprocess.run(command, check=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
