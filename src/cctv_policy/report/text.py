"""text: the report for people. Fits a terminal of 100 columns and pastes into a ticket."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from cctv_policy.model import WORST_FIRST, Finding, Outcome, Rule, Run
from cctv_policy.report.detail import gravest, labelled, loud, place, site_name
from cctv_policy.report.layout import clean, cut, pad, width, wrap
from cctv_policy.report.matrix import Matrix, matrix
from cctv_policy.report.sentences import title
from cctv_policy.report.words import KINDS, OUTCOMES, SEVERITIES, SYMBOLS, say

COLUMNS = 100
_NARROWEST = 40
_COLOURS = {
    Outcome.PASS: "32",
    Outcome.FAIL: "1;31",
    Outcome.UNKNOWN: "33",
    Outcome.NOT_APPLICABLE: "2",
    Outcome.WAIVED: "36",
    Outcome.ERROR: "1;35",
}
_BY_SYMBOL = {symbol: outcome for outcome, symbol in SYMBOLS.items()}


def render(
    run: Run,
    *,
    lang: str,
    colour: bool = False,
    width: int | None = None,
    everything: bool = False,
    top: int | None = None,
) -> str:
    """The whole report. `width` in columns (100 if None, never below 40); `everything`: --all."""
    columns = max(width or COLUMNS, _NARROWEST)
    parts = [_head(run, lang, columns)]
    if run.findings:
        table = matrix(run, everything=everything)
        parts += [_table(run, table, lang, columns, colour), _legend(table, lang, columns)]
    parts += [_counts(run, lang, columns, colour), _findings(run, lang, columns, colour, top)]
    return "\n\n".join(parts) + "\n"


def finding(found: Finding, *, lang: str, columns: int = COLUMNS, colour: bool = False) -> str:
    """One finding: verdict, severity, clause, rule and title, then its labelled lines."""
    rule = found.rule
    verdict = f"{SYMBOLS[found.outcome]} {OUTCOMES[found.outcome].get(lang)}"
    rest = f"[{SEVERITIES[rule.severity].get(lang)}] {clean(rule.clause)} {clean(rule.id)}"
    head = wrap(f"{verdict} {rest}  {title(found, lang)}", columns - 2)
    head[0] = head[0].replace(verdict, _painted(verdict, found.outcome, colour), 1)
    lines = [head[0], *(f"  {line}" for line in head[1:])]
    pairs = labelled(found, lang)
    left = max((width(label) for label, _ in pairs), default=0) + 2
    for label, group in groupby(pairs, key=lambda pair: pair[0]):
        for _, text in group:
            first, *more = wrap(text, columns - left - 2)
            lines.append(f"  {pad(label, left)}{first}")
            lines += [" " * (left + 2) + line for line in more]
            label = ""  # a label stands once before all its lines
    return "\n".join(lines)


def _painted(text: str, outcome: Outcome, colour: bool) -> str:
    return f"\x1b[{_COLOURS[outcome]}m{text}\x1b[0m" if colour else text


def _head(run: Run, lang: str, columns: int) -> str:
    policy = f"sha256:{clean(run.policy_digest)[:12]}"
    pairs = [
        ("pack", f"{clean(run.pack)} {clean(run.pack_version)}  {clean(run.pack_title.get(lang))}"),
        ("as_of", run.as_of.isoformat(timespec="seconds")),
        ("engine", f"{clean(run.engine)} {clean(run.engine_version)}"),
        ("policy", policy),
        ("tool", f"cctv-policy {clean(run.tool_version)}  {clean(run.run_id)}"),
        *(("caution", clean(caution.get(lang))) for caution in run.cautions),
    ]
    left = max(width(say(key, lang)) for key, _ in pairs) + 2
    lines = [say("title", lang)]
    for key, text in pairs:
        first, *more = wrap(text, columns - left - 2)
        lines.append(f"  {pad(say(key, lang), left)}{first}")
        lines += [" " * (left + 2) + line for line in more]
    return "\n".join(lines)


def _table(run: Run, table: Matrix, lang: str, columns: int, colour: bool) -> str:
    names = {site: site_name(run, site, lang) for site in table.sites}
    first = min(max([width(n) for n in names.values()] + [8]), columns // 3) + 2
    blocks = []
    rules = list(table.rules)
    while rules:
        block: list[Rule] = []
        used = first
        while rules and (not block or used + _column(table, rules[0]) <= columns):
            used += _column(table, rules[0])
            block.append(rules.pop(0))
        blocks.append(_block(table, names, block, first, lang, colour))
    if table.hidden:
        hidden = wrap(say("hidden", lang, n=table.hidden), columns - 2)
        blocks.append("\n".join(f"  {line}" for line in hidden))
    return "\n\n".join(blocks)


def _column(table: Matrix, rule: Rule) -> int:
    """Columns that a rule's column takes, the space after it included."""
    cells = max((len(table.cell(site, rule)) for site in table.sites), default=1)
    return max(cells, min(width(clean(rule.clause)), 12), len(f"#{rule.number}")) + 1


