"""A vendor's refusal in plain words, with the cure."""

from integration.errors import Hold, Refused, UnreadableRecord

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


def hold_for(error: Refused, *, what: str) -> Hold:
    """Return the hold for a refusal of `what`."""
    cause, cure = WORDS.get(error.name, UNKNOWN)
    said = " ".join(filter(None, (error.property, error.value)))
    about = f" ({said})" if said else ""
    return Hold(
        f"Uniconta refused {what}: {cause.format(name=error.name or str(error))}{about}.",
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
