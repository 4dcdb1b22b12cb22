"""Many addresses in front of one machine: each connection gets a real sshd of its own inside it.

    python doors.py PID FOLDER < addresses, one a line

The sshd of address number *i* is started in the namespaces of process PID with the file
``FOLDER/ssh<i>.conf`` (a path inside that machine), so it has a host key of its own and sees the
machine's processes, sockets and disks. Prints ``ready`` once all addresses listen.
"""

from __future__ import annotations

import os
import selectors
import signal
import socket
import sys
from contextlib import suppress


def main(pid: str, folder: str) -> None:
    """Listen until killed."""
    signal.signal(signal.SIGCHLD, _reap)
    chosen = selectors.DefaultSelector()
    for number, address in enumerate(sys.stdin.read().split()):
        server = socket.create_server((address, 22), backlog=32)
        chosen.register(server, selectors.EVENT_READ, f"{folder}/ssh{number}.conf")
    print("ready", flush=True)
    inside = ["nsenter", "-t", pid, "-m", "-u", "-i", "-n", "-p", "--"]
    while True:
        for key, _ in chosen.select():
            line, _ = key.fileobj.accept()  # type: ignore[union-attr]
            if os.fork() == 0:
                os.dup2(line.fileno(), 0)
                os.dup2(line.fileno(), 1)
                command = [*inside, "/usr/sbin/sshd", "-i", "-f", key.data]
                os.execvp(command[0], command)  # noqa: S606 - no shell is the point
            line.close()


def _reap(*_: object) -> None:
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


if __name__ == "__main__":
    main(*sys.argv[1:])
