"""The small family of errors: each says whether to try again, who must act, and carries redacted evidence."""

from collections.abc import Mapping
from typing import Literal

Actor = Literal["machine", "shop", "us"]


class IntegrationError(Exception):
    """Something went wrong at a vendor or on the way there; its text is one plain sentence.

    `evidence` is redacted and safe to store; `actor` says who must act.
    """

    actor: Actor = "us"

    def __init__(self, message: str, *, evidence: Mapping[str, object] | None = None) -> None:
        super().__init__(message)
        self.evidence: dict[str, object] = dict(evidence or {})


class RetryableError(IntegrationError):
    """Certainly nothing was changed: try again later, after `retry_after` seconds where the vendor said so."""

    actor: Actor = "machine"

    def __init__(
        self,
        message: str,
        *,
        retry_after: float | None = None,
        evidence: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(message, evidence=evidence)
        self.retry_after = retry_after


class UnknownOutcome(IntegrationError):
    """A write may or may not have happened: look for its key before anything is sent again."""

    actor: Actor = "machine"


class Refused(IntegrationError):
    """The vendor understood and said no; certainly nothing was done.

    `name` is the vendor's name for the error, `property` and `value` what it complains of, where it says so.
    """

    actor: Actor = "shop"

    def __init__(
        self,
        message: str,
        *,
        name: str = "",
        property: str = "",
        value: str = "",
        evidence: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(message, evidence=evidence)
        self.name = name
        self.property = property
        self.value = value


class AccessDenied(IntegrationError):
    """The connection needs attention: a refused log-in, a missing right, a missing subscription."""

    actor: Actor = "shop"


class ContractBroken(IntegrationError):
    """A read was answered with something the contract does not know; we must look."""

    actor: Actor = "us"


class UnreadableRecord(ContractBroken):
    """One record cannot be read, for the reason in the text; the others can. `record_id` is the vendor's id of it."""

    def __init__(
        self, message: str, *, record_id: str, evidence: Mapping[str, object] | None = None
    ) -> None:
        super().__init__(message, evidence=evidence)
        self.record_id = record_id


class BadSignature(IntegrationError):
    """A webhook's signature is missing or wrong: the call is not from the vendor."""

    actor: Actor = "shop"


class Hold(IntegrationError):
    """A person must decide: `cause` says what stands in the way, `cure` what to do about it.

    `mended_by` says what makes the job go on by itself: setup, uniconta, customers1st, receipt, stop, deletes,
    unknown or nothing.
    `code` groups records of the same cause; without it they are grouped by the cause's words, less their own numbers.
    """

    actor: Actor = "shop"

    def __init__(
        self,
        cause: str,
        cure: str,
        *,
        mended_by: str = "",
        code: str = "",
        evidence: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(cause, evidence=evidence)
        self.cause = cause
        self.cure = cure
        self.mended_by = mended_by
        self.code = code
