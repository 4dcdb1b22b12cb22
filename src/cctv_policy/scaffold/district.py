"""`cctv-policy init`: the files of a district's repository, from templates, and a first commit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cctv_policy import bundle
from cctv_policy.errors import UsageError
from cctv_policy.gitwrite import commit_all, init_repository

TEMPLATES = Path(__file__).resolve().parents[1] / "data" / "district"
_SERVER = "server/"
HOOKS = ".githooks"
_FILLED = frozenset({"README.md", "inventory/district.yaml"})
_AUTHOR = "cctv-policy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the new district is called and which regulation pack it follows."""

    id: str
    name_zh: str
    name_en: str
    pack: str


def new_district(root: Path, wanted: Wanted) -> str:
    """Write a district's repository into the new or empty folder `root`; its first commit.

    UsageError if the folder holds files or cannot be written; GitError without git.
    """
    refuse_full(root)
    write_files(root, wanted)
    return first_commit(root)


def refuse_full(root: Path) -> None:
    """UsageError if `root` is not a folder that may be filled."""
    if root.exists() and (not root.is_dir() or any(root.iterdir())):
        raise UsageError(
            "資料夾不是空的 (the folder is not empty)",
            where=str(root),
            fix="請指定新的資料夾 (name a new folder)",
        )


def write_files(root: Path, wanted: Wanted, *, example: bool = True) -> None:
    """All template files and `checks/` below `root`; without the example school if so asked."""
    try:
        for name, text in _files(wanted):
            if name.startswith("inventory/schools/") and not example:
                continue
            target = root / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
            if name.startswith(f"{HOOKS}/"):
                target.chmod(0o755)
    except OSError as error:
        raise UsageError(
            f"無法寫入儲存庫 (cannot write the repository: {error.strerror})",
            where=str(error.filename or root),
        ) from None


def first_commit(root: Path) -> str:
    """Make `root` a repository with the settings that records need, and commit all of it."""
    init_repository(root, hooks=HOOKS)
    return commit_all(root, "A district's repository", author=_AUTHOR, verify=False)


def _files(wanted: Wanted) -> Iterator[tuple[str, str]]:
    """Path and text of every file."""
    for path in sorted(p for p in TEMPLATES.rglob("*") if p.is_file()):
        name = path.relative_to(TEMPLATES).as_posix()
        if name.startswith(_SERVER):
            continue
        text = path.read_text(encoding="utf-8")
        yield name, _fill(text, wanted) if name in _FILLED else text
    checks = bundle.folder("checks")
    for path in sorted(checks.glob("*.py")):
        yield f"checks/{path.name}", path.read_text(encoding="utf-8")


def _fill(text: str, wanted: Wanted) -> str:
    for name in ("id", "name_zh", "name_en", "pack"):
        text = text.replace(f"@{name}@", getattr(wanted, name))
    return text
