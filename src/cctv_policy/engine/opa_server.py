"""A real OPA server through opa-python-client, as a district runs it.

Only the entry point is asked for (a server may deny the rest by `system.authz`), builtin errors are
strict, the environment's proxies and ~/.netrc are not used, and a token never goes over plain HTTP
to another machine.
"""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import ip_address
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

import requests
from opa_client import OpaClient

from cctv_policy.catalog import ENTRY_POINT, Catalog
from cctv_policy.engine.base import OpaSettings, checked
from cctv_policy.errors import EngineError
from cctv_policy.model import Json

_PORT = 8181


class OpaServer:
    """One session to one server."""

    name = "opa"

    def __init__(self, catalog: Catalog, settings: OpaSettings) -> None:
        self._digest = catalog.digest
        self.url = settings.url
        parts = urlsplit(settings.url)
        if "@" in settings.url:
            raise EngineError(
                "OPA 伺服器的網址中不可有帳號或密碼 "
                "(the address of the OPA server must hold no user or password)",
                fix="權杖請放在 CCTV_POLICY_OPA_TOKEN (put the token into CCTV_POLICY_OPA_TOKEN)",
            )
        if (
            parts.scheme not in ("http", "https")
            or not parts.hostname
            or parts.path not in ("", "/")
        ):
            raise EngineError(
                "不是 OPA 伺服器的網址 (not the address of an OPA server)",
                where=settings.url,
                fix="https://host:port",
            )
        if parts.scheme == "http" and not _is_loopback(parts.hostname):
            raise EngineError(
                "只有本機可用未加密的 http (plain http is only allowed to this machine)",
                where=settings.url,
                fix="請用 https:// (use https://)",
            )
        self._client = OpaClient(
            host=f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname,
            port=parts.port or _PORT,
            ssl=parts.scheme == "https",
            token=settings.token or None,
            timeout=settings.timeout_s,
        )
        session = self._client._session
        session.trust_env = False
        if settings.ca_file:
            session.verify = settings.ca_file
        self.version = "server"

    def verdicts(self, document: Mapping[str, Json]) -> Mapping[str, Json]:
        """See Engine. Every way in which the server may fail to answer is an EngineError."""
        try:
            answer = self._client.query_rule(
                input_data=dict(document),
                package_path=ENTRY_POINT,
                query_params={"strict-builtin-errors": "true"},
            )
        except requests.exceptions.HTTPError as error:
            raise EngineError(_refusal(error.response), where=self.url, fix=_FIX) from None
        except (requests.exceptions.RequestException, ValueError) as error:
            raise EngineError(
                f"OPA 伺服器沒有回應 (the OPA server does not answer: {type(error).__name__})",
                where=self.url,
                fix=_FIX,
            ) from None
        result = answer.get("result") if isinstance(answer, dict) else None
        return checked(result, digest=self._digest, engine=self.url)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._client.close_connection()


_FIX = (
    "啟動伺服器（見 docs/engines.md），或改用 --engine regorus "
    "(start it, or run with --engine regorus)"
)


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _refusal(response: requests.Response | None) -> str:
    """OPA's own words for a refusal; never the request."""
    if response is None:
        return "OPA 伺服器拒絕 (the OPA server refused)"
    try:
        data = response.json()
    except ValueError:
        data = {}
    message = data.get("message") or data.get("code") or response.reason
    details = "; ".join(str(e.get("message", e)) for e in data.get("errors") or [])
    words = f"HTTP {response.status_code} {message} {details}".strip()
    return f"OPA 伺服器拒絕 (the OPA server refused): {words}"[:600]
