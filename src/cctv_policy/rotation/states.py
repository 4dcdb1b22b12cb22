"""How a rotation can end, in words a person understands, with what to do next."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from cctv_policy.model import Text


class State(StrEnum):
    """The outcome of one run on one secret."""

    ROTATED = "rotated"
    ROLLED_FORWARD = "rolled_forward"
    ROLLED_BACK = "rolled_back"
    DECLINED = "declined"
    NOT_APPLIED = "not_applied"
    BAD_PROFILE = "bad_profile"
    OLD_WORKS = "old_works"
    DEPENDENT_FAILED = "dependent_failed"
    NOT_READY = "not_ready"
    NO_SECRET = "no_secret"  # noqa: S105 - the name of an outcome
    UNREACHABLE = "unreachable"
    LOCKED = "locked"
    BUDGET = "budget"
    WRONG_DEVICE = "wrong_device"
    BUSY = "busy"
    VAULT = "vault"
    UNKNOWN = "unknown"

    @property
    def done(self) -> bool:
        """Whether the account has a new password, proven on the device."""
        return self in DONE

    @property
    def well(self) -> bool:
        """Done, and nothing is left for a person to do: the next push need not rotate again."""
        return self in (State.ROTATED, State.ROLLED_FORWARD)

    @property
    def alarming(self) -> bool:
        """Whether other devices must not be rotated as if nothing had happened."""
        return self in ALARMING


DONE = frozenset({State.ROTATED, State.ROLLED_FORWARD, State.BAD_PROFILE, State.OLD_WORKS})
ALARMING = frozenset(
    {State.UNKNOWN, State.LOCKED, State.BUDGET, State.BAD_PROFILE, State.DEPENDENT_FAILED}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What it means, and what to do; no next step where nothing is to be done."""

    what: Text
    fix: Text


def _words(zh: str, en: str, fix_zh: str = "", fix_en: str = "") -> Words:
    return Words(what=Text(zh=zh, en=en), fix=Text(zh=fix_zh, en=fix_en))


_AGAIN_ZH, _AGAIN_EN = (
    "排除原因後再執行一次；會從中斷處接續",
    "remove the cause and run again; it resumes",
)

WORDS: dict[State, Words] = {
    State.ROTATED: _words(
        "密碼已更換：新密碼可登入，舊密碼已失效",
        "the password was changed: the new one works, the old one is refused",
    ),
    State.ROLLED_FORWARD: _words(
        "上次中斷的更換已完成：設備已是新密碼",
        "the change that was interrupted last time is complete: the device has the new password",
    ),
    State.ROLLED_BACK: _words(
        "依賴此密碼的錄影未恢復，已改回原密碼",
        "what depends on the password did not come back, so the old password was restored",
        "檢查錄影主機到攝影機的連線後再執行",
        "look at the recorder's connection to the camera, then run again",
    ),
    State.DECLINED: _words(
        "設備不接受新密碼（密碼原則或歷史紀錄）；原密碼仍可用",
        "the device declined two new passwords (policy or history); the old one still works",
        "查設備手冊的密碼規則，在清冊的 login_rules 調整長度或符號",
        "read the device's password rules and set `login_rules` in the inventory",
    ),
    State.NOT_APPLIED: _words(
        "設備收下新密碼但尚未生效；原密碼仍可用，兩者都已保存",
        "the device took the new password but still wants the old one; both are kept",
        "可能要重新開機才生效；之後再執行一次",
        "it may take effect after a restart; run again then",
    ),
    State.BAD_PROFILE: _words(
        "設備擅自截短或改寫了密碼；實際可用的密碼已保存",
        "the device cut or altered the password without saying so; the one that works is kept",
        "在清冊的 login_rules 調整此設備的密碼規則（length、lower_case）後再更換一次",
        "set `login_rules` in the inventory (length, lower_case), then rotate again",
    ),
    State.OLD_WORKS: _words(
        "新密碼可用，但舊密碼也仍可登入",
        "the new password works, but the old one still does too",
        "登出所有連線或重新開機後再執行；仍如此則視為瑕疵",
        "end all sessions or restart the device and run again; if it stays so, it is defective",
    ),
    State.DEPENDENT_FAILED: _words(
        "設備已是新密碼，但錄影主機尚未能以新密碼錄影，也無法改回",
        "the device has the new password, but its recorder does not record with it, and going back "
        "failed too",
        _AGAIN_ZH,
        _AGAIN_EN,
    ),
    State.NOT_READY: _words(
        "現在不宜更換，未做任何變更", "not now: nothing was changed", _AGAIN_ZH, _AGAIN_EN
    ),
    State.NO_SECRET: _words(
        "保管庫沒有此帳號的現行密碼，設備又要求舊密碼才能更換",
        "the vault does not know the current password, and the device wants it for a change",
        "以 cctv-policy vault put 輸入現行密碼",
        "enter the current password: cctv-policy vault put",
    ),
    State.UNREACHABLE: _words(
        "設備沒有回應；新舊密碼都已保存",
        "the device does not answer; old and new password are both kept",
        _AGAIN_ZH,
        _AGAIN_EN,
    ),
    State.LOCKED: _words(
        "帳號被設備鎖定，已停止嘗試",
        "the device locked the account; no further try was made",
        "等設備的鎖定時間過去（常見 15 至 30 分鐘），再以 --fresh-budget 執行",
        "wait until the device's lock time has passed (often 15 to 30 minutes), then run with "
        "--fresh-budget",
    ),
    State.BUDGET: _words(
        "登入嘗試次數已達上限，未再嘗試以免鎖定帳號",
        "the login budget is used up; no further try was made, so that the account does not lock",
        "等設備的鎖定時間過去，再以 --fresh-budget 執行",
        "wait until the device's lock time has passed, then run with --fresh-budget",
    ),
    State.WRONG_DEVICE: _words(
        "此位址的設備不是原來那一台（序號或主機金鑰不同），未送出任何密碼",
        "another device answers at this address (serial or host key differ); no password was sent",
        "確認是否換機或重設；屬實則更新設備清冊",
        "find out whether it was replaced or reset; if so, correct the inventory",
    ),
    State.BUSY: _words(
        "另一個執行程序正在處理此設備",
        "another run is working on this device",
        "等它結束；確定已不在執行時用 --take-over",
        "wait until it ends; if it cannot be running any more, use --take-over",
    ),
    State.VAULT: _words(
        "保管庫無法寫入，因此設備未做變更，或變更待下次接續",
        "the vault could not be written, so the device was left alone or is resumed next time",
        _AGAIN_ZH,
        _AGAIN_EN,
    ),
    State.UNKNOWN: _words(
        "保管庫中的密碼都無法登入；全部保留，不再嘗試",
        "none of the kept passwords logs in; all are kept and no further try is made",
        "用緊急帳號或現場登入，再以 cctv-policy vault put 輸入實際密碼；有主機管理權者可用 "
        "--reset-unknown",
        "log in with the break-glass account or on site and enter the real password with "
        "`cctv-policy vault put`; where the host is managed, --reset-unknown sets a new one",
    ),
}
