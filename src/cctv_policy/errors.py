"""Errors of the tool: one base class, one subclass per stage, caught only at the edge (cli).

Faults in the user's data are data (lists of faults, unknown findings); these exceptions are for
what stops a stage. Each says what happened, where, and what to do next; none carries a secret.
"""

from collections.abc import Sequence


class CctvPolicyError(Exception):
    """What went wrong (`what`), where (`where`: file, line, device) and what to do (`fix`)."""

    exit_code = 70

    def __init__(self, what: str, *, where: str = "", fix: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.fix = fix

    def __str__(self) -> str:
        head = f"{self.where}: {self.what}" if self.where else self.what
        return f"{head}\n  → {self.fix}" if self.fix else head


class UsageError(CctvPolicyError):
    """The command line asks for something that cannot be done as asked."""

    exit_code = 64


class ClerkError(CctvPolicyError):
    """A clerk's command cannot do what was asked; told in zh-TW, `details` one line each.

    Unless it says otherwise nothing was written. No detail repeats what was typed.
    """

    exit_code = 64

    def __init__(
        self, what: str, *, where: str = "", fix: str = "", details: "Sequence[str]" = ()
    ) -> None:
        super().__init__(what, where=where, fix=fix)
        self.details = tuple(details)

    def __str__(self) -> str:
        return "\n".join([super().__str__(), *(f"  {line}" for line in self.details)])


class NotShared(ClerkError):  # noqa: N818 - a state of affairs: all is safe here, and only here
    """What was written is committed here, but the remote does not have it yet."""

    exit_code = 75


class InventoryError(CctvPolicyError):
    """The inventory cannot be used; `faults` lists every fault of every file."""

    exit_code = 64

    def __init__(
        self, what: str, *, where: str = "", fix: str = "", faults: "list[object] | None" = None
    ) -> None:
        super().__init__(what, where=where, fix=fix)
        self.faults = list(faults or [])

    def __str__(self) -> str:
        return "\n".join([super().__str__(), *(f"  {fault}" for fault in self.faults)])


class PackError(CctvPolicyError):
    """A regulation pack is missing, malformed or contradicts itself."""

    exit_code = 64


class CatalogError(CctvPolicyError):
    """The policy folder is missing, empty, or a rule's METADATA is unusable."""


class StateError(CctvPolicyError):
    """A state document cannot be read or written."""


class EngineError(CctvPolicyError):
    """The policy engine did not answer, or answered something that is not a verdict."""


class EvaluationError(CctvPolicyError):
    """There is nothing to judge, or the judgement would be incomplete."""


class SecretError(CctvPolicyError):
    """A named secret cannot be found. The message carries the name, never a value."""

    exit_code = 64


class VaultError(SecretError):
    """The vault cannot be read, or did not take a write; a failed write changed no secret."""


class RecordError(CctvPolicyError):
    """A record cannot be written where it belongs, or cannot be read at all."""


class GitError(CctvPolicyError):
    """git did not answer as it must; `code` tells the cases apart (gitobjects.py)."""

    def __init__(self, what: str, *, code: str, where: str = "", fix: str = "") -> None:
        super().__init__(what, where=where, fix=fix)
        self.code = code


class FormError(CctvPolicyError):
    """A form cannot be printed: no font, or text that would not appear as it was written.

    The message names the field and the character, never the field's text.
    """

    exit_code = 64


class SealingError(CctvPolicyError):
    """Personal data cannot be sealed or opened, or a keystore cannot be used; `code` names the
    case (sealing/codes.py), `faults` lists what is wrong in keystore.yaml. No message carries a
    value or a key.
    """

    exit_code = 64

    def __init__(
        self,
        what: str,
        *,
        code: str,
        where: str = "",
        fix: str = "",
        faults: "Sequence[object]" = (),
    ) -> None:
        super().__init__(what, where=where, fix=fix)
        self.code = code
        self.faults = tuple(faults)

    def __str__(self) -> str:
        return "\n".join([super().__str__(), *(f"  {fault}" for fault in self.faults)])


class PushError(CctvPolicyError):
    """Nothing can be pushed: what is wanted cannot be told, or the run cannot be carried out."""


class DestructionError(CctvPolicyError):
    """Nothing is destroyed, or nothing is certified; `refusals` says every reason."""

    exit_code = 1

    def __init__(
        self, what: str, *, where: str = "", fix: str = "", refusals: "Sequence[object]" = ()
    ) -> None:
        super().__init__(what, where=where, fix=fix)
        self.refusals = tuple(refusals)

    def __str__(self) -> str:
        return "\n".join([super().__str__(), *(f"  {refusal}" for refusal in self.refusals)])
