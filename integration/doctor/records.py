"""Checks of the records themselves, as far as the calls of an examination show them: what must be unique."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from integration.doctor.facts import CompanyFacts, Facts, Row, StoreFacts
from integration.doctor.finding import Finding
from integration.doctor.kinds import finding
from integration.uniconta.values import flag_of, text_of
from integration.words import word

Doubles = Mapping[str, tuple[str, ...]]


def doubles(rows: Iterable[Row], member: str, named_by: str) -> Doubles:
    """Return the values of a member that several rows have, each with the names of those rows."""
    found: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        if value := text_of(row.get(member)):
            found[value].append(text_of(row.get(named_by)))
    return {value: tuple(names) for value, names in found.items() if len(names) > 1}


def check_records(facts: Facts) -> Iterator[Finding]:
    """Say which barcodes and customer numbers are given twice."""
    if isinstance(facts.company, CompanyFacts):
        yield from _barcodes(facts.company.barcodes, word("Items"), "Uniconta")
    if not isinstance(facts.store, StoreFacts):
        return
    products = facts.store.products or ()
    yield from _barcodes(
        doubles(products, "barcode", "productno"), word("Products"), "Customers 1st"
    )
    customers = [row for row in facts.store.customers or () if not flag_of(row.get("draft"))]
    for number, ids in doubles(customers, "customerno", "id").items():
        yield finding(
            "customer-number-duplicate",
            subject=number,
            cause=f"Customers {', '.join(ids)} have the same number {number}; a sale to one of them must be decided by a person.",
            cure="Give each customer a number of its own in Customers 1st.",
        )


def _barcodes(found: Doubles, what: str, system: str) -> Iterator[Finding]:
    for barcode, numbers in found.items():
        yield finding(
            "barcode-duplicate",
            subject=barcode,
            cause=f"{what} {', '.join(numbers)} have the same barcode; it must name one product only.",
            cure=f"Correct the barcodes in {system}.",
        )
