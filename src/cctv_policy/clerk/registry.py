"""Every action of every subject, in the order of `--help`."""

from __future__ import annotations

from cctv_policy.clerk import (
    agencies,
    cases,
    copies,
    destruction,
    people,
    property,
    requests,
    upkeep,
)
from cctv_policy.clerk.action import Action
from cctv_policy.model import Text

NOUNS: dict[str, Text] = {
    "request": Text(zh="調閱申請", en="access requests 調閱申請"),
    "agency": Text(zh="公務機關調閱", en="requests of public agencies 公務機關調閱"),
    "register": Text(zh="調閱登記簿", en="the register of viewings 調閱登記簿"),
    "copy": Text(zh="留存複本", en="kept copies 留存複本"),
    "inspection": Text(zh="保養檢查", en="quarterly inspections 保養檢查"),
    "fault": Text(zh="故障報修", en="faults and repairs 故障報修"),
    "roster": Text(zh="管理人員名冊", en="who holds which office 管理人員名冊"),
    "handover": Text(zh="交接", en="handovers 交接"),
    "hold": Text(zh="保全", en="legal holds 保全"),
    "incident": Text(zh="事件", en="incidents 事件"),
    "destroy": Text(
        zh="銷毀", en="destroy the keys of records whose term is over 銷毀期滿紀錄的金鑰"
    ),
    "waiver": Text(zh="豁免", en="waivers 豁免"),
    "asset": Text(zh="財產列帳", en="the property ledger 財產列帳"),
    "policy": Text(zh="作法", en="the school's written policy 作法"),
}
"""Noun → what it is."""

_MODULES = (requests, agencies, property, copies, upkeep, people, cases, destruction)

ACTIONS: tuple[Action, ...] = tuple(
    action
    for noun in NOUNS
    for module in _MODULES
    for action in module.ACTIONS
    if action.noun == noun
)
