"""Coverage-guided: no bytes make the strict loader or a record's reading raise, and whoever parses
says the same: ruamel.yaml alone, with its C extension, or our short cut for written files.

`python -m tests.fuzz.strict_records CORPUS -dict=tests/fuzz/yaml.dict -runs=100000` (libFuzzer's
options; test_strict_records.py writes seeds).
"""

from __future__ import annotations

import sys

import atheris

with atheris.instrument_imports(include=["cctv_policy.strictyaml", "cctv_policy.records"]):
    from cctv_policy.records.ids import parse_path
    from cctv_policy.records.read import read_file
    from cctv_policy.strictyaml import Document, loader
    from cctv_policy.strictyaml.canonical import read_canonical
    from cctv_policy.strictyaml.prefilter import decode

PLACES = [
    (path, place)
    for path in (
        *(f"records/pingxi-es/115/{kind}-115-0001.yaml" for kind in ("REQ", "FLT", "CUS", "DST")),
        "records/pingxi-es/115/REQ-115-0001/approvals/30-principal.yaml",
    )
    if (place := parse_path(path))
]


def agree(raw: bytes) -> None:
    """AssertionError or the crash itself if `raw` breaks what is promised."""
    path, place = PLACES[len(raw) % len(PLACES)]
    seen = loader.parse(raw, path=path)
    text = decode(raw, path=path)
    if isinstance(text, str):
        assert seen == loader.parse_pure(text, path=path), "the pure parser says otherwise"
        if read_canonical(text, max_nodes=2_000, max_depth=8):  # then C had no say yet
            build = loader._Build(path=path, limits=loader.LIMITS)
            assert seen == build.run(loader._c_events(text)), "the C parser says otherwise"
    result = read_file(raw, path=path, place=place)
    assert result.faults or result.value is not None
    assert isinstance(seen, Document) or list(result.faults) == seen
    for fault in result.faults:
        assert str(fault).isprintable(), "a message that is not one printable line"


if __name__ == "__main__":
    assert loader.HAS_C, "the C extension is not installed: nothing to compare"
    assert len(PLACES) == 5, [p for p, _ in PLACES]
    atheris.Setup([a for a in sys.argv if a], agree)
    atheris.Fuzz()
