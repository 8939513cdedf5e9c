"""Debtors and customers that could be the other half: asked for in the spellings that people use, compared in one form."""

from collections.abc import Iterator
from typing import Any

from integration.customers1st.master_data import Customer
from integration.flows.context import Context
from integration.flows.kind import Row
from integration.mapping import customer as mapped
from integration.mapping.fields import company_number, emails, phone, split_emails
from integration.uniconta.values import text_of

ENTITY = "DebtorClient"


def debtors_like(context: Context, record: Customer) -> Iterator[tuple[str, list[Row]]]:
    """Yield what agrees and the debtors that it agrees on: by number, CVR, e-mail, phone, in that order."""
    if record.customer_no:
        yield "number", _debtors(context, "Account", {record.customer_no}, str, record.customer_no)
    number = company_number(record.vat)
    if number:
        spellings = {record.vat, number, f"DK{number}"}
        yield "CVR number", _debtors(context, "CompanyRegNo", spellings, company_number, number)
    if addresses := split_emails(record.email):
        yield "e-mail", _debtors_with(context, addresses)
    if record.phone:
        number = phone(record.phone)
        local = number.removeprefix("+45")
        spellings = {record.phone, number, local, f"+45 {local}", f"0045{local}"}
        yield "phone number", _debtors(context, "Phone", spellings, phone, number)


def _debtors(
    context: Context, member: str, spellings: set[str], form: Any, wanted: str
) -> list[Row]:
    rows = context.uniconta.find(ENTITY, member, spellings)
    return [row for row in rows if form(text_of(row.get(member))) == wanted]


def _debtors_with(context: Context, addresses: list[str]) -> list[Row]:
    """Return the debtors that have one of these e-mail addresses, alone or among others."""
    found = {
        text_of(row.get("Account")): row
        for address in addresses
        for row in context.uniconta.find_among(ENTITY, "ContactEmail", address)
    }
    wanted = {address.lower() for address in addresses}
    return [row for row in found.values() if wanted & set(emails(text_of(row.get("ContactEmail"))))]


def customers_like(context: Context, row: Row) -> Iterator[tuple[str, list[Customer]]]:
    """Yield what agrees and the customers that it agrees on, in the same order."""
    account, values = text_of(row.get("Account")), mapped.debtor_values(row)
    find = context.customers1st.find_customers
    yield "number", [c for c in find(customerno=account) if c.customer_no == account]
    if number := company_number(values["vat"]):
        spellings = {number, f"DK{number}", values["vat"]}
        found = {c.id: c for text in sorted(spellings) for c in find(cvr=text)}
        yield (
            "CVR number",
            [c for c in found.values() if company_number(c.vat) == number],
        )
    if addresses := emails(values["email"]):
        found = {c.id: c for address in addresses for c in find(email=address)}
        yield "e-mail", [c for c in found.values() if set(emails(c.email)) & set(addresses)]
    if values["phone"]:
        number = phone(values["phone"])
        yield "phone number", [c for c in find(phoneno=number) if phone(c.phone) == number]
