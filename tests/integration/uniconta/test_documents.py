"""Invoices and postings: what was sent, and what each form of reply proves."""

import base64
import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import requests

from integration.errors import IntegrationError, Refused, UnknownOutcome
from integration.ports import CallRecord
from integration.uniconta.client import UnicontaClient
from integration.uniconta.payloads import InvoiceReply, JournalLine, PostingReply
from tests.integration.conftest import EXAMPLES, example
from tests.integration.uniconta.conftest import BASE, PASSWORD, Uniconta
from tests.integration.uniconta.forms import FORMS, UNKNOWN, as_form

OPENAPI = json.loads((EXAMPLES.parent / "uniconta.openapi.json").read_text())
INSERT = "/Crud/Insert/DebtorClient"
INVOICE = "/Invoice/GenerateDebtorInvoice"
JOURNAL = "/GLJournal/PostDailyJournal"
DEBTORS = "/Query/Get/DebtorClient"
DAY = date(2026, 3, 2)
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3 binary"
PDF_TEXT = base64.b64encode(PDF).decode()
LINE = JournalLine(
    journal="C1ST",
    line_number=1,
    date=DAY,
    account_type="Debtor",
    account="POS3000",
    offset_account_type="Ledger",
    offset_account="5810",
    credit=Decimal("199.95"),
    text="Bon 1284 Kontant",
    reference_number="c1st:3000:settle:70001",
)


def post(client: UnicontaClient) -> PostingReply:
    return client.post_journal(journal="C1ST", on=DAY, comment="one", lines=[LINE])


def test_an_order_is_invoiced_as_the_contract_shows(
    uniconta: Uniconta, client: UnicontaClient
) -> None:
    uniconta.answers("POST", INVOICE, example("uniconta", "generate_invoice_response")["body"])
    assert client.generate_invoice(20002, DAY) == InvoiceReply(invoice_number=10002)
    assert uniconta.bodies(INVOICE) == [example("uniconta", "generate_invoice_request")["body"]]


@pytest.mark.parametrize(
    "answer",
    [
        PDF,
        (200, json.dumps(PDF_TEXT)),
        (200, PDF_TEXT),
        (200, "Succes"),
        (200, '"Succes"'),
        (200, "0"),
        (200, '{"Err": 0, "InvoiceNumber": 0}'),
        (200, '{"Err": 0}'),
    ],
)
def test_an_invoice_whose_number_is_not_told_is_made_all_the_same(
    uniconta: Uniconta, client: UnicontaClient, answer: Any
) -> None:
    uniconta.answers("POST", INVOICE, answer)
    assert client.generate_invoice(20002, on=DAY) == InvoiceReply(invoice_number=None)


@pytest.mark.parametrize("name", [*UNKNOWN, "NoLinesFound"])
@pytest.mark.parametrize("form", FORMS)
def test_no_lines_found_may_mean_that_the_invoice_is_made(
    uniconta: Uniconta, client: UnicontaClient, form: str, name: str
) -> None:
    uniconta.answers("POST", INVOICE, as_form(form, name))
    with pytest.raises(UnknownOutcome):
        client.generate_invoice(20002, DAY)


@pytest.mark.parametrize("form", FORMS)
def test_a_refused_invoice_says_why(uniconta: Uniconta, client: UnicontaClient, form: str) -> None:
    uniconta.answers("POST", INVOICE, as_form(form, "CreditLimitExceeded"))
    with pytest.raises(Refused) as caught:
        client.generate_invoice(20002, DAY)
    assert caught.value.name == "CreditLimitExceeded"


def test_the_contracts_plain_text_is_a_refusal(uniconta: Uniconta, client: UnicontaClient) -> None:
    case = example("uniconta", "error_plain_text")["response"]
    uniconta.answers("POST", INVOICE, (case["status"], case["body_raw"]))
    with pytest.raises(Refused, match="ArgumentMissing"):
        client.generate_invoice(20099, DAY)


@pytest.mark.parametrize(
    "body", ["10002", '"10002"', "Invoice 10002 made", "", "null", "<html>", "[5]"]
)
def test_a_reply_that_could_be_a_number_or_an_error_is_an_unknown_outcome(
    uniconta: Uniconta, client: UnicontaClient, body: str
) -> None:
    uniconta.answers("POST", INVOICE, (200, body))
    with pytest.raises(UnknownOutcome):
        client.generate_invoice(20002, DAY)


