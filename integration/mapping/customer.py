"""A customer of the till and a debtor of Uniconta, member by member (DESIGN 6.1 "Master-data fields")."""

import re
from collections.abc import Mapping
from typing import Any

from integration.customers1st.master_data import Customer
from integration.errors import Hold
from integration.mapping.fields import Field, Form, Side, Values, code, company_number, email, phone
from integration.mapping.pair import EntityMapping, Raw, Record, plan_new
from integration.mapping.rules import Rules
from integration.uniconta.values import text_of

CUSTOMER = "customer"
ACCOUNT_LENGTH = 20  # contracts/uniconta.md, DebtorClient
DENMARK = "DK"
# ISO 3166 → Uniconta's number and name; the contract knows one [A70], others are read by CountryName only
COUNTRY_NUMBERS: Mapping[str, int] = {DENMARK: 57}
COUNTRY_NAMES: Mapping[str, str] = {
    DENMARK: "Denmark",
    "DE": "Germany",
    "NO": "Norway",
    "SE": "Sweden",
    "GB": "United Kingdom",
    "NL": "Netherlands",
}
_NO_COUNTRY = frozenset({"", "0", "Unknown"})

FIELDS = (
    Field(name="name", uniconta="Name", length=100, required=frozenset({Side.UNICONTA})),
    Field(
        name="phone",
        uniconta="Phone",
        length=30,
        compare=phone,
        note="+45 is assumed without a country",
    ),
    Field(
        name="email",
        uniconta="ContactEmail",
        length=200,
        compare=email,
        note="the first address; others behind `;` stay in Uniconta",
    ),
    Field(name="address", uniconta="Address1", length=60),
    Field(name="zipcode", uniconta="ZipCode", length=12),
    Field(name="city", uniconta="City", length=30),
    Field(
        name="addr_country",
        uniconta="Country",
        length=2,
        form=Form.CODE,
        note="Denmark both ways; other countries only when a customer is made from a debtor",
    ),
    Field(
        name="vat",
        uniconta="CompanyRegNo",
        length=20,
        form=Form.CODE,
        compare=company_number,
        note="with or without DK",
    ),
    Field(name="ean", uniconta="EAN", length=13, form=Form.CODE, compare=code),
)
MAPPING = EntityMapping(
    entity=CUSTOMER,
    fields=FIELDS,
    customers1st_values=lambda raw: customer_values(raw),
    uniconta_values=lambda row: debtor_values(row),
)


def customer_values(raw: Raw) -> Values:
    """Return the mapped values of a customer; a key that is not there is not told."""
    values = {
        each.name: "" if raw[each.name] is None else str(raw[each.name])
        for each in FIELDS
        if each.name in raw
    }
    country = _iso(values.pop("addr_country", None))
    if country is not None and (not country or country in COUNTRY_NUMBERS):
        values["addr_country"] = country
    return values


def debtor_values(row: Raw) -> Values:
    """Return the mapped values of a debtor; a member that is left out is empty [A61]."""
    values = {each.name: text_of(row.get(each.uniconta)) for each in FIELDS}
    country = _country_of(row)
    if country is None:
        del values["addr_country"]
    else:
        values["addr_country"] = country
    return values


def debtor_members(values: Values, row: Raw, *, country_by_name: bool) -> dict[str, Any]:
    """Return the members to write on a debtor; `row` is the debtor as it is, empty for a new one."""
    members: dict[str, Any] = {
        each.uniconta: values[each.name] for each in FIELDS if each.name in values
    }
    if "Country" in members:
        members["Country"] = _country_member(members["Country"], by_name=country_by_name)
    if "ContactEmail" in members:
        others = text_of(row.get("ContactEmail")).partition(";")[2]
        members["ContactEmail"] = ";".join(
            part for part in (members["ContactEmail"], others) if part
        )
    return members


def customer_members(values: Values) -> dict[str, Any]:
    """Return the keys to write on a customer; empty becomes null."""
    members: dict[str, Any] = {name: value or None for name, value in values.items()}
    if members.get("email"):
        members["email"] = members["email"].partition(";")[0].strip() or None
    if members.get("vat"):
        members["vat"] = company_number(members["vat"])
    if members.get("addr_country"):
        members["addr_country"] = members["addr_country"].lower()
    return members


