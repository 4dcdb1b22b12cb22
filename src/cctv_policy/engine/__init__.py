"""Policy engines: `regorus`, embedded and the default, and a real OPA server when one is
configured.

There is no fallback from one to the other: a configured server that does not answer fails the run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cctv_policy.engine.base import Engine, OpaSettings

if TYPE_CHECKING:
    from cctv_policy.catalog import Catalog

__all__ = ["ENGINES", "Engine", "OpaSettings", "open_engine"]

ENGINES = ("regorus", "opa")


def open_engine(name: str, catalog: Catalog, opa: OpaSettings | None = None) -> Engine:
    """Open the engine `name` on the catalogue's policies.

    EngineError if it cannot judge with them.
    """
    if name == "opa":
        from cctv_policy.engine.opa_server import OpaServer

        return OpaServer(catalog, opa or OpaSettings())
    from cctv_policy.engine.regorus_engine import Regorus

    return Regorus(catalog)
