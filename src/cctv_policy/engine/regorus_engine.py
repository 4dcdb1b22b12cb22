"""The embedded engine: Microsoft's regorus, in this process, on this thread."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from importlib.metadata import version
from types import TracebackType
from typing import Any, Self

import regorus

from cctv_policy.catalog import ENTRY_POINT, Catalog
from cctv_policy.engine.base import checked
from cctv_policy.errors import EngineError
from cctv_policy.model import Json

_QUERY = "data." + ENTRY_POINT.replace("/", ".")


class Regorus:
    """One engine on one thread; its rules are compiled once and asked per subject."""

    name = "regorus"
    version = version("gordon-to-regorus")

    def __init__(self, catalog: Catalog) -> None:
        self._digest = catalog.digest
        try:
            self._engine = _compiled(catalog.modules).clone()
            self._engine.add_data_json(json.dumps({"cctv_revision": catalog.digest}))
        except RuntimeError as error:
            raise EngineError(_first_lines(error), where="regorus") from None

    def verdicts(self, document: Mapping[str, Json]) -> Mapping[str, Json]:
        """See Engine.

        The engine's own backtrace is cut off; the input is never part of a message.
        """
        asked = json.dumps(document)
        try:
            self._engine.set_input_json(asked)
            text = self._engine.eval_rule_as_json(_QUERY)
        except RuntimeError as error:
            raise EngineError(_first_lines(error), where="regorus") from None
        except BaseException as error:  # a Rust panic is no Exception, and its type has no module
            if type(error).__name__ != "PanicException":
                raise
            raise EngineError("判定引擎異常中止 (the engine panicked)", where="regorus") from None
        return checked(json.loads(text), digest=self._digest, engine="regorus")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        return None


class _Compiled(threading.local):
    """The last compiled policies of a thread: the library's engine may not leave its thread."""

    modules: Mapping[str, str] | None = None
    engine: Any = None


_LAST = _Compiled()


def _compiled(modules: Mapping[str, str]) -> Any:
    """An engine with these modules, to be cloned and never asked: compiling costs more than most
    judgements, and a scan opens an engine before it collects and another after.
    """
    if _LAST.modules != modules:
        engine = regorus.Engine()
        for path, text in modules.items():
            engine.add_policy(path, text)
        _LAST.engine, _LAST.modules = engine, dict(modules)
    return _LAST.engine


def _first_lines(error: RuntimeError) -> str:
    return str(error).split("\nStack backtrace")[0].strip()[:600]
