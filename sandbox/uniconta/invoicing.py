"""GenerateDebtorInvoice: an order becomes an invoice, ledger entries, an open item and stock movements."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sandbox.uniconta.company import Change, Company
from sandbox.uniconta.errors import Refusal
from sandbox.uniconta.invoice_amounts import PricedLine, RevenuePart, price_line, sum_up
from sandbox.uniconta.ledger import (
    Claim,
    Entry,
    Voucher,
    control_account,
    open_claim,
    post,
    settle,
)
from sandbox.uniconta.table import Row
from sandbox.uniconta.values import to_money

ZERO = Decimal(0)
INVOICE_SERIE = "FAKTURA"  # the company's own, where the debtor group names none
CREDIT_SERIE = "KREDITNOTA"  # [A86]
CASH_ACCOUNT = (
    "5810"  # where a term without account books cash under uni.payment_term books_cash [A88]
)


@dataclass(frozen=True, kw_only=True)
class Draft:
    """Everything about an invoice before it has a number."""

    order: Row
    debtor: Row
    date: datetime
    lines: Sequence[PricedLine]
    parts: Sequence[RevenuePart]

    @property
    def vat(self) -> Decimal:
        """VAT of the invoice."""
        return sum((part.vat_amount for part in self.parts), ZERO)

    @property
    def net(self) -> Decimal:
        """Revenue of the invoice."""
        return sum((part.net for part in self.parts), ZERO)

    @property
    def total(self) -> Decimal:
        """What the debtor owes; negative for a credit note."""
        return self.net + self.vat


def invoice_order(company: Company, order_number: int, *, date: datetime, simulate: bool) -> Row:
    """Invoice a stored order and return the invoice; raises Refusal. A simulation leaves no trace."""
    order, lines = _find_order(company, order_number)
    draft = _draft(company, order, lines, date=date)
    _check(company, draft)
    if simulate:
        return {"InvoiceNumber": 0, "JournalPostedId": 0, "TotalAmount": draft.total}
    invoice = _store_invoice(company, draft)
    _post_invoice(company, draft, invoice)
    _move_stock(company, draft)
    _clear_order(company, draft)
    return invoice


def _find_order(company: Company, order_number: int) -> tuple[Row, list[Row]]:
    """Return an order and its lines; one invoiced and gone comes back under uni.second_invoice [A84]."""
    order = company["DebtorOrder"].find(order_number)
    if order is not None:
        return order, company["DebtorOrderLine"].where("OrderNumber", str(order_number))
    earlier = company["DebtorInvoice"].where("OrderNumber", order_number)
    if not earlier:
        raise Refusal("ArgumentMissing", field="OrderNumber", value=order_number)
    if company.switches.get("uni.second_invoice") != "second_invoice":
        raise Refusal("NoLinesFound", field="OrderNumber", value=order_number)
    return earlier[-1]["_order"], list(earlier[-1]["_lines"])


def _draft(company: Company, order: Row, rows: Sequence[Row], *, date: datetime) -> Draft:
    debtor = company.row("Debtor", order["InvoiceAccount"] or order["Account"])
    again = company.switches.get("uni.second_invoice") == "second_invoice"
    lines = []
    for row in sorted(rows, key=lambda row: (row["LineNumber"], row["RowId"])):
        qty = row["Qty"] if again else row["Qty"] - row["QtyInvoiced"]
        if row["DoInvoice"] and qty:
            lines.append(price_line(company, row, debtor=debtor, qty=qty))
    if not lines:
        raise Refusal("NoLinesFound", field="OrderNumber", value=order["OrderNumber"])
    gross = order["PricesInclVat"] and company.switches.get("uni.prices_incl_vat") == "honoured"
    rounding = company.switches.get("uni.vat_rounding")
    parts = sum_up(lines, prices_include_vat=gross, rounding=rounding)
    return Draft(order=order, debtor=debtor, date=date, lines=lines, parts=parts)


def _check(company: Company, draft: Draft) -> None:
    company.check_period(draft.date)
    blocks = company.switches.get("uni.blocks")
    limit = draft.debtor["CreditMax"]
    over = bool(limit) and draft.debtor["CurBalance"] + draft.total > limit
    if over or blocks == "credit_limit":
        raise Refusal("CreditLimitExceeded", field="Account", value=draft.debtor["Account"])
    if draft.debtor["Blocked"]:
        raise Refusal("DebtorIsBlocked", field="Account", value=draft.debtor["Account"])
    for line in draft.lines:
        if line.item is not None and (line.item["Blocked"] or blocks == "item_on_hold"):
            raise Refusal("ItemIsOnHold", field="Item", value=line.item["Item"])
    if draft.total < 0 and company.switches.get("uni.creditnote") == "refused":
        raise Refusal("CouldNotCreate", field="TotalAmount", value=draft.total)
    if draft.total == 0 and company.switches.get("uni.zero_invoice") == "refused":
        raise Refusal("CouldNotCreate", field="TotalAmount", value=draft.total)


def _store_invoice(company: Company, draft: Draft) -> Row:
    serie = company.row("DebtorGroup", draft.debtor["Group"])["InvoiceSerie"] or INVOICE_SERIE
    if draft.total < 0 and company.switches.get("uni.creditnote") == "own_series":
        serie = CREDIT_SERIE
    number = company.next_number(serie)
    invoice = company["DebtorInvoice"].add(
        {
            **_carried_over(draft.order),
            "InvoiceNumber": number,
            "Date": draft.date,
            "Account": draft.debtor["Account"],
            "Name": draft.debtor["Name"],
            "NetAmount": draft.net,
            "VatAmount": draft.vat,
            "TotalAmount": draft.total,
            "SalesValue": draft.net,
            "DueDate": _due_date(company, draft),
            "Voucher": number,
            "NumberSerie": serie,
            "JournalPostedId": company.next_posting(),
            "UpdatedAt": company.now(),
            "_order": draft.order,
            "_lines": tuple(line.row for line in draft.lines),
        }
    )
    for line in draft.lines:
        _store_line(company, draft, line, number=number)
    debtor = company.row("Debtor", draft.debtor["Account"])
    company["Debtor"].change(debtor, LastInvoice=draft.date)
    return invoice


def _carried_over(order: Row) -> dict[str, Any]:
    """Return what an invoice takes over from its order as it stands there."""
    names = ("OrderNumber", "Payment", "OurRef", "YourRef", "Requisition", "ReferenceNumber")
    carried = {name: order[name] for name in (*names, "PricesInclVat")}
    return {**carried, "Currency": order["Currency"] or "DKK"}


def _store_line(company: Company, draft: Draft, line: PricedLine, *, number: int) -> None:
    company["DebtorInvoiceLine"].add(
        {
            "Item": line.row["Item"],
            "Text": line.row["Text"] or (line.item["Name"] if line.item else None),
            "Qty": line.qty,
            "InvoiceQty": line.qty,
            "SalesPrice": line.row["Price"],
            "InvoicePrice": line.row["Price"],
            "NetAmount": line.amount,
            "Total": line.amount,
            "DiscountPct": line.row["DiscountPct"],
            "Vat": line.vat,
            "Warehouse": line.row["Warehouse"],
            "OrderNumber": draft.order["OrderNumber"],
            "InvoiceNumber": number,
            "Date": draft.date,
            "PostingAccount": line.account,
            "_account": draft.debtor["Account"],
        }
    )


def _due_date(company: Company, draft: Draft) -> datetime:
    term = _term(company, draft)
    return draft.date + timedelta(days=term["Days"]) if term else draft.date


def _term(company: Company, draft: Draft) -> Row | None:
    payment = draft.order["Payment"]
    return company["PaymentTerm"].find(payment) if payment else None


def _post_invoice(company: Company, draft: Draft, invoice: Row) -> None:
    number = invoice["InvoiceNumber"]
    text = f"{'Kreditnota' if draft.total < 0 else 'Faktura'} {number}"
    voucher = Voucher(
        number=number,
        date=draft.date,
        posting=invoice["JournalPostedId"],
        serie=invoice["NumberSerie"],
        origin="Invoice",
    )
    entries = [
        _debtor_entry(company, draft, invoice, text=text),
        *_revenue_entries(company, draft, invoice, text=text),
        *_cost_entries(company, draft, invoice, text=text),
    ]
    post(company, voucher, entries)
    if not draft.total:
        return
    claim = open_claim(company, voucher, _claim(draft, invoice, text=text))
    _book_cash(company, draft, voucher, claim)


def _claim(draft: Draft, invoice: Row, *, text: str) -> Claim:
    return Claim(
        debtor=draft.debtor["Account"],
        amount=draft.total,
        kind="Creditnote" if draft.total < 0 else "Invoice",
        text=text,
        invoice=invoice["InvoiceNumber"],
        due=invoice["DueDate"],
        order=draft.order["OrderNumber"],
        reference=invoice["ReferenceNumber"],
        payment=draft.order["Payment"],
    )


def _debtor_entry(company: Company, draft: Draft, invoice: Row, *, text: str) -> Entry:
    return Entry(
        account=control_account(company, draft.debtor),
        amount=draft.total,
        text=text,
        debtor=draft.debtor["Account"],
        invoice=invoice["InvoiceNumber"],
        reference=invoice["ReferenceNumber"],
    )


def _revenue_entries(company: Company, draft: Draft, invoice: Row, *, text: str) -> list[Entry]:
    entries = []
    for part in draft.parts:
        revenue = Entry(
            account=part.account,
            amount=-part.net,
            text=text,
            vat=part.vat,
            vat_amount=-part.vat_amount,
            invoice=invoice["InvoiceNumber"],
            reference=invoice["ReferenceNumber"],
        )
        entries.append(revenue)
        if part.vat:
            vat = Entry(
                account=str(company.row("GLVat", part.vat)["Account"]),
                amount=-part.vat_amount,
                text=text,
                vat=part.vat,
                base_amount=-part.net,
                invoice=invoice["InvoiceNumber"],
                reference=invoice["ReferenceNumber"],
            )
            entries.append(vat)
    return entries


def _stock_lines(company: Company, draft: Draft) -> list[PricedLine]:
    """Return the lines that move stock [A80] [A90]."""
    if company.switches.get("uni.stock_on_invoice") != "yes":
        return []
    return [
        line
        for line in draft.lines
        if line.item is not None
        and line.item["ItemType"] == "Item"
        and line.row["Storage"] == "Register"
    ]


def _cost_entries(company: Company, draft: Draft, invoice: Row, *, text: str) -> list[Entry]:
    """Return cost of goods against inventory, for item groups that name both accounts."""
    entries = []
    for line in _stock_lines(company, draft):
        item = line.item or {}
        group = company.row("InvGroup", item["Group"])
        cost = to_money(line.qty * item["CostPrice"])
        if group["CostAccount"] and group["InvAccount"]:
            for account, amount in ((group["CostAccount"], cost), (group["InvAccount"], -cost)):
                entry = Entry(
                    account=account,
                    amount=amount,
                    text=text,
                    invoice=invoice["InvoiceNumber"],
                    reference=invoice["ReferenceNumber"],
                )
                entries.append(entry)
    return entries


def _move_stock(company: Company, draft: Draft) -> None:
    for line in _stock_lines(company, draft):
        item = company.row("InvItem", (line.item or {})["Item"])
        change_stock(company, item, by=-line.qty, by_person=False)


def change_stock(company: Company, item: Row, *, by: Decimal, by_person: bool) -> None:
    """Move stock of an item and note the change for the change URL."""
    row = company["InvItem"].change(item, QtyOnStock=item["QtyOnStock"] + by)
    change = Change(table="InvItemStorage", row=row, operation="Update", by_person=by_person)
    company.note(change)


def _book_cash(company: Company, draft: Draft, voucher: Voucher, claim: Row) -> None:
    """Settle the invoice at once where its payment term books cash [A88]."""
    term = _term(company, draft)
    if term is None:
        return
    books_cash = company.switches.get("uni.payment_term") == "books_cash"
    account = term["Account"] or (CASH_ACCOUNT if books_cash else None)
    if account is None:
        return
    debtor = draft.debtor["Account"]
    control = control_account(company, draft.debtor)
    entries = [
        Entry(account=account, amount=draft.total, text=claim["Text"], invoice=claim["Invoice"]),
        Entry(
            account=control,
            amount=-draft.total,
            text=claim["Text"],
            debtor=debtor,
            invoice=claim["Invoice"],
        ),
    ]
    post(company, voucher, entries)
    paid = Claim(debtor=debtor, amount=-draft.total, kind="Payment", invoice=claim["Invoice"])
    settle(company, open_claim(company, voucher, paid), [claim])
    invoice = company["DebtorInvoice"].where("InvoiceNumber", claim["Invoice"])[-1]
    company["DebtorInvoice"].change(invoice, CashPayment=draft.total)


def _clear_order(company: Company, draft: Draft) -> None:
    """Take the order away where it asks for it, else mark its lines as invoiced [A85]."""
    order = company["DebtorOrder"].find(draft.order["OrderNumber"])
    if order is None:
        return
    honoured = company.switches.get("uni.delete_order") == "honoured"
    rows = company["DebtorOrderLine"].where("OrderNumber", str(order["OrderNumber"]))
    invoiced = {line.row["RowId"]: line.qty for line in draft.lines}
    left = [row for row in rows if row["RowId"] not in invoiced]
    for row in rows:
        if row["RowId"] not in invoiced:
            continue
        if honoured and (order["DeleteLines"] or order["DeleteOrder"]):
            company["DebtorOrderLine"].remove(row)
        else:
            quantity = row["QtyInvoiced"] + invoiced[row["RowId"]]
            company["DebtorOrderLine"].change(row, QtyInvoiced=quantity, QtyDelivered=quantity)
    if honoured and order["DeleteOrder"] and not left:
        company["DebtorOrder"].remove(order)
