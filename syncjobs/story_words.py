"""The words in which a story names chapters, documents, states and remote calls."""

import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from integration.ports import DocumentKind
from syncjobs.models import Chapter

AT_THE_TILL = (DocumentKind.CUSTOMER.value, DocumentKind.PRODUCT.value)
CHAPTERS: Mapping[str, Any] = {
    Chapter.READ: _("Read"),
    Chapter.DECIDED: _("Decided"),
    Chapter.WROTE: _("Wrote"),
}
# what a call is about, by a part of its path
SUBJECTS: Mapping[str, Any] = {
    "pospayments": _("receipts"),
    "posbalances": _("day closes"),
    "financevouchers": _("the till's own posting proposal"),
    "customers": _("customers"),
    "products": _("products"),
    "giftcards": _("gift cards"),
    "resthooks": _("webhooks"),
    "hooks": _("webhooks"),
    "DebtorClient": _("debtors"),
    "DebtorOrderClient": _("orders"),
    "DebtorOrderLineClient": _("order lines"),
    "DebtorInvoiceClient": _("invoices"),
    "GenerateDebtorInvoice": _("the invoice of an order"),
    "DebtorTransOpenClient": _("open items"),
    "DebtorGroupClient": _("debtor groups"),
    "InvItemClient": _("items"),
    "InvGroupClient": _("item groups"),
    "GLAccountClient": _("accounts"),
    "GLTransClient": _("postings"),
    "GLVatClient": _("VAT codes"),
    "GLDailyJournalClient": _("journals"),
    "GLDailyJournalLineClient": _("unposted journal lines"),
    "PostDailyJournal": _("the posting of a journal"),
    "CompanyClient": _("the company"),
    "login": _("the log-in"),
    "refresh": _("the log-in"),
}
_CALL = re.compile(r"(?P<system>[^:]+): [A-Z]+ (?P<path>\S+) → (?P<outcome>.+)")


def call_words(text: str) -> str:
    """Return a remote call as people say it, empty for a line that is no call or about nothing we know."""
    found = _CALL.fullmatch(text)
    if found is None:
        return ""
    parts = found["path"].strip("/").split("/")
    subject = next((SUBJECTS[part] for part in parts if part in SUBJECTS), None)
    if subject is None:
        return ""
    words = {"system": found["system"], "subject": subject, "outcome": found["outcome"]}
    if found["outcome"] in ("200", "201", "204"):
        return gettext("%(system)s: %(subject)s") % words
    return gettext("%(system)s: %(subject)s, answered %(outcome)s") % words
