"""Records from their text: every kind, every conditional field, personal data in clear."""

import datetime as dt

import pytest

from cctv_policy.records import KINDS, as_data, render, substance
from cctv_policy.records.checks import quarter_of, school_quarter_of
from tests.records.samples import HASH, SAMPLES, WINDOW, read, sample, sealed


def codes(data, path=None):
    return {(f.code, f.key) for f in read(data, path).faults}


def test_samples_cover_every_kind():
    assert set(SAMPLES) == set(KINDS)


@pytest.mark.parametrize("prefix", SAMPLES)
def test_the_sample_of_every_kind_is_right(prefix):
    assert read(SAMPLES[prefix]).faults == ()


@pytest.mark.parametrize("prefix", SAMPLES)
def test_writing_and_reading_again_gives_the_same_record(prefix):
    once = read(SAMPLES[prefix])
    text = render(once.value)
    again = read(text.encode(), once.path)
    assert again.faults == ()
    assert again.value == once.value
    assert render(again.value) == text


@pytest.mark.parametrize("prefix", SAMPLES)
def test_every_field_without_default_is_required(prefix):
    for name in SAMPLES[prefix]:
        if name in ("id", "site_id"):
            continue
        data = sample(prefix)
        del data[name]
        found = codes(data)
        optional = KINDS[prefix].model.__dataclass_fields__.get(name)
        if optional is not None and optional.default in (None, ()):
            assert ("missing_field", name) not in found
        else:
            assert ("missing_field", name) in found


@pytest.mark.parametrize("prefix", SAMPLES)
def test_unknown_fields_are_refused(prefix):
    assert ("unknown_field", "colour") in codes(sample(prefix, colour="blue"))


@pytest.mark.parametrize(
    ("prefix", "name"), [(p, n) for p in SAMPLES for n in KINDS[p].starred if "." not in n]
)
def test_personal_fields_in_clear_are_refused_and_never_repeated(prefix, name):
    found = read(sample(prefix, **{name: "林小明的私事"})).faults
    assert [(f.code, f.key) for f in found] == [("pii_in_clear", name)]
    assert "小明" not in str(found[0])


@pytest.mark.parametrize(
    ("prefix", "changes", "key"),
    [
        (
            "REQ",
            {"windows": [WINDOW | {"justification": "整日觀察"}]},
            "windows[0].justification",
        ),
        (
            "REQ",
            {"outcome": {"copies_released": 0, "screenshots": 0, "remarks": "無"}},
            "outcome.remarks",
        ),
        (
            "AGY",
            {
                "decision": {
                    "by": "P-0003",
                    "at": "2026-03-02T12:00+08:00",
                    "result": "consent",
                    "reason": "偵辦需要",
                },
                "sealed_later": sealed("decision.reason"),
            },
            "decision.reason",
        ),
        (
            "INC",
            {
                "accountability": {
                    "route": "administrative",
                    "body": "考績會",
                    "regulation": "成績考核辦法",
                    "decision": "申誡",
                }
            },
            "accountability.decision",
        ),
    ],
)
def test_nested_personal_fields_in_clear_are_refused(prefix, changes, key):
    assert codes(sample(prefix, **changes)) == {("pii_in_clear", key)}


@pytest.mark.parametrize(
    ("prefix", "changes", "key"),
    [
        ("REQ", {"requesting_unit": "導師 F123456784"}, "requesting_unit"),
        ("REQ", {"requesting_unit": "請撥 0912-345-678"}, "requesting_unit"),
        ("AGY", {"letter_no": "F223456786"}, "letter_no"),
        ("FLT", {"vendor": "保全公司 02-2495-1010"}, "vendor"),
        ("HLD", {"citation": "Ｆ１２３４５６７８４"}, "citation"),
    ],
)
def test_numbers_of_persons_in_clear_text_are_refused_and_never_repeated(prefix, changes, key):
    found = read(sample(prefix, **changes)).faults
    assert [(f.code, f.key) for f in found] == [("pii_in_clear", key)]
    assert "345" not in str(found[0])
    assert "**" in str(found[0])


@pytest.mark.parametrize("comment", ["# F123456784\n", "#電話 0912345678\n"])
def test_numbers_of_persons_in_comments_are_refused(comment):
    text = render(read(SAMPLES["REQ"]).value) + comment
    found = read(text.encode()).faults
    assert [(f.code, f.line) for f in found] == [("pii_in_clear", text.count("\n"))]


@pytest.mark.parametrize(
    "value", ['"\\u0046123456784"', '"F1234\n  56784"', "F1234\n  56784", ">-\n  F1234\n  56784"]
)
def test_numbers_of_persons_behind_escapes_and_folds_are_refused(value):
    text = render(read(SAMPLES["REQ"]).value)
    text = text.replace('requesting_unit: "四年甲班"', f"requesting_unit: {value}")
    assert codes(text.encode(), "records/pingxi-es/115/REQ-115-0001.yaml") == {
        ("pii_in_clear", "requesting_unit")
    }


