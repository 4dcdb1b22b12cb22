"""Where the policies, deploys, checks and the sample inventory are: in the wheel or in the
checkout.
"""

from __future__ import annotations

from pathlib import Path

from cctv_policy.errors import CatalogError

_PACKAGE = Path(__file__).resolve().parent


def folder(name: str) -> Path:
    """The folder `name` (policies, deploys, checks, inventory) that ships with this
    installation.
    """
    for candidate in (_PACKAGE / "_bundle" / name, _PACKAGE.parents[1] / name):
        if candidate.is_dir():
            return candidate
    raise CatalogError(
        f"缺少隨附的目錄 {name} (the folder {name!r} that ships with cctv-policy is missing)",
        where=str(_PACKAGE),
        fix="重新安裝 cctv-policy (install the package again)",
    )
