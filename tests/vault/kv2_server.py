"""A small HTTP server that speaks KV version 2 as HashiCorp Vault and OpenBao document it.

No vault server can be installed where the tests run. This one implements, from the public API
documentation, what the backend uses: versions, `options.cas`, metadata, LIST, tokens, and the error
bodies. It is not a vault: it encrypts nothing.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

TOKEN = "s.token-of-the-test"
CAS = "check-and-set parameter did not match the current version"


class _Handler(BaseHTTPRequestHandler):
    server: KvServer

    def do_GET(self) -> None:
        if not self._admitted():
            return None
        if "list=true" in self.path:
            return self._list()
        _, _, _mount, kind, path = self.path.split("?")[0].split("/", 4)
        versions = self.server.secrets.get(path, [])
        if kind != "data" or not versions:
            return self._say(404, {"errors": []})
        metadata = {"version": len(versions), "destroyed": False, "deletion_time": ""}
        return self._say(200, {"data": {"data": versions[-1], "metadata": metadata}})

    def do_LIST(self) -> None:
        if self._admitted():
            self._list()

    def do_POST(self) -> None:
        if not self._admitted():
            return None
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        _, _, _mount, kind, path = self.path.split("/", 4)
        if kind == "metadata":
            self.server.metadata[path] = body
            return self._say(204, None)
        with self.server.lock:
            versions = self.server.secrets.setdefault(path, [])
            cas = body.get("options", {}).get("cas")
            if cas is None or cas != len(versions):
                return self._say(400, {"errors": [CAS]})
            versions.append(body["data"])
            return self._say(200, {"data": {"version": len(versions)}})

    do_PUT = do_POST  # noqa: N815 - the name that http.server calls

    def _list(self) -> None:
        folder = self.path.split("?")[0].split("/", 4)[4].rstrip("/") + "/"
        found = {
            path[len(folder) :].partition("/")[0] + ("/" if "/" in path[len(folder) :] else "")
            for path in self.server.secrets
            if path.startswith(folder)
        }
        if not found:
            return self._say(404, {"errors": []})
        return self._say(200, {"data": {"keys": sorted(found)}})

    def _admitted(self) -> bool:
        if self.server.sealed:
            self._say(503, {"errors": ["Vault is sealed"]})
            return False
        if self.headers.get("X-Vault-Token") != TOKEN:
            self._say(403, {"errors": ["permission denied"]})
            return False
        return True

    def _say(self, status: int, body: Any) -> None:
        data = b"" if body is None else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        pass


class KvServer(ThreadingHTTPServer):
    """Its store is in memory: path → versions, oldest first."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.secrets: dict[str, list[dict[str, Any]]] = {}
        self.metadata: dict[str, Any] = {}
        self.lock = threading.Lock()
        self.sealed = False

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


@contextmanager
def running() -> Iterator[KvServer]:
    """A server for the time of a test."""
    server = KvServer()
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
