"""Field types of the records and their fault codes."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, WithJsonSchema

from cctv_policy.inventory.fields import Channel, Id, Mac
from cctv_policy.model import Text
from cctv_policy.records.ids import ID_PATTERN, PREFIXES, SITE_PATTERN
from cctv_policy.strictyaml import Int, int_between, matching, register

register(
    {
        "pii_in_clear": Text(
            zh="個人資料未加密(應放入 sealed 區塊)",
            en="personal data in clear; it belongs into the sealed block",
        ),
        "sealed_missing": Text(zh="缺少應加密的欄位", en="a field that must be sealed is missing"),
        "sealed_unknown": Text(zh="sealed 區塊列有不明欄位", en="no such sealed field"),
        "required_when": Text(zh="此情形下為必填欄位", en="required in this case"),
        "forbidden_when": Text(zh="此情形下不可填此欄位", en="not allowed in this case"),
        "bad_status": Text(zh="狀態變更不合程序", en="not a legal change of status"),
        "bad_quarter": Text(zh="季別與檢查日期不符", en="the quarter is not that of the date"),
        "same_person": Text(zh="不可為同一人", en="must not be the same person"),
        "computed_value": Text(zh="與應計算出的值不符", en="differs from what must be computed"),
        "bad_basis": Text(zh="法令依據不具體", en="the legal basis names no law"),
    },
    {
        "pii_in_clear": "take it out and seal it; report an incident (pii_in_git) if it was shared",
        "required_when": "add the field",
        "forbidden_when": "remove the field",
        "bad_status": "set the status back; docs/records.md has the legal steps",
        "bad_quarter": "write the quarter of the date",
        "same_person": "name another person",
        "computed_value": "write the computed value",
        "bad_basis": "name the law and the article",
        "sealed_missing": "seal the field; `cctv-policy request new` does it",
        "sealed_unknown": "take the name out of `fields`",
    },
)

_Form = tuple[BeforeValidator, WithJsonSchema]


def _form(pattern: str, what: str, *, code: str = "bad_text", fix: str = "") -> _Form:
    """The checks of a text that must match `pattern` as a whole, and the same for editors."""
    check = matching(pattern, code=code, what=what, fix=fix)
    return BeforeValidator(check), WithJsonSchema({"type": "string", "pattern": f"^(?:{pattern})$"})


def _ref(*prefixes: str) -> _Form:
    pattern = ID_PATTERN.replace("|".join(PREFIXES), "|".join(prefixes))
    example = f"{prefixes[0]}-115-0001"
    fix = "kind, ROC year and number, as the file's name says"
    return _form(pattern, f"an id like {example}", code="bad_id", fix=fix)


_PERSON = _form(
    r"P-[0-9]{4,6}",
    "a person is P- and 4 to 6 digits",
    code="bad_id",
    fix="names stand in the roster (CUS), sealed",
)
_FOUND_BY = _form(r"P-[0-9]{4,6}|scanner", "a person (P-0001) or `scanner`", code="bad_id")
_SHA = _form(r"[0-9a-f]{64}", "64 hex digits of SHA-256, lower case")
_KEY = _form(r"[0-9a-f]{32}", "32 hex digits, lower case")
_FPR = _form(r"SHA256:[A-Za-z0-9+/]{43}", "a fingerprint as `ssh-keygen -l` prints it")
_QUARTER = _form(r"20[0-9]{2}Q[1-4]", "a quarter like 2026Q1")
_BASE64 = _form(
    r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})",
    "base64",
    fix="take the change of this field back; it is never written by hand",
)
_BATCH = _form(
    r"20[0-9]{2}-(?:0[1-9]|1[0-2])-(?:1|3|5|10|15|20|25|30|permanent)",
    "a destruction batch like 2027-03-1: month and years to keep",
)
_GONE_KEY = _form(ID_PATTERN + " [0-9a-f]{32}", "a record's id and the id of its key")
_GONE_BATCH = _form(
    r"20[0-9]{2}-(?:0[1-9]|1[0-2])-[0-9a-z]{1,9} age1[0-9a-z]{58}", "a batch and its public key"
)
_SEALED = _form(r"[a-z][a-z0-9_]*(?:\[[0-9]{1,2}\])?(?:\.[a-z][a-z0-9_]*)*", "a field name")
_SITE = _form(SITE_PATTERN, "a school's id from the inventory", code="bad_id", fix="as its folder")

Site = Annotated[str, _SITE[0], _SITE[1]]
Person = Annotated[str, _PERSON[0], _PERSON[1]]
"""An opaque person id (spec §1.7)."""
FoundBy = Annotated[str, _FOUND_BY[0], _FOUND_BY[1]]
Sha256 = Annotated[str, _SHA[0], _SHA[1]]
KeyId = Annotated[str, _KEY[0], _KEY[1]]
Fingerprint = Annotated[str, _FPR[0], _FPR[1]]
Quarter = Annotated[str, _QUARTER[0], _QUARTER[1]]
Base64 = Annotated[str, _BASE64[0], _BASE64[1]]
Batch = Annotated[str, _BATCH[0], _BATCH[1]]
DestroyedKey = Annotated[str, _GONE_KEY[0], _GONE_KEY[1]]
"""`REQ-114-0001 0123…`: the record and the fingerprint of the key that is gone."""
DestroyedBatch = Annotated[str, _GONE_BATCH[0], _GONE_BATCH[1]]
"""`2027-03-1 age1…`: the batch and the public half of the secret that is gone."""
SealedName = Annotated[str, _SEALED[0], _SEALED[1]]
"""A sealed field as it is called in the model: `reason`, `windows[0].justification`."""

Natural = Annotated[Int, AfterValidator(int_between(1, 9_999_999_999))]
"""1 or more."""

_any, _req, _agy, _reg, _kep = _ref(*PREFIXES), _ref("REQ"), _ref("AGY"), _ref("REG"), _ref("KEP")
_ins, _flt, _cus, _hnd, _hld = _ref("INS"), _ref("FLT"), _ref("CUS"), _ref("HND"), _ref("HLD")
_inc, _ast, _wvr, _dst, _pol = _ref("INC"), _ref("AST"), _ref("WVR"), _ref("DST"), _ref("POL")
_source = _ref("REQ", "AGY", "INC")
_register_source = _form(
    ID_PATTERN.replace("|".join(PREFIXES), "REQ|AGY|INC") + "|custodian_review",
    "an id of REQ, AGY or INC, or `custodian_review`",
    code="bad_id",
)

AnyRef = Annotated[str, _any[0], _any[1]]
ReqRef = Annotated[str, _req[0], _req[1]]
AgyRef = Annotated[str, _agy[0], _agy[1]]
RegRef = Annotated[str, _reg[0], _reg[1]]
KepRef = Annotated[str, _kep[0], _kep[1]]
InsRef = Annotated[str, _ins[0], _ins[1]]
FltRef = Annotated[str, _flt[0], _flt[1]]
CusRef = Annotated[str, _cus[0], _cus[1]]
HndRef = Annotated[str, _hnd[0], _hnd[1]]
HldRef = Annotated[str, _hld[0], _hld[1]]
IncRef = Annotated[str, _inc[0], _inc[1]]
AstRef = Annotated[str, _ast[0], _ast[1]]
WvrRef = Annotated[str, _wvr[0], _wvr[1]]
DstRef = Annotated[str, _dst[0], _dst[1]]
PolRef = Annotated[str, _pol[0], _pol[1]]
SourceRef = Annotated[str, _source[0], _source[1]]
RegisterSource = Annotated[str, _register_source[0], _register_source[1]]

__all__ = ["Channel", "Id", "Mac"]
