"""The catalogue of bad input as far as one file goes: a code and a line, never an exception."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cctv_policy.records import render
from cctv_policy.strictyaml import loader
from tests.records.samples import SAMPLES, read
from tests.soak import drawn

REQUEST = render(read(SAMPLES["REQ"]).value)
FIRST = 'schema_version: "1"\n'


def line(name, value):
    """The request with one line of its own replaced."""
    rows = REQUEST.split("\n")
    assert any(row.startswith(f"{name}:") for row in rows)
    return "\n".join(f"{name}: {value}" if r.startswith(f"{name}:") else r for r in rows)


def more(text):
    return REQUEST + text


CASES = [
    ("B1-size", REQUEST.encode() + b"#" * 65_536, "too_big"),
    ("B1-nodes", more("x: [" + "1, " * 2_000 + "1]\n"), "too_many"),
    ("B1-depth", more("x: " + "[" * 9 + "]" * 9 + "\n"), "too_deep"),
    ("B2-anchor", line("requesting_unit", '&a "x"'), "anchor_forbidden"),
    ("B2-alias", line("requesting_unit", "*a"), "anchor_forbidden"),
    ("B2-merge", more("<<: {a: b}\n"), "anchor_forbidden"),
    ("B3-tag", line("requesting_unit", '!!str "x"'), "tag_forbidden"),
    ("B3-python", line("requesting_unit", '!!python/name:os.system ""'), "tag_forbidden"),
    ("B3-secret", line("requesting_unit", "!secret x"), "tag_forbidden"),
    ("B3-directive", "%YAML 1.2\n---\n" + REQUEST, "directive_forbidden"),
    ("B4-twice", more(FIRST), "duplicate_key"),
    ("B4-quoted", more('"schema_version": "1"\n'), "duplicate_key"),
    ("B5-second", more("---\na: b\n"), "not_one_mapping"),
    ("B5-end", more("...\n"), "not_one_mapping"),
    ("B5-empty", "", "not_one_mapping"),
    ("B5-comment", "# nothing\n", "not_one_mapping"),
    ("B5-list", "- a\n", "not_one_mapping"),
    ("B5-scalar", "a\n", "not_one_mapping"),
    ("B6-complex", more("? [a]\n: b\n"), "bad_key"),
    ("B6-null", more("null: b\n"), "bad_key"),
    ("B6-number", more("1: b\n"), "bad_key"),
    ("B6-unknown", more('statuss: "x"\n'), "unknown_field"),
    ("B7-latin", REQUEST.encode().replace(b"status", b"st\xe4tus"), "encoding"),
    ("B7-overlong", REQUEST.encode() + b"# \xc0\xaf\n", "encoding"),
    ("B7-big5", REQUEST.encode("big5"), "encoding"),
    ("B7-utf16", REQUEST.encode("utf-16"), "encoding"),
    ("B7-bom", "\ufeff" + REQUEST, "encoding"),
    ("B7-bom-inside", more("# \ufeff\n"), "encoding"),
    ("B8-crlf", REQUEST.replace("\n", "\r\n"), "line_ending"),
    ("B8-cr", REQUEST.replace("\n", "\r"), "line_ending"),
    ("B9-tab", line("requesting_unit", '"a\tb"'), "bad_character"),
    ("B9-escaped", line("requesting_unit", '"a\\u202eb"'), "bad_character"),
    ("B9-bidi", line("requesting_unit", '"a\u202eb"'), "bad_character"),
    ("B9-zero-width", line("requesting_unit", '"a\u200bb"'), "bad_character"),
    ("B9-nul", line("requesting_unit", '"a\\0b"'), "bad_character"),
    ("B9-del", line("requesting_unit", '"a\x7fb"'), "bad_character"),
    ("B9-separator", line("requesting_unit", '"a\u2028b"'), "bad_character"),
    ("B10-nfd", line("requesting_unit", '"cafe\u0301"'), "not_nfc"),
    ("B11-phone", more("phone: 0912345678\n"), "pii_in_clear"),
    ("B12-yes", more("art10: {claimed: yes}\n"), "bad_bool"),
    (
        "B13-long",
        more("outcome: {copies_released: " + "9" * 5_000 + ", screenshots: 0}\n"),
        "bad_integer",
    ),
    ("B13-wide", more("outcome: {copies_released: １, screenshots: 0}\n"), "bad_integer"),
    ("B13-zero", more("outcome: {copies_released: 00, screenshots: 0}\n"), "bad_integer"),
    ("B13-sign", more("outcome: {copies_released: -1, screenshots: 0}\n"), "bad_integer"),
    ("B13-float", more("outcome: {copies_released: 1e3, screenshots: 0}\n"), "bad_integer"),
    ("B13-nan", more("outcome: {copies_released: .nan, screenshots: 0}\n"), "bad_integer"),
    ("B14-feb-30", line("applied_on", "2026-02-30"), "bad_date"),
    ("B14-month", line("applied_on", "2026-13-01"), "bad_date"),
    ("B14-short", line("applied_on", "2026-2-3"), "bad_date"),
    ("B14-roc", line("applied_on", "0115-03-01"), "bad_date"),
    ("B14-roc-words", line("applied_on", "民國115年3月1日"), "bad_date"),
    ("B14-far", line("applied_on", "10000-01-01"), "bad_date"),
    ("B15-naive", line("created_at", '"2026-03-02T09:00:00"'), "bad_time"),
    ("B15-hour", line("created_at", '"2026-03-02T24:00:00+08:00"'), "bad_time"),
    ("B15-leap", line("created_at", '"2026-03-02T23:59:60+08:00"'), "bad_time"),
    ("B15-offset", line("created_at", '"2026-03-02T09:00:00+99:00"'), "bad_time"),
    ("B15-fraction", line("created_at", '"2026-03-02T09:00:00.1234567+08:00"'), "bad_time"),
    ("B15-epoch", line("created_at", "1772413200"), "bad_time"),
    ("B17-id", line("id", '"REQ-2026-0001"'), "bad_id"),
    ("B17-id-path", line("id", '"../x"'), "bad_id"),
    ("B17-site", line("site_id", '"../x"'), "bad_id"),
    ("B2-self", more("x: &x [*x]\n"), "anchor_forbidden"),
    ("B3-binary", line("requesting_unit", '!!binary "QQ=="'), "tag_forbidden"),
    ("B3-set", more("x: !!set {a}\n"), "tag_forbidden"),
    ("B3-tag-directive", "%TAG ! tag:x,2000:\n---\n" + REQUEST, "directive_forbidden"),
    ("B4-nested", more('art10: {claimed: true, "claimed": true}\n'), "duplicate_key"),
    ("B10-keys", more("caf\u00e9: a\ncafe\u0301: b\n"), "not_nfc"),
    *(
        (f"B12-{word}", more(f"art10: {{claimed: {word}}}\n"), "bad_bool")
        for word in ("Yes", "on", "1", "True", "TRUE", "no")
    ),
    *(
        (f"B13-{n}", more(f"outcome: {{copies_released: {n}, screenshots: 0}}\n"), "bad_integer")
        for n in ("0x1f", "1_000", "+1", ".inf", "0o7", "12345678901")
    ),
    *(
        (f"B14-{n}", line("applied_on", day), "bad_date")
        for n, day in enumerate(
            ("0000-01-01", "115-03-01", "民國115年2月30日", "115/2/28", "2025-02-29")
        )
    ),
    ("B15-day-off", line("created_at", '"2026-03-02T09:00:00+24:00"'), "bad_time"),
    *(
        (f"B17-{n}", line("id", odd), "bad_id")
        for n, odd in enumerate(
            (
                '"..\\\\x"',
                '"/x"',
                '"C:x"',
                '"CON"',
                '"REQ-115-0001."',
                '"req-115-0001"',
                '"' + "9" * 300 + '"',
            )
        )
    ),
    ("B18-other", line("id", '"REQ-115-0002"'), "id_mismatch"),
    ("B27-clear", more('applicant_name: "林小明"\n'), "pii_in_clear"),
    ("B27-id", line("requesting_unit", '"F123456784"'), "pii_in_clear"),
    ("B27-base64", REQUEST.replace("AAAAAAAAAAAAAAAAAAAAAA==", "not base64"), "bad_text"),
    ("B30-conflict", more("<<<<<<< HEAD\na: b\n=======\n>>>>>>> x\n"), "merge_conflict"),
]


@pytest.mark.parametrize("fast", [True, False], ids=["c", "pure"])
@pytest.mark.parametrize(("name", "data", "code"), CASES, ids=[c[0] for c in CASES])
def test_bad_input_has_its_code_its_line_and_what_to_do(name, data, code, fast, monkeypatch):
    if not fast:
        monkeypatch.setattr(loader, "HAS_C", False)
        monkeypatch.setattr(loader, "read_canonical", no_short_cut)
    found = read(data if isinstance(data, bytes) else data.encode()).faults
    told = [f for f in found if f.code == code]
    assert told and all(f.fix for f in told)
    assert all(f.line for f in told) or code == "too_big"  # that is the whole file
    for fault in found:
        shown = str(fault)
        assert fault.path == "records/pingxi-es/115/REQ-115-0001.yaml"
        for value in ("小明", "F123456784", "0912345678"):
            assert value not in shown


def test_b16_a_window_across_midnight_is_no_fault():
    night = '[{from: "2026-03-01T22:00+08:00", to: "2026-03-02T02:00+08:00"}]'
    start = REQUEST.index("windows:")
    end = REQUEST.index("necessity_confirmed:")
    text = REQUEST[:start] + f"windows: {night}\n" + REQUEST[end:]
    assert read(text.encode()).faults == ()


def no_short_cut(text, **limits):
    """Every file goes to a YAML parser, also one in our writer's form."""


