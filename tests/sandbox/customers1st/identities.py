"""The identities of section 9 of the contract, checked on what the API shows."""

from decimal import Decimal
from typing import Any

Record = dict[str, Any]
ZERO = Decimal(0)


def check_receipt(receipt: Record) -> None:
    """I1 to I3: lines add up to the sum, VAT fits, captured tenders pay it."""
    lines = receipt["articles"]
    if not receipt["customerpayment"]:
        assert sum((Decimal(x["quantity"]) * x["price"] for x in lines), ZERO) == receipt["sum"]
        assert sum((x["total_incl_vat"] for x in lines), ZERO) == receipt["sum"]
    for row in lines:
        assert row["total_incl_vat"] == row["total_ex_vat"] + row["total_vat"]
    if receipt["customerpayment"]:
        return
    surcharge = receipt["surcharge_amount"] or ZERO
    assert paid(receipt) - rounding(receipt) == receipt["sum"] + surcharge


def paid(receipt: Record) -> Decimal:
    """Return the captured tenders."""
    rows = [row for row in receipt["paymenttypes"] if row["status"] == "captured"]
    return sum((row["amount"] for row in rows), ZERO)


def rounding(receipt: Record) -> Decimal:
    """Return the cash rounding of a receipt."""
    rows = [row for row in receipt["paymenttypes"] if row["unroundedcash"] is not None]
    return sum((row["amount"] - row["unroundedcash"] for row in rows), ZERO)


def check_close(close: Record, receipts: list[Record]) -> None:
    """I4 and I6 to I9 of one close, given every receipt of the store."""
    expected = close["cashstart"] + close["cashrevenue"] - close["expense"]
    assert close["cashdifference"] == close["cashcounted"] - expected
    own = [
        receipt
        for receipt in receipts
        if receipt["status"] == "completed"
        and receipt["cashRegisterId"] == close["cashregisterid"]
        and (close["startpaymentno"] or 1) <= receipt["paymentno"] <= (close["endpaymentno"] or 0)
    ]
    assert len(own) == close["numpayments"]
    assert sum(map(rounding, own), ZERO) == close["cashrounding"]
    assert close["salesum"] + close["returnsum"] == close["totalrevenue"]
    assert close["totalrevenue"] == close["totalrevenue_ex_vat"] + close["totalvat"]
    by_rate = close["totalvatbypercentage"]
    assert sum((row["amount"] for row in by_rate), ZERO) == close["totalvat"]
    rows = sum((row["amount"] for row in close["paymenttypes"]), ZERO)
    inflow = close["totalrevenue"] + close["giftcardissued"] + close["customerpaymentsum"]
    assert rows == inflow + close["cashrounding"]


def check_chain(closes: list[Record]) -> None:
    """I5: the next float is what was left, register by register."""
    last: dict[int, Record] = {}
    for close in sorted(closes, key=lambda row: int(row["id"])):
        before = last.get(close["cashregisterid"])
        if before is not None:
            assert close["cashstart"] == before["cashcounted"] - before["cashtobank"]
        last[close["cashregisterid"]] = close
