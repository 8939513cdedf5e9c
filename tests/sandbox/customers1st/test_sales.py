"""The till: every kind of receipt keeps the identities of the contract."""

from decimal import Decimal
from typing import Any

import pytest

from sandbox.customers1st.basket import (
    Pay,
    TillError,
    Wish,
    card,
    cash,
    foreign,
    free_text,
    issue_card,
    line,
    mobilepay,
    on_account,
    return_card,
    returned,
    tender,
    use_card,
)
from sandbox.customers1st.models import Payment
from sandbox.customers1st.shop import Shop
from sandbox.server import Sandbox
from tests.sandbox.customers1st.api import Api
from tests.sandbox.customers1st.identities import check_receipt


def D(text: str | int) -> Decimal:
    """Return a Decimal."""
    return Decimal(text)


def _shown(api: Api, payment: Payment) -> dict[str, Any]:
    shown: dict[str, Any] = api.get(f"/pospayments/{payment.id}").content
    return shown


def _tenders(shown: dict[str, Any]) -> list[tuple[str, Decimal, Decimal | None]]:
    return [(t["title"], t["amount"], t["unroundedcash"]) for t in shown["paymenttypes"]]


@pytest.mark.parametrize(
    ("price", "tie", "paid"),
    [
        ("199.95", "up", "200.00"),
        ("149.70", "up", "149.50"),
        ("10.25", "up", "10.50"),
        ("10.25", "down", "10.00"),
        ("-124.95", "up", "-125.00"),
    ],
)
def test_cash_is_rounded_to_half_a_krone(
    price: str, tie: str, paid: str, shop: Shop, api: Api, sandbox: Sandbox
) -> None:
    sandbox.switches.set("c1st.tie", tie)
    quantity = 1 if D(price) > 0 else -1
    shown = _shown(api, shop.sell([free_text("Vare", abs(D(price)), quantity=quantity)]))
    assert _tenders(shown) == [("Kontant", D(paid), D(price))]
    check_receipt(shown)


@pytest.mark.parametrize(
    ("tenders", "want"),
    [
        ([cash(500)], [("Kontant", D("1000.00"), D("1000.00"))]),
        ([card(400), cash()], [("Dankort", D(400), None), ("Kontant", D(600), D(600))]),
        ([cash(100), mobilepay()], [("Kontant", D(100), D(100)), ("MobilePay", D(900), None)]),
        ([foreign(150)], [("EUR", D(1110), D(1110)), ("Kontant", D(-110), D(-110))]),
        ([foreign(100), card()], [("EUR", D(740), D(740)), ("Dankort", D(260), None)]),
    ],
)
def test_tenders_cover_the_receipt(
    tenders: list[Pay], want: list[tuple[str, Decimal, Decimal | None]], shop: Shop, api: Api
) -> None:
    if tenders == [cash(500)]:
        tenders = [cash(1500)]  # change is given, so the tender is what was due
    shown = _shown(api, shop.sell([line(1002)], tenders))
    assert _tenders(shown) == want
    check_receipt(shown)


@pytest.mark.parametrize(
    ("lines", "tenders", "text"),
    [
        ([line(1002)], [card(400)], "600.00 is missing"),
        ([line(1002)], [card(), cash()], "only one tender"),
        ([line(1002)], [tender("Sedler")], "no button 'Sedler'"),
        ([line(999)], None, "no product 999"),
        ([use_card("GK1", 10)], None, "no usable gift card"),
        ([returned(1)], None, "no receipt holds"),
        ([issue_card(-5)], None, "positive amount"),
    ],
)
def test_the_till_refuses_what_cannot_be(
    lines: list[Wish], tenders: list[Pay] | None, text: str, shop: Shop
) -> None:
    with pytest.raises(TillError, match=text):
        shop.sell(lines, tenders)
    assert shop.store.payments == {}
    assert shop.store.next_payment_no == 1284


def test_a_discount_is_an_article_of_its_own(shop: Shop, api: Api) -> None:
    shown = _shown(api, shop.sell([shop.discount(1002, 100, quantity=2)], [card()]))
    goods, discount = shown["articles"]
    assert goods["discount_ppm_id"] == discount["id"]
    assert (goods["total_incl_vat"], discount["total_incl_vat"]) == (2000, -100)
    assert (discount["vat"], shown["discountsum"], shown["sum"]) == (25, -100, 1900)
    check_receipt(shown)


def test_a_whole_return_mirrors_its_sale(shop: Shop, api: Api) -> None:
    sale = shop.sell([line(1002, discount=100), free_text("Fri", 20, vat=0)], [card()])
    back = shop.return_(sale, [card()])
    shown = _shown(api, back)
    assert (shown["sum"], shown["returnpaymentid"]) == (-920, sale.id)
    assert [row["quantity"] for row in shown["articles"]] == [-1, -1, -1]
    assert [row["returnmaterialid"] for row in shown["articles"]] == [x.id for x in sale.lines]
    check_receipt(shown)