def view(result):
    return result.data, result.faults, result.value


_texts = st.one_of(
    st.text(max_size=40),
    st.sampled_from(["&a", "*a", "!x", "|", ">", "?", "- ", "'", '"', "{", "[", "\t", "%", "..."]),
    st.sampled_from(
        ["F123456784", "0912345678", "2026-02-30", "null", "~", "1e3", "\x00", "\ud800"]
    ),
)


@drawn(short=400, long=20_000)
@given(st.data())
def test_mutated_records_never_raise_and_both_parsers_agree(data):
    prefix = data.draw(st.sampled_from(sorted(SAMPLES)))
    text = render(read(SAMPLES[prefix]).value)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(text)))
        cut = data.draw(st.integers(0, 12))
        text = text[:at] + data.draw(_texts) + text[at + cut :]
    raw = text.encode("utf-8", "surrogatepass")
    path = f"records/pingxi-es/115/{prefix}-115-0001.yaml"
    seen = view(read(raw, path))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loader, "read_canonical", no_short_cut)
        assert view(read(raw, path)) == seen
        patch.setattr(loader, "HAS_C", False)
        assert view(read(raw, path)) == seen


@drawn(short=300, long=20_000)
@given(st.binary(max_size=400))
def test_any_bytes_never_raise(raw):
    assert read(raw).faults