def _block(
    table: Matrix, names: dict[str, str], rules: list[Rule], first: int, lang: str, colour: bool
) -> str:
    sizes = [_column(table, rule) for rule in rules]
    clauses = [clean(rule.clause) for rule in rules]
    news = [c if i == 0 or clauses[i - 1] != c else "" for i, c in enumerate(clauses)]
    top = "".join(pad(c, s - 1) + " " for c, s in zip(news, sizes, strict=True))
    numbers = "".join(pad(f"#{r.number}", s) for r, s in zip(rules, sizes, strict=True))
    lines = [
        (pad(say("clause", lang), first) + top).rstrip(),
        (pad(say("school", lang), first) + numbers).rstrip(),
        "-" * (first + sum(sizes) - 1),
    ]
    for site, name in names.items():
        row = pad(cut(name, first - 2), first)
        for rule, size in zip(rules, sizes, strict=True):
            cell = table.cell(site, rule)
            outcome = _BY_SYMBOL.get(cell[:2])
            row += _painted(cell, outcome, colour) if outcome else cell
            row += " " * (size - width(cell))
        lines.append(row.rstrip())
    return "\n".join(lines)


def _legend(table: Matrix, lang: str, columns: int) -> str:
    symbols = "  ".join(f"{SYMBOLS[o]} {OUTCOMES[o].get(lang)}" for o in Outcome)
    lines = [*(f"  {line}" for line in wrap(symbols, columns - 2))]
    lines += [f"  {line}" for line in wrap(say("legend", lang), columns - 2)]
    lines += ["", say("rules", lang)]
    left = [(f"#{r.number}", clean(r.clause), clean(r.id)) for r in table.rules]
    sizes = [min(max(width(row[i]) for row in left), 34) + 2 for i in range(3)]
    for row, rule in zip(left, table.rules, strict=True):
        start = "  " + "".join(pad(text, size) for text, size in zip(row, sizes, strict=True))
        room = columns - width(start)
        if room >= 16:
            lines.append((start + cut(clean(rule.title.get(lang)), room)).rstrip())
        else:
            lines.append(cut(" ".join(["  " + row[0], *row[1:]]), columns))
            lines.append("    " + cut(clean(rule.title.get(lang)), columns - 4))
    return "\n".join(lines)


def _counts(run: Run, lang: str, columns: int, colour: bool) -> str:
    counts = run.counts()
    head = f"{say('counts', lang)}  {say('cells', lang, n=len(run.findings))}"
    if not run.findings:
        return "\n".join(wrap(say("nothing", lang), columns))
    size = max(width(OUTCOMES[o].get(lang)) for o in Outcome) + 2
    lines = [head]
    for o in WORST_FIRST:
        label = _painted(f"{SYMBOLS[o]} {pad(OUTCOMES[o].get(lang), size)}", o, colour)
        lines.append(f"  {label}{counts[o]:>7}")
    return "\n".join(lines)


def _findings(run: Run, lang: str, columns: int, colour: bool, top: int | None) -> str:
    chosen = every = loud(run)
    if not every:
        return say("clean", lang) if run.findings else ""
    parts = [f"{say('findings', lang)}  {len(every)}"]
    if top is not None and top < len(every):
        wanted = set(map(id, gravest(every, top)))
        chosen = [f for f in every if id(f) in wanted]
        parts[0] += "  " + say("gravest", lang, n=top)
    for site, of_site in groupby(chosen, key=lambda f: f.subject.site):
        parts.append(cut(f"== {site_name(run, site, lang)} ({clean(site)})", columns))
        for body, heads in _subjects(of_site, lang, columns, colour).items():
            parts += ["\n".join(f"  {cut(head, columns - 2)}" for head in heads), body]
    return "\n\n".join(parts)


def _subjects(
    findings: Iterable[Finding], lang: str, columns: int, colour: bool
) -> dict[str, list[str]]:
    """Heads of subjects by what there is to say; subjects with the very same findings share it."""
    heads: dict[str, list[str]] = {}
    for _, group in groupby(findings, key=lambda f: (f.subject.kind, f.subject.id)):
        members = list(group)
        subject = members[0].subject
        head = f"{KINDS[subject.kind].get(lang)} {clean(subject.id)}  {place(members[0])}"
        told = [finding(f, lang=lang, columns=columns - 4, colour=colour) for f in members]
        heads.setdefault("\n\n".join(map(_indented, told)), []).append(head.rstrip())
    return heads


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.splitlines())
