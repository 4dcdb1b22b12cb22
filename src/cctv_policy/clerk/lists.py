"""What an office has to choose from: persons, cameras, recorders, records."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from cctv_policy.clerk.answers import Offered, Options
from cctv_policy.clerk.office import Office
from cctv_policy.clerk.question import Answers, Question

Default = Callable[[Office, Answers], str | None]


def persons(*functions: str) -> Offered:
    """Persons of the roster in force today with one of the functions, or any."""

    def among(office: Office, _: Mapping[str, Any]) -> Options:
        found: dict[str, str] = {}
        for entry in office.serving(*functions):
            found.setdefault(entry.person, f"{entry.office} {entry.title}")
        return [(person, found[person]) for person in sorted(found)]

    return Offered(
        among=among,
        none="名冊中今日沒有具此職務的人員；先以 roster add 登錄 (nobody in the roster today)",
    )


class _Cameras(Offered):
    """A camera of the inventory, with its place."""

    def read(self, text: str, office: Office, so_far: Mapping[str, Any]) -> dict[str, str]:
        camera_id = super().read(text, office, so_far)
        camera = next(c for c in office.cameras if c.id == camera_id)
        return {"camera_id": camera_id, "place": camera.place}

    def echo(self, value: Mapping[str, str]) -> str:
        return value["place"]


def _cameras(office: Office, _: Mapping[str, Any]) -> Options:
    return [(camera.id, camera.place) for camera in office.cameras]


def _recorders(office: Office, _: Mapping[str, Any]) -> Options:
    return [
        (r.id, f"{r.place or ''} {r.brand or ''} {r.model or ''}".strip()) for r in office.recorders
    ]


def _devices(office: Office, _: Mapping[str, Any]) -> Options:
    return [*_recorders(office, _), *_cameras(office, _)]


_NO_CAMERA = "盤點資料（inventory）中本校沒有使用中的攝影機 (no camera in use)"
_NO_RECORDER = "盤點資料（inventory）中本校沒有使用中的主機 (no recorder in use)"

CAMERA_PLACES = _Cameras(among=_cameras, none=_NO_CAMERA)
"""→ {camera_id, place}, as Appendix 1 asks."""
CAMERAS = Offered(among=_cameras, none=_NO_CAMERA)
RECORDERS = Offered(among=_recorders, none=_NO_RECORDER)
DEVICES = Offered(among=_devices, none=_NO_RECORDER)


def me(office: Office, _: Answers) -> str | None:
    """Whoever is at the desk, if the roster knows them."""
    return office.person


def fixed(text: str) -> Default:
    """Always this."""
    return lambda _o, _a: text


TODAY = fixed("今天")
NOW = fixed("現在")


def person(name: str, label: str, *functions: str, **more: Any) -> Question:
    """A question for a person."""
    return Question(name=name, label=label, reader=persons(*functions), **more)
