"""What makes a record of Uniconta unusable for us: said once, for the holds of the flows and for the doctor."""

from dataclasses import dataclass

from integration.uniconta.values import Row, flag_of, text_of

TERM_ACCOUNTS = ("Account", "OffsetAccount", "DebtorAccount")


@dataclass(frozen=True, kw_only=True)
class Complaint:
    """Why a record cannot be used; `id` is the doctor's word for it, `cause` and `cure` are for people."""

    id: str
    cause: str
    cure: str


def account_complaint(account: str, row: Row | None) -> Complaint | None:
    """Return why a journal of ours cannot post to a GL account (GLAccountClient), None when it can [A95]."""
    if row is None:
        return Complaint(
            id="account-missing",
            cause=f"GL account {account} does not exist in Uniconta.",
            cure="Make it there, or correct the account in the setup or the payment types.",
        )
    if flag_of(row.get("Blocked")) or flag_of(row.get("BlockedInJournal")):
        return Complaint(
            id="account-blocked",
            cause=f"GL account {account} is blocked.",
            cure="Unblock it in Uniconta.",
        )
    if text_of(row.get("Vat")):
        return Complaint(
            id="account-vat-code",
            cause=f"GL account {account} has the VAT code {row['Vat']}; payments posted there would get VAT.",
            cure="Remove the VAT code from the account in Uniconta, or choose another account.",
        )
    return None


def journal_complaint(journal: str, row: Row | None) -> Complaint | None:
    """Return why nothing can be posted through a journal (GLDailyJournalClient), None when it can [A102]."""
    if row is None:
        return Complaint(
            id="journal-missing",
            cause=f"Journal “{journal}” does not exist in Uniconta.",
            cure="Make it there, or correct point 5 of the setup.",
        )
    if flag_of(row.get("Blocked")):
        return Complaint(
            id="journal-blocked",
            cause=f"Journal “{journal}” is blocked.",
            cure="Unblock it in Uniconta.",
        )
    if flag_of(row.get("UseApproved")):
        return Complaint(
            id="journal-approval",
            cause=f"Journal “{journal}” posts approved lines only.",
            cure="Switch approval off for this journal in Uniconta.",
        )
    return None


def debtor_complaint(
    account: str, row: Row | None, *, named_in: str = "point 2 of the setup (POS debtor)"
) -> Complaint | None:
    """Return why nothing can be sold to a debtor (DebtorClient), None when it can; `named_in` says who names it."""
    if row is None:
        return Complaint(
            id="pos-debtor-missing",
            cause=f"Debtor {account} does not exist in Uniconta.",
            cure=f"Make it there, or correct {named_in}.",
        )
    if flag_of(row.get("Blocked")):
        return Complaint(
            id="pos-debtor-blocked",
            cause=f"Debtor {account} is blocked.",
            cure="Unblock it in Uniconta.",
        )
    return None


def term_complaint(term: str, row: Row | None) -> Complaint | None:
    """Return why a payment term (PaymentTermClient) cannot stand on a sale, None when it can [A88]."""
    if row is None:
        return Complaint(
            id="payment-term-missing",
            cause=f"Payment term “{term}” does not exist in Uniconta.",
            cure="Correct the payment term in the setup or on the debtor.",
        )
    if any(text_of(row.get(name)) for name in TERM_ACCOUNTS):
        return Complaint(
            id="payment-term-books",
            cause=f"Payment term “{term}” books the payment by itself; the till's payments would be booked twice.",
            cure="Choose a payment term without accounts for the POS debtor or in the setup.",
        )
    return None
