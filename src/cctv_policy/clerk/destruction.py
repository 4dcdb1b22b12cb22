"""六 銷毀: `destroy new`, the list that the principal and the district approve (§3.12).

What may go is the program's own plan; the first day and the class follow from it. Carrying it out
is cli/destroy.py's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from cctv_policy.clerk import choices, lists
from cctv_policy.clerk.action import Action, Part, Work, split
from cctv_policy.clerk.answers import Choice, Day, Line, Offered, Options, both_calendars
from cctv_policy.clerk.office import Office
from cctv_policy.clerk.question import Answers, ask
from cctv_policy.errors import ClerkError
from cctv_policy.model import Text
from cctv_policy.records import Header
from cctv_policy.retention import Candidate, last_day, plan

_FIX = "cctv-policy destroy plan --school {site} 會列出每一案還在等什麼"


def _due(office: Office) -> Mapping[str, Candidate]:
    """What may go today, by id; ClerkError if nothing may."""
    found = plan(office.terms).due if office.terms else ()
    if not found:
        raise ClerkError(
            "今日沒有可銷毀的紀錄 (nothing may be destroyed today)",
            fix=_FIX.format(site=office.site),
        )
    return {candidate.id: candidate for candidate in found}


def _targets(office: Office, _: Mapping[str, Any]) -> Options:
    return [
        (c.id, f"保存年限 {'、'.join(c.classes)} 年，{both_calendars(c.eligible_from)} 起可銷毀")
        for c in _due(office).values()
    ]


def _chosen(office: Office, answers: Answers) -> list[Candidate]:
    """The candidates that were named; all that are due if none was."""
    due = _due(office)
    return [due[name] for name in answers.get("target", due)]


def _longest(office: Office, answers: Answers) -> str:
    return max((years for c in _chosen(office, answers) for years in c.classes), key=int)


def _first_day(office: Office, candidate: Candidate, years: str) -> date:
    """The first day on which it may go, kept for `years` at least; ClerkError before that day."""
    assert office.terms is not None  # noqa: S101 - a candidate came from them
    record = office.terms.records.records[office.site, candidate.id].value
    assert isinstance(record, Header)  # noqa: S101 - the plan read it
    last = last_day(record, {*candidate.classes, years}, office.terms.minimums)
    if last is None or last >= office.today:
        raise ClerkError(
            f"{candidate.id} 保存 {years} 年尚未期滿 (its term is not over)",
            fix="改選較短的年限或不列入",
        )
    return last + timedelta(days=1)


def _on_media(answers: Answers) -> bool:
    return answers.get("method") == "media"


_NEW = (
    ask(
        "target",
        "列入銷毀清冊的案號（不選就是全部）",
        Offered(among=_targets),
        path="-",
        many=True,
        optional=True,
    ),
    ask(
        "archive_class",
        "檔案保存年限（年）",
        Choice(of=choices.ARCHIVE_CLASSES),
        path="archive_retention_class",
        default=_longest,
    ),
    ask("list_no", "銷毀清冊文號", Line(least=4)),
    ask("approval_no", "核准銷毀文號", Line(least=4)),
    ask("approved_on", "核准日", Day(), default=lists.TODAY),
    lists.person("approver", "核准人", "approve_principal", "approve_district"),
    ask("method", "銷毀方式", Choice(of=choices.SHREDS), default=lists.fixed("crypto_shred")),
    lists.person("supervisor", "監毀人（至少二人）", path="supervised_by", many=True),
    ask("done_on", "銷毀日", Day(), when=_on_media, default=lists.TODAY),
)


def _new(work: Work) -> Sequence[Part]:
    chosen = _chosen(work.office, work.answers)
    data, _ = split(_NEW, work.answers)
    data["targets"] = [c.id for c in chosen]
    years = work.answers["archive_class"]
    data["eligible_from"] = max(_first_day(work.office, c, years) for c in chosen).isoformat()
    return [Part(id=work.take("DST"), data=data)]


ACTIONS = (
    Action(
        noun="destroy",
        verb="new",
        title=Text(zh="登記銷毀清冊", en="a list of records to be destroyed, for approval"),
        questions=_NEW,
        make=_new,
    ),
)
