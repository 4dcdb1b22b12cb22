"""Evaluation beside the bare engine: the same inputs and rules, `set_input` and `eval` only."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import regorus
from tests import district, opa

from bench import crowd
from bench.measure import conditions, cost, ms, paired, say, table
from cctv_policy import pipeline, state
from cctv_policy.engine import open_engine
from cctv_policy.engine.base import Engine, OpaSettings
from cctv_policy.evaluate import evaluate
from cctv_policy.inventory import load_inventory
from cctv_policy.subjects import RuleInput, World, rule_inputs
from cctv_policy.waivers import Waivers

QUERY = "data.cctv.verdicts"


@dataclass
class Bench:
    """One district's evidence in memory, and the policies it is judged by."""

    root: Path
    recorders: int

    @cached_property
    def policies(self) -> pipeline.Policies:
        """The pack of New Taipei's schools."""
        return pipeline.load_policies("tw-ntpc-school")

    @cached_property
    def world(self) -> World:
        """Everything read from disk."""
        names = {name for rule in self.policies.rules for name in rule.params}
        return World(
            inventory=load_inventory(self.root / "inventory"),
            documents=state.read_all(self.root / "state")[0],
            regulation=self.policies.regulation,
            as_of=district.AS_OF,
            params=tuple(sorted(names)),
        )

    @cached_property
    def inputs(self) -> list[RuleInput]:
        """Every subject's input, ready."""
        return list(rule_inputs(self.world))

    @cached_property
    def documents(self) -> list[dict[str, Any]]:
        """What the engine is asked: the inputs with the rules they are for."""
        rules = self.policies.rules
        return [
            {
                **item.document,
                "rules": {r.id: list(r.needs) for r in rules if item.subject.kind in r.subjects},
            }
            for item in self.inputs
        ]

    @cached_property
    def bare(self) -> regorus.Engine:
        """The engine with the same modules and nothing of ours around it."""
        engine = regorus.Engine()
        for path, text in self.policies.catalog.modules.items():
            engine.add_policy(path, text)
        engine.add_data_json(json.dumps({"cctv_revision": self.policies.catalog.digest}))
        return engine

    def engine_alone(self) -> None:
        """Ask for every document."""
        for document in self.documents:
            self.bare.set_input_json(json.dumps(document))
            self.bare.eval_rule_as_json(QUERY)

    def judge(self, engine: Engine) -> None:
        """Our evaluation of inputs that are ready."""
        waived = Waivers(files=(), today=district.AS_OF.date(), max_days=180, approvals=())
        evaluate(self.inputs, self.policies.rules, engine=engine, waivers=waived)

    def subjects(self) -> None:
        """Evidence in memory to inputs."""
        list(rule_inputs(self.world))


def run(*, quick: bool) -> str:
    """The table."""
    recorders, rounds = (25, 3) if quick else (100, 7)
    with tempfile.TemporaryDirectory() as folder:
        say(f"evaluation: {recorders} recorders with {crowd.CAMERAS} cameras")
        bench = Bench(crowd.build(Path(folder), recorders), recorders)
        engine = open_engine("regorus", bench.policies.catalog)
        bench.engine_alone(), bench.judge(engine), bench.subjects()
        alone, judged, ratio = _beside(lambda: bench.judge(engine), bench, rounds)
        _, both, whole = _beside(lambda: (bench.subjects(), bench.judge(engine)), bench, rounds)
        _, made, part = _beside(bench.subjects, bench, rounds)
        rows = [
            _row("the engine alone", alone, "1.00", bench),
            _row("`evaluate` on the same inputs", judged, f"{ratio:.2f}", bench),
            _row("evidence to inputs (`subjects`)", made, f"{part:.2f}", bench),
            _row("evidence to findings (both)", both, f"{whole:.2f}", bench),
            *_opa(bench, Path(folder), alone, rounds),
        ]
    head = ("", "CPU ms a device", "CPU ms a recorder with 8 cameras", "× the engine alone")
    where = conditions("gordon-to-regorus", "pydantic")
    return f"{table(head, rows)}\n\n{recorders} recorders, {len(bench.inputs)} devices; {where}"


def _beside(work: Any, bench: Bench, rounds: int) -> tuple[float, float, float]:
    mine, alone, ratio = paired(lambda: cost(work), lambda: cost(bench.engine_alone), rounds)
    return alone, mine, ratio


def _row(name: str, seconds: float, ratio: str, bench: Bench) -> Sequence[str]:
    return name, ms(seconds, len(bench.inputs)), ms(seconds, bench.recorders), ratio


def _opa(bench: Bench, folder: Path, alone: float, rounds: int) -> list[Sequence[str]]:
    """For information: our side of asking a server; the server's own CPU is not in it."""
    if opa.find() is None:
        return []
    with opa.serve(folder) as server:
        settings = OpaSettings(url=server.settings.url, token=server.settings.token, timeout_s=60)
        with open_engine("opa", bench.policies.catalog, settings) as engine:
            bench.judge(engine)
            before = _server_cpu(server.process.pid)
            ours = min(cost(lambda: bench.judge(engine)) for _ in range(min(rounds, 3)))
            served = (_server_cpu(server.process.pid) - before) / min(rounds, 3)
    return [
        _row("`evaluate` through an OPA server: our side", ours, f"{ours / alone:.2f}", bench),
        _row("… and the server's own CPU", served, f"{served / alone:.2f}", bench),
    ]


def _server_cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100
