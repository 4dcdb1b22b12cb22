"""Whose lease may be taken over: only that of a process of this machine that runs no more."""

from __future__ import annotations

import os
import time
from pathlib import Path

from cctv_policy.vault.holder import is_gone, this_process


def test_a_process_that_runs_is_not_gone_and_another_machine_is_never_judged() -> None:
    own = this_process()
    assert not is_gone(own)
    host, boot, pid, start = own.split("/")
    assert is_gone(f"{host}/{boot}/{pid}/{int(start) + 1}"), "its number was given away again"
    assert is_gone(f"{host}/another-boot/{pid}/{start}")
    assert not is_gone(f"elsewhere/{boot}/{pid}/0")
    assert not is_gone("what is this")


def test_a_dead_process_that_nobody_reaped_is_gone() -> None:
    seen, say = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(say, this_process().encode())
        os._exit(0)
    name = os.read(seen, 200).decode()
    deadline = time.monotonic() + 10
    while not is_gone(name) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert is_gone(name) and Path(f"/proc/{child}").exists(), "still a zombie"
    os.waitpid(child, 0)
    os.close(seen), os.close(say)
