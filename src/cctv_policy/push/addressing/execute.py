"""What push calls for a Move: one device at a time in a school, then the inventory follows."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from cctv_policy.drivers.framing import CannotTell
from cctv_policy.drivers.ssh import dial
from cctv_policy.errors import PushError
from cctv_policy.inventory import Connect
from cctv_policy.model import Text
from cctv_policy.push.addressing.inventory_edit import follow
from cctv_policy.push.addressing.moving import Journey, Timing, carry_out, move_id
from cctv_policy.push.addressing.results import MoveResult, MoveState, sentence
from cctv_policy.push.model import Move, Script, Step, Wanted
from cctv_policy.push.session import Ended, Outcome, Session, Tools
from cctv_policy.state import Why

LOCKS = "state/push"
_TURN_S = 1800
_KNOCK_S = 3.0
_AGENT_ANEW = Script(sh="systemctl try-restart snmpd.service || :\n", timeout_s=30)
"""net-snmp tells the addresses of up to 30 s ago: the old one would contradict the new one."""


def execute_move(session: Session, step: Step, move: Move, wanted: Wanted, tools: Tools) -> Outcome:  # noqa: ARG001 - the protocol's
    """See session.ExecuteMove. Waits for the other moves of the school; after one of them has lost
    its device in this run, no other is begun."""
    place = tools.root / LOCKS
    with _turn(place, wanted.school.id, tools) as lost:
        if lost.exists() and _words(lost)[:1] == [tools.run_id]:
            return _failed(
                f"本校 {_words(lost)[-1]} 在這次執行中失去聯絡，不再搬移其他設備",
                f"{_words(lost)[-1]} of this school was lost in this run; no other is moved",
            )
        result = carry_out(session, move, _journey(session, move, wanted, tools))
        if result.state is MoveState.UNREACHABLE:
            lost.write_text(f"{tools.run_id} {wanted.recorder.id}\n", encoding="utf-8")
    if result.state is not MoveState.MOVED:
        unknown = result.state is MoveState.UNREACHABLE
        return Outcome(ended=Ended.UNKNOWN if unknown else Ended.FAILED, why=sentence(result))
    with suppress(CannotTell):  # the move is confirmed; this is for who looks at once
        session.run(_AGENT_ANEW)
    return _followed(result, wanted, tools)


def _failed(zh: str, en: str) -> Outcome:
    return Outcome(ended=Ended.FAILED, why=Text(zh=zh, en=en))


def _words(file: Path) -> list[str]:
    with suppress(OSError, UnicodeDecodeError):
        return file.read_text(encoding="utf-8").split()
    return []


@contextmanager
def _turn(place: Path, school: str, tools: Tools) -> Iterator[Path]:
    """The school's turn to move one device, over all workers; yields the file that names a loss."""
    place.mkdir(parents=True, exist_ok=True)
    handle = os.open(place / f"{school}.turn", os.O_RDWR | os.O_CREAT, 0o600)
    end = tools.now().timestamp() + _TURN_S
    try:
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if tools.now().timestamp() > end:
                    raise CannotTell(
                        Why.BUDGET, "other moves of the school take too long"
                    ) from None
            tools.sleep(0.5)
        yield place / f"{school}.lost"
    finally:
        os.close(handle)


def _journey(session: Session, move: Move, wanted: Wanted, tools: Tools) -> Journey:
    old, new = (text.partition("/")[0] for text in (move.old, move.new))
    door = session.host
    return Journey(
        move_id=move_id(tools.run_id, wanted.recorder.id),
        door_old=door,
        door_new=new if door == old else door,
        now=tools.now,
        sleep=tools.sleep,
        occupied=_knock(wanted.recorder.connect),
        timing=Timing(timer_s=_rollback_s(tools)),
    )


def _rollback_s(tools: Tools) -> int:
    """Option `rollback_s`: seconds until the device takes an unconfirmed move back; 20 to 900."""
    given = tools.options.get("rollback_s", "")
    return min(max(int(given), 20), 900) if given.isdigit() else Timing().timer_s


def _knock(connect: Connect | None) -> Callable[[str], bool]:
    """Whether something takes or refuses a connection at an address."""

    def occupied(address: str) -> bool:
        if connect is None:
            return False
        try:
            dial(replace(connect, host=address), _KNOCK_S).close()
        except CannotTell as problem:
            return problem.why is Why.REFUSED
        return True

    return occupied


def _followed(result: MoveResult, wanted: Wanted, tools: Tools) -> Outcome:
    """A move that is done stays done; a person must know where the file cannot follow."""
    recorder = wanted.recorder
    told = sentence(result)
    old, new = (text.partition("/")[0] for text in (result.old, result.new))
    if old == new:
        return Outcome(ended=Ended.DONE, why=told)
    try:
        changes = follow(tools.root / recorder.source, recorder.id, old, new)
    except PushError as error:
        told = Text(
            zh=f"{told.zh}；但清冊未更新，請手動將 {old} 改為 {new}（{error.where}：{error.what}）",
            en=f"{told.en}; but the inventory does not follow: write {new} for {old} by hand "
            f"({error.where}: {error.what})",
        )
        return Outcome(ended=Ended.DONE, why=told)
    lines = ", ".join(f"{recorder.source}:{c.line} {c.field}" for c in changes)
    if lines:
        told = Text(
            zh=f"{told.zh}；清冊已改、待審核（git diff）：{lines}",
            en=f"{told.en}; inventory changed, for review (git diff): {lines}",
        )
    return Outcome(ended=Ended.DONE, why=told)
