"""docs/reference.md, from the code itself: `python -m tests.reference` writes it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from cctv_policy import cli, pipeline
from cctv_policy.drivers import DRIVERS
from cctv_policy.facts import FACTS, LABELS
from cctv_policy.regulation import load_packs
from cctv_policy.report import FORMATS

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "reference.md"


def commands() -> dict[str, str]:
    """Command → its one line of help."""
    action = next(a for a in cli.parser()._actions if a.dest != "help" and a.choices)
    choices = getattr(action, "_choices_actions", [])
    return {choice.dest: choice.help or "" for choice in choices}


def _lines() -> Iterator[str]:
    policies = pipeline.load_policies("tw-ntpc-school")
    yield "# Reference"
    yield ""
    yield "Written from the code by `make generate`; a test compares."
    yield ""
    yield from ("## Commands", "", "| command | does |", "|---|---|")
    yield from (f"| `cctv-policy {name}` | {text} |" for name, text in commands().items())
    yield ""
    yield from ("## Rules", "", "`cctv-policy rules <id>` explains one. Class: D device state, ")
    yield from ("R records, H git history, T attestation.", "")
    yield from ("| # | rule | clause | class | severity | asks |", "|---|---|---|---|---|---|")
    for rule in sorted(policies.catalog.rules.values(), key=lambda r: r.number):
        classes = "+".join(rule.classes)
        yield (
            f"| {rule.number} | `{rule.id}` | {rule.clause} | {classes} | {rule.severity} | "
            f"{rule.title.en} · {rule.title.zh} |"
        )
    yield ""
    yield f"Demanded by `tw-ntpc-school` and not built yet ({len(policies.not_built)}): "
    yield ", ".join(f"`{name}`" for name in policies.not_built) + "."
    yield ""
    yield from ("## Report formats", "", ", ".join(f"`{name}`" for name in FORMATS) + ".", "")
    yield from ("## Drivers", "", "| driver | can tell |", "|---|---|")
    for name, driver in DRIVERS.items():
        told = driver.capabilities()
        facts = ", ".join(f"`{fact}`" for fact in FACTS if fact in told)
        yield f"| `{name}` | {facts} |"
    yield ""
    yield from ("## Regulation packs", "", "| pack | document | extends |", "|---|---|---|")
    for pack in sorted(load_packs(ROOT / "policies" / "regulations").values(), key=lambda p: p.id):
        seen = "" if pack.source.text_seen else " (text not seen)"
        yield f"| `{pack.id}` | {pack.title.en}{seen} | {', '.join(pack.extends) or '–'} |"
    yield ""
    yield from ("## Facts", "", "Shapes are in `src/cctv_policy/facts.py`.", "")
    yield from ("| fact | is | 意思 |", "|---|---|---|")
    for name in FACTS:
        yield f"| `{name}` | {LABELS[name].en} | {LABELS[name].zh} |"


def page() -> str:
    """The whole page."""
    return "\n".join(line.rstrip() for line in _lines()) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
