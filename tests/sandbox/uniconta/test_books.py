"""Whatever is sold, returned, paid and refused: the books balance and agree with themselves."""

from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sandbox.uniconta.state import UnicontaState
from tests.sandbox.uniconta.api import Api, journal_line, new_uniconta, payment_line

ITEMS = st.sampled_from(["DIV25", "DIV0", "GAVEKORT", "GAVEKORT1", "TILGODE", "DEPOSIT", "RABAT25"])
PRICES = st.decimals(min_value=Decimal("-9999.99"), max_value=Decimal("9999.99"), places=2)
QUANTITIES = st.sampled_from(["1", "-1", "2", "0.5", "3"])
LINES = st.lists(st.tuples(ITEMS, QUANTITIES, PRICES.map(str)), min_size=1, max_size=5)
SALES = st.lists(st.tuples(LINES, st.booleans()), min_size=1, max_size=4)
ROUNDINGS = st.sampled_from(["per_account_and_code", "per_invoice", "per_line"])
MANY = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def assert_sound(uni: UnicontaState) -> None:
    """Assert that every voucher sums to zero and that all sub-totals agree."""
    company = uni.company()
    vouchers: dict[tuple[str, int], Decimal] = {}
    for row in uni.ledger:
        key = (row["Origin"], row["Voucher"])
        vouchers[key] = vouchers.get(key, Decimal(0)) + row["Amount"]
    assert set(vouchers.values()) <= {Decimal(0)}
    debtors = uni.debtor_balances()
    assert uni.balances().get("5600", Decimal(0)) == sum(debtors.values(), Decimal(0))
    for account, balance in debtors.items():
        assert balance == sum((i["AmountOpen"] for i in uni.open_items(account)), Decimal(0))
        assert balance == company.row("Debtor", account)["CurBalance"]
    for account, balance in uni.balances().items():
        assert balance == company.row("GLAccount", account)["Balance"]


@MANY
@given(sales=SALES, rounding=ROUNDINGS)
def test_sales_returns_and_payments_keep_the_books_sound(
    sales: list[tuple[list[tuple[str, str, str]], bool]], rounding: str
) -> None:
    uni = new_uniconta()
    uni.switches.set("uni.vat_rounding", rounding)
    api = Api(uni)
    total = Decimal(0)
    for lines, paid in sales:
        invoice = api.sell(*lines)
        assert invoice["TotalAmount"] == invoice["NetAmount"] + invoice["VatAmount"]
        assert invoice["TotalAmount"] == sum(
            round_half_up(Decimal(qty) * Decimal(price)) for _, qty, price in lines
        )
        if paid and invoice["TotalAmount"]:
            number = str(invoice["InvoiceNumber"])
            line = payment_line(
                "POS3000", "5830", credit=str(invoice["TotalAmount"]), invoice=number
            )
            assert api.post(line)["Err"] == 0
        else:
            total += invoice["TotalAmount"]
        assert_sound(uni)
    assert uni.debtor_balances().get("POS3000", Decimal(0)) == total


@MANY
@given(
    amounts=st.lists(PRICES.filter(bool), min_size=1, max_size=6),
    bad=st.integers(min_value=0, max_value=6),
    atomic=st.sampled_from(["yes", "no"]),
    vouchers=st.sampled_from(["one_for_all", "per_line"]),
)
def test_a_posting_with_a_bad_line_leaves_sound_books(
    amounts: list[Decimal], bad: int, atomic: str, vouchers: str
) -> None:
    uni = new_uniconta()
    uni.switches.set("uni.postdaily_atomic", atomic)
    uni.switches.set("uni.voucher", vouchers)
    lines = [payment_line("POS3000", "5810", credit=str(amount)) for amount in amounts]
    lines.insert(bad, journal_line("9999", "5810", credit="1"))
    before = uni.snapshot()
    assert Api(uni).post(*lines)["Err"] == "AccountIsMissing"
    assert_sound(uni)
    if atomic == "yes":
        assert uni.snapshot() == before


def round_half_up(amount: Decimal) -> Decimal:
    """Round to the øre, ties away from zero."""
    sign = -1 if amount < 0 else 1
    return sign * (abs(amount) * 100 + Decimal("0.5")).to_integral_value("ROUND_FLOOR") / 100


def test_what_is_seeded_owes_nothing_and_calls_nobody() -> None:
    uni = new_uniconta()
    assert uni.balances() == {}
    assert uni.change_urls.pending == []
    assert_sound(uni)


def test_a_snapshot_is_the_same_after_reading_and_another_after_writing() -> None:
    uni = new_uniconta()
    before = uni.snapshot()
    api = Api(uni)
    api.rows("DebtorClient")
    assert uni.snapshot() == before
    api.insert("DebtorClient", Account="K5", Name="Eva", Group="1")
    assert uni.snapshot() != before
