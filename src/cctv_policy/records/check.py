"""Whether a change of the records may be accepted: one function for the pre-receive hook, CI and
the command line.

Every commit between the two revisions is judged, merges against each parent: the end state alone
can hide that something was replaced on the way. The roster is that of the base revision. What this
refuses is forgery and loss; whether what was recorded was lawful is for the rules.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from cctv_policy.errors import GitError
from cctv_policy.gitobjects import EMPTY, Change, Commit, Entry, Repository
from cctv_policy.model import Text
from cctv_policy.records.cases import Destruction
from cctv_policy.records.chain import Chain, File, Roster, verify_chain
from cctv_policy.records.change import objections
from cctv_policy.records.folder import IGNORED, shown_path
from cctv_policy.records.ids import ROOT, Place, parse_path
from cctv_policy.records.kinds import KINDS
from cctv_policy.records.outline import FEW, rosters
from cctv_policy.records.people import RosterEntry
from cctv_policy.records.pii import clear_in_text, number_in
from cctv_policy.records.read import Read, read_file
from cctv_policy.strictyaml import Document, Fault, parse, register

register(
    {
        "future_commit": Text(zh="提交時間在未來", en="a commit dated in the future"),
        "branch_deleted": Text(
            zh="不可刪除紀錄分支", en="the branch of the records must not be deleted"
        ),
        "roster_in_same_change": Text(
            zh="名冊不可與其他紀錄一併變更",
            en="the roster changes in a change of its own, never with other records",
        ),
        "history_rewritten": Text(
            zh="版本歷史遭改寫(與先前稽核點不連續)",
            en="history was rewritten since the last audit",
        ),
    },
    {
        "future_commit": "set the clock of that computer and commit again",
        "branch_deleted": "push without the deletion; the records stay on that branch",
        "roster_in_same_change": "push the roster (CUS) alone first, the other records after it",
    },
)

Key = tuple[str, str]
_MODE = "100644"
_SKEW = dt.timedelta(minutes=5)


def check_change(
    repo: Path,
    base: str,
    new: str,
    *,
    now: dt.datetime,
    ref: str = "",
    receipts: Mapping[str, dt.datetime] | None = None,
    allow: Collection[str] = (),
    quarantine: Mapping[str, str] | None = None,
) -> list[Fault]:
    """Every reason why the commits from `base` to `new` must not be accepted; none: accept them.

    `base` of zeros is a new branch: it is judged from where it left HEAD; only where there is no
    commit at all yet, the first roster is believed. `now` is the receiver's clock, `ref` the
    branch's name. `receipts` says of approvals, by path, when they were first received, if that was
    earlier. `quarantine` is the environment of a pre-receive hook. GitError if the repository
    cannot be read.
    """
    repository = Repository.open(repo, quarantine=quarantine)
    named = number_in(ref, allow=allow)
    faults = [Fault(path="branch", line=0, code="pii_in_clear", what=named)] if named else []
    if EMPTY.fullmatch(new):
        return [*faults, Fault(path=shown_path(ref, allow), line=0, code="branch_deleted")]
    ended = repository.resolve(new)
    main = _main(repository)
    started = main and repository.merge_base(main, ended)
    if not EMPTY.fullmatch(base):
        started = repository.resolve(base)
    unrelated = started is None and main is not None
    if unrelated or (started is not None and not repository.is_ancestor(started, ended)):
        what, fix = "the new history leaves out accepted commits", "merge, never push by force"
        rewritten = Fault(path=ROOT, line=0, code="history_rewritten", what=what, fix=fix)
        return [*faults, rewritten]
    accepted = [oid for oid in (started, main) if oid]
    change = _Check(repository, started, ended, now, allow)
    return sorted({*faults, *change.run(accepted, receipts or {})})


def _main(repository: Repository) -> str | None:
    """What was accepted on the main branch; None before the first commit."""
    if repository.extra:  # in a hook HEAD is what was accepted; elsewhere it may be the change
        try:
            return repository.resolve("HEAD")
        except GitError as error:
            if error.code != "no_commits":
                raise
    return None


def pre_receive(
    repo: Path, lines: Iterable[str], environ: Mapping[str, str], *, now: dt.datetime
) -> list[Fault]:
    """`check_change` for each line `old new ref` that git gives a pre-receive hook."""
    found: list[Fault] = []
    for line in lines:
        base, new, ref = line.split(" ", 2)
        found += check_change(repo, base, new, now=now, ref=ref.strip(), quarantine=environ)
    return found


class _Check:
    """One change under judgement."""

    def __init__(
        self,
        repository: Repository,
        base: str | None,
        new: str,
        now: dt.datetime,
        allow: Collection[str],
    ) -> None:
        self.repository, self.base, self.new = repository, base, new
        self.now, self.allow = now, allow
        self.before: dict[str, Entry] = {}
        """Files of the base in the folders that the change touches; `after`: of the new state."""
        self.after: dict[str, Entry] = {}
        self.roster_before = rosters(repository, base) if base else []
        self.faults: list[Fault] = []
        self.touched: set[Key] = set()
        self.edits: list[tuple[Commit, Change, Place, bool]] = []
        self.removed: list[tuple[Commit, Place, str]] = []
        self.arrived: set[str] = set()
        self.received: dict[str, dt.datetime] = {}
        self.blobs: dict[str, str] = {}
        self.approved: set[Key] = set()

    def run(self, accepted: Sequence[str], receipts: Mapping[str, dt.datetime]) -> list[Fault]:
        """Judge what is in none of the `accepted` commits."""
        commits = list(self.repository.commits(self.new, without=accepted))
        self.list_files(commits)
        for commit in commits:
            self.commit(commit)
        self.contents()
        files = {f.path: f for f in self.read(self.wanted())}
        for file in files.values():
            if file.path in self.arrived or _key(file.place) in self.touched:
                self.faults += file.faults
        self.received = {path: receipts.get(path, self.now) for path in self.arrived}
        self.chains(files)
        return self.faults

    def list_files(self, commits: Iterable[Commit]) -> None:
        """What lies in the folders that are touched; where something is removed, all years."""
        folders = set()
        for change in (change for commit in commits for change in commit.changes):
            if place := parse_path(change.path):
                years = change.status == "D"
                folders.add(f"{ROOT}/{place.site}/" + ("" if years else f"{place.id.year}/"))
        for rev, files in ((self.base, self.before), (self.new, self.after)):
            if rev and folders:
                under = sorted(folders) if len(folders) <= FEW else [ROOT]
                files |= {entry.path: entry for entry in self.repository.tree(rev, *under)}
        self.approved |= {_key(p) for path in self.before if (p := parse_path(path)) and p.role}

    def add(
        self, code: str, path: str, commit: Commit | None, what: str = "", key: str = ""
    ) -> None:
        where = f"commit {commit.oid[:12]}: " if commit else ""
        place = shown_path(path, self.allow)
        self.faults.append(Fault(path=place, line=0, code=code, key=key, what=f"{where}{what}"))

    def commit(self, commit: Commit) -> None:
        if dt.datetime.fromtimestamp(commit.committed_at, dt.UTC) > self.now + _SKEW:
            self.add("future_commit", "commit", commit, "its clock is ahead of the receiver's")
        if what := number_in(commit.message, allow=self.allow):
            self.add("pii_in_clear", "commit", commit, f"{what} in the message")
        for change in commit.changes:
            if change.new_mode != "160000" and change.status != "D":
                self.blobs.setdefault(change.new, change.path)
            if change.path.startswith(f"{ROOT}/") or change.path == ROOT:
                self.record(commit, change)
            elif what := number_in(change.path, allow=self.allow):
                self.add("pii_in_clear", change.path, commit, f"{what} in the name")

    def record(self, commit: Commit, change: Change) -> None:
        place = parse_path(change.path)
        if place is None:
            if change.path.rsplit("/", 1)[-1] not in IGNORED and change.status != "D":
                self.add("bad_path", change.path, commit, "no record belongs here")
            return
        if change.status != "D" and change.new_mode != _MODE:
            self.add("bad_mode", change.path, commit, f"mode {change.new_mode}, must be {_MODE}")
            return
        self.touched.add(_key(place))
        if place.role is not None:
            self.approved.add(_key(place))
            if change.status == "A":
                self.arrived.add(change.path)
            elif not (commit.is_merge and change.status == "D" and change.path in self.after):
                self.add("approval_changed", change.path, commit, "approvals are only added")
        elif change.status == "D":
            self.removed.append((commit, place, change.path))
        elif change.status == "A":
            self.arrived.add(change.path)
            if change.path in self.before and not commit.is_merge:
                self.add("number_reused", change.path, commit)
        else:
            self.edits.append((commit, change, place, _key(place) in self.approved))

    def contents(self) -> None:
        """What the edits did, and personal data in any blob that came with the change."""
        wanted = {oid for _, change, _, _ in self.edits for oid in (change.old, change.new)}
        texts: dict[str, Mapping[str, object]] = {}
        for oid, data in self.repository.blobs({**dict.fromkeys(wanted), **self.blobs}):
            path = self.blobs.get(oid, "")
            if data is None:
                self.add("unreadable", path or ROOT, None, "an object is missing or damaged")
                continue
            if path and (what := clear_in_text(data, path, allow=self.allow)):
                self.add("pii_in_clear", path, None, f"{what}, in some commit of this change")
            if oid in wanted:
                document = parse(data, path=path)
                texts[oid] = document.data if isinstance(document, Document) else {}
        for commit, change, place, approved in self.edits:
            kind = KINDS[place.id.prefix]
            old, new = texts.get(change.old, {}), texts.get(change.new, {})
            merged = commit.is_merge
            for o in objections(kind, old, new, approved=approved, merged=merged):
                self.add(o.code, change.path, commit, key=o.key)

    def wanted(self) -> list[Entry]:
        """The files of the new state that must be read: all of touched records, and destructions
        if something was removed.
        """
        removed = {place.site for _, place, _ in self.removed}
        found = []
        for path, entry in self.after.items():
            place = parse_path(path)
            if place and entry.mode == _MODE:
                destroys = place.id.prefix == "DST" and place.site in removed
                if destroys or _key(place) in self.touched:
                    found.append(entry)
        return found

    def read(self, entries: Iterable[Entry]) -> Iterator[Read]:
        by_oid: dict[str, list[str]] = {}
        for entry in entries:
            by_oid.setdefault(entry.oid, []).append(entry.path)
        for oid, data in self.repository.blobs(by_oid):
            for path in by_oid[oid]:
                place = parse_path(path)
                if data is not None and place is not None:
                    yield read_file(data, path=path, place=place, allow=self.allow)

    def roster(self, files: Mapping[str, Read]) -> Roster:
        """The roster of the base; where there is none yet, the first one that is offered."""
        entries = self.read(self.roster_before)
        known = [r.value for r in entries if isinstance(r.value, RosterEntry)]
        if not self.roster_before:
            known = [r.value for r in files.values() if isinstance(r.value, RosterEntry)]
        return Roster(entries=tuple(known))

    def chains(self, files: Mapping[str, Read]) -> None:
        """Approvals, statuses that need them, the roster's own changes, and removals."""
        first = not self.roster_before
        roster = self.roster(files)
        approvals: dict[Key, list[Read]] = {}
        for read in files.values():
            if read.place.role is not None:
                approvals.setdefault(_key(read.place), []).append(read)
        chains = {
            _key(read.place): self.chain(read, approvals.get(_key(read.place), []), roster)
            for read in files.values()
            if read.place.role is None
        }
        self.statuses(files, chains)
        self.roster_changes(chains, first=first)
        for commit, place, path in self.removed:
            if path not in self.after and not self.destroyed(place, files, chains):
                self.add("record_deleted", path, commit, "no approved destruction lists it")
            elif path in self.after and not commit.is_merge:
                self.add("record_deleted", path, commit, "it was put back later")
        for path in self.arrived:
            place_of = parse_path(path)
            if place_of and place_of.role and _key(place_of) not in chains:
                self.add("missing_file", path, None, f"there is no record {place_of.id}")

    def chain(self, read: Read, approvals: Iterable[Read], roster: Roster) -> Chain:
        signed = [_file(approval) for approval in approvals]
        chain = verify_chain(_file(read), signed, roster, read.kind, received=self.received)
        self.faults += chain.faults
        return chain

    def statuses(self, files: Mapping[str, Read], chains: Mapping[Key, Chain]) -> None:
        for read in files.values():
            if read.place.role is not None:
                continue
            status, chain = read.data.get("status"), chains[_key(read.place)]
            if status in read.kind.needs_chain and not chain.complete and not _ordered(read):
                what = f"`{status}` needs: {', '.join(read.kind.chain)}"
                self.add("approval_missing", read.path, None, what, "status")
            if status in ("rejected", "refused") and not chain.rejected:
                what = f"`{status}` needs the rejection of one of the chain"
                self.add("approval_missing", read.path, None, what, "status")

    def roster_changes(self, chains: Mapping[Key, Chain], *, first: bool) -> None:
        changed = sorted(key for key in self.touched if key[1].startswith("CUS-"))
        if first or not changed:
            return
        if len(changed) < len(self.touched):
            self.add("roster_in_same_change", f"{ROOT}/{changed[0][0]}", None)
        for site, record in changed:
            chain = chains.get((site, record))
            if chain is None or not chain.complete:
                what = f"{record} needs: {', '.join(KINDS['CUS'].chain)}"
                self.add("approval_missing", f"{ROOT}/{site}", None, what)

    def destroyed(
        self, place: Place, files: Mapping[str, Read], chains: Mapping[Key, Chain]
    ) -> bool:
        """Whether a destruction of the same school, approved and due, lists the record."""
        today = self.now.date()
        return any(
            isinstance(read.value, Destruction)
            and str(place.id) in read.value.targets
            and read.value.eligible_from <= today
            and chains[_key(read.place)].complete
            for read in files.values()
            if read.place.site == place.site
        )


def _ordered(read: Read) -> bool:
    """A court's or prosecutor's order needs no consent (spec rule 34)."""
    return read.data.get("kind") == "compulsory_order"


def _key(place: Place) -> Key:
    return place.site, str(place.id)


def _file(read: Read) -> File:
    return File(
        path=read.path, place=read.place, sha256=read.sha256, data=read.data, value=read.value
    )