def test_a_part_return_takes_its_part_of_the_discount(shop: Shop, api: Api) -> None:
    sale = shop.sell([line(1005, 4, discount=100)], [card()])
    back = shop.return_(sale, [card()], lines=[returned(sale.lines[0], 1)])
    shown = _shown(api, back)
    assert [row["total_incl_vat"] for row in shown["articles"]] == [-125, 25]
    check_receipt(shown)
    with pytest.raises(TillError, match="cannot return"):
        shop.return_(sale, lines=[returned(sale.lines[0], 5)])


def test_an_even_exchange_has_no_tender(shop: Shop, api: Api, sandbox: Sandbox) -> None:
    sale = shop.sell([line(1101)], [card()])
    swap = shop.return_(sale, lines=[returned(sale.lines[0]), line(1104)])
    shown = _shown(api, swap)
    assert (shown["sum"], shown["paymenttypes"]) == (0, [])
    check_receipt(shown)
    sandbox.switches.set("c1st.zero_receipts", "no")
    with pytest.raises(TillError, match=r"no receipt of 0\.00"):
        shop.return_(sale, lines=[returned(sale.lines[0]), line(1104)])


def test_a_sale_on_account_sets_the_invoice_flag(shop: Shop, api: Api) -> None:
    shown = _shown(api, shop.sell([line(1004)], [cash(250), on_account()], customer=5001))
    assert (shown["invoice"], shown["customerid"]) == (1, 5001)
    assert _tenders(shown)[1] == ("Debitor", D(1000), None)
    check_receipt(shown)


@pytest.mark.parametrize(
    ("reading", "flag", "types"),
    [("invoice_flag", 1, [None]), ("custom_type", 0, [69]), ("flag_without_tender", 1, [])],
)
def test_the_debtor_button_has_three_readings(
    reading: str, flag: int, types: list[int | None], shop: Shop, api: Api, sandbox: Sandbox
) -> None:
    sandbox.switches.set("c1st.debtor_button", reading)
    shown = _shown(api, shop.sell([line(1004)], [on_account()], customer=5001))
    assert shown["invoice"] == flag
    assert [row["paymenttypeid"] for row in shown["paymenttypes"]] == types
    listed = [row["title"] for row in api.get("/paymenttypes").body]
    assert ("Debitor" in listed) is (reading == "custom_type")


@pytest.mark.parametrize(
    ("reading", "total", "articles"),
    [("no_articles_sum_0", 0, 0), ("no_articles_sum_amount", 600, 0), ("one_article", 600, 1)],
)
def test_a_customer_payment_has_three_readings(
    reading: str, total: int, articles: int, shop: Shop, api: Api, sandbox: Sandbox
) -> None:
    sandbox.switches.set("c1st.customer_payment", reading)
    shown = _shown(api, shop.customer_payment(5001, [card(600)]))
    assert (shown["customerpayment"], shown["sum"], len(shown["articles"])) == (1, total, articles)
    assert _tenders(shown) == [("Dankort", D(600), None)]


def test_a_parked_sale_gets_its_number_when_it_is_completed(shop: Shop, api: Api) -> None:
    parked = shop.park([line(1001)])
    assert _shown(api, parked)["paymentno"] is None
    assert _shown(api, parked)["remainingamount"] == D("199.95")
    assert shop.sell([line(1002)], [card()]).number == 1284
    done = _shown(api, shop.complete(parked.id, [card()]))
    assert (done["status"], done["paymentno"]) == ("completed", 1285)
    check_receipt(done)
    with pytest.raises(TillError, match="no open sale"):
        shop.complete(parked.id)


def test_a_number_can_be_given_when_the_sale_is_created(shop: Shop, sandbox: Sandbox) -> None:
    sandbox.switches.set("c1st.paymentno_given", "on_create")
    parked = shop.park([line(1001)])
    assert shop.sell([line(1002)], [card()]).number == 1285
    assert shop.complete(parked.id, [card()]).number == 1284


def test_a_cancelled_sale_stays_cancelled(shop: Shop, api: Api) -> None:
    parked = shop.park([line(1001)])
    shop.cancel(parked.id)
    assert _shown(api, parked)["status"] == "cancelled"
    with pytest.raises(TillError, match="no open sale"):
        shop.cancel(parked.id)


def test_a_refused_payment_leaves_the_parked_sale_as_it_was(shop: Shop) -> None:
    parked = shop.park([line(1001)])
    with pytest.raises(TillError):
        shop.complete(parked.id, [card(1)])
    assert shop.store.payments[parked.id].status == "parked"