def test_document_numbers_may_look_like_telephone_numbers():
    assert codes(sample("AGY", letter_no="0912345678")) == set()
    assert codes(sample("AST", serial="0912345678")) == set()


REQUEST_DONE = {
    "viewing": [
        {
            "start": "2026-03-03T09:00+08:00",
            "end": "2026-03-03T09:20+08:00",
            "escort": "P-0002",
            "place": "學務處",
            "register": "REG-115-0001",
        }
    ],
    "outcome": {"copies_released": 0, "screenshots": 0, "kept_copy": "KEP-115-0001"},
}
REPAIRED = {"repaired_at": "2026-03-03T09:00+08:00"}

CONTRADICTIONS = [
    ("REQ", {"applicant_category": "guardian"}, "required_when", "representation"),
    ("REQ", {"relation_to_subject": "parent"}, "sealed_missing", "sealed.fields"),
    ("REQ", {"status": "rejected"}, "sealed_missing", "sealed_later.fields"),
    ("REQ", {"status": "closed"}, "required_when", "closed_on"),
    ("REQ", {"closed_on": "2026-03-09"}, "forbidden_when", "closed_on"),
    ("REQ", {"status": "viewed", **REQUEST_DONE, "viewing": []}, "required_when", "viewing"),
    ("REQ", {"applied_on": "2026-03-03"}, "date_order", "applied_on"),
    ("REQ", {"windows": [{**WINDOW, "to": WINDOW["from"]}]}, "date_order", "windows[0].to"),
    (
        "REQ",
        {"windows": [{**WINDOW, "to": "2026-03-03T10:00+08:00"}]},
        "date_order",
        "windows[0].to",
    ),
    (
        "REQ",
        {"applicant_signed": {"at": "2026-03-02T08:56+08:00", "method": "paper"}},
        "required_when",
        "applicant_signed.scan_sha256",
    ),
    ("REQ", {"sealed": sealed("phone", "reason")}, "sealed_missing", "sealed.fields"),
    (
        "REQ",
        {"sealed": sealed(*KINDS["REQ"].sealed, "shoe_size")},
        "sealed_unknown",
        "sealed.fields[4]",
    ),
    ("REQ", {"art10": {"claimed": True}}, "required_when", "art10.received_on"),
    ("AGY", {"letter_no": None}, "required_when", "letter_no"),
    ("AGY", {"legal_basis": "依法"}, "bad_basis", "legal_basis"),
    ("AGY", {"letter_date": "2026-03-05"}, "date_order", "received_on"),
    ("AGY", {"status": "consented"}, "required_when", "decision"),
    ("AGY", {"reply_no": "1"}, "required_when", "reply_date"),
    ("REG", {"no": 2}, "id_mismatch", "no"),
    ("REG", {"entered_at": "2026-03-03T08:00+08:00"}, "date_order", "entered_at"),
    ("KEP", {"key_id": None}, "required_when", "key_id"),
    ("KEP", {"destroy_by": "2027-03-02"}, "computed_value", "destroy_by"),
    ("INS", {"quarter": "2026Q4"}, "bad_quarter", "quarter"),
    ("INS", {"rechecker": "P-0001"}, "same_person", "rechecker"),
    ("INS", {"video_clear": False}, "required_when", "faults"),
    ("INS", {"inspected_on": "2026-04-01", "quarter": "2026Q2"}, "date_order", "inspected_on"),
    ("FLT", {"storage_replaced": True}, "required_when", "repaired_at"),
    ("FLT", {"reported_at": "2026-03-01T09:00+08:00"}, "date_order", "reported_at"),
    ("FLT", {"access_from": "2026-03-02T09:00+08:00"}, "required_when", "access_to"),
    ("AST", {"status": "disposed"}, "required_when", "disposed_on"),
    ("AST", {"source": "lease"}, "required_when", "contract_no"),
    ("CUS", {"git_identity": None}, "required_when", "git_identity"),
    ("CUS", {"to": "2026-01-01"}, "date_order", "to"),
    ("CUS", {"deputy_of": "P-0001"}, "same_person", "deputy_of"),
    ("HND", {"confidentiality_ack": None}, "required_when", "confidentiality_ack"),
    ("HND", {"witness": "P-0004"}, "same_person", "witness"),
    ("HND", {"to_person": "P-0001"}, "same_person", "to_person"),
    ("HLD", {"released_on": "2026-05-01"}, "required_when", "released_by"),
    ("INC", {"serious_consequence": True}, "required_when", "assessed_by"),
    ("WVR", {"subjects": ["nvr-*"]}, "bad_value", "subjects[0]"),
    ("WVR", {"expires_on": "2026-03-01"}, "date_order", "expires_on"),
    ("DST", {"done_on": "2026-01-31"}, "date_order", "done_on"),
    ("DST", {"supervised_by": ["P-0001", "P-0001"]}, "same_person", "supervised_by"),
    ("DST", {"targets": ["DST-114-0001"]}, "bad_value", "targets[0]"),
]


