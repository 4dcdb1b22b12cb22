"""A keystore with two replicas and invented holders, for one test."""

from __future__ import annotations

import stat
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyrage
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from cctv_policy.records import as_data
from cctv_policy.sealing import Identity, Keystore, load_identity, open_keystore, seal
from cctv_policy.secretstore import Secret
from cctv_policy.strictyaml import dump
from tests.records.people import key_of, roster
from tests.records.repo import Repo
from tests.records.samples import SITE

CLEAR = {
    "applicant_name": Secret("陳堃"),
    "id_number": Secret("A100000001"),
    "phone": Secret("0912345678"),
    "reason": Secret("腳踏車遭竊，請調閱車棚畫面"),
}
HOLDERS = (
    ("custodian", "P-0001", "custodian", True),
    ("principal", "P-0003", "principal", True),
    ("district", "P-0009", "district", False),
)


def keystore_data(keys: Path, **changes: Any) -> dict[str, Any]:
    """keystore.yaml with three holders; their private keys lie in `keys`, one of them OpenSSH."""
    keys.mkdir(mode=0o700, parents=True, exist_ok=True)
    holders = []
    for name, person, role, own in HOLDERS:
        file = keys / name
        if name == "principal":
            private = key_of(person)
            text = private.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())
            public = private.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH)
            given, shown = text.decode(), public.decode()
        elif not file.exists():
            pair = pyrage.x25519.Identity.generate()
            given, shown = f"# made for a test\n{pair}\n", str(pair.to_public())
        else:
            given = file.read_text()
            shown = str(pyrage.x25519.Identity.from_str(given.split("\n")[1]).to_public())
        file.write_text(given)
        file.chmod(stat.S_IRUSR | stat.S_IWUSR)
        holder = {"name": name, "person": person, "role": role, "recipient": shown}
        holders.append(holder | ({"schools": [SITE]} if own else {}))
    data = {
        "schema": "cctv-policy/keystore/1",
        "id": "sample-keys",
        "replicas": [
            {"label": "office-a", "path": "../store-a"},
            {"label": "office-b", "path": "../store-b"},
        ],
        "holders": holders,
    }
    return data | changes


def make(folder: Path, *batches: str, site: str = SITE, **changes: Any) -> Keystore:
    """A district's folder `folder/district` with a keystore whose replicas lie beside it."""
    root = folder / "district"
    root.mkdir(exist_ok=True)
    (root / "keystore.yaml").write_text(dump(keystore_data(folder / "keys", **changes)))
    keystore = open_keystore(root)
    for replica in keystore.replicas:
        replica.create()
    for batch in batches:
        keystore.new_batch(site, batch)
    return keystore


DAY = date(2026, 3, 2)
BATCH = "2027-03-1"


def block(keystore: Keystore, record_id: str, *, on: date = DAY, **clear: str) -> dict[str, Any]:
    """A really sealed block as data, by default with a request's fields."""
    given = {name: Secret(text) for name, text in clear.items()} or CLEAR
    return as_data(seal(keystore, site=SITE, record_id=record_id, clear=given, on=on))  # type: ignore[no-any-return]


def district(folder: Path, *records: dict[str, Any]) -> tuple[Keystore, Repo]:
    """A repository with a roster, a keystore, and records whose `sealed` stand-in is replaced by a
    block that was really sealed on the day they were created.
    """
    keystore = make(folder, BATCH)
    repo = Repo(keystore.root)
    repo.put(*(really_sealed(keystore, record) for record in (*roster(), *records)))
    repo.commit("records")
    return keystore, repo


def really_sealed(keystore: Keystore, record: dict[str, Any]) -> dict[str, Any]:
    """The record with a real block in place of its stand-in."""
    names = record.get("sealed", {}).get("fields", ())
    if record["site_id"] != SITE or not names:
        return record
    on = datetime.fromisoformat(str(record["created_at"])).date()
    keystore.new_batch(SITE, keystore.settings.batch(str(record["id"])[:3], on))
    clear = {name: f"{name} 明文" for name in names}
    return record | {"sealed": block(keystore, str(record["id"]), on=on, **clear)}


def holder(folder: Path, name: str = "custodian") -> Identity:
    return load_identity(folder / "keys" / name)


def revealed(clear: dict[str, Secret]) -> dict[str, str]:
    return {name: value.reveal() for name, value in clear.items()}
