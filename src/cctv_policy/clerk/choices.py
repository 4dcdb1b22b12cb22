"""Words of closed lists in zh-TW, for prompts, screens and forms."""

from __future__ import annotations

from collections.abc import Mapping

from cctv_policy.clerk.answers import Options

STATUSES: Mapping[str, str] = {
    "draft": "草稿",
    "submitted": "已申請",
    "received": "已收文",
    "approved": "已核准",
    "consented": "已同意",
    "refused": "不同意",
    "rejected": "已駁回",
    "withdrawn": "已撤回",
    "viewed": "已調閱",
    "not_found": "查無影像",
    "closed": "已結案",
}
CATEGORIES: Options = (
    ("teacher", "教師"),
    ("staff", "職員"),
    ("worker", "工友"),
    ("student", "學生"),
    ("guardian", "監護人"),
    ("legal_representative", "法定代理人"),
    ("external", "校外人士"),
)
VIEWER_CATEGORIES: Options = (*CATEGORIES, ("agency", "公務機關"), ("custodian", "管理人員"))
RELATIONS: Options = (
    ("self", "本人"),
    ("parent", "父母"),
    ("guardian", "監護人"),
    ("legal_representative", "法定代理人"),
    ("teacher_in_charge", "導師或任課教師"),
    ("other", "其他"),
)
ID_KINDS: Options = (
    ("national", "國民身分證"),
    ("ui_new", "統一證號（新式）"),
    ("ui_old", "統一證號（舊式）"),
    ("passport", "護照"),
    ("other", "其他證件"),
)
PROOFS: Options = (
    ("household_register", "戶籍謄本或戶口名簿"),
    ("court_order", "法院裁判"),
    ("id_card", "身分證記載"),
    ("other", "其他"),
)
METHODS: Options = (("paper", "紙本簽名"), ("digital", "電子簽章"))
PURPOSES: Options = (
    ("rights", "個人權益維護"),
    ("safety", "校園安全"),
    ("bullying", "校園霸凌"),
    ("gender_equity", "性別平等事件"),
    ("accident", "意外事件"),
    ("property", "財物失竊或毀損"),
    ("law_enforcement", "犯罪偵查"),
    ("judicial", "司法程序"),
    ("art10", "個資法第10條請求"),
    ("inspection", "定期檢查"),
    ("maintenance", "維修"),
    ("other", "其他"),
)
ACTIONS: Options = (
    ("view", "調閱"),
    ("copy_agency", "複製予機關"),
    ("copy_kept", "複製留存"),
    ("art10_copy", "個資法第10條複製本"),
)
RESULTS: Options = (("seen", "已調閱"), ("not_found", "查無影像"), ("device_fault", "設備故障"))
AGENCY_TYPES: Options = (
    ("police", "警察機關"),
    ("prosecutor", "檢察機關"),
    ("court", "法院"),
    ("education_bureau", "教育局"),
    ("social_affairs", "社政機關"),
    ("labour", "勞政機關"),
    ("other_public", "其他公務機關"),
    ("not_public", "非公務機關"),
)
AGENCY_KINDS: Options = (("request", "來文請求"), ("compulsory_order", "法院或檢察官命令"))
LETTER_FORMS: Options = (
    ("paper", "紙本公文"),
    ("electronic", "電子公文"),
    ("fax", "傳真"),
    ("none", "無公文"),
)
ACCESS_MODES: Options = (("view", "調閱"), ("copy", "複製"))
DECISIONS: Options = (("consent", "同意"), ("partial", "部分同意"), ("refuse", "不同意"))
SYMPTOMS: Options = (
    ("no_power", "無電源"),
    ("no_recording", "未錄影"),
    ("disk_failed", "硬碟故障"),
    ("camera_offline", "攝影機離線"),
    ("image_unclear", "影像不清"),
    ("clock_wrong", "時間不準"),
    ("retention_short", "保存天數不足"),
    ("intrusion", "遭入侵"),
    ("other", "其他"),
)
DISPOSALS: Options = (
    ("overwrite", "覆寫"),
    ("degauss", "消磁"),
    ("shred", "實體破壞"),
    ("crypto_erase", "銷毀金鑰"),
)
SHREDS: Options = (("crypto_shred", "銷毀金鑰"), ("media", "銷毀儲存媒體"))
ARCHIVE_CLASSES: Options = tuple((str(n), f"{n}年") for n in (1, 3, 5, 10, 15, 20, 25, 30))
"""Without `permanent`: what is kept for good is on no list of things to destroy."""
DISPOSAL_REASONS: Options = (
    ("no_longer_needed", "無保存必要"),
    ("max_reached", "已達最長期限"),
    ("hold_released", "保全解除"),
)
LEAVING: Options = (
    ("left", "離職"),
    ("transferred", "調任"),
    ("retired", "退休"),
    ("leave", "請假或留職停薪"),
)
HOLD_BASES: Options = (
    ("statute", "法律規定"),
    ("criminal_investigation", "刑事偵查"),
    ("other_violation", "其他違法事件"),
    ("litigation", "訴訟"),
    ("pdpa_claim", "個資請求"),
)
INCIDENTS: Options = (
    ("misuse", "不當使用"),
    ("leak", "外流"),
    ("refilming", "翻拍側錄"),
    ("unauthorised_access", "未經授權存取"),
    ("exposure", "設備曝露於網際網路"),
    ("password_default", "使用預設密碼"),
    ("neglect", "未善盡管理"),
    ("property_loss", "財物損失"),
    ("lost_footage", "影像滅失"),
    ("pii_in_git", "個資誤入版本庫"),
)
ROUTES: Options = (
    ("administrative", "行政責任"),
    ("civil", "民事責任"),
    ("criminal", "刑事責任"),
    ("none", "不予追究"),
)
ASSET_CLASSES: Options = (
    ("property", "財產"),
    ("non_consumable", "非消耗品"),
    ("leased", "租用"),
    ("donated", "受贈"),
)
ASSET_SOURCES: Options = (
    ("purchase", "購置"),
    ("donation", "捐贈"),
    ("transfer", "撥入"),
    ("lease", "租賃"),
)
ASSET_STATUSES: Options = (
    ("in_use", "使用中"),
    ("in_storage", "庫存"),
    ("under_repair", "維修中"),
    ("disposed", "已報廢"),
)
RISKS: Options = (("low", "低"), ("medium", "中"), ("high", "高"), ("critical", "極高"))
EMPLOYMENTS: Options = (("school", "學校人員"), ("contractor", "委外廠商"))
DIRECTIONS: Options = (("ahead", "快"), ("behind", "慢"))


def words(options: Options, code: object) -> str:
    """The words of a code; an unknown code is its own."""
    return dict(options).get(str(code), str(code))
