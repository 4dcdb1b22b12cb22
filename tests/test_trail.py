"""What recorders logged is kept over collections: each event once, nothing lost in silence."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from cctv_policy import trail
from cctv_policy.errors import StateError
from cctv_policy.state import Observation, StateDocument, Why

TARGET = "nvr"


def document(offset: int = 0, **facts: Any) -> StateDocument:
    told = {
        "log": {
            "covers_from": "2026-03-01T00:00:00+08:00",
            "covers_to": "2026-03-08T00:00:00+08:00",
        },
        "events": [event("2026-03-03T09:05:00+08:00")],
        "time.offset_s": offset,
    } | facts
    return StateDocument(
        target=TARGET, site="school", driver="zoneminder", run_id="1", started_at="",
        collected_at="2026-03-08T00:00:00+08:00", tool_version="", doors=(),
        observations=tuple(
            Observation(
                device=TARGET, fact=fact, source="test", door="ssh", at="2026-03-08T00:00:00+08:00",
                **({"unknown": v} if isinstance(v, Why) else {"value": v}),
            )
            for fact, v in told.items()
        ),
    )  # fmt: skip


def event(at: str, **changes: Any) -> dict[str, Any]:
    return {
        "type": "playback",
        "at": at,
        "account": "wang",
        "ch": "1",
        "start": None,
        "end": None,
    } | changes


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-03-{text}+08:00")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "school").mkdir()
    return tmp_path


def kept(folder: Path) -> Path:
    return folder / "school" / "nvr.trail.jsonl"


def test_an_event_that_is_told_twice_is_kept_once(folder: Path) -> None:
    trail.append(document(), folder)
    trail.append(document(offset=1), folder)
    assert len(kept(folder).read_text().splitlines()) == 2
    (act,) = trail.read(folder, [document()])[TARGET].acts
    assert (act.kind, act.at, act.account, act.ch) == ("playback", at("03T09:05:00"), "wang", "1")


def test_what_the_recorder_has_forgotten_is_still_known(folder: Path) -> None:
    trail.append(document(), folder)
    later = document(
        log={"covers_from": "2026-03-06T00:00:00+08:00", "covers_to": "2026-03-20T00:00:00+08:00"},
        events=[event("2026-03-15T10:00:00+08:00", type="export")],
    )
    found = trail.read(folder, [later])[TARGET]
    assert [a.kind for a in found.acts] == ["playback", "export"]
    assert found.covers == ((at("01T00:00:00"), at("20T00:00:00")),)
    assert trail.uncovered(found.covers, at("01T00:00:00"), at("20T00:00:00")) == []


def test_what_no_collection_saw_is_uncovered(folder: Path) -> None:
    trail.append(document(), folder)
    later = {"covers_from": "2026-03-10T00:00:00+08:00", "covers_to": "2026-03-20T00:00:00+08:00"}
    found = trail.read(folder, [document(log=later, events=[])])[TARGET]
    gaps = trail.uncovered(found.covers, at("01T00:00:00"), at("21T00:00:00"))
    assert gaps == [(at("08T00:00:00"), at("10T00:00:00")), (at("20T00:00:00"), at("21T00:00:00"))]


def test_times_are_corrected_by_the_offset_of_their_collection(folder: Path) -> None:
    found = trail.read(folder, [document(offset=300)])[TARGET]
    assert found.acts[0].at == at("03T09:00:00")
    assert found.covers[0][0] == datetime.fromisoformat("2026-02-28T23:55:00+08:00")


@pytest.mark.parametrize("fact", ["log", "events", "time.offset_s"])
def test_what_was_told_in_part_covers_nothing(folder: Path, fact: str) -> None:
    trail.append(document(**{fact: Why.NOT_PERMITTED}), folder)
    assert not kept(folder).exists()
    assert trail.read(folder, [document(**{fact: Why.NOT_PERMITTED})]) == {}


def test_logins_are_not_kept(folder: Path) -> None:
    trail.append(document(events=[event("2026-03-03T09:05:00+08:00", type="login")]), folder)
    assert "login" not in kept(folder).read_text()


def test_a_line_that_was_cut_off_is_counted_and_the_next_run_goes_on(folder: Path) -> None:
    trail.append(document(), folder)
    whole = kept(folder).read_text()
    kept(folder).write_text(whole[:-20])
    trail.append(document(events=[event("2026-03-04T09:05:00+08:00")]), folder)
    found = trail.read(folder, [document(events=[])])[TARGET]
    assert found.broken == 1
    assert [a.at for a in found.acts] == [at("04T09:05:00")]


@pytest.mark.parametrize("line", ["x", "{}", "[]", '{"covers": ["a", "b"], "offset_s": 0}', "null"])
def test_a_broken_line_is_never_a_crash(folder: Path, line: str) -> None:
    kept(folder).write_text(line + "\n")
    assert trail.read(folder, [document()])[TARGET].broken == 1


def test_a_folder_that_takes_nothing_is_said(folder: Path) -> None:
    kept(folder).mkdir()
    with pytest.raises(StateError):
        trail.append(document(), folder)


def test_lines_are_json_with_the_fields_of_the_event(folder: Path) -> None:
    trail.append(document(), folder)
    first, second = map(json.loads, kept(folder).read_text().splitlines())
    assert first["covers"] and second["event"]["account"] == "wang"
