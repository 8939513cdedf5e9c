"""The proof sheet of a day close: chains of amounts that each end in 0.00, sealed and tied to the sheet before.

A sheet is plain JSON. A row is `{code, amount, …}`: the code says what it is (people's words are chosen where it is
shown), amounts are kroner as text with two decimals. A sheet is never changed; what becomes known later makes a new one.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from hashlib import sha256
from typing import Any

from integration.mapping.amounts import kroner
from integration.mapping.close_checks import received
from integration.mapping.day_close import Receipt
from integration.mapping.proof_chains import Basis, Row, chains_of, row_of
from integration.mapping.sale import SettlementLine

VERSION = 1
ZERO = Decimal(0)
FIRST = "0" * 64  # what stands before the first sheet of a tenant

Sheet = dict[str, Any]


def build(basis: Basis) -> Sheet:
    """Return the sheet of a close without its remote numbers; `finish` adds those."""
    close = basis.close
    return {
        "version": VERSION,
        "kind": "close",
        "store": basis.store_id,
        "close": {
            "id": close.id,
            "number": close.number,
            "register": close.register_id,
            "register_title": close.register_title,
            "day": basis.day.isoformat(),
            "first_no": close.first_no,
            "last_no": close.last_no,
            "receipts": len(basis.receipts),
        },
        "chains": [
            {"code": code, "rows": told}
            for code, rows in chains_of(basis)
            if (told := [row for row in rows if row])
        ],
        "lines": [_line(line) for line in basis.lines],
        "documents": [_document(receipt) for receipt in basis.receipts if not receipt.by_hand],
        "waiting": [
            {
                "code": "waits",
                "id": receipt.id,
                "number": receipt.number,
                "amount": kroner(receipt.totals.sum),
            }
            for receipt in basis.receipts
            if receipt.waits
        ],
        "by_hand": [_by_hand(receipt) for receipt in basis.receipts if receipt.by_hand],
        "notes": [dict(note) for note in basis.notes],
    }


def with_accepted(sheet: Sheet) -> Sheet:
    """Return the sheet with what a person called right as a row of each chain it leaves open."""
    left = open_chains(sheet)
    chains = [
        {
            **chain,
            "rows": [*chain["rows"], row_of("accepted_difference", -left[chain["code"]])],
        }
        if chain["code"] in left
        else chain
        for chain in sheet["chains"]
    ]
    return {**sheet, "chains": chains}


def finish(
    sheet: Sheet,
    *,
    key: str,
    posting: str,
    invoices: Mapping[str, str],
    payments: Mapping[str, str],
) -> Sheet:
    """Return the sheet with Uniconta's numbers: of the close's posting, and by receipt id of invoices and payments."""
    documents = [
        {
            **row,
            "invoice": invoices.get(str(row["id"]), row["invoice"]),
            "posting": payments.get(str(row["id"]), ""),
        }
        for row in sheet["documents"]
    ]
    return {**sheet, "key": key, "posting": posting, "documents": documents}


def late_sheet(
    *, store_id: int, close: Mapping[str, Any], key: str, receipts: Iterable[Row]
) -> Sheet:
    """Return the sheet of receipts that were booked after their close was posted; its lines are not touched."""
    return {
        "version": VERSION,
        "kind": "late",
        "store": store_id,
        "close": dict(close),
        "key": key,
        "late": [dict(row) for row in receipts],
    }


def reversal_sheet(
    *,
    store_id: int,
    key: str,
    of: str,
    reason: str,
    person: str,
    lines: Sequence[Row],
    posting: str,
) -> Sheet:
    """Return the sheet of a reversal: which posting it undoes, why and by whom."""
    return {
        "version": VERSION,
        "kind": "reversal",
        "store": store_id,
        "key": key,
        "of": of,
        "reason": reason,
        "person": person,
        "lines": [dict(line) for line in lines],
        "posting": posting,
    }


def seal(sheet: Sheet, *, previous: str) -> str:
    """Return the hash of a sheet, tied to the hash of the one before it."""
    return sha256(f"{previous}\n{canonical(sheet)}".encode()).hexdigest()


def canonical(sheet: Sheet) -> str:
    """Return the one text of a sheet: sorted keys, no spaces, UTF-8."""
    return json.dumps(sheet, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def is_intact(sheet: Sheet, *, previous: str, hash: str) -> bool:
    """Tell whether a stored sheet is the one that was sealed."""
    return seal(sheet, previous=previous) == hash


def rests(sheet: Sheet) -> dict[str, Decimal]:
    """Return what is left at the end of each chain; every value must be 0."""
    return {
        chain["code"]: sum((Decimal(row["amount"]) for row in chain["rows"]), ZERO)
        for chain in sheet.get("chains", ())
    }


def open_chains(sheet: Sheet) -> dict[str, Decimal]:
    """Return the chains that do not end in 0.00."""
    return {code: rest for code, rest in rests(sheet).items() if rest}


def _line(line: SettlementLine) -> Row:
    return {
        "account": line.account,
        "offset_account": line.offset_account,
        "credit": kroner(line.credit),
        "text": line.text,
    }


def _document(receipt: Receipt) -> Row:
    return {
        "id": receipt.id,
        "number": receipt.number,
        "debtor": receipt.debtor,
        "invoice": receipt.invoice,
        "amount": _amount(receipt),
    }


def _by_hand(receipt: Receipt) -> Row:
    return {
        "code": "by_hand" if receipt.is_told else "by_hand_untold",
        "id": receipt.id,
        "number": receipt.number,
        "word": receipt.by_hand,
        "invoice": receipt.invoice,
        "amount": _amount(receipt),
    }


def _amount(receipt: Receipt) -> str:
    return kroner(received(receipt) if receipt.customer_payment else receipt.totals.sum)
