"""The demo's day, played without servers: the till, the books and the proofs say the same to the øre."""

import pytest

from integration.mapping import proof
from sandbox.customers1st.models import Payment
from sandbox.demo_books import FLOATS, expected_balances
from sandbox.demo_day import MAIN, SECOND, close_day, play
from sandbox.demo_print import proof_lines, receipt_lines
from sandbox.management.commands.demo import TENANT_FILE
from sandbox.uniconta.seed import open_books
from syncjobs.models import DayCloseProof
from syncjobs.proofs import broken_sheets
from tests.journeys.world import Build, World

pytestmark = pytest.mark.django_db(transaction=True)

DEMO_FILE = TENANT_FILE.format(
    customers1st="http://127.0.0.1:8700/api",
    uniconta="http://127.0.0.1:8701",
    token="sandbox-token",
    secret="sandbox-secret",
    company=70123,
    password="sandbox-password",
)


@pytest.fixture
def shop(build_world: Build) -> World:
    world = build_world(tenant_file=DEMO_FILE)
    world.command("hooks", "nordlys", "--repair")
    return world


def kinds(receipts: list[Payment]) -> set[str]:
    """Return what of accounting.md these receipts hold."""
    found = set()
    for receipt in receipts:
        found |= {f"paid by {tender.role}" for tender in receipt.paid}
        found |= {
            f"{line.card_type} {'sold' if line.issues_card else 'moved'}" for line in receipt.lines
        }
        found |= {f"{line.vat} %" for line in receipt.goods}
        found |= {"discount" for line in receipt.lines if line.is_discount and line.total < 0}
        found |= {
            "returned discount" for line in receipt.lines if line.is_discount and line.total > 0
        }
        found |= {"free text" for line in receipt.goods if line.product is None}
        found |= {"rounding"} if receipt.rounding else set()
        found |= {"even"} if not receipt.sum and receipt.lines else set()
        found |= {"credit"} if receipt.sum < 0 else set()
        found |= {"customer payment"} if receipt.is_customer_payment else set()
        found |= {"part on account"} if 0 < receipt.on_account < receipt.sum else set()
    return found - {"None moved"}


WANTED = {
    *(f"paid by {role}" for role in ("cash", "custom", "foreign", "debtor")),
    *(
        f"{card} {what}"
        for card in ("giftcard", "voucher", "deposit")
        for what in ("sold", "moved")
    ),
    *("25 %", "0 %", "discount", "returned discount", "free text", "rounding", "even", "credit"),
    *("customer payment", "part on account"),
}


def test_the_day_holds_every_kind_and_ties_out(shop: World) -> None:
    open_books(shop.company, FLOATS)
    played = play(shop.till)
    receipts = [payment for _what, payment in played]
    closes = close_day(shop.till)
    assert WANTED - kinds(receipts) == set()
    assert {receipt.register_id for receipt in receipts} == {MAIN, SECOND}

    shop.catch_up()

    assert shop.causes() == []
    accounts, debtors = expected_balances(receipts, closes)
    books = shop.books()
    assert books.accounts == {name: amount for name, amount in accounts.items() if amount}
    assert books.debtors == {name: amount for name, amount in debtors.items() if amount}
    assert accounts["5810"] == closes[0].counted - closes[0].to_bank
    assert accounts["5811"] == closes[1].counted - closes[1].to_bank
    proofs = list(DayCloseProof.objects.order_by("number"))
    assert len(proofs) == len(closes)
    assert not any(proof.open_chains(row.sheet) for row in proofs)
    assert broken_sheets(shop.tenant) == []

    before, sealed = shop.remote(), DayCloseProof.objects.count()
    shop.calls.clear()
    shop.repeat_hooks()
    shop.work()
    assert shop.writes() == []
    assert shop.remote() == before
    assert DayCloseProof.objects.count() == sealed


def test_every_row_of_the_printed_proofs_is_a_sentence(shop: World) -> None:
    played = play(shop.till)
    close_day(shop.till)
    shop.catch_up()
    for row in DayCloseProof.objects.all():
        text = "\n".join(proof_lines(row))
        assert "✗" not in text
        assert "%(" not in text
        assert "_" not in text
        assert f"Seal {row.hash}" in text
        assert text.count("✓") == len(row.sheet["chains"])
    printed = list(receipt_lines(played, {}))
    assert len(printed) == len(played) + 1
