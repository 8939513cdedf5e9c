"""A vendor's refusal in plain words, with the cure."""

from collections.abc import Iterable, Mapping
from typing import Any

from integration.errors import Hold, Refused, UnreadableRecord
from integration.uniconta.labels import labels_in

WORDS = {
    "CreditLimitExceeded": (
        "the debtor's credit limit is exceeded",
        "Raise or remove the debtor's credit limit in Uniconta.",
    ),
    "ItemIsOnHold": ("an item is blocked", "Unblock the item in Uniconta."),
    "NoRights": ("the Uniconta user lacks a right", "Give the user the right in Uniconta."),
    "NoSubscription": (
        "the Uniconta subscription does not cover this",
        "Ask Uniconta or your dealer about the subscription.",
    ),
    "CouldNotFind": (
        "something it refers to does not exist",
        "Check the numbers in the setup against Uniconta.",
    ),
    "AccountIsMissing": (
        "an account is missing",
        "Check the accounts in the setup against Uniconta.",
    ),
    "PeriodIsClosed": (
        "the period is closed",
        "Open the period in Uniconta; the date is never moved. Then run the job again.",
    ),
    "ErrorInJournal": ("the journal has an error", "Look at the journal in Uniconta."),
}
UNKNOWN = (
    "{name}",
    "Look up in Uniconta what stands in the way, mend it there, then run the job again.",
)
NOT_UNDERSTOOD = "InvalidObject"  # what a company says to a label of another language, too [A62]
LABEL_CURE = (
    "Set the language of our Uniconta user to English and let the doctor check the setup; then run the job again. If that"
    " changes nothing, look up in Uniconta what stands in the way."
)


def hold_for(error: Refused, *, what: str, sent: Iterable[Mapping[str, Any]] = ()) -> Hold:
    """Return the hold for a refusal of `what`; `sent` are its rows, whose labels may be what is not understood."""
    cause, cure = WORDS.get(error.name, UNKNOWN)
    said = " ".join(filter(None, (error.property, error.value)))
    about, labels = f" ({said})" if said else "", labels_in(sent)
    suspects = [error.property] if error.property in labels else [] if said else list(labels)
    hint = ""
    if error.name == NOT_UNDERSTOOD and suspects:
        told = ", ".join(f"{name} “{labels[name]}”" for name in suspects)
        hint, cure = f" It may not understand a label that was sent: {told}.", LABEL_CURE
    return Hold(
        f"Uniconta refused {what}: {cause.format(name=error.name or str(error))}{about}.{hint}",
        cure,
        mended_by="uniconta",
        evidence=error.evidence,
    )


def unreadable_hold(error: UnreadableRecord) -> Hold:
    """Return the hold for a record whose values make no sense."""
    return Hold(
        str(error),
        "Open the record in Customers 1st and correct the value; if it looks right there, send this text to us.",
        mended_by="customers1st",
        evidence=error.evidence,
    )
