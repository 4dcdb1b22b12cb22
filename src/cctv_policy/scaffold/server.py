"""`cctv-policy init --server`: a bare repository that accepts only what the records allow."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

from cctv_policy.errors import UsageError
from cctv_policy.gitwrite import init_server
from cctv_policy.scaffold.district import TEMPLATES, refuse_full


def new_server(folder: Path) -> None:
    """A bare repository in the new or empty `folder`, with the pre-receive hook.

    The hook runs this very installation, so that it does not depend on a PATH. UsageError if the
    folder holds files or cannot be written.
    """
    refuse_full(folder)
    init_server(folder)
    hook = folder / "hooks" / "pre-receive"
    text = (TEMPLATES / "server" / "pre-receive").read_text(encoding="utf-8")
    command = f"{shlex.quote(sys.executable)} -m cctv_policy"
    try:
        hook.write_text(text.replace("@command@", command), encoding="utf-8")
        hook.chmod(0o755)
    except OSError as error:
        raise UsageError(
            f"無法寫入 hook (cannot write the hook: {error.strerror})", where=str(hook)
        ) from None
