"""Customers of the till and debtors of Uniconta."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from integration.customers1st.master_data import Customer, parse_customer, whole_customer
from integration.errors import Hold, Refused
from integration.flows.context import Context
from integration.flows.countries import country_member
from integration.flows.create import EXISTS, Create, Found, create_once
from integration.flows.customer_search import ENTITY, customers_like, debtors_like
from integration.flows.debtor_number import likely_account, new_account, taken
from integration.flows.echo import is_quiet
from integration.flows.kind import Row, Trace
from integration.flows.master import store_id
from integration.flows.matching import Candidate, is_linked, is_under_way, owner_of, pick, read_row
from integration.flows.outcome import Outcome
from integration.flows.pair import (
    link_new,
    new_link,
    store_hold,
    to_customers1st,
    to_uniconta,
)
from integration.flows.refusals import hold_for
from integration.mapping import customer as mapped
from integration.mapping.countries import iso_at_till
from integration.mapping.fields import Side, Values, company_number
from integration.mapping.pair import EntityMapping
from integration.mapping.subject import record_subject
from integration.ports import Document, DocumentKind, Subject
from integration.uniconta.values import moment_of, text_of

GONE_TAG = "Slettet i Uniconta"  # a customer cannot be blocked; a tag is what people see
MOST_NUMBERS = 5


def customer_to_debtor(context: Context, source_id: str) -> Outcome:
    """Bring one customer in step with its debtor, or say why not."""
    return to_uniconta(context, Customers(context), source_id)


def debtor_to_customer(context: Context, source_id: str) -> Outcome:
    """Bring one debtor in step with its customer, or say why not; `source_id` is the account or `row:<RowId>`."""
    return to_customers1st(context, Customers(context), source_id)


def debtor_for(context: Context, customer_id: int) -> str:
    """Return the account of a customer's debtor, found by link or match or created first, whatever the switches say.

    Raises Hold when there is no such customer, it is unfinished, or nobody can tell which debtor it is.
    """
    link = context.links.get(mapped.CUSTOMER, str(customer_id))
    if link is not None:
        return link.uniconta_key
    kind = Customers(context)
    customer = kind.get(str(customer_id))
    why = "" if customer is None else kind.stays_home(customer)
    if customer is None or customer.deleted or why:
        raise Hold(
            why
            or f"Customer {customer_id} does not exist in Customers 1st, and no debtor is linked to it.",
            "Finish the customer in Customers 1st, or link it to its debtor by hand.",
            mended_by="customers1st",
        )
    row = kind.match_row(customer)
    if row is None:
        return link_new(context, kind, customer, kind.create_row(customer)).uniconta_key
    link = new_link(context, kind, customer, row)
    kind.number_record(customer, link.uniconta_key, "")
    return link.uniconta_key


@dataclass(frozen=True)
class Customers:
    """How customers and debtors are read, matched and written (integration.flows.pair.Kind)."""

    context: Context
    entity = mapped.CUSTOMER
    remote = "debtor"
    key = "Account"

    @cached_property
    def mapping(self) -> EntityMapping:
        """How customers and debtors of the company are read."""
        return mapped.mapping_of(lambda iso: country_member(self.context, iso))

    def get(self, record_id: str) -> Customer | None:
        """Read a customer."""
        return self.context.customers1st.get_customer(record_id)

    def row(self, wanted: Mapping[str, str]) -> Row | None:
        """Read a debtor by its account or RowId."""
        return read_row(self.context, ENTITY, self.key, wanted)

    def stays_home(self, record: Customer) -> str:
        """Keep drafts at home."""
        if record.draft:
            return f"{record.label} is a draft; it is looked at again when it is finished."
        return ""

    def row_stays_home(self, row: Row) -> str:
        """Keep the POS debtor at home."""
        if text_of(row.get("Account")) == self.context.rules.pos_debtor:
            return "The POS debtor is never synced to Customers 1st."
        return ""

    def match_row(self, record: Customer) -> Row | None:
        """Find a customer's debtor by number, CVR, e-mail, phone, in that order."""
        if record.customer_no and record.customer_no == self.context.rules.pos_debtor:
            raise taken(record, record.customer_no)
        document = self.context.documents.get(DocumentKind.DEBTOR, self._debtor_key(record))
        if is_under_way(document):
            return None  # its own create goes on
        for by, rows in debtors_like(self.context, record):
            free = [
                Candidate(
                    customers1st_id=str(record.id),
                    uniconta_key=text_of(row.get("Account")),
                    name=text_of(row.get("Name")),
                    by=by,
                    record=row,
                )
                for row in rows
                if self._is_free(row, record)
            ]
            if by == "number" and rows and not free and not self._release(record.customer_no):
                raise taken(record, record.customer_no)
            if by == "number" and rows and not free:
                return rows[0]
            if (found := pick(free, what=record.label, of_uniconta=True)) is not None:
                return dict(found.record)
        return None

    def match_record(self, row: Row) -> Customer | None:
        """Find a debtor's customer: the one it is being made from, else by number, CVR, e-mail, phone."""
        account = text_of(row.get("Account"))
        made_from = self.context.documents.with_number(DocumentKind.DEBTOR, account)
        if is_under_way(made_from):
            own = self.get(made_from.source_id)
            if (
                own is not None
                and not own.deleted
                and not is_linked(self.context, self.entity, own.id)
            ):
                return own
        document = self.context.documents.get(DocumentKind.CUSTOMER, _customer_key(account))
        if is_under_way(document):
            return None  # its own create goes on
        for by, customers in customers_like(self.context, row):
            free = [
                Candidate(
                    customers1st_id=str(each.id),
                    uniconta_key=account,
                    name=each.name,
                    by=by,
                    record=each,
                )
                for each in customers
                if not each.deleted and not is_linked(self.context, self.entity, each.id)
            ]
            what = f"Debtor {account} “{text_of(row.get('Name'))}”"
            if (found := pick(free, what=what, of_uniconta=False)) is not None:
                customer: Customer = found.record
                return customer
        return None

    def create_row(self, record: Customer) -> Row:
        """Make the debtor of a customer, once."""
        for _ in range(MOST_NUMBERS):
            document = self.context.documents.get(DocumentKind.DEBTOR, self._debtor_key(record))
            account = self._account(record, document)
            try:
                return self._create_debtor(record, account)
            except Refused as error:
                if error.name not in EXISTS:
                    raise hold_for(error, what=f"debtor {account} of {record.label}") from error
            if self.context.rules.debtor_number != "uniconta":
                break
        raise taken(record, account)

    def create_record(self, row: Row) -> Customer:
        """Make the customer of a debtor, once."""
        account = text_of(row.get("Account"))
        content, cut = mapped.new_customer(row, account=account)
        _tell_cut(self.context, cut)
        made: list[Customer] = []

        def send() -> Found:
            quiet = is_quiet(self.context, "customer.created")
            made.append(self.context.customers1st.create_customer(content, quiet=quiet))
            return Found(number=account, facts={"id": made[-1].id})

        def look_up(number: str = account) -> Found | None:
            found = self.context.customers1st.find_customers(customerno=number)
            own = [
                each
                for each in found
                if each.customer_no == number
                and not each.deleted
                and (number != account or not is_linked(self.context, self.entity, each.id))
            ]
            if len(own) > 1:
                raise Hold(
                    f"Several customers have the number {number}: {', '.join(str(each.id) for each in own)}.",
                    "Keep the number on one of them in Customers 1st.",
                    mended_by="customers1st",
                )
            return Found(number=number, facts={"id": own[0].id}) if own else None

        try:
            document = create_once(
                self.context,
                Create(
                    kind=DocumentKind.CUSTOMER,
                    key=_customer_key(account),
                    source_id=account,
                    what=f"Customer of debtor {account}",
                    number=account,
                    where="Customers 1st",
                    send=send,
                    look_up=look_up,
                    proves=lambda known: look_up(known.number) is not None,
                    at=self._forgotten_since(row),
                ),
            )
        except Refused as error:
            raise store_hold(error, what=f"Debtor {account}") from error
        customer = made[-1] if made else self.get(str(document.facts["id"]))
        if customer is None:
            raise Hold(
                f"Customer {document.facts['id']} of debtor {account} was made and is gone.",
                "Restore it in Customers 1st, or link the debtor to another customer by hand.",
                mended_by="customers1st",
            )
        return customer

    def write_row(self, row: Row, values: Values) -> None:
        """Write fields of a debtor; all others stay."""
        members = mapped.debtor_members(values, row, lambda iso: country_member(self.context, iso))
        self.context.uniconta.update_fields(ENTITY, row, {**row, **members})

    def write_record(self, record: Customer, values: Values) -> Customer:
        """Write fields of a customer: the whole of it, as read a moment ago."""
        mapped.check_company_number(
            {"addr_country": iso_at_till(str(record.raw.get("addr_country") or "")) or "", **values}
            if values.get("vat")
            else {},
            record.label,
        )
        return self._replace(record, mapped.customer_members(values))

    def end_row(self, row: Row) -> str:
        """Block the debtor."""
        self.context.uniconta.update_fields(ENTITY, row, {**row, "Blocked": True})
        return f"debtor {text_of(row.get('Account'))} blocked"

    def end_record(self, record: Customer) -> str:
        """Tag the customer: Customers 1st knows no blocked customers."""
        tags = list(record.raw.get("tags") or [])
        if not any(tag.get("title") == GONE_TAG for tag in tags):
            self._replace(record, {"tags": [*tags, {"title": GONE_TAG}]})
        return f"customer {record.id} tagged “{GONE_TAG}”"

    def is_gone(self, key: str) -> bool:
        """Tell, by reading it by its key, that a row does not exist."""
        return self.context.uniconta.read(ENTITY, {self.key: key}) is None

    def trace(self, side: Side, row: Mapping[str, Any]) -> Trace:
        """Tell the create of its other half, and the debtor's account."""
        if side is Side.CUSTOMERS1ST:
            record = parse_customer(row)
            account = likely_account(self.context.rules, record)
            key = self._debtor_key(record)
            return Trace(document=DocumentKind.DEBTOR, document_key=key, uniconta_key=account)
        account = text_of(row.get("Account"))
        key = _customer_key(account)
        return Trace(document=DocumentKind.CUSTOMER, document_key=key, uniconta_key=account)

    def subject(self, record: Customer) -> Subject:
        """Return what a customer is looked for by."""
        return record_subject(record)

    def facts(self, row: Row) -> Mapping[str, Any]:
        """Remember what people know it by."""
        return {"name": text_of(row.get("Name"))}

    def number_record(self, record: Customer, key: str, was: str) -> Customer:
        """Write the account into a customer that has no number, or the old account as its number."""
        if record.customer_no != was or key == was:
            return record
        fresh = self.get(str(record.id)) or record
        if fresh.customer_no != was:
            return fresh
        try:
            return self._replace(fresh, {"customerno": key})
        except Refused as error:
            raise store_hold(error, what=f"{record.label}, customer number {key}") from error

    def _replace(self, record: Customer, changes: Mapping[str, Any]) -> Customer:
        quiet = is_quiet(self.context, "customer.updated")
        content = whole_customer(record.raw, changes)
        return self.context.customers1st.replace_customer(record.id, content, quiet=quiet)

    def _forgotten_since(self, row: Row) -> datetime | None:
        """Return when a debtor was made, where rows of that time are surely missing; a debtor without a time is old.

        Matching looked for its customer a moment ago, and Customers 1st takes a number twice: only then must an empty
        answer be proven.
        """
        made, zone = moment_of(row.get("Created")), ZoneInfo(self.context.rules.time_zone)
        at = datetime.min.replace(tzinfo=UTC) if made is None else made.replace(tzinfo=zone)
        return at if self.context.doubt.is_certain(at) else None

    def _is_free(self, row: Row, record: Customer) -> bool:
        account = text_of(row.get("Account"))
        if account == self.context.rules.pos_debtor:
            return False
        owner = owner_of(self.context, self.entity, DocumentKind.DEBTOR, account)
        return owner in ("", str(record.id))

    def _release(self, account: str) -> bool:
        """Free the debtor of a customer that is deleted: another one may have got its number."""
        link = self.context.links.get_by_key(self.entity, account)
        owner = None if link is None else self.get(link.customers1st_id)
        if link is None or (owner is not None and not owner.deleted):
            return False
        self.context.links.remove(link)
        self.context.steps.note(
            f"Customer {link.customers1st_id} is deleted; debtor {account} is free again"
        )
        return True

    def _debtor_key(self, record: Customer) -> str:
        return f"c1st:{store_id(self.context)}:customer:{record.id}"

    def _account(self, record: Customer, document: Document | None) -> str:
        """Return the account of a create that is under way, else a new one."""
        if is_under_way(document):
            return document.number
        return new_account(self.context, record)

    def _create_debtor(self, record: Customer, account: str) -> Row:
        row, cut = mapped.new_debtor(
            record,
            account=account,
            rules=self.context.rules,
            country_member=lambda iso: country_member(self.context, iso),
        )
        _tell_cut(self.context, cut)
        self._tell_country(record)
        stored: list[Row] = []

        def send() -> Found:
            stored.append(self.context.uniconta.insert(ENTITY, row))
            return Found(number=account)

        def look_up() -> Found | None:
            found = [each for each in [self.row({self.key: account})] if each and _same(each, row)]
            stored.extend(found)
            return Found(number=account) if found else None

        create_once(
            self.context,
            Create(
                kind=DocumentKind.DEBTOR,
                key=self._debtor_key(record),
                source_id=str(record.id),
                what=f"Debtor {account} of {record.label}",
                number=account,
                send=send,
                look_up=look_up,
            ),
        )
        told = stored[-1] if stored and text_of(stored[-1].get(self.key)) == account else None
        return told or self.row({self.key: account}) or row

    def _tell_country(self, record: Customer) -> None:
        country = iso_at_till(str(record.raw.get("addr_country") or ""))
        if country and country_member(self.context, country) is None:
            self.context.steps.note(
                "The country is left out: no debtor shows how Uniconta writes it", country=country
            )


def _same(row: Row, sent: Row) -> bool:
    """Tell whether a debtor is the one that we sent: name and, where both have one, CVR number agree."""
    found, wanted = mapped.debtor_values(row), mapped.debtor_values(sent)
    name = mapped.FIELDS[0]
    numbers = {company_number(values["vat"]) for values in (found, wanted)} - {""}
    return name.compared(found["name"]) == name.compared(wanted["name"]) and len(numbers) < 2


def _customer_key(account: str) -> str:
    return f"uniconta:debtor:{account}"


def _tell_cut(context: Context, cut: tuple[str, ...]) -> None:
    if cut:
        context.steps.note("Texts were cut to what the other side can hold", fields=list(cut))
