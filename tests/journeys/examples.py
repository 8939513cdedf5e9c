"""The worked examples of accounting.md, rung up at the till and held against their end balances."""

import json
from collections import defaultdict
from decimal import Decimal
from pathlib import Path
from typing import Any

from sandbox.customers1st.basket import (
    Pay,
    Wish,
    card,
    cash,
    foreign,
    free_text,
    issue_card,
    mobilepay,
    on_account,
    use_card,
)
from sandbox.demo_day import CLUB
from sandbox.uniconta.seed import open_books
from tests.journeys.shop import ShopWorld, Sums

EXAMPLES = Path("tests/contracts/examples/accounting")
NAMES = sorted(path.name for path in EXAMPLES.glob("example_*.json"))


def example(name: str) -> dict[str, Any]:
    text = (EXAMPLES / name).read_text(encoding="utf-8")
    return dict(json.loads(text, parse_float=Decimal, parse_int=Decimal))


CHART = example("chart_of_accounts.json")
RATES = {kind: row["vat_percent"] for kind, row in CHART["line_kinds"].items()}
TENDERS = {"card": card, "mobilepay": mobilepay, "debtor": on_account}


def play(world: ShopWorld, receipts: list[dict[str, Any]], cards: list[str] | None = None) -> None:
    """Ring the receipts of an example up, in order; `cards` are the numbers of those sold before."""
    cards = [] if cards is None else cards
    for receipt in receipts:
        wishes: list[Wish] = []
        for kind, amount in receipt["lines"]:
            if not kind.startswith("gift"):
                wishes.append(free_text(kind, amount, vat=RATES[kind]))
            elif amount > 0:
                cards.append(f"GK{len(cards)}")
                wishes.append(issue_card(amount, number=cards[-1], vat=RATES[kind]))
            else:
                wishes.append(use_card(cards[-1], -amount))
        tenders = [pay(row) for row in receipt["tenders"]]
        customer = CLUB if receipt.get("debtor") else None
        register = 500 + int(receipt["reg"])
        if receipt.get("customerpayment"):
            sale = world.till.customer_payment(CLUB, tenders, register=register)
        else:
            sale = world.till.sell(wishes, tenders, register=register, customer=customer)
        world.deliver(str(sale.id))


def pay(row: list[Any]) -> Pay:
    """Return a tender of an example; change in kroner comes by itself."""
    if row[0] == "cash":
        return cash(row[1])
    if row[0] == "eur":
        return foreign(row[1] / Decimal("7.4"))
    return TENDERS[row[0]](row[1])


def expected(data: dict[str, Any]) -> tuple[Sums, Sums]:
    """Return the end balances without the closes: opening, invoices, and each tender by its role."""
    accounts: Sums = defaultdict(Decimal, data["opening_balances"])
    debtors: Sums = defaultdict(Decimal, data["opening_debtors"])
    invoices = (each for each in data["vouchers"] if ":payment:" in each["ref"])
    for row in (row for invoice in invoices for row in invoice["lines"]):
        amount = row.get("debit", Decimal(0)) - row.get("credit", Decimal(0))
        accounts[str(row["account"])] += amount
        if "debtor" in row:
            debtors[row["debtor"]] += amount
    for receipt in data["receipts"]:
        for row in receipt["tenders"]:
            if row[0] != "debtor":
                book_tender(receipt, row, accounts, debtors)
    return without_zero(accounts), without_zero(debtors)


def book_tender(receipt: dict[str, Any], row: list[Any], accounts: Sums, debtors: Sums) -> None:
    account = CHART["tenders"][row[0]]
    if row[0] == "cash":
        account = account[str(receipt["reg"])]
    settled = row[2] if len(row) > 2 else row[1]
    accounts[str(account)] += row[1]
    accounts["2920"] -= row[1] - settled
    accounts["5600"] -= settled
    debtors[receipt.get("debtor", "POS3000")] -= settled


def without_zero(sums: Sums) -> Sums:
    return {name: amount for name, amount in sums.items() if amount}


def open_example(world: ShopWorld, data: dict[str, Any]) -> None:
    """Post the opening balances: what the debtors owe is one invoice, 9987."""
    owed = {name: {9987: amount} for name, amount in data["opening_debtors"].items() if amount}
    balances = {name: amount for name, amount in data["opening_balances"].items() if name != "5600"}
    open_books(world.uniconta.company(), balances, debtors=owed)
    if any("single" in kind for receipt in data["receipts"] for kind, _ in receipt["lines"]):
        world.setup("setup: {gift_card: {kind: single, item: GAVEKORT1}}")


def play_with_closes(world: ShopWorld, data: dict[str, Any]) -> None:
    """Ring an example up and close each register after the last of its receipts."""
    closes, cards = list(data["day_closes"]), list[str]()
    for receipt in data["receipts"]:
        play(world, [receipt], cards)
        for close in [each for each in closes if each["last"] <= receipt["no"]]:
            closes.remove(close)
            made = world.till.close(
                500 + int(close["reg"]),
                counted=close["counted"],
                to_bank=close["tobank"],
                expense=close["expense"],
            )
            world.deliver_close(made.id)