def test_lines_are_posted_as_the_contract_shows(uniconta: Uniconta, client: UnicontaClient) -> None:
    uniconta.answers("POST", JOURNAL, example("uniconta", "post_daily_journal_response")["body"])
    assert post(client) == PostingReply(journal_posted_id=5010)
    (body,) = uniconta.bodies(JOURNAL)
    declared = OPENAPI["components"]["schemas"]
    assert set(body) <= set(declared["DailyJournalRequest"]["properties"])
    assert set(body["Lines"][0]) <= set(declared["GLDailyJournalLineClient"]["properties"])
    assert (body["Journal"], body["Date"]) == ("C1ST", "2026-03-02T00:00:00")


@pytest.mark.parametrize(
    ("answer", "number"),
    [
        ({"Err": 0, "JournalPostedlId": 5010}, 5010),
        ({"Err": 0, "JournalPostedId": 5010}, 5010),
        ({"Err": "Succes", "JournalPostedlId": "5010"}, 5010),
        ({"Err": 0, "JournalPostedlId": 0}, None),
        ({"Err": 0}, None),
        ((200, "0"), None),
        ((200, '"Succes"'), None),
    ],
)
def test_a_posting_is_read_in_every_form(
    uniconta: Uniconta, client: UnicontaClient, answer: Any, number: int | None
) -> None:
    uniconta.answers("POST", JOURNAL, answer)
    assert post(client) == PostingReply(journal_posted_id=number)


def test_a_refused_posting_names_the_bad_line(uniconta: Uniconta, client: UnicontaClient) -> None:
    uniconta.answers(
        "POST",
        JOURNAL,
        {"Err": "AccountIsMissing", "ErrorProperty": "OffsetAccount", "ErrorValue": "9999"},
    )
    with pytest.raises(Refused) as caught:
        post(client)
    error = caught.value
    assert (error.name, error.property, error.value) == (
        "AccountIsMissing",
        "OffsetAccount",
        "9999",
    )


def test_no_lines_found_in_a_journal_is_a_refusal(
    uniconta: Uniconta, client: UnicontaClient
) -> None:
    uniconta.answers("POST", JOURNAL, example("uniconta", "error_err_field")["response"]["body"])
    with pytest.raises(Refused, match="NoLinesFound"):
        post(client)


@pytest.mark.parametrize("answer", [(200, "5010"), (200, ""), (500, ""), requests.ReadTimeout()])
def test_a_posting_without_a_clear_answer_is_an_unknown_outcome(
    uniconta: Uniconta, client: UnicontaClient, answer: Any
) -> None:
    uniconta.answers("POST", JOURNAL, answer)
    with pytest.raises(UnknownOutcome):
        post(client)


def test_a_posting_without_lines_is_never_sent(client: UnicontaClient) -> None:
    with pytest.raises(ValueError, match="stored in the journal"):
        client.post_journal(journal="C1ST", on=DAY, comment="", lines=[])


def test_a_change_url_is_registered_without_its_secret_in_the_log(
    uniconta: Uniconta, client: UnicontaClient, records: list[CallRecord]
) -> None:
    case = example("uniconta", "table_change_event")["insert"]
    path = "/Crud/Insert/TableChangeEventClient"
    uniconta.answers("POST", path, case["response"]["body"])
    client.insert("TableChangeEventClient", case["request"]["body"])
    assert uniconta.bodies(path) == [case["request"]["body"]]
    assert "shared-secret" not in repr(records)
    assert "3f1c9a" not in repr(records)


@pytest.mark.parametrize(
    "call",
    [
        lambda client: client.query("DebtorClient"),
        lambda client: client.insert("DebtorClient", {"Account": "K1"}),
        lambda client: client.generate_invoice(1, DAY),
        post,
    ],
)
@pytest.mark.parametrize("status", [200, 400, 403, 429, 500])
def test_no_error_quotes_the_token(
    uniconta: Uniconta,
    client: UnicontaClient,
    records: list[CallRecord],
    call: Callable[[UnicontaClient], Any],
    status: int,
) -> None:
    for method, path in (("POST", DEBTORS), ("POST", INSERT), ("POST", INVOICE), ("POST", JOURNAL)):
        uniconta.mock.add(method, f"{BASE}{path}", status=status, body="Who is token-number-1?")
    uniconta.mock.assert_all_requests_are_fired = False
    with pytest.raises(IntegrationError) as caught:
        call(client)
    told = f"{caught.value}{caught.value.evidence}{caught.value.__dict__}{records}"
    assert "token-number" not in told
    assert PASSWORD not in told
    assert records[0].system == "Uniconta"
    assert str(caught.value).count("Uniconta") >= 1
