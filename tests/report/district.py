"""A made-up district with something of everything, for goldens and for looking at."""

from __future__ import annotations

from datetime import datetime

from cctv_policy.model import (
    Cause,
    EvidenceRef,
    Finding,
    Outcome,
    ParamUse,
    Reason,
    Rule,
    Run,
    Severity,
    Subject,
    SubjectKind,
    Text,
    WaiverUse,
)

AS_OF = datetime.fromisoformat("2026-11-22T08:00:00+08:00")


def reason(zh: str, en: str, fix_zh: str = "", fix_en: str = "") -> Reason:
    return Reason(text=Text(zh=zh, en=en), fix=Text(zh=fix_zh, en=fix_en))


def rule(number: int, id: str, clause: str, zh: str, en: str, **more: object) -> Rule:
    given: dict[str, object] = {
        "basis": "N",
        "classes": ("D",),
        "severity": Severity.HIGH,
        "subjects": (SubjectKind.RECORDER,),
        "needs": (),
        "params": (),
        "reasons": {},
        "notes": {},
        "source": f"cctv/rules/{id}/{id}.rego",
    } | more
    return Rule(id=id, number=number, clause=clause, title=Text(zh=zh, en=en), **given)  # type: ignore[arg-type]


PUBLIC = rule(
    5,
    "A3.1-no-public-ip",
    "三(一)",
    "監錄設備不得使用真實網路位址",
    "No public address on any CCTV device",
    severity=Severity.CRITICAL,
    subjects=(SubjectKind.RECORDER, SubjectKind.CAMERA),
    needs=("interfaces",),
    params=("cgnat_verdict",),
    reasons={
        "public_address": reason(
            "介面 {interface} 使用真實網路位址 {address} {labels}",
            "interface {interface} carries the public address {address} {labels}",
            "改用校內私有位址（10/8、172.16/12、192.168/16、fc00::/7）；若為 IPv6 請停用或改用 ULA",
            "move it to a private address (RFC 1918 or ULA); switch IPv6 off if it is not needed",
        ),
        "no_ip": reason("類比攝影機沒有網路位址", "an analog camera has no address"),
    },
    notes={
        "dhcp": Text(
            zh="{address} 由 DHCP 取得，建議固定",
            en="{address} comes from DHCP; a fixed address is advisable",
        )
    },
)
EXPOSED = rule(
    6,
    "A3.1-no-inbound-exposure",
    "三(一)",
    "不得由網際網路連入監錄系統",
    "Not reachable from the internet",
    basis="V",
)
PASSWORD = rule(
    8,
    "A3.2-no-default-password",
    "三(二)",
    "管理者帳號禁止使用預設密碼",
    "No admin account keeps a default password",
    severity=Severity.CRITICAL,
    reasons={
        "auth_refused": reason(
            "設備拒絕登入，讀不到「{fact}」（{detail}）",
            "the device refused the login, so {fact} was not read ({detail})",
            "檢查帳號與密碼名稱",
            "check account and secret name",
        )
    },
)
RETENTION = rule(
    17,
    "A4.3-retention-min",
    "四(三)",
    "錄影資料至少保存 14 日",
    "Footage of the last 14 days is there",
    severity=Severity.CRITICAL,
    needs=("channels",),
    params=("retention_min",),
    reasons={
        "too_short": reason(
            "頻道 {ch} 最舊影像為 {oldest_at}，僅 {days} 日，規定至少 {required} 日",
            "channel {ch} goes back to {oldest_at}, {days} days; {required} are required",
            "增加硬碟容量或降低位元率，並確認自動刪除天數不小於規定",
            "add storage or lower the bit rate, and check the automatic deletion",
        )
    },
)
CLOCK = rule(
    23,
    "C-clock-sync",
    "附錄1",
    "錄影主機時間正確",
    "The recorder's clock is right",
    basis="V",
    severity=Severity.MEDIUM,
    reasons={
        "offset": reason(
            "時間誤差 {offset_s} 秒，超過 {max_s} 秒",
            "the clock is off by {offset_s} s, more than {max_s} s",
            "啟用 NTP 並設定時區 Asia/Taipei",
            "switch NTP on and set the zone Asia/Taipei",
        )
    },
)

SITES = {
    "tw-jinshan": Text(zh="金山國民中學", en="Jinshan Junior High School"),
    "tw-pinglin": Text(zh="坪林實驗國民中學附設幼兒園", en="Pinglin Kindergarten"),
    "tw-pingxi": Text(zh="平溪國民小學", en="Pingxi Elementary School"),
    "tw-shiding": Text(zh="石碇國民小學", en="Shiding Elementary School"),
}


def subject(
    site: str, id: str, kind: SubjectKind = SubjectKind.RECORDER, line: int = 12
) -> Subject:
    return Subject(
        kind=kind,
        id=id,
        site=site,
        facts={"secret": "never-shown"},
        source=f"inventory/{site}.yaml",
        line=line,
    )


