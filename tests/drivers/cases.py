"""Recorded replies of real recorders: `<kind>/<case>/reply.txt` in, `facts.json` out.

The first line of a reply is JSON: when it was asked and which cameras the inventory has. The rest
is what the device printed, with `@@test` for the mark and `Canary-…` for every password of the lab.

    python -m tests.drivers.cases      writes facts.json anew; look at the difference before a
    commit
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from cctv_policy.drivers import DRIVERS
from cctv_policy.drivers.framing import Answer, cut
from cctv_policy.drivers.machine import LinuxRecorder, Told
from cctv_policy.inventory import Camera, Recorder
from cctv_policy.model import Json

HERE = Path(__file__).parent
MARK = "@@test"
KINDS = tuple(sorted(path.parent.name for path in HERE.glob("*/healthy")))


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One recorded reply."""

    folder: Path
    recorder: Recorder
    answer: Answer

    @property
    def driver(self) -> LinuxRecorder:
        """The driver of its kind."""
        driver = DRIVERS[self.recorder.driver]
        assert isinstance(driver, LinuxRecorder)
        return driver

    def tell(self, text: str | None = None) -> list[Told]:
        """What the driver makes of the reply, or of a changed `text` in its place."""
        a = self.answer
        changed = Answer(
            text=a.text if text is None else text,
            mark=a.mark,
            asked_at=a.asked_at,
            first_at=a.first_at,
        )
        return list(self.driver.tell(cut(changed), self.recorder))


def load(folder: Path) -> Case:
    """Read one case."""
    head, _, text = (folder / "reply.txt").read_text(encoding="utf-8").partition("\n")
    about = json.loads(head)
    cameras = tuple(Camera(area="campus", place="gate", **camera) for camera in about["cameras"])
    recorder = Recorder(
        id="nvr",
        driver=folder.parent.name,
        status="in_use",
        commissioned_on=date(2026, 1, 1),
        cameras=cameras,
    )
    answer = Answer(text=text, mark=MARK, asked_at=about["asked_at"], first_at=about["first_at"])
    return Case(folder=folder, recorder=recorder, answer=answer)


def every() -> list[Path]:
    """The folders of all cases."""
    return sorted(p.parent for kind in KINDS for p in (HERE / kind).glob("*/reply.txt"))


def as_json(told: list[Told]) -> list[Json]:
    """Facts as the golden files hold them."""
    return [
        {"device": t.device or "nvr", "fact": t.fact}
        | (
            {"unknown": t.unknown.value, "detail": t.detail}
            if t.unknown
            else {"value": t.value} | ({"partial": True} if t.partial else {})
        )
        | {"source": t.source}
        for t in told
    ]


def main() -> None:
    """Write every golden file anew."""
    for folder in every():
        text = json.dumps(as_json(load(folder).tell()), indent=1, ensure_ascii=False)
        (folder / "facts.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
