"""The fields that both vendors share: how a value is cleaned, compared and cut, whichever side it comes from.

A value is text: what would be written. Two values are in step when their compared forms are equal; the compared form
knows the shorter of both columns, the spelling of numbers and the øre, so that a cut text equals its full text and a
price that crossed the VAT line equals the price it came from.
"""

import hashlib
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from integration.errors import Hold
from integration.mapping.amounts import to_oere

Values = Mapping[str, str]  # field name -> text; a side that does not tell a field leaves it out
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]+")


class Side(StrEnum):
    """The two systems, in our words."""

    CUSTOMERS1ST = "customers1st"
    UNICONTA = "uniconta"

    @property
    def other(self) -> "Side":
        """The opposite side."""
        return Side.UNICONTA if self is Side.CUSTOMERS1ST else Side.CUSTOMERS1ST


class Form(StrEnum):
    """What a field's values are like."""

    TEXT = "text"  # cut where it is too long
    CODE = "code"  # an identifier: never cut, one that does not fit needs a person
    AMOUNT = "amount"  # kroner without VAT, to the øre


@dataclass(frozen=True, kw_only=True)
class Field:
    """One pair of members. `name` is the Customers 1st name; it stands in links and in `field_masters`.

    `length` is what both columns can hold, `compare` returns the compared form of a clean value, `required` names the
    sides that refuse a record without it. An empty value of a field that does not clear is not told onwards.
    """

    name: str
    uniconta: str
    length: int
    form: Form = Form.TEXT
    compare: Callable[[str], str] = str
    required: frozenset[Side] = frozenset()
    clears: bool = True
    note: str = ""

    def compared(self, value: str) -> str:
        """Return the form in which both sides are compared."""
        if self.form is Form.AMOUNT:
            return "" if not value or Decimal(value) == 0 else value
        if self.form is Form.CODE:
            return self.compare(clean(value))
        return " ".join(self.compare(clean(value)[: self.length]).split())

    def digest(self, value: str) -> str:
        """Return the fingerprint of a value: equal for values that are in step."""
        return hashlib.sha256(self.compared(value).encode()).hexdigest()[:16]

    def is_cut(self, value: str) -> bool:
        """Tell whether a value is longer than both sides can hold."""
        return self.form is Form.TEXT and len(clean(value)) > self.length

    def fitted(self, value: str, *, of: str) -> str:
        """Return what is written of a value of the record `of`; Hold when an identifier does not fit."""
        if self.form is Form.AMOUNT:
            return value
        text = self.compared(value) if self.form is Form.CODE else clean(value)
        if len(text) > self.length and self.form is Form.CODE:
            raise Hold(
                f"{of}: {self.name} “{text}” is longer than the {self.length} characters of the other side.",
                f"Shorten {self.name} of {of}.",
                evidence={"field": self.name, "value": text},
            )
        return text[: self.length].strip()


def clean(text: str) -> str:
    """Return a text on one line: no control characters, composed letters, no blanks around it."""
    return unicodedata.normalize("NFC", _CONTROL.sub(" ", text)).strip()


def amount_text(amount: Decimal | None) -> str:
    """Return an amount as a field's value; empty when there is none."""
    return "" if amount is None else f"{to_oere(amount):.2f}"


def phone(value: str) -> str:
    """Return a phone number's compared form: +45 is assumed when the country is missing (customers1st.md 7.2)."""
    digits = re.sub(r"[\s().\-/]", "", value)
    if digits.startswith("00"):
        digits = f"+{digits[2:]}"
    if digits.isascii() and digits.isdigit():
        digits = f"+45{digits}"
    return digits if re.fullmatch(r"\+[0-9]+", digits) else value.lower()


def email(value: str) -> str:
    """Return the first of the addresses in small letters; Uniconta separates several by `;`."""
    return next(iter(emails(value)), "")


def emails(value: str) -> list[str]:
    """Return all addresses of a value in small letters, in their order."""
    return [part.lower() for part in split_emails(value)]


def split_emails(value: str) -> list[str]:
    """Return the addresses of a value as they are written; people separate them by commas and blanks, too."""
    return [part for part in re.split(r"[;,\s]+", value) if part]


def company_number(value: str) -> str:
    """Return a CVR or VAT number without blanks; a Danish one without DK."""
    number = re.sub(r"[\s.\-]", "", value).upper()
    return number[2:] if re.fullmatch(r"DK[0-9]{8}", number) else number


def code(value: str) -> str:
    """Return a code without blanks."""
    return re.sub(r"\s", "", value)
