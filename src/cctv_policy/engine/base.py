"""What an engine is, and what counts as an answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Protocol, Self

from cctv_policy.errors import EngineError
from cctv_policy.model import Json, Outcome

GRADES = frozenset({Outcome.PASS, Outcome.FAIL, Outcome.UNKNOWN, Outcome.NOT_APPLICABLE})
"""Outcomes that a rule may answer; the others are laid on by evaluate.py."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpaSettings:
    """How to reach an OPA server. The token is never shown."""

    url: str = "http://127.0.0.1:8181"
    token: str = field(default="", repr=False)
    ca_file: str = ""
    timeout_s: float = 10.0


class Engine(Protocol):
    """Judges one subject's input against the rules that the input names."""

    name: str
    version: str

    def verdicts(self, document: Mapping[str, Json]) -> Mapping[str, Json]:
        """Rule id → `{outcome, causes, notes}` for one input. EngineError for anything else."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None: ...


_FIX = (
    "請提供此版本的政策 (serve the policies of this version): "
    "cctv-policy bundle --output bundle.tar.gz"
)


def checked(answer: Json, *, digest: str, engine: str) -> Mapping[str, Json]:
    """The rules of an engine's answer, after checking that it is one, and from the same
    policies.
    """
    if not isinstance(answer, dict) or not isinstance(answer.get("rules"), dict):
        raise EngineError(
            "政策引擎沒有判定結果 (the engine gave no verdict: the entry point is undefined)",
            where=engine,
            fix=_FIX,
        )
    if answer.get("revision") != digest:
        raise EngineError(
            "政策引擎使用的政策版本不同 (the engine judges with other policies, revision "
            f"{str(answer.get('revision'))[:12]}, than this run, {digest[:12]})",
            where=engine,
            fix=_FIX,
        )
    rules: dict[str, Json] = answer["rules"]
    for rule, verdict in rules.items():
        if not isinstance(verdict, dict) or verdict.get("outcome") not in GRADES:
            raise EngineError(
                f"規則 {rule} 的回答不是判定結果 (what this rule answered is not a verdict)",
                where=engine,
            )
    return rules
