"""How a move ended, in words for people."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from cctv_policy.model import Text


class MoveState(StrEnum):
    """Where the device is now."""

    MOVED = "moved"
    """On the new address, confirmed and read back."""
    ROLLED_BACK = "rolled_back"
    """On the old address, proven; the old files are back."""
    UNREACHABLE = "unreachable"
    """On neither, as far as can be seen from here."""
    REFUSED = "refused"
    """Nothing was changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveResult:
    """One move's end. Seconds count from the moment the rollback was armed."""

    state: MoveState
    old: str
    new: str
    why: Text | None = None
    reconnect_s: float | None = None
    """From the start of the change to the first login on the new address."""
    back_s: float | None = None
    """Until the old address was proven to answer again."""


WHY: dict[str, Text] = {
    "pending": Text(
        zh="上一次搬移尚未確認，設備會自行復原；請稍後再試",
        en="an earlier move is not confirmed yet, the device rolls back by itself; try again later",
    ),
    "changed_since_plan": Text(
        zh="設備的網路設定在規劃之後被更動；請重新規劃",
        en="the device's network files changed after the plan was made; plan again",
    ),
    "invalid_config": Text(
        zh="設備的網路工具不接受新的設定檔",
        en="the device's own tool does not accept the new files",
    ),
    "taken": Text(
        zh="新位址已有其他主機回應；請查出該主機或更改規劃",
        en="another host answers on the new address; find it, or plan another address",
    ),
    "not_armed": Text(
        zh="無法設定自動復原計時器，所以沒有更動",
        en="the rollback could not be armed, so nothing was done",
    ),
    "not_started": Text(zh="設備沒有開始搬移", en="the device did not start the move"),
    "state_not_on_disk": Text(
        zh="設備的 /var/lib 不在磁碟上，斷電後無法復原",
        en="/var/lib of the device is not on a disk; it could not roll back after a power cut",
    ),
    "disk": Text(
        zh="設備無法寫入檔案（磁碟已滿？）", en="the device cannot write files (disk full?)"
    ),
    "gateway": Text(
        zh="新位址上閘道沒有回應", en="the gateway does not answer from the new address"
    ),
    "identity": Text(
        zh="新位址上的主機不是同一台設備", en="the host on the new address is not the same device"
    ),
    "address": Text(
        zh="設備沒有取得規劃的位址", en="the device did not come up with the planned addresses"
    ),
    "no_login": Text(
        zh="新位址上無法以相同主機金鑰登入",
        en="no login on the new address with the same pinned host key",
    ),
    "identity_key": Text(
        zh="新位址上的主機金鑰不同：該位址另有主機",
        en="the host on the new address has another key: that address belongs to another host",
    ),
    "power_cut": Text(
        zh="確認之前設備重新開機", en="the device restarted before the move was confirmed"
    ),
    "files_differ": Text(
        zh="已回到舊位址，但設定檔與原來不同（有其他程式寫入），請檢查設備",
        en="back on the old address, but a network file differs from before (something else wrote "
        "it): look at the device",
    ),
    "timer": Text(zh="計時器到期前沒有確認", en="not confirmed before the timer ran out"),
    "no_answer": Text(
        zh="設備在更動之前失去回應", en="the device stopped answering before any change"
    ),
    "lost": Text(
        zh="新舊位址都連不上；設備會自行復原，請於數分鐘後再試，仍不通請到現場重新開機",
        en="neither address answers; the device rolls back by itself: try again in some minutes, "
        "then switch it off and on at the site",
    ),
}


def why(code: str) -> Text:
    """The sentence of a code; a code nobody knows is shown as it is."""
    return WHY.get(code) or Text(zh=f"搬移失敗（{code}）", en=f"the move failed ({code})")


def sentence(result: MoveResult) -> Text:
    """One line for a report."""
    zh, en = result.why.zh if result.why else "", result.why.en if result.why else ""
    took = f"{result.back_s:.1f} s" if result.back_s is not None else ""
    match result.state:
        case MoveState.MOVED:
            return Text(
                zh=f"已由 {result.old} 搬到 {result.new}，並已確認",
                en=f"moved from {result.old} to {result.new}, confirmed",
            )
        case MoveState.ROLLED_BACK:
            return Text(
                zh=f"已復原，仍在 {result.old}（{took}）：{zh}",
                en=f"rolled back, still on {result.old} (after {took}): {en}",
            )
        case MoveState.UNREACHABLE:
            return Text(zh=f"失去聯絡（{result.old} → {result.new}）：{zh}",
                        en=f"unreachable ({result.old} → {result.new}): {en}")  # fmt: skip
        case _:
            return Text(zh=f"未更動，仍在 {result.old}：{zh}",
                        en=f"refused, still on {result.old}: {en}")  # fmt: skip