def test_gift_cards_are_issued_used_and_paid_out(shop: Shop, api: Api) -> None:
    issued = shop.sell([issue_card(500, card_type="voucher", number="TB1")], [card()])
    used = shop.sell([line(1102), use_card("TB1", 300)], [cash()])
    out = shop.sell([return_card("TB1")], [cash()])
    for payment in (issued, used, out):
        check_receipt(_shown(api, payment))
    found = api.get("/giftcards", giftcardno="TB1").content[0]
    assert (found["amount"], found["amountspent"], found["active"]) == (500, 500, False)
    moves = api.get(f"/giftcards/{found['id']}/transactions").content
    assert [(m["amountchange"], m["currentamount"]) for m in moves] == [
        (500, 500),
        (-300, 200),
        (-200, 0),
    ]
    assert out.sum == -200
    with pytest.raises(TillError, match="no usable gift card TB1"):
        shop.sell([line(1001), use_card("TB1", 1)])


def test_a_gift_card_never_goes_below_zero(shop: Shop) -> None:
    shop.sell([issue_card(100, number="G1")], [card()])
    with pytest.raises(TillError, match=r"holds 100\.00"):
        shop.sell([line(1001), use_card("G1", 101)])
    with pytest.raises(TillError, match="does not hold that much"):
        shop.sell([line(1001), use_card("G1", 60), use_card("G1", 60)])
    assert shop.store.giftcards[8801]["amountspent"] == 0
    with pytest.raises(TillError, match="is taken"):
        shop.sell([issue_card(100, number="G1")], [card()])


def test_a_single_purpose_card_carries_vat_at_sale_and_back_at_use(
    shop: Shop, api: Api, sandbox: Sandbox
) -> None:
    sandbox.switches.set("c1st.giftcard_vat", "25")
    issued = _shown(api, shop.sell([issue_card(500, number="G1")], [card()]))
    used = _shown(api, shop.sell([line(1102), use_card("G1", 300)], [cash()]))
    assert (issued["articles"][0]["vat"], issued["articles"][0]["total_vat"]) == (25, 100)
    assert used["articles"][1]["total_vat"] == -60
    check_receipt(used)


def test_a_card_line_can_hold_the_id_only(shop: Shop, api: Api, sandbox: Sandbox) -> None:
    sandbox.switches.set("c1st.giftcard_object", "id_only")
    shown = _shown(api, shop.sell([issue_card(500)], [card()]))
    assert (shown["articles"][0]["giftcard"], shown["articles"][0]["giftcardid"]) == (None, 8801)


def test_a_zero_rated_line_has_no_vat(shop: Shop, api: Api) -> None:
    shown = _shown(api, shop.sell([line(1006), line(1005)], [card()]))
    assert [(x["vat"], x["total_vat"]) for x in shown["articles"]] == [(0, 0), (25, 25)]


@pytest.mark.parametrize(("reading", "vat"), [("margin", "40.00"), ("full", "100.00")])
def test_second_hand_goods_are_taxed_on_the_margin(
    reading: str, vat: str, shop: Shop, api: Api, sandbox: Sandbox
) -> None:
    sandbox.switches.set("c1st.secondhand_vat", reading)
    wish = free_text("Brugt cykel", 500, cost=300, second_hand=True)
    shown = _shown(api, shop.sell([wish], [card()]))
    assert (shown["secondhand"], shown["articles"][0]["vatmode"]) == (1, "second_hand")
    assert shown["articles"][0]["total_vat"] == D(vat)
    check_receipt(shown)


@pytest.mark.parametrize(
    ("reading", "vats"),
    [("per_line", ["0.07", "0.07", "0.07"]), ("per_receipt", ["0.07", "0.06", "0.07"])],
)
def test_vat_is_rounded_per_line_or_per_receipt(
    reading: str, vats: list[str], shop: Shop, api: Api, sandbox: Sandbox
) -> None:
    sandbox.switches.set("c1st.vat_rounding", reading)
    shown = _shown(api, shop.sell([free_text("Skrue", "0.33")] * 3, [card()]))
    assert [row["total_vat"] for row in shown["articles"]] == [D(vat) for vat in vats]


@pytest.mark.parametrize(("reading", "total"), [("no", 1000), ("yes", 1010)])
def test_a_surcharge_is_paid_beside_the_goods(
    reading: str, total: int, shop: Shop, api: Api, sandbox: Sandbox
) -> None:
    sandbox.switches.set("c1st.surcharge_in_sum", reading)
    shown = _shown(api, shop.sell([line(1002)], [card()], surcharge=10))
    assert (shown["sum"], shown["surcharge_amount"]) == (total, 10)
    assert _tenders(shown) == [("Dankort", D(1010), None)]


