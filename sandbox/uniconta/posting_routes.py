"""Invoice and GLJournal: the calls that post."""

import base64
from datetime import datetime
from typing import Any

from sandbox.uniconta.calls import Call, Route
from sandbox.uniconta.company import Company
from sandbox.uniconta.errors import BadField, Refusal
from sandbox.uniconta.invoicing import invoice_order
from sandbox.uniconta.journal import Request as JournalRequest
from sandbox.uniconta.journal import check_journal, post_journal
from sandbox.uniconta.pdf import invoice_pdf
from sandbox.uniconta.replies import (
    SUCCESS,
    json_reply,
    json_string,
    refusal_reply,
    result_object,
    success_reply,
    text_reply,
)
from sandbox.uniconta.table import Row
from sandbox.uniconta.values import read_instant, read_whole
from sandbox.web import Reply


def generate_invoice(call: Call) -> Reply:
    """Invoice a stored order; the answer is JSON, the PDF or text [A83]."""
    body = _object(call.body())
    if body.get("Order") or body.get("Lines") or not body.get("OrderNumber"):
        raise Refusal("ArgumentMissing", field="OrderNumber")
    date = _date(body.get("Date")) or call.company.now().replace(hour=0, minute=0, second=0)
    invoice = invoice_order(
        call.company,
        read_whole(body["OrderNumber"], name="OrderNumber"),
        date=date,
        simulate=bool(body.get("Simulate")),
    )
    form = call.switches.get("uni.invoice_reply")
    if form == "pdf" and invoice["InvoiceNumber"]:
        return Reply(200, _pdf(call.company, invoice), content_type="application/pdf")
    if form == "text":
        return text_reply(SUCCESS)
    members = {
        "InvoiceNumber": invoice["InvoiceNumber"],
        "JournalPostedlId": invoice["JournalPostedId"],
    }
    return json_reply({**members, **result_object(switches=call.switches)})


def get_invoice_pdf(call: Call) -> Reply:
    """Answer the PDF of an invoice as a JSON string in base64."""
    query = {name.lower(): values[0] for name, values in call.request.query.items()}
    number = query.get("invoicenumber", "")
    found = [
        row
        for row in call.company["DebtorInvoice"].where("InvoiceNumber", _number(number))
        if query.get("account") in (None, row["Account"])
    ]
    if not found:
        raise Refusal("CouldNotFind", field="InvoiceNumber", value=number)
    content = base64.b64encode(_pdf(call.company, found[-1])).decode()
    return Reply(200, json_string(content))


def get_invoice_pdf_by_guid(call: Call) -> Reply:
    """Refuse: no answer of the sandbox names such a guid."""
    raise Refusal("CouldNotFind", field="GuidString", value=call.names["guid"])


def post_daily_journal(call: Call) -> Reply:
    """Post the given lines, or the stored ones when there are none."""
    try:
        posting = post_journal(call.company, _journal_request(call))
    except Refusal as refusal:
        return _journal_refusal(call, refusal)
    if call.switches.get("uni.postdaily_reply") == "code_only":
        return success_reply(switches=call.switches)
    members: dict[str, Any] = {
        "JournalPostedlId": posting,
        "SimulatedTrans": None,
        "AccountBalance": None,
    }
    return json_reply(result_object(switches=call.switches, **members))


def check(call: Call) -> Reply:
    """Check lines without posting them."""
    try:
        check_journal(call.company, _object(call.body()).get("Lines") or ())
    except Refusal as refusal:
        return _journal_refusal(call, refusal)
    return json_reply(result_object(switches=call.switches, JournalPostedlId=0))


def _journal_request(call: Call) -> JournalRequest:
    body = _object(call.body())
    lines = body.get("Lines")
    if lines is not None and not isinstance(lines, list):
        raise Refusal("InvalidObject", field="Lines")
    journal = str(body.get("Journal") or "")
    return JournalRequest(journal=journal, lines=lines, date=_date(body.get("Date")))


def _journal_refusal(call: Call, refusal: Refusal) -> Reply:
    """Word a refusal and keep its detail for GetLastError [A100]."""
    call.company.last_error[refusal.name] = refusal.detail
    code_only = call.switches.get("uni.postdaily_reply") == "code_only"
    return refusal_reply(
        refusal,
        area="crud" if code_only else "journal",
        switches=call.switches,
        members={"JournalPostedlId": 0},
    )


def _pdf(company: Company, invoice: Row) -> bytes:
    lines = company["DebtorInvoiceLine"].where("InvoiceNumber", invoice["InvoiceNumber"])
    return invoice_pdf(invoice, lines)


def _date(value: Any) -> datetime | None:
    if value in (None, ""):
        return None
    try:
        return read_instant(value).replace(hour=0, minute=0, second=0)
    except ValueError as error:
        raise BadField("Date", f"The value '{value}' is not valid for Date.") from error


def _number(text: str) -> int:
    return int(text) if text.isdigit() else 0


def _object(body: Any) -> dict[str, Any]:
    if not isinstance(body, dict):
        raise Refusal("ArgumentMissing")
    return body


ROUTES = (
    Route(
        method="POST",
        path="/Invoice/GenerateDebtorInvoice",
        handler=generate_invoice,
        area="invoice",
    ),
    Route(
        method="GET",
        path="/Invoice/GetInvoicePDF",
        handler=get_invoice_pdf,
        area="invoice",
    ),
    Route(
        method="GET",
        path="/Invoice/GetInvoicePDF/{guid}",
        handler=get_invoice_pdf_by_guid,
        area="invoice",
    ),
    Route(
        method="POST",
        path="/GLJournal/PostDailyJournal",
        handler=post_daily_journal,
        area="journal",
        all_or_nothing=False,  # the switches decide [A92] [A93]
    ),
    Route(method="POST", path="/GLJournal/CheckJournal", handler=check, area="journal"),
)