@pytest.mark.parametrize(("prefix", "changes", "code", "key"), CONTRADICTIONS)
def test_contradictions_are_found_at_their_field(prefix, changes, code, key):
    result = read(sample(prefix, **changes))
    assert (code, key) in {(f.code, f.key) for f in result.faults}
    assert result.value is not None, "a contradiction leaves the record readable for the rules"


RIGHT = [
    ("REQ", {"status": "viewed", **REQUEST_DONE}),
    ("REQ", {"status": "rejected", "sealed_later": sealed("decision_reason")}),
    ("REQ", {"sealed": sealed(*KINDS["REQ"].sealed, "windows[0].justification")}),
    (
        "AGY",
        {
            "letter_form": "none",
            "letter_no": None,
            "letter_date": None,
            "letter_sha256": None,
            "legal_basis": None,
        },
    ),
    ("KEP", {"hold": "HLD-115-0001", "destroy_by": "2030-01-01"}),
    ("INS", {"video_clear": False, "faults": ["FLT-115-0001"]}),
    ("INS", {"quarter": "2025Q3"}),
    ("FLT", {"storage_replaced": True, **REPAIRED}),
    ("DST", {"done_on": None}),
    ("REQ", {"viewing": REQUEST_DONE["viewing"]}),
]


@pytest.mark.parametrize(("prefix", "changes"), RIGHT)
def test_honest_records_of_unusual_cases_have_no_fault(prefix, changes):
    assert codes(sample(prefix, **changes)) == set()


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ('quarter: "2026Q5"', "bad_text"),
        ("host_ok: yes", "bad_bool"),
        ('host_ok: "是"', "bad_bool"),
        ("inspected_on: 115-03-31", "bad_date"),
        ("inspector: wang", "bad_id"),
        ('schema_version: "2"', "bad_choice"),
    ],
)
def test_values_of_the_wrong_form_are_refused(line, code):
    name = line.split(":")[0]
    text = render(read(SAMPLES["INS"]).value).split("\n")
    text = [line if row.startswith(f"{name}:") else row for row in text]
    assert (code, name) in codes(
        "\n".join(text).encode(), "records/pingxi-es/115/INS-115-0001.yaml"
    )


def test_substance_is_all_that_approvals_are_given_to():
    kind = KINDS["REQ"]
    before = substance(kind, sample("REQ"))
    assert before == substance(kind, sample("REQ", status="closed", closed_on="2026-04-01"))
    assert before != substance(kind, sample("REQ", windows=[]))
    assert before != substance(kind, sample("REQ", sealed=sealed("phone")))


def test_lifecycle_and_status_fields_exist_in_their_models():
    for kind in KINDS.values():
        known = kind.model.__dataclass_fields__
        assert set(kind.lifecycle) <= set(known), kind.prefix
        assert kind.closed is None or kind.closed in known
        assert bool(kind.statuses) == ("status" in known), kind.prefix
        for after in kind.statuses.values():
            assert set(after) <= set(kind.statuses)


def test_quarters_of_both_calendars():
    assert quarter_of(dt.date(2026, 3, 31)) == "2026Q1"
    assert quarter_of(dt.date(2026, 10, 1)) == "2026Q4"
    assert school_quarter_of(dt.date(2026, 8, 1)) == "2026Q1"
    assert school_quarter_of(dt.date(2026, 1, 31)) == "2025Q2"
    assert school_quarter_of(dt.date(2026, 7, 31)) == "2025Q4"


def test_empty_lists_that_must_be_written_are_written():
    data = as_data(read(SAMPLES["HND"]).value)
    assert data["accounts_disabled"] == []
    assert data["items"]["holds"] == []
    assert "amendments" not in data


def test_amendment_is_read():
    amendment = {
        "at": "2026-03-05T09:00+08:00",
        "by": "P-0001",
        "field": "requesting_unit",
        "old_hash": HASH,
        "new": "四年乙班",
        "reason": "班級誤植",
    }
    assert codes(sample("REQ", amendments=[amendment])) == set()
    early = amendment | {"at": "2026-03-01T09:00+08:00"}
    assert codes(sample("REQ", amendments=[early])) == {("date_order", "amendments[0].at")}
