"""PostDailyJournal and CheckJournal: entries, settlement, vouchers, refusals, all or nothing."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from sandbox.uniconta.seed import open_books
from sandbox.uniconta.state import UnicontaState
from tests.sandbox.uniconta.api import Api, journal_line, payment_line, value_of

GOODS = ("DIV25", "1", "200")


def sell(api: Api, gross: str = "200", **members: Any) -> str:
    return str(api.sell(("DIV25", "1", gross), **members)["InvoiceNumber"])


def test_a_payment_moves_money_and_settles_its_invoice(uni: UnicontaState, api: Api) -> None:
    invoice = sell(api)
    answer = api.post(payment_line("POS3000", "5810", credit="200", invoice=invoice))
    assert answer == {
        "Err": 0,
        "ErrorProperty": None,
        "ErrorValue": None,
        "JournalPostedlId": 5002,
        "SimulatedTrans": None,
        "AccountBalance": None,
    }
    assert uni.balances()["5810"] == 200
    assert uni.debtor_balances() == {"POS3000": 0}
    assert uni.open_items("POS3000") == []


def test_part_payments_leave_the_rest_open(uni: UnicontaState, api: Api) -> None:
    invoice = sell(api)
    api.post(payment_line("POS3000", "5810", credit="50", invoice=invoice))
    assert [item["AmountOpen"] for item in uni.open_items("POS3000")] == [150]
    api.post(payment_line("POS3000", "5830", credit="150", invoice=invoice))
    assert uni.open_items("POS3000") == []


def test_an_overpayment_stays_open_as_a_payment(uni: UnicontaState, api: Api) -> None:
    api.post(payment_line("POS3000", "5810", credit="250", invoice=sell(api)))
    items = uni.open_items("POS3000")
    assert [(item["AmountOpen"], item["PostType"]) for item in items] == [(-50, "Payment")]


def test_a_refund_settles_a_credit_note(uni: UnicontaState, api: Api) -> None:
    note = sell(api, "-125")
    api.post(payment_line("POS3000", "5810", credit="-125", invoice=note))
    assert uni.open_items("POS3000") == []
    assert uni.balances()["5810"] == -125


def test_a_payment_settles_only_the_invoices_it_names(uni: UnicontaState, api: Api) -> None:
    first, second = sell(api), sell(api)
    api.post(payment_line("POS3000", "5810", credit="200", invoice=second))
    assert [str(item["Invoice"]) for item in uni.open_items("POS3000")] == [first]
    api.post(payment_line("POS3000", "5810", credit="60"))
    assert [item["AmountOpen"] for item in uni.open_items("POS3000")] == [200, -60]


def test_one_payment_may_settle_several_invoices(uni: UnicontaState, api: Api) -> None:
    settlements = f"{sell(api)};{sell(api)}"
    api.post(payment_line("POS3000", "5810", credit="400", Settlements=settlements))
    assert uni.open_items("POS3000") == []


def test_an_invoice_number_alone_settles_too(uni: UnicontaState, api: Api) -> None:
    api.post(payment_line("POS3000", "5810", credit="200", Invoice=sell(api)))
    assert uni.open_items("POS3000") == []


@pytest.mark.parametrize(("reading", "left"), [("rowid", 2), ("not_at_all", 2), ("invoice", 0)])
def test_invoice_numbers_settle_only_when_the_switch_says_so(
    reading: str, left: int, uni: UnicontaState, api: Api
) -> None:
    uni.switches.set("uni.settle_by", reading)
    api.post(payment_line("POS3000", "5810", credit="200", invoice=sell(api)))
    assert len(uni.open_items("POS3000")) == left
    assert uni.debtor_balances() == {"POS3000": 0}


def test_a_row_id_settles_where_the_line_says_so(uni: UnicontaState, api: Api) -> None:
    sell(api)
    row_id = str(api.rows("DebtorTransOpenClient")[0]["PrimaryKeyId"])
    line = payment_line("POS3000", "5810", credit="200", SettleValue="RowId", Settlements=row_id)
    api.post(line)
    assert uni.open_items("POS3000") == []


def test_auto_settlement_closes_the_oldest_item(uni: UnicontaState, api: Api) -> None:
    uni.switches.set("uni.auto_settlement", "oldest")
    sell(api)
    second = sell(api)
    api.post(payment_line("POS3000", "5810", credit="200"))
    assert [str(item["Invoice"]) for item in uni.open_items("POS3000")] == [second]
    assert api.rows("CompanyClient")[0]["AutoSettlement"] == "Oldest"


@pytest.mark.parametrize(
    ("reading", "references"),
    [("both", ["key", "key"]), ("account_side", ["key", None]), ("none", [None, None])],
)
def test_the_reference_reaches_the_sides_of_the_switch(
    reading: str, references: list[Any], uni: UnicontaState, api: Api
) -> None:
    uni.switches.set("uni.reference_on_gltrans", reading)
    api.post(journal_line("5820", "5810", credit="-120", reference="key"))
    rows = api.rows("GLTransClient")
    assert [(row["Account"], row["Amount"]) for row in rows] == [("5820", 120), ("5810", -120)]
    assert [row["ReferenceNumber"] for row in rows] == references


@pytest.mark.parametrize(("reading", "vouchers"), [("one_for_all", 1), ("per_line", 2)])
def test_vouchers_are_numbered_as_the_switch_says(
    reading: str, vouchers: int, uni: UnicontaState, api: Api
) -> None:
    uni.switches.set("uni.voucher", reading)
    lines = [journal_line("5820", "5810", credit=amount) for amount in ("-120", "-5")]
    api.post(*lines)
    rows = api.rows("GLTransClient")
    assert len({row["Voucher"] for row in rows}) == vouchers
    assert min(row["Voucher"] for row in rows) == 3001
    assert {row["NumberSerie"] for row in rows} == {"C1ST"}


def test_a_voucher_of_zero_may_be_refused(uni: UnicontaState, api: Api) -> None:
    uni.switches.set("uni.voucher", "zero_refused")
    answer = api.post(journal_line("5820", "5810", credit="-5"))
    assert (answer["Err"], answer["ErrorProperty"]) == ("ErrorInJournal", "Voucher")
    assert api.post(journal_line("5820", "5810", credit="-5", Voucher=77))["Err"] == 0
    assert {row["Voucher"] for row in uni.ledger} == {77}


def test_lines_without_offset_balance_within_their_voucher(uni: UnicontaState, api: Api) -> None:
    lines = [
        journal_line("5820", "", credit="-120", Voucher=9),
        journal_line("5810", "", credit="120", Voucher=9),
    ]
    assert api.post(*lines)["Err"] == 0
    answer = api.post(*lines[:1])
    assert (answer["Err"], answer["ErrorProperty"]) == ("ErrorInJournal", "Voucher")
    assert uni.balances() == {"5820": 120, "5810": -120}


REFUSED: list[tuple[dict[str, Any], str, str | None, str | None]] = [
    (journal_line("9999", "5810", credit="1"), "AccountIsMissing", "Account", "9999"),
    (journal_line("5820", "9999", credit="1"), "AccountIsMissing", "OffsetAccount", "9999"),
    (payment_line("K999", "5810", credit="1"), "AccountIsMissing", "Account", "K999"),
    (journal_line("5820", "5810", credit="1", AccountType="Creditor"), "AccountIsMissing", "Account", "5820"),
    (journal_line("1000", "5810", credit="1"), "ErrorInJournal", "Account", "1000"),
    (journal_line("2999", "5810", credit="1"), "ErrorInJournal", "Account", "2999"),
    (journal_line("5820", "5810"), "ErrorInJournal", "Amount", "0"),
    (journal_line("5820", "5810", credit="1", Debit=1), "ErrorInJournal", "Debit", "1"),
    (journal_line("5820", "5810", credit="1.005"), "ErrorInJournal", "Amount", "-1.005"),
    (journal_line("5820", "5810", credit="1", Amount=5), "ErrorInJournal", "Amount", "5"),
]  # fmt: skip


@pytest.mark.parametrize(("line", "error", "field", "value"), REFUSED)
def test_a_bad_line_is_named_and_nothing_is_posted(
    line: dict[str, Any],
    error: str,
    field: str | None,
    value: str | None,
    uni: UnicontaState,
    api: Api,
) -> None:
    before = uni.snapshot()
    answer = api.post(journal_line("5820", "5810", credit="-120"), line)
    assert (answer["Err"], answer["ErrorProperty"], answer["ErrorValue"]) == (error, field, value)
    assert uni.snapshot() == before


def test_what_came_before_a_bad_line_stands_when_posting_is_not_atomic(
    uni: UnicontaState, api: Api
) -> None:
    uni.switches.set("uni.postdaily_atomic", "no")
    bad = journal_line("9999", "5810", credit="1")
    answer = api.post(journal_line("5820", "5810", credit="-120"), bad)
    assert answer["Err"] == "AccountIsMissing"
    assert uni.balances() == {"5820": 120, "5810": -120}


def test_no_lines_is_no_lines_found_in_the_contracts_form(api: Api) -> None:
    assert api.post() == {
        "Err": "NoLinesFound", "ErrorProperty": None, "ErrorValue": None, "JournalPostedlId": 0,
    }  # fmt: skip


@pytest.mark.parametrize(("journal", "error"), [("", "ArgumentMissing"), ("NONE", "CouldNotFind")])
def test_the_journal_must_be_there(journal: str, error: str, api: Api) -> None:
    answer = api.post(journal_line("5820", "5810", credit="1"), journal=journal)
    assert (answer["Err"], answer["ErrorProperty"]) == (error, "Journal")


def test_blocked_accounts_debtors_and_journals_refuse(uni: UnicontaState, api: Api) -> None:
    for table, key, error, prop in (
        ("GLAccount", "5820", "ErrorInJournal", "Account"),
        ("Debtor", "POS3000", "DebtorIsBlocked", "OffsetAccount"),
        ("GLDailyJournal", "C1ST", "NoRights", "Journal"),
    ):
        uni.staff().edit(table, key, Blocked=True)
        line = journal_line("5820", "POS3000", credit="1", OffsetAccountType="Debtor")
        answer = api.post(line)
        assert (answer["Err"], answer["ErrorProperty"]) == (error, prop)
        uni.staff().edit(table, key, Blocked=False)
    assert uni.balances() == {}


def test_a_closed_period_refuses(uni: UnicontaState, api: Api) -> None:
    uni.close_period(date(2026, 3, 2))
    answer = api.post(journal_line("5820", "5810", credit="1"))
    assert (answer["Err"], answer["ErrorProperty"], answer["ErrorValue"]) == (
        "PeriodIsClosed", "Date", "02-03-2026",
    )  # fmt: skip
    assert api.post(journal_line("5820", "5810", credit="1"), date="2026-03-03")["Err"] == 0


def test_the_lines_own_date_wins(uni: UnicontaState, api: Api) -> None:
    api.post(journal_line("5820", "5810", credit="1", Date="2026-02-28T00:00:00"))
    assert {row["Date"].day for row in uni.ledger} == {28}


def test_a_text_that_is_too_long_is_refused_with_its_member(api: Api) -> None:
    body = {"Journal": "C1ST", "Lines": [journal_line("5820", "5810", credit="1", Text="x" * 51)]}
    reply = api.call("POST", "/GLJournal/PostDailyJournal", body)
    assert reply.status == 400
    assert list(value_of(reply)["errors"]) == ["Text"]


@pytest.mark.parametrize(
    ("form", "status", "wanted"),
    [
        ("plain_text", 200, "NoLinesFound"),
        ("http_400_problem", 400, {"type": "about:blank", "title": "NoLinesFound", "status": 400}),
        ("http_500_text", 500, "NoLinesFound"),
    ],
)
def test_refusals_follow_the_form_of_the_switch(
    form: str, status: int, wanted: Any, uni: UnicontaState, api: Api
) -> None:
    uni.switches.set("uni.error_form", form)
    reply = api.call("POST", "/GLJournal/PostDailyJournal", {"Journal": "C1ST", "Lines": []})
    assert (reply.status, value_of(reply)) == (status, wanted)


def test_answers_may_be_a_code_only(uni: UnicontaState, api: Api) -> None:
    uni.switches.set("uni.postdaily_reply", "code_only")
    assert api.post(journal_line("5820", "5810", credit="1")) == "Succes"
    assert api.post() == "NoLinesFound"


def test_errors_may_be_numbers(uni: UnicontaState, api: Api) -> None:
    uni.switches.set("uni.err_value", "number")
    assert isinstance(api.post()["Err"], int)
    assert api.post()["Err"] != 0


@pytest.mark.parametrize(
    ("reading", "bank"), [("given_only", 120), ("also_stored", 127), ("stored_first", 127)]
)
def test_stored_lines_are_posted_along_as_the_switch_says(
    reading: str, bank: int, uni: UnicontaState, api: Api
) -> None:
    uni.switches.set("uni.postdaily_lines", reading)
    stored = journal_line("5820", "5810", credit="-7", Date="2026-03-01T00:00:00")
    api.insert("GLDailyJournalLineClient", **stored)
    assert api.post(journal_line("5820", "5810", credit="-120"))["Err"] == 0
    assert uni.balances()["5820"] == bank
    assert len(api.rows("GLDailyJournalLineClient")) == (1 if reading == "given_only" else 0)


def test_lines_stored_first_stay_when_posting_is_refused(uni: UnicontaState, api: Api) -> None:
    uni.switches.set("uni.postdaily_lines", "stored_first")
    assert api.post(journal_line("9999", "5810", credit="1"))["Err"] == "AccountIsMissing"
    assert [row["Account"] for row in api.rows("GLDailyJournalLineClient")] == ["9999"]
    assert uni.balances() == {}


def test_stored_lines_are_posted_when_none_are_given(uni: UnicontaState, api: Api) -> None:
    api.insert("GLDailyJournalLineClient", **journal_line("5820", "5810", credit="-7"))
    body = {"Journal": "C1ST", "Date": "2026-03-02T00:00:00"}
    assert api.value("POST", "/GLJournal/PostDailyJournal", body)["Err"] == 0
    assert uni.balances()["5820"] == 7
    assert api.rows("GLDailyJournalLineClient") == []


def test_lines_on_hold_or_without_approval_are_not_posted(uni: UnicontaState, api: Api) -> None:
    line = journal_line("5820", "5810", credit="-7")
    assert api.post({**line, "OnHold": True})["Err"] == "NoLinesFound"
    uni.switches.set("uni.use_approved", "on")
    assert api.post(line)["Err"] == "NoLinesFound"
    assert api.post({**line, "Approved": True})["Err"] == 0


def test_only_amount_counts_under_the_switch(uni: UnicontaState, api: Api) -> None:
    line = journal_line("5820", "5810", credit="-7")
    uni.switches.set("uni.amount_members", "amount_required")
    assert api.post(line)["ErrorProperty"] == "Amount"
    assert api.post({**line, "Amount": 7})["Err"] == 0
    assert uni.balances()["5820"] == 7


def test_an_accounts_own_vat_code_applies_only_under_the_switch(
    uni: UnicontaState, api: Api
) -> None:
    uni.staff().edit("GLAccount", "2750", Vat="U25")
    line = journal_line("2750", "5810", credit="-50")
    api.post(line)
    assert uni.balances() == {"2750": 50, "5810": -50}
    uni.switches.set("uni.default_vat", "applied")
    api.post(line)
    assert uni.balances() == {"2750": 90, "6510": 10, "5810": -100}


def test_a_code_on_the_line_takes_vat_out_where_the_journal_allows(
    uni: UnicontaState, api: Api
) -> None:
    uni.staff().edit("GLDailyJournal", "C1ST", NoVATCalculation=False)
    api.post(journal_line("2750", "5810", credit="-50", Vat="U25"))
    assert uni.balances() == {"2750": 40, "6510": 10, "5810": -50}


def test_check_journal_checks_and_posts_nothing(uni: UnicontaState, api: Api) -> None:
    lines = [
        {"AccountType": 1, "Account": "POS3000", "AmountCur": -5, "DCPostType": 2},
        {"AccountType": 0, "Account": "5810", "AmountCur": 5},
    ]
    body = {"Header": {"Date": "2026-03-02T00:00:00"}, "Lines": lines, "Simulate": True}
    path = "/GLJournal/CheckJournal"
    assert api.value("POST", path, body)["Err"] == 0
    assert api.value("POST", path, {**body, "Lines": lines[:1]})["Err"] == "ErrorInJournal"
    ghost = [{"AccountType": 0, "Account": "9999", "AmountCur": 0}]
    assert api.value("POST", path, {**body, "Lines": ghost})["ErrorValue"] == "9999"
    uni.switches.set("uni.checkjournal", "ArgumentMissing")
    assert api.value("POST", path, body)["Err"] == "ArgumentMissing"
    assert uni.balances() == {}


def test_a_bookkeeper_can_post(uni: UnicontaState) -> None:
    uni.staff().post("C1ST", [journal_line("5820", "5830", credit="-7")], on=date(2026, 3, 2))
    assert uni.balances() == {"5820": 7, "5830": -7}


def test_opening_balances_carry_open_invoices(uni: UnicontaState) -> None:
    open_books(uni.company(), {"5810": Decimal(1000)}, debtors={"K1001": {9987: Decimal(600)}})
    assert uni.balances() == {"5600": 600, "5810": 1000, "9000": -1600}
    assert [item["Invoice"] for item in uni.open_items("K1001")] == [9987]
