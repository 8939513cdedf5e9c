"""A customer of the till and a debtor of Uniconta, member by member (DESIGN 6.1 "Master-data fields")."""

import re
from collections.abc import Callable
from typing import Any

from integration.customers1st.master_data import Customer
from integration.errors import Hold
from integration.mapping.countries import DENMARK, DENMARKS_NUMBER, iso_at_till, iso_of
from integration.mapping.fields import (
    Field,
    Form,
    Side,
    Values,
    code,
    company_number,
    email,
    phone,
    split_emails,
)
from integration.mapping.pair import EntityMapping, Raw, Record, plan_new
from integration.mapping.rules import Rules
from integration.uniconta.values import text_of

CUSTOMER = "customer"
ACCOUNT_LENGTH = 20  # contracts/uniconta.md, DebtorClient
_NO_COUNTRY = frozenset({"", "0", "Unknown"})
# code of a country, empty for none → what the company writes for it; None when nothing shows it
CountryMember = Callable[[str], Any]

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
        note="a country other than Denmark goes to Uniconta once a debtor there shows how it is written",
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


def mapping_of(country_member: CountryMember) -> EntityMapping:
    """Return how customers and debtors of a company are read."""
    return EntityMapping(
        entity=CUSTOMER,
        fields=FIELDS,
        customers1st_values=lambda raw: customer_values(raw, country_member),
        uniconta_values=debtor_values,
    )


def customer_values(raw: Raw, country_member: CountryMember) -> Values:
    """Return the mapped values of a customer; a key that is not there, or that cannot be written, is not told."""
    values = {
        each.name: "" if raw[each.name] is None else str(raw[each.name])
        for each in FIELDS
        if each.name in raw
    }
    country = iso_at_till(values.pop("addr_country", "")) if "addr_country" in values else None
    is_plain = country in ("", DENMARK)
    if country is not None and (is_plain or country_member(country) is not None):
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


def debtor_members(values: Values, row: Raw, country_member: CountryMember) -> dict[str, Any]:
    """Return the members to write on a debtor; `row` is the debtor as it is, empty for a new one."""
    members: dict[str, Any] = {
        each.uniconta: values[each.name] for each in FIELDS if each.name in values
    }
    if "Country" in members:
        members["Country"] = country_member(members["Country"])
    if "ContactEmail" in members:
        members["ContactEmail"] = _with_others(
            members["ContactEmail"], text_of(row.get("ContactEmail"))
        )
    return members


def customer_members(values: Values) -> dict[str, Any]:
    """Return the keys to write on a customer; empty becomes null."""
    members: dict[str, Any] = {name: value or None for name, value in values.items()}
    if members.get("email"):
        members["email"] = next(iter(split_emails(members["email"])), None)
    if members.get("vat"):
        members["vat"] = company_number(members["vat"])
    if members.get("addr_country"):
        members["addr_country"] = members["addr_country"].lower()
    return members


def new_debtor(
    customer: Customer, *, account: str, rules: Rules, country_member: CountryMember
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
        Record(values=customer_values(customer.raw, country_member)),
        onto=Side.UNICONTA,
        name=customer.label,
    )
    row = debtor_members(plan.to_uniconta, {}, country_member)
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


def _with_others(first: str, shown: str) -> str:
    """Return what a debtor's addresses become when the first one changes: the others stay behind it."""
    parts = [part.strip() for part in shown.split(";")]
    others = parts if first.lower() in map(str.lower, parts) else parts[1:]
    kept = [part for part in others if part and part.lower() != first.lower()]
    return ";".join(part for part in (first, *kept) if part)


def _country_of(row: Raw) -> str | None:
    """Return a debtor's country as ISO code: empty for none, None for one that we cannot name [A70]."""
    shown = text_of(row.get("Country"))
    if shown in _NO_COUNTRY:
        return ""
    if shown == str(DENMARKS_NUMBER):
        return DENMARK
    return iso_of(shown) or iso_of(text_of(row.get("CountryName")))
