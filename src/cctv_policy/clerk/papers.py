"""Records → the printed forms (附錄1, 附錄2, 調閱登記簿). Personal data is opened in memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from cctv_policy import pipeline
from cctv_policy.clerk import choices
from cctv_policy.clerk.office import Office
from cctv_policy.clerk.strongbox import Strongbox
from cctv_policy.errors import ClerkError
from cctv_policy.forms.inspection import InspectionBook, InspectionRow
from cctv_policy.forms.register import Register, RegisterLine
from cctv_policy.forms.request import RequestForm, Signature, Window
from cctv_policy.periods import TAIPEI, Period, local_date, retention_seconds
from cctv_policy.records import Read, parse_id
from cctv_policy.records import common as parts
from cctv_policy.records.access import AccessRequest, RegisterEntry
from cctv_policy.records.approval import Approval
from cctv_policy.records.upkeep import Inspection
from cctv_policy.scope import Scopes

Names = Callable[[str], str]
"""Person id → name."""


def names_of(office: Office, box: Strongbox) -> Names:
    """Names from the roster; whose entry this key cannot open is printed by office and title."""
    known: dict[str, str] = {}

    def name(person: str) -> str:
        if person not in known:
            known[person] = _name(office, box, person)
        return known[person]

    return name


def _name(office: Office, box: Strongbox, person: str) -> str:
    for entry in reversed([e for e in office.roster if e.person == person]):
        try:
            return box.open(entry)["name"].reveal()
        except ClerkError:
            continue
    return office.title_of(person) or person


def request_form(office: Office, record_id: str, box: Strongbox) -> RequestForm:
    """附錄1 of a request, with who approved it and when."""
    read = office.read(record_id)
    record = read.value
    assert isinstance(record, AccessRequest)  # noqa: S101 - the id says so
    clear = {name: secret.reveal() for name, secret in box.open(record).items()}
    sign = partial(_signature, names_of(office, box), office.approvals(record_id))
    relation = choices.words(choices.RELATIONS, record.relation_to_subject)
    details = [clear.get("relation_detail", ""), clear.get("subject_ref", "")]
    return RequestForm(
        applicant=clear["applicant_name"],
        applied_on=record.applied_on,
        id_number=clear["id_number"],
        phone=clear["phone"],
        relation=" ".join(filter(None, [relation, *details])),
        unit=record.requesting_unit,
        cameras=tuple(camera.place for camera in record.cameras),
        windows=tuple(_window(w) for w in record.windows),
        reason=clear["reason"],
        applicant_signature=_applicant(record, clear["applicant_name"]),
        officer_signature=sign("officer"),
        unit_head_signature=sign("unit_head"),
        principal_signature=sign("principal"),
        reference=f"{office.school.name.zh} {record_id}",
    )


def _applicant(record: AccessRequest, name: str) -> Signature:
    if record.applicant_signed.method == "paper":
        return Signature(note="紙本簽名另存")
    return Signature(name=name, on=local_date(record.applicant_signed.at), note="電子簽章")


def _signature(names: Names, approvals: Sequence[Read], role: str) -> Signature:
    for read in approvals:
        a = read.value
        if isinstance(a, Approval) and a.role == role:
            word = "駁回" if a.decision == "reject" else ""
            how = "紙本" if a.method == "paper" else "電子簽章"
            note = " ".join(filter(None, [word, how, "代理" if a.acting_for else ""]))
            return Signature(name=names(a.person), on=local_date(a.at), note=note)
    return Signature()


def _window(window: parts.Window) -> Window:
    return Window(start=window.from_.astimezone(TAIPEI), end=window.to.astimezone(TAIPEI))


def inspection_books(
    office: Office, ids: Sequence[str], box: Strongbox
) -> tuple[InspectionBook, ...]:
    """附錄2: one book a recorder, its inspections by date."""
    names = names_of(office, box)
    rows: dict[str, list[InspectionRow]] = {}
    for record_id in ids:
        record = office.read(record_id).value
        assert isinstance(record, Inspection)  # noqa: S101 - the id says so
        opened = box.open(record) if record.sealed else {}
        remarks = opened["remarks"].reveal() if "remarks" in opened else ""
        row = InspectionRow(
            inspected_on=record.inspected_on,
            host_ok=record.host_ok,
            recording_ok=record.recording_ok,
            retention_ok=record.retention_ok,
            video_clear=record.video_clear,
            inspector=names(record.inspector),
            rechecker=names(record.rechecker) if record.rechecker else "",
            remarks="\n".join(filter(None, [remarks, *record.faults])),
        )
        for recorder in record.recorder_ids:
            rows.setdefault(recorder, []).append(row)
    school, places = office.school.name.zh, _places(office)
    return tuple(
        InspectionBook(
            caption=f"{school}　{places.get(recorder, recorder)}",
            rows=tuple(sorted(mine, key=lambda r: r.inspected_on or local_date(office.now))),
        )
        for recorder, mine in sorted(rows.items())
    )


def _places(office: Office) -> dict[str, str]:
    """Where each recorder stands; with its id where two stand in one place."""
    found = {r.id: r.place for r in office.school.recorders if r.place}
    often = Counter(found.values())
    return {r: f"{place}（{r}）" if often[place] > 1 else place for r, place in found.items()}


def register_book(office: Office, year: int, box: Strongbox) -> Register:
    """調閱登記簿 of one ROC year."""
    names = names_of(office, box)
    places = {c.id: c.place for r in office.school.recorders for c in r.cameras}
    lines = []
    for read in office.every("REG"):
        record = read.value
        parsed = parse_id(str(read.place.id))
        if isinstance(record, RegisterEntry) and parsed and parsed.year == year:
            viewer = box.open(record)["viewer"].reveal()
            lines.append(_line(record, names, places, viewer))
    caption = f"{office.school.name.zh} 民國{year}年"
    return Register(caption=caption, lines=tuple(sorted(lines, key=lambda line: line.no)))


def _line(r: RegisterEntry, names: Names, places: dict[str, str], viewer: str) -> RegisterLine:
    source = "管理人員自行調閱" if r.source == "custodian_review" else r.source
    return RegisterLine(
        no=r.no,
        start=_local(r.session_start),
        end=_local(r.session_end),
        source=source,
        purpose=choices.words(choices.PURPOSES, r.purpose_code),
        cameras=tuple(places.get(c, c) for c in r.camera_ids),
        windows=tuple(_window(w) for w in r.windows),
        viewer=viewer,
        viewer_category=choices.words(choices.VIEWER_CATEGORIES, r.viewer_category),
        escort=names(r.escort),
        operator=names(r.operator),
        action=choices.words(choices.ACTIONS, r.action),
        result=choices.words(choices.RESULTS, r.result),
        entered_at=_local(r.entered_at),
        void_reason=r.void.reason if r.void and r.void.void else "",
    )


def _local(at: datetime) -> datetime:
    return at.astimezone(TAIPEI)


def retention_days(office: Office) -> int:
    """The number that 附錄2 prints: the school's `retention_min` today, in days."""
    policies = pipeline.load_policies(
        office.inventory.district.pack, packs=office.root / "policies" / "regulations"
    )
    scopes = Scopes.of(policies.regulation, office.now, ("retention_min",))
    value = scopes.school(office.school)[""].value("retention_min")
    if value is None:
        raise ClerkError(
            "規範套件沒有最短保存天數 (the pack has no minimum retention)",
            where=office.inventory.district.pack,
        )
    return retention_seconds(Period.parse(value), as_of=office.now) // 86_400