def new_debtor(
    customer: Customer, *, account: str, rules: Rules, country_by_name: bool
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Return the row of a new debtor with the group of point 1, and which texts were cut; Hold when it cannot be made."""
    if not rules.default_debtor_group:
        raise Hold(
            "No debtor group for new debtors is set.",
            "Fill in point 1 of the setup (debtor group).",
            mended_by="setup",
        )
    plan = plan_new(
        FIELDS,
        Record(values=customer_values(customer.raw)),
        onto=Side.UNICONTA,
        name=customer.label,
    )
    row = debtor_members(plan.to_uniconta, {}, country_by_name=country_by_name)
    return {"Account": account, "Group": rules.default_debtor_group, **row}, plan.cut


def new_customer(row: Raw, *, account: str) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Return the content of a new customer and which texts were cut; Hold when it cannot be made."""
    name = f"Debtor {account}"
    values = debtor_values(row)
    check_company_number(values, name)
    plan = plan_new(FIELDS, Record(values=values), onto=Side.CUSTOMERS1ST, name=name)
    empty = dict.fromkeys((each.name for each in FIELDS), None)  # or the vendor's defaults move in
    return {"customerno": account, **empty, **customer_members(plan.to_customers1st)}, plan.cut


def check_company_number(values: Values, name: str) -> None:
    """Hold for a Danish CVR number that Customers 1st would refuse (CUSTOMER_VAT_INCORRECT)."""
    number = company_number(values.get("vat", ""))
    if (
        number
        and values.get("addr_country", "") in ("", DENMARK)
        and not re.fullmatch(r"[0-9]{8}", number)
    ):
        raise Hold(
            f"{name}: the CVR number “{number}” has not eight digits; Customers 1st refuses it.",
            "Correct the CVR number in Uniconta, or the country of the debtor.",
            mended_by="uniconta",
            evidence={"field": "vat", "value": number},
        )


def account_of_customer(customer: Customer) -> str:
    """Return the account by the customer's number, `C<customer id>` without one; Hold when it does not fit."""
    account = customer.customer_no or f"C{customer.id}"
    return checked_account(account, customer, "customer number")


def account_of_phone(customer: Customer) -> str:
    """Return the account by the phone number: its digits without +45; Hold when there is none."""
    digits = re.sub(r"[^0-9]", "", phone(customer.phone).removeprefix("+45"))
    if not digits:
        raise Hold(
            f"{customer.label} has no phone number; new debtors are numbered by it.",
            "Fill in the phone number in Customers 1st, or choose another numbering in the setup.",
            mended_by="customers1st",
        )
    return checked_account(digits, customer, "phone number")


def checked_account(account: str, customer: Customer, what: str) -> str:
    """Return an account that Uniconta can hold; Hold otherwise: a key is never cut."""
    if len(account) > ACCOUNT_LENGTH:
        raise Hold(
            f"{customer.label}: the {what} “{account}” is longer than the {ACCOUNT_LENGTH} characters of an account.",
            f"Shorten the {what} in Customers 1st.",
            mended_by="customers1st",
        )
    return account


def _iso(value: str | None) -> str | None:
    """Return a country of the till as ISO code: empty for none, None for what is no code."""
    if value is None:
        return None
    word = value.strip()
    if re.fullmatch(r"[A-Za-z]{2}", word) or not word:
        return word.upper()
    names = {name.lower(): iso for iso, name in COUNTRY_NAMES.items()} | {"danmark": DENMARK}
    return names.get(word.lower())


def _country_of(row: Raw) -> str | None:
    """Return a debtor's country as ISO code: empty for none, None for one that we cannot name [A70]."""
    shown = text_of(row.get("Country"))
    if shown in _NO_COUNTRY:
        return ""
    numbers = {str(number): iso for iso, number in COUNTRY_NUMBERS.items()}
    names = {name: iso for iso, name in COUNTRY_NAMES.items()}
    return numbers.get(shown) or names.get(shown) or names.get(text_of(row.get("CountryName")))


def _country_member(iso: str, *, by_name: bool) -> Any:
    if by_name:
        return COUNTRY_NAMES.get(iso, "Unknown")
    return COUNTRY_NUMBERS.get(iso, 0)