def test_discount_totals_can_be_netted(shop: Shop, api: Api, sandbox: Sandbox) -> None:
    sandbox.switches.set("c1st.discount_totals", "netted_in_line")
    sandbox.switches.set("c1st.discountsum_sign", "positive")
    shown = _shown(api, shop.sell([line(1002, discount=100)], [card()]))
    assert [row["total_incl_vat"] for row in shown["articles"]] == [900, 0]
    assert (shown["discountsum"], shown["articles"][0]["total_discount_incl_vat"]) == (100, 100)
    check_receipt(shown)


def test_refunds_can_be_shown_positive(shop: Shop, api: Api, sandbox: Sandbox) -> None:
    sandbox.switches.set("c1st.refund_sign", "positive")
    back = _shown(api, shop.return_(shop.sell([line(1001)]), [cash()]))
    assert _tenders(back) == [("Kontant", D("200.00"), D("199.95"))]


def test_unrounded_cash_can_be_missing(shop: Shop, api: Api, sandbox: Sandbox) -> None:
    sandbox.switches.set("c1st.unroundedcash", "null")
    assert _tenders(_shown(api, shop.sell([line(1001)]))) == [("Kontant", D(200), None)]


@pytest.mark.parametrize(
    ("reading", "statuses"),
    [
        ("none", ["captured"]),
        ("cancelled_row", ["cancelled", "captured"]),
        ("reserved_row", ["reserved", "captured"]),
    ],
)
def test_tenders_that_do_not_count_can_stand_beside(
    reading: str, statuses: list[str], shop: Shop, api: Api, sandbox: Sandbox
) -> None:
    sandbox.switches.set("c1st.other_tenders", reading)
    shown = _shown(api, shop.sell([line(1001)], [card()]))
    assert [row["status"] for row in shown["paymenttypes"]] == statuses
    check_receipt(shown)


@pytest.mark.parametrize(("reading", "amount"), [("store_currency", 1110), ("foreign", 150)])
def test_a_foreign_amount_has_two_readings(
    reading: str, amount: int, shop: Shop, api: Api, sandbox: Sandbox
) -> None:
    sandbox.switches.set("c1st.foreign_amount", reading)
    row = _shown(api, shop.sell([line(1002)], [foreign(150)]))["paymenttypes"][0]
    assert (row["amount"], row["currency"], row["exchangerate"]) == (amount, "EUR", D("7.4"))


def test_the_store_id_can_be_absent(shop: Shop, api: Api, sandbox: Sandbox) -> None:
    payment = shop.sell([line(1001)])
    assert _shown(api, payment)["storeid"] == 3000
    sandbox.switches.set("c1st.storeid_in_payment", "absent")
    assert "storeid" not in _shown(api, payment)


def test_prices_without_vat_show_net_prices_on_lines(
    shop: Shop, api: Api, sandbox: Sandbox
) -> None:
    sandbox.switches.set("c1st.prices_include_vat", "0")
    row = _shown(api, shop.sell([line(1002)], [card()]))["articles"][0]
    assert (row["price"], row["total_incl_vat"], row["total_vat"]) == (1000, 1250, 250)


@pytest.mark.parametrize(
    ("reading", "in_list", "by_id", "with_extra"),
    [
        ("detail", False, True, None),
        ("always", True, True, None),
        ("extra_only", False, False, True),
        ("never", False, False, None),
    ],
)
def test_articles_appear_where_the_switch_says(
    reading: str,
    in_list: bool,
    by_id: bool,
    with_extra: bool | None,
    shop: Shop,
    api: Api,
    sandbox: Sandbox,
) -> None:
    sandbox.switches.set("c1st.articles_on_get", reading)
    payment = shop.sell([line(1001)])
    assert ("articles" in api.get("/pospayments").content[0]) is in_list
    assert ("articles" in _shown(api, payment)) is by_id
    extra = api.get("/pospayments", paymentid=payment.id, extra=1)
    if with_extra is None:
        assert extra.status == 400
    else:
        assert ("articles" in extra.content[0]) is with_extra


def test_a_sale_lowers_the_stock_and_counts_as_a_change(shop: Shop, api: Api) -> None:
    shop.sell([line(1001, 2), line(1003)], [card()])
    product = api.get("/products/1001").content
    assert (product["stockno"], product["updated_at"]) == (22, "2026-03-02 09:00:00")
    assert api.get("/products/1003").content["stockno"] is None


def test_registers_and_customers_must_exist(shop: Shop) -> None:
    with pytest.raises(TillError, match="no register 9"):
        shop.sell([line(1001)], register=9)
    with pytest.raises(TillError, match="no customer 9"):
        shop.sell([line(1001)], customer=9)
    assert shop.sell([line(1001)], register=None).register_id is None
