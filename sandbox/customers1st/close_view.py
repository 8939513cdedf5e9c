"""A day close as the API shows it, bent by the switches of the day-close group."""

from decimal import Decimal

from sandbox.customers1st.models import Close, Record, TenderRow
from sandbox.customers1st.payment_view import DEBTOR_TYPE_ID
from sandbox.customers1st.store import Store
from sandbox.customers1st.values import ZERO, plain_number

Row = TenderRow


def close_view(store: Store, close: Close) -> Record:
    """Return a POSBalance."""
    return {
        **_identity(store, close),
        **_cash(store, close),
        **_revenue(store, close),
        "paymenttypes": [_tender(store, row) for row in _rows(store, close)],
        "payouts": _payouts(store, close),
        "giftcardissued": close.card_issued,
        "giftcardused": close.card_used,
        "invoices": close.figures["invoices"],
        "invoicesum": close.invoice_sum,
        "customerpaymentsum": close.customer_payment_sum,
        **_counters(close),
    }


def _identity(store: Store, close: Close) -> Record:
    return {
        "id": close.id,
        "balance_no": close.number,
        "date": close.end,
        "startdate": close.start,
        "enddate": close.end,
        "cashregisterid": close.register["id"],
        "cashregistertitle": close.register["title"],
        "userid": store.seller["id"],
        "startpaymentno": close.first_no,
        "endpaymentno": close.last_no,
        "numpayments": len(close.payments),
        "note": close.note,
        "last_synced_at": None,
    }


def _cash(store: Store, close: Close) -> Record:
    get = store.switches.get
    difference = close.difference
    hidden = close.to_bank < 0 and get("c1st.cash_added") == "not_shown"
    signed_rounding = get("c1st.cashrounding_sign") == "gain_positive"
    counted_first = get("c1st.cashdifference_sign") == "counted_minus_expected"
    return {
        "cashstart": close.cash_start,
        "cashrevenue": _cash_revenue(store, close),
        "expense": close.expense if get("c1st.expense_sign") == "positive" else -close.expense,
        "cashcounted": close.counted,
        "cashdifference": difference if counted_first else -difference,
        "cashtobank": ZERO if hidden else close.to_bank,
        "cashrounding": close.rounding if signed_rounding else -close.rounding,
    }


def _cash_revenue(store: Store, close: Close) -> Decimal:
    reading = store.switches.get("c1st.cashrevenue")
    if reading == "gross_sales":
        gross: Decimal = close.figures["gross_cash"]
        return gross
    if reading == "without_customer_payments":
        return close.cash_revenue - Decimal(close.figures["received_cash"])
    return close.cash_revenue


def _revenue(store: Store, close: Close) -> Record:
    total = _total_revenue(store, close)
    return {
        "totalrevenue": total,
        "totalrevenue_ex_vat": total - close.vat,
        "salesum": close.sale_sum + (total - close.revenue),
        "returnsum": close.return_sum,
        "totalvat": close.vat,
        "totalvatbypercentage": [
            {
                "vat_type_name": f"{plain_number(row.rate)}%",
                "revenue_account_no": str(store.accounts.revenue.get(row.rate, "")) or None,
                "vat_account_no": str(store.accounts.vat.get(row.rate, "")) or None,
                "percentage": plain_number(row.rate),
                "amount": row.vat,
                "revenue_ex_vat": row.gross - row.vat,
                "revenue_incl_vat": row.gross,
            }
            for row in close.vat_rows
        ],
        "total_discount": close.figures["discount"],
        "totalsenttobookkeeping": close.revenue - close.invoice_sum,
    }


def _total_revenue(store: Store, close: Close) -> Decimal:
    reading = store.switches.get("c1st.totalrevenue")
    if reading == "receipts":
        receipts: Decimal = close.figures["receipts"]
        return receipts
    if reading == "goods_without_invoice":
        return close.revenue - Decimal(close.figures["invoice_goods"])
    return close.revenue


def _rows(store: Store, close: Close) -> list[Row]:
    reading = store.switches.get("c1st.balance_rows")
    left_out = {
        "without_debtor": {"debtor"},
        "without_giftcard": {"giftcard"},
        "tenders_only": {"debtor", "giftcard"},
    }.get(reading, set())
    return [row for row in close.tender_rows if row.role not in left_out]


def _tender(store: Store, row: Row) -> Record:
    account = row.account
    if row.card_type is not None:
        account = str(store.accounts.cards[row.card_type])
    custom_debtor = store.switches.get("c1st.debtor_button") == "custom_type"
    is_debtor = row.role == "debtor"
    return {
        "paymenttypeid": DEBTOR_TYPE_ID if is_debtor and custom_debtor else row.type_id,
        "title": row.title,
        "amount": row.amount,
        "card_fees": ZERO,
        "cash": row.role in ("cash", "foreign"),
        "bamdesk_messageid": None,
        "accountno": account,
        "currency": row.currency,
        "giftcardtype": row.card_type,
        "provider": None,
    }


def _payouts(store: Store, close: Close) -> list[Record]:
    cards = sum((row.amount for row in close.tender_rows if row.role == "custom"), ZERO)
    if store.switches.get("c1st.payouts") != "present" or not cards:
        return []
    reference = f"PO-{close.number}"
    row = {"date": close.end, "exported_at": None, "reference": reference, "amount": cards}
    return [row | {"currency": "DKK"}]


def _counters(close: Close) -> Record:
    figures = close.figures
    return {
        "totalcostprice": figures["cost"],
        "totalcostpricestockonly": figures["cost"],
        "stockvalue": figures["stock_value"],
        "secondhandprofitsum": figures["second_hand_profit"],
        "secondhandcostpricesum": figures["second_hand_cost"],
        "secondhandcostpricesumstockonly": figures["second_hand_cost"],
        "secondhandreturnsum": figures["second_hand_returns"],
        "secondhandreturnsumstockonly": figures["second_hand_returns"],
        "secondhandinvoicesum": ZERO,
        "number_of_products": figures["products"],
        "number_of_services": figures["services"],
        "number_of_return_sales": figures["returns"],
        "number_of_uncompleted_sales": figures["open"],
        "total_uncompleted_sales": ZERO,
        "accumulated_sales": figures["accumulated_sales"],
        "accumulated_returns": figures["accumulated_returns"],
        "drawer_open_count": figures["drawer"],
        "number_of_receipts": len(close.payments),
        "number_of_receipt_copies_printed": 0,
        "total_revenue_receipt_copies": ZERO,
    }
