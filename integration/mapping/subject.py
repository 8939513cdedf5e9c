"""What a job is about, in the words that people look for it by, and how those words are written and read again. Pure."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from integration.customers1st.master_data import Customer, Product
from integration.customers1st.payloads import DayClose, Payment
from integration.ports import Link, Subject
from integration.uniconta.values import text_of

LONGEST_WORD = 60
_PARTS = re.compile(r"\w+")
_DAY_FIRST = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{2}|\d{4})")
_YEAR_FIRST = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_GROUPED = re.compile(r"-?\d{1,3}(?:([.,])\d{3})(?:\1\d{3})*(?:(?!\1)[.,]\d{1,2})?")
_PLAIN = re.compile(r"-?\d+(?:[.,]\d{1,2})?")


def receipt_subject(payment: Payment, *, day: date, buyer: Link | None) -> Subject:
    """Return what a receipt is looked for by; `buyer` is the link of its customer where it has one."""
    others = [str(payment.customer_id)] if payment.customer_id else []
    others += [buyer.uniconta_key] if buyer is not None else []
    for article in payment.articles or ():
        number = article.product.product_no if article.product is not None else article.product_no
        others += [number] if number else []
    return Subject(
        number=_text(payment.payment_no),
        name="" if buyer is None else str(buyer.facts.get("name", "")),
        amount=payment.sum,
        day=day,
        others=tuple(dict.fromkeys(others)),
    )


def close_subject(close: DayClose, *, day: date) -> Subject:
    """Return what a day close is looked for by; its amount is the revenue that it states."""
    return Subject(
        number=_text(close.number), name=close.register_title, amount=close.revenue, day=day
    )


def record_subject(record: Customer | Product) -> Subject:
    """Return what a customer or a product of the till is looked for by."""
    if isinstance(record, Customer):
        others = (str(record.id), record.phone)
        return Subject(number=record.customer_no, name=record.name, others=_told(others))
    others = (str(record.id), record.barcode)
    return Subject(number=record.product_no or "", name=record.title, others=_told(others))


def row_subject(row: Mapping[str, Any], *, key: str) -> Subject:
    """Return what a debtor or an item is looked for by; `key` names the member that holds its number."""
    others = (text_of(row.get("Phone")), text_of(row.get("EAN")))
    return Subject(
        number=text_of(row.get(key)), name=text_of(row.get("Name")), others=_told(others)
    )


def merged(known: Subject, told: Subject) -> Subject:
    """Return a subject with what was told later added to it."""
    return Subject(
        number=told.number or known.number,
        name=told.name or known.name,
        amount=known.amount if told.amount is None else told.amount,
        day=told.day or known.day,
        others=tuple(dict.fromkeys((*known.others, *told.others))),
    )


def words_of(subject: Subject) -> set[str]:
    """Return the words by which a subject is found: numbers whole, names word by word, amount and day in one spelling."""
    words = {_word(each) for each in (subject.number, *subject.others)}
    words |= {_word(each) for each in _PARTS.findall(subject.name)}
    words |= {_word(each) for each in subject.name.split()}
    if subject.amount is not None:
        words.add(f"{subject.amount:.2f}")
    if subject.day is not None:
        words.add(subject.day.isoformat())
    return words - {""}


def readings(typed: str) -> list[set[str]]:
    """Return for each word that a person typed what it may mean: as it stands, as an amount, as a day.

    A record is meant when it has one of the meanings of every word. Amounts are read the Danish and the English way.
    """
    return [meanings for meanings in (_meanings(each) for each in typed.split()) if meanings]


def _meanings(word: str) -> set[str]:
    if word.casefold() in {"kr", "kr.", "dkk"}:
        return set()
    return {_word(word), _amount(word), _day(word)} - {""}


def _amount(word: str) -> str:
    if _PLAIN.fullmatch(word):
        plain = word.replace(",", ".")
    elif _GROUPED.fullmatch(word):
        whole, mark, cents = re.fullmatch(r"(.*?)(?:([.,])(\d{1,2}))?", word).groups()  # type: ignore[union-attr]  # matches every text
        plain = re.sub(r"[.,]", "", whole) + (f".{cents}" if mark else "")
    else:
        return ""
    return f"{Decimal(plain):.2f}"


def _day(word: str) -> str:
    if found := _YEAR_FIRST.fullmatch(word):
        year, month, day = found.groups()
    elif found := _DAY_FIRST.fullmatch(word):
        day, month, year = found.groups()
    else:
        return ""
    try:
        return date(int(year) + (2000 if len(year) == 2 else 0), int(month), int(day)).isoformat()
    except ValueError:
        return ""


def _word(text: str) -> str:
    return text.strip().casefold()[:LONGEST_WORD]


def _told(texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(text for text in texts if text)


def _text(number: int | None) -> str:
    return "" if number is None else str(number)
