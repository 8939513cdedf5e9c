"""Whatever is sold, returned and closed: the identities hold."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import simplejson
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sandbox.clock import Clock
from sandbox.customers1st.basket import Pay, Wish, card, cash, free_text, line, on_account
from sandbox.customers1st.seed import TOKEN
from sandbox.customers1st.shop import Shop
from sandbox.server import Sandbox
from sandbox.web import Request
from tests.sandbox.customers1st.identities import check_chain, check_close, check_receipt

CENTS = st.decimals(min_value="0.01", max_value="5000", places=2)
GOODS = st.builds(
    line,
    st.sampled_from([1001, 1002, 1005, 1006, 1101]),
    st.sampled_from([1, 2, -1]),
    discount=st.none() | st.decimals(min_value="0.01", max_value="20", places=2),
)
FREE = st.builds(
    free_text,
    st.just("Fri"),
    CENTS,
    quantity=st.sampled_from([1, 3, -2]),
    vat=st.sampled_from([0, 25]),
    second_hand=st.booleans(),
)
TENDERS = st.sampled_from([[cash()], [card()], [on_account()]])
SALE = st.tuples(st.lists(GOODS | FREE, min_size=1, max_size=4), TENDERS)
MONEY = st.decimals(min_value="-200", max_value="200", places=2)
DAY = st.tuples(st.lists(st.tuples(st.sampled_from([501, 502]), SALE), max_size=5), MONEY, MONEY)


def _all(sandbox: Sandbox, path: str) -> list[dict[str, Any]]:
    headers = {"authorization": f"Bearer {TOKEN}"}
    query = {"paginationPageLength": ["250"]}
    reply = sandbox.customers1st.handle(Request("GET", f"/api/{path}", query, headers))
    rows: list[dict[str, Any]] = simplejson.loads(reply.content(), use_decimal=True)["content"]
    return rows


def _sell(shop: Shop, register: int, lines: list[Wish], tenders: list[Pay]) -> None:
    shop.sell(lines, tenders, register=register, customer=5001)


@given(st.lists(DAY, min_size=1, max_size=3))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_every_receipt_and_every_close_adds_up(
    days: list[tuple[list[tuple[int, tuple[list[Wish], list[Pay]]]], Decimal, Decimal]],
) -> None:
    sandbox = Sandbox(clock=Clock(datetime(2026, 3, 2, 9, tzinfo=UTC)))
    sandbox.customers1st.set_bucket(None)
    sandbox.switches.set("c1st.articles_on_get", "always")
    shop = sandbox.customers1st.shop(3000)
    for sales, to_bank, miscounted in days:
        for register, (lines, tenders) in sales:
            _sell(shop, register, lines, tenders)
        for register in (501, 502):
            close = shop.close(register, to_bank=to_bank, expense=abs(miscounted))
            close.counted += miscounted
    receipts, closes = _all(sandbox, "pospayments"), _all(sandbox, "posbalances")
    for receipt in receipts:
        check_receipt(receipt)
    for close_row in closes:
        check_close(close_row, receipts)
    check_chain(closes)
    assert len(closes) == 2 * len(days)