def evidence(fact: str, source: str, door: str = "ssh") -> tuple[EvidenceRef, ...]:
    at = "2026-11-22T06:10:00+08:00"
    return (EvidenceRef(fact=fact, source=source, door=door, collected_at=at, digest="3f2a" * 16),)


def finding(
    rule: Rule, subject: Subject, outcome: Outcome = Outcome.PASS, **more: object
) -> Finding:
    given: dict[str, object] = {
        "raw_outcome": outcome,
        "causes": (),
        "notes": (),
        "params": (),
        "evidence": (),
    } | more
    return Finding(rule=rule, subject=subject, outcome=outcome, **given)  # type: ignore[arg-type]


KEEP = ParamUse(
    name="retention_min",
    value="P14D",
    pack="tw-ntpc-school",
    effective_from="2019-05-13",
    confidence="medium",
    text_seen=False,
)


def findings() -> tuple[Finding, ...]:
    pingxi, jinshan = subject("tw-pingxi", "px-nvr1"), subject("tw-jinshan", "js-nvr1")
    shiding, pinglin = subject("tw-shiding", "sd-nvr1"), subject("tw-pinglin", "pl-nvr1")
    camera = subject("tw-pingxi", "px-cam03", SubjectKind.CAMERA, 31)
    analog = subject("tw-jinshan", "js-cam01", SubjectKind.CAMERA, 20)
    public = Cause(
        code="public_address",
        values={"interface": "eth0", "address": "163.20.104.7", "labels": ["TANet"]},
    )
    addresses = evidence("interfaces", "ip -j address")
    short = {"ch": "2", "oldest_at": "2026-11-13T07:02:11+08:00", "days": 9, "required": 14}
    everything = [
        finding(PUBLIC, pingxi, Outcome.FAIL, causes=(public,), evidence=addresses),
        finding(
            PUBLIC,
            camera,
            Outcome.WAIVED,
            raw_outcome=Outcome.FAIL,
            causes=(public,),
            evidence=addresses,
            waiver=WaiverUse(id="w-2026-003", expires_on="2026-12-31", approved_by="p-0007"),
        ),
        finding(EXPOSED, pingxi, causes=()),
        finding(
            PASSWORD,
            pingxi,
            Outcome.UNKNOWN,
            causes=(Cause(code="auth_refused", values={"fact": "accounts", "detail": "ssh"}),),
        ),
        finding(
            RETENTION,
            pingxi,
            Outcome.FAIL,
            causes=(Cause(code="too_short", values=short),),
            params=(KEEP,),
            evidence=evidence("channels", "find /var/lib/motion -name '*.mkv'"),
        ),
        finding(CLOCK, pingxi),
        finding(
            PUBLIC,
            analog,
            Outcome.NOT_APPLICABLE,
            causes=(Cause(code="no_ip"),),
        ),
        finding(
            PUBLIC,
            jinshan,
            notes=(Cause(code="dhcp", values={"address": "10.1.2.3"}),),
            evidence=addresses,
        ),
        finding(EXPOSED, jinshan),
        finding(PASSWORD, jinshan),
        finding(RETENTION, jinshan, params=(KEEP,)),
        finding(
            CLOCK,
            jinshan,
            Outcome.FAIL,
            causes=(Cause(code="offset", values={"offset_s": 312, "max_s": 60}),),
            evidence=evidence("time.offset_s", "1.3.6.1.2.1.25.1.2.0", "snmp"),
            notes=(Cause(code="drift_seen_before", values={"runs": 3}),),
        ),
        *(finding(r, shiding) for r in (PUBLIC, EXPOSED, PASSWORD, RETENTION, CLOCK)),
        finding(
            RETENTION,
            pinglin,
            Outcome.ERROR,
            causes=(Cause(code="no_verdict", values={"rule": RETENTION.id}),),
        ),
        finding(CLOCK, pinglin, Outcome.UNKNOWN, causes=(Cause(code="offset", values={}),)),
    ]
    return tuple(everything)


def run(**more: object) -> Run:
    given: dict[str, object] = {
        "run_id": "2026-11-22T000000Z-7f3a",
        "as_of": AS_OF,
        "engine": "regorus",
        "engine_version": "0.13.0",
        "policy_digest": "ab12cd34" * 8,
        "pack": "tw-ntpc-school",
        "pack_version": "1",
        "pack_title": Text(
            zh="新北市國民小學監視錄影系統管理具體作法", en="New Taipei school CCTV rules"
        ),
        "cautions": (
            Text(zh="retention_min 的原文未見", en="the text behind retention_min was not seen"),
        ),
        "input_digest": "11" * 32,
        "tool_version": "0.1.0",
        "sites": SITES,
        "findings": findings(),
    } | more
    return Run(**given)  # type: ignore[arg-type]
