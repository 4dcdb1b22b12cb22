"""七(二)、二 財產與作法: `asset …`, `policy new`; and `register add|void` 五(四)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cctv_policy.clerk import choices, lists
from cctv_policy.clerk.action import Action, Part, Work, changed, fresh, open_only, split
from cctv_policy.clerk.answers import Choice, Day, Digest, Line, Number
from cctv_policy.clerk.office import Office
from cctv_policy.clerk.question import Answers, ask
from cctv_policy.clerk.sessions import SESSION, register_line
from cctv_policy.errors import ClerkError
from cctv_policy.model import Text
from cctv_policy.records import Read

_UNASKED: dict[str, Any] = {"optional": True, "asked": False}


def _by_contract(answers: Answers) -> bool:
    return answers.get("source") == "lease"


_ASSET = (
    ask("device_id", "設備", lists.DEVICES, optional=True),
    ask("asset_no", "財產編號或物品編號", Line()),
    ask("class", "類別", Choice(of=choices.ASSET_CLASSES)),
    ask("name", "名稱", Line()),
    ask("brand", "廠牌", Line()),
    ask("model", "型號", Line()),
    ask("oem", "代工廠牌", Line(), optional=True),
    ask("origin_brand_country", "品牌國別", Line(help="如 TW")),
    ask("serial", "序號", Line()),
    ask("mac", "網卡位址", Line(), many=True, **_UNASKED),
    ask("quantity", "數量", Number(least=1), default=lists.fixed("1")),
    ask("acquired_on", "取得日期", Day()),
    ask("amount_twd", "金額（元）", Number()),
    ask("useful_life_years", "使用年限", Number()),
    ask("source", "取得方式", Choice(of=choices.ASSET_SOURCES)),
    ask("contract_no", "契約編號", Line(), when=_by_contract),
    ask("location", "存置地點", Line()),
    lists.person("keeper", "保管人", default=lists.me),
    ask("status", "狀態", Choice(of=choices.ASSET_STATUSES), default=lists.fixed("in_use")),
)
_MOVE = (
    ask("status", "狀態", Choice(of=choices.ASSET_STATUSES[:3]), optional=True),
    ask("location", "存置地點", Line(), optional=True),
    lists.person("keeper", "保管人", optional=True),
    ask("last_stocktake_on", "盤點日", Day(), optional=True),
)
_DISPOSE = (
    ask("disposed_on", "報廢日", Day(), default=lists.TODAY),
    ask("disposal_no", "報廢文號", Line()),
    lists.person("data_erased_by", "資料清除人", default=lists.me),
    ask("data_erased_on", "資料清除日", Day(), default=lists.TODAY),
)
_POLICY = (
    ask("title", "名稱", Line(), default=lists.fixed("監視錄影系統管理具體作法")),
    ask("version", "版次", Line(), default=lists.fixed("1.0")),
    lists.person("adopted_by", "核定人", "approve_principal"),
    ask("adopted_on", "核定日", Day(), default=lists.TODAY),
    ask("effective_from", "生效日", Day(future=True), default=lists.TODAY),
    ask("document", "作法文件", Digest(), path="sha256"),
    ask("pack_id", "規範套件", Line(), default=lambda office, _: office.inventory.district.pack),
    ask("pack_version", "套件版本", Line(), default=lists.fixed("1")),
    ask("measure", "本校自訂措施", Line(), path="local_measures", many=True, optional=True),
)


_OWN = tuple(
    question
    if question.name not in ("camera", "window")
    else ask(question.name, question.label, question.reader, path=question.path, many=True)
    for question in SESSION
)


def _own_line(work: Work) -> Sequence[Part]:
    """The custodian's own playback, for which there is no case (rule 41)."""
    answers = work.answers
    source, category = "custodian_review", "custodian"
    line = register_line(work, source, answers["camera"], answers["window"], category)
    return [line]


_VOID = (ask("why", "作廢原因", Line(help="勿填姓名"), path="-"),)


def _void(work: Work) -> Sequence[Part]:
    return [changed(work, {"void": {"void": True, "reason": work.answers["why"]}})]


def _not_void(_: Office, read: Read) -> None:
    if "void" in read.data:
        raise ClerkError(f"{read.place.id} 已作廢 (is cancelled already)")


def _told(work: Work) -> Sequence[Part]:
    data, _ = split(_MOVE, work.answers)
    if not data:
        raise ClerkError("沒有要更改的欄位 (nothing to change)")
    return [changed(work, data)]


def _open(_: Office, read: Read) -> None:
    open_only(read)


ACTIONS = (
    Action(
        noun="register",
        verb="add",
        title=Text(zh="登記管理人員自行調閱", en="a custodian's own playback"),
        questions=_OWN,
        make=_own_line,
    ),
    Action(
        noun="register",
        verb="void",
        title=Text(zh="作廢一行（號碼保留）", en="cancel a line; its number stays"),
        questions=_VOID,
        make=_void,
        about=("REG",),
        ready=_not_void,
    ),
    Action(
        noun="asset",
        verb="new",
        title=Text(zh="財產列帳", en="a ledger entry"),
        questions=_ASSET,
        make=fresh("AST", _ASSET),
    ),
    Action(
        noun="asset",
        verb="move",
        title=Text(zh="異動（狀態、地點、保管人、盤點）", en="a change of place, keeper or status"),
        questions=_MOVE,
        make=_told,
        about=("AST",),
        ready=_open,
    ),
    Action(
        noun="asset",
        verb="dispose",
        title=Text(zh="報廢", en="the disposal of a device"),
        questions=_DISPOSE,
        make=lambda work: [changed(work, {"status": "disposed", **work.answers})],
        about=("AST",),
        ready=_open,
    ),
    Action(
        noun="policy",
        verb="new",
        title=Text(zh="登記本校作法", en="the school's written policy"),
        questions=_POLICY,
        make=fresh("POL", _POLICY),
    ),
)
