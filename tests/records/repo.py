"""A git repository for one test; commits with chosen times, and nobody's configuration."""

from __future__ import annotations

import os
import subprocess
from datetime import datetime
from pathlib import Path
from typing import Any

from cctv_policy.records import parse_path, record_path
from cctv_policy.strictyaml import dump

START = "2026-03-02T09:00:00+08:00"


class Repo:
    """Commands on one repository; everything raises when git does not do it."""

    def __init__(self, folder: Path, *words: str) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.git("init", "-q", "-b", "main", *words)

    def git(self, *words: str, at: str = START, env: dict[str, str] | None = None) -> str:
        when = str(int(datetime.fromisoformat(at).timestamp())) + " +0800"
        surroundings = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")} | {
            "GIT_CONFIG_GLOBAL": "/dev/null",
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_AUTHOR_NAME": "P-0001",
            "GIT_AUTHOR_EMAIL": "p-0001@example.invalid",
            "GIT_COMMITTER_NAME": "P-0001",
            "GIT_COMMITTER_EMAIL": "p-0001@example.invalid",
            "GIT_AUTHOR_DATE": when,
            "GIT_COMMITTER_DATE": when,
            **(env or {}),
        }
        done = subprocess.run(
            ["git", "-C", str(self.folder), *words],
            capture_output=True,
            text=True,
            env=surroundings,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"git {' '.join(words)}: {done.stderr}")
        return done.stdout.strip()

    def write(self, path: str, data: bytes | str | dict[str, Any]) -> Path:
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(data, dict):
            data = dump(data)
        target.write_bytes(data.encode() if isinstance(data, str) else data)
        return target

    def put(self, *records: dict[str, Any]) -> list[str]:
        """Write records at their places."""
        paths = [record_path(str(r["id"]), str(r["site_id"])) for r in records]
        for path, record in zip(paths, records, strict=True):
            assert parse_path(path)
            self.write(path, record)
        return paths

    def commit(self, message: str = "change", at: str = START) -> str:
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", message, at=at)
        return self.head()

    def head(self, rev: str = "HEAD") -> str:
        return self.git("rev-parse", rev)
