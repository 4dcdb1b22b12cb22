"""A district's folder for push tests: inventory with push accounts, secrets beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cctv_policy.inventory import Area, Name, Recorder, School
from cctv_policy.strictyaml import dump

SCHEMA = "cctv-policy/inventory/1"
NAME = {"zh": "測試國小", "en": "Test School"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Nvr:
    """One recorder of the inventory."""

    id: str
    host: str
    host_key: str
    driver: str = "segment"
    brand: str = "Debian"
    port: int = 22
    push_key: str = "lab/push"
    extra: dict[str, Any] = field(default_factory=dict)

    def entry(self) -> dict[str, Any]:
        """As the inventory writes it."""
        return {
            "id": self.id,
            "driver": self.driver,
            "status": "in_use",
            "commissioned_on": "2024-08-20",
            "brand": self.brand,
            "connect": {
                "host": self.host,
                "port": self.port,
                "user": "cctv-audit",
                "key": "lab/audit",
                "host_keys": [self.host_key],
                "push": {"user": "cctv-push", "key": self.push_key},
            },
            "cameras": [
                {"id": f"{self.id}-cam1", "ch": "ch1", "area": "campus", "place": "gate"},
            ],
            **self.extra,
        }


def school_of(recorder: Recorder, *, id: str = "lab-es") -> School:
    """A school of one recorder."""
    name = Name(**NAME)
    return School(
        schema=SCHEMA,
        id=id,
        name=name,
        moe_code="999990",
        city="ntpc",
        site_type="elementary",
        areas=(Area(id="campus", type="campus", name=name),),
        recorders=(recorder,),
    )


def district(root: Path, nvrs: Sequence[Nvr], secrets: dict[str, str]) -> Path:
    """Write `root/inventory` and `root/secrets`; schools of at most 25 recorders; `root`."""
    schools = root / "inventory" / "schools"
    schools.mkdir(parents=True)
    (root / "inventory" / "district.yaml").write_text(
        dump({"schema": SCHEMA, "id": "lab", "name": NAME, "pack": "tw-ntpc-school"})
    )
    for number in range(0, len(nvrs), 25):
        site = f"school-{number // 25 + 1}-es"
        school = {
            "schema": SCHEMA,
            "id": site,
            "name": NAME,
            "moe_code": "999990",
            "city": "ntpc",
            "site_type": "elementary",
            "areas": [{"id": "campus", "type": "campus", "name": NAME}],
            "recorders": [nvr.entry() for nvr in nvrs[number : number + 25]],
        }
        (schools / f"{site}.yaml").write_text(dump(school))
    for name, value in secrets.items():
        path = root / "secrets" / name
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(mode=0o600)
        path.write_text(value)
    (root / "secrets").chmod(0o700)
    return root
