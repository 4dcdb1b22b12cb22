"""A bare login: paramiko, threads, pinned host keys, `true`. What any SSH collector must pay.

With a file as the fourth argument that script is run instead, and its answer thrown away.
"""

from __future__ import annotations

import base64
import json
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import paramiko


def main(hosts_file: str, key_file: str, concurrency: str, script: str = "") -> None:
    """Log in everywhere; exit 1 if any host failed."""
    text = Path(script).read_bytes() if script else b""
    key = paramiko.Ed25519Key.from_private_key_file(key_file)

    def login(host: dict[str, str]) -> int:
        kind, blob = host["host_key"].split()
        client = paramiko.SSHClient()
        client.set_missing_host_key_policy(paramiko.RejectPolicy())
        pinned = paramiko.Ed25519Key(data=base64.b64decode(blob))
        client.get_host_keys().add(host["address"], kind, pinned)
        client.connect(
            host["address"],
            username=host["user"],
            pkey=key,
            timeout=30,
            banner_timeout=60,
            auth_timeout=60,
            look_for_keys=False,
            allow_agent=False,
        )
        command = "exec /bin/sh -s" if text else "true"
        entry, output, _ = client.exec_command(command, timeout=120)
        if text:
            entry.write(text)
            entry.channel.shutdown_write()
            output.read()
        code = output.channel.recv_exit_status()
        client.close()
        return code

    hosts = json.loads(Path(hosts_file).read_text())
    with ThreadPoolExecutor(int(concurrency)) as pool:
        codes = list(pool.map(login, hosts))
    sys.exit(any(codes))


if __name__ == "__main__":
    main(*sys.argv[1:])
