"""markdown: for pull-request comments and tickets. Tables first, findings folded by school."""

from __future__ import annotations

import html
import re
from itertools import groupby

from cctv_policy.model import WORST_FIRST, Finding, Run
from cctv_policy.report.detail import labelled, loud, place, site_name
from cctv_policy.report.layout import clean
from cctv_policy.report.matrix import Matrix, matrix
from cctv_policy.report.sentences import title
from cctv_policy.report.words import KINDS, OUTCOMES, SEVERITIES, SYMBOLS, say

LIMIT = 60_000
"""Characters after which no further finding is written: GitHub takes comments of 65,536."""

_SPECIAL = re.compile(r"([\\`*_\[\]|~$])")
_LINKED = re.compile(r"([@#]|www|:(?=//))")
_FEW = 5


def render(run: Run, *, lang: str, everything: bool = False, **_: object) -> str:
    """The run as GitHub-flavoured Markdown; `everything` also lists schools that are in order."""
    parts = [f"## {say('title', lang)}", _head(run, lang)]
    if not run.findings:
        return "\n\n".join([*parts, f"**{say('nothing', lang)}**"]) + "\n"
    table = matrix(run, everything=everything)
    parts += [_counts(run, lang), _table(run, table, lang), say("hidden", lang, n=table.hidden)]
    parts += [_rules(table, lang)]
    return "\n\n".join([*parts, *_findings(run, lang, LIMIT - sum(map(len, parts)))]) + "\n"


def escaped(text: str) -> str:
    """Text that Markdown shows as it is: no markup, HTML, link, mention or issue reference."""
    return _unlinked(_SPECIAL.sub(r"\\\1", html.escape(clean(text), quote=False)))


def _unlinked(text: str) -> str:
    """Hosts link mentions, issues and addresses after rendering; a comment stops that."""
    return _LINKED.sub(r"\1<!-- -->", text)


def _head(run: Run, lang: str) -> str:
    pack = f"{run.pack} {run.pack_version} {run.pack_title.get(lang)}"
    pairs = [
        ("pack", pack),
        ("as_of", run.as_of.isoformat(timespec="seconds")),
        ("engine", f"{run.engine} {run.engine_version}"),
        ("policy", f"sha256:{run.policy_digest[:12]}"),
        ("tool", f"cctv-policy {run.tool_version} {run.run_id}"),
        *(("caution", caution.get(lang)) for caution in run.cautions),
    ]
    return "\n".join(f"- **{say(key, lang)}** {escaped(text)}" for key, text in pairs)


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _counts(run: Run, lang: str) -> str:
    counts = run.counts()
    head = [f"{SYMBOLS[o]} {OUTCOMES[o].get(lang)}" for o in WORST_FIRST]
    rule = ["---:"] * len(head)
    return "\n".join(map(_row, [head, rule, [str(counts[o]) for o in WORST_FIRST]]))


def _table(run: Run, table: Matrix, lang: str) -> str:
    head = [say("school", lang)]
    head += [f"{escaped(rule.clause)}<br>{rule.number}" for rule in table.rules]
    rows = [head, ["---", *[":---:"] * len(table.rules)]]
    rows += [
        [escaped(site_name(run, site, lang)), *(table.cell(site, rule) for rule in table.rules)]
        for site in table.sites
    ]
    return "\n".join(map(_row, rows))


def _rules(table: Matrix, lang: str) -> str:
    head = ["", say("clause", lang), say("rule", lang), ""]
    rows = [head, ["---:", "---", "---", "---"]]
    rows += [
        [str(r.number), escaped(r.clause), escaped(r.id), escaped(r.title.get(lang))]
        for r in table.rules
    ]
    body = "\n".join(map(_row, rows))
    return f"<details><summary>{say('rules', lang)}</summary>\n\n{body}\n\n</details>"


def _findings(run: Run, lang: str, room: int) -> list[str]:
    chosen = loud(run)
    if not chosen:
        return [say("clean", lang)]
    fold = " open" if len({f.subject.site for f in chosen}) <= _FEW else ""
    parts, written = [f"### {say('findings', lang)} {len(chosen)}"], 0
    for site, group in groupby(chosen, key=lambda f: f.subject.site):
        entries = []
        for text in (_finding(f, lang) for f in group):
            if len(text) > room:
                break
            room -= len(text)
            entries.append(text)
        if entries:
            name = _unlinked(html.escape(site_name(run, site, lang))) + f" ({len(entries)})"
            room -= len(name) + 60
            body = "\n\n".join(entries)
            parts.append(f"<details{fold}><summary>{name}</summary>\n\n{body}\n\n</details>")
        written += len(entries)
    if left := len(chosen) - written:
        parts.append(f"**{say('more', lang, n=left)}**")
    return parts


def _finding(f: Finding, lang: str) -> str:
    rule, subject = f.rule, f.subject
    verdict = f"{SYMBOLS[f.outcome]} {OUTCOMES[f.outcome].get(lang)}"
    what = escaped(f"{rule.clause} {rule.id} {title(f, lang)}")
    who = f"{KINDS[subject.kind].get(lang)} {escaped(f'{subject.id} {place(f)}')}"
    lines = [f"**{verdict}** ({SEVERITIES[rule.severity].get(lang)}) {what}  ", who.rstrip(), ""]
    return "\n".join([*lines, *(f"- {k}: {escaped(text)}" for k, text in labelled(f, lang))])
