"""The examples of accounting.md under every reading of the vendors that touches closes: the same books, or a person."""

import pytest

from settings_app.models import Setup
from syncjobs.models import SyncJob
from tests.journeys.examples import NAMES, example, open_example, play_with_closes, without_zero
from tests.journeys.shop import open_shop

pytestmark = pytest.mark.django_db(transaction=True)

ONE, TWO, SPECIAL = NAMES
# a reading under which an example cannot be told to be right -> in which of them, and what the hold says
HELD = {
    ("c1st.cashrevenue", "gross_sales"): (NAMES, "was taken in cash"),
    ("c1st.cash_added", "not_shown"): ([TWO], "moves -154.50 on account 5820"),
    ("c1st.foreign_in_cash", "yes"): ([SPECIAL], "was taken in cash"),
    ("uni.period", "closed"): (NAMES, "the period is closed"),
    ("uni.use_approved", "on"): (NAMES, "NoLinesFound"),
    ("uni.amount_members", "amount_required"): (NAMES, "the journal has an error"),
    ("uni.voucher", "zero_refused"): (NAMES, "the journal has an error"),
}
CLOSE_READINGS = [
    ("c1st.totalrevenue", "receipts"),
    ("c1st.totalrevenue", "goods_without_invoice"),
    ("c1st.balance_rows", "without_debtor"),
    ("c1st.balance_rows", "without_giftcard"),
    ("c1st.balance_rows", "tenders_only"),
    ("c1st.cashdifference_sign", "expected_minus_counted"),
    ("c1st.cashrounding_sign", "gain_negative"),
    ("c1st.cashrevenue", "gross_sales"),
    ("c1st.cashrevenue", "without_customer_payments"),
    ("c1st.cash_added", "not_shown"),
    ("c1st.expense_sign", "negative"),
    ("c1st.balance_range", "store_wide"),
    ("c1st.financevoucher_sign", "credit_positive"),
    ("c1st.financevoucher_accounts", "missing"),
    ("c1st.foreign_in_cash", "yes"),
    ("c1st.payouts", "present"),
]
OTHER_READINGS = [
    ("c1st.page_cap", "error_above_250"),
    ("c1st.storeid_in_payment", "absent"),
    ("c1st.unroundedcash", "null"),
    ("c1st.other_tenders", "cancelled_row"),
    ("c1st.customer_payment", "no_articles_sum_amount"),
    ("c1st.debtor_button", "custom_type"),
    ("c1st.debtor_button", "flag_without_tender"),
    ("c1st.vat_rounding", "per_receipt"),
    ("c1st.paymentno_given", "on_create"),
    ("c1st.articles_on_get", "always"),
    ("uni.postdaily_lines", "also_stored"),
    ("uni.postdaily_lines", "stored_first"),
    ("uni.postdaily_atomic", "no"),
    ("uni.postdaily_reply", "code_only"),
    ("uni.reference_on_gltrans", "account_side"),
    ("uni.reference_on_gltrans", "none"),
    ("uni.voucher", "per_line"),
    ("uni.voucher", "zero_refused"),
    ("uni.amount_members", "amount_required"),
    ("uni.settle_by", "rowid"),
    ("uni.settle_by", "not_at_all"),
    ("uni.auto_settlement", "oldest"),
    ("uni.default_vat", "applied"),
    ("uni.use_approved", "on"),
    ("uni.period", "closed"),
    ("uni.row_cap", "1000"),
    ("uni.enum_form", "label_da"),
    ("uni.enum_form", "number"),
]
CASES = [(name, *reading) for reading in CLOSE_READINGS for name in NAMES]
CASES += [(NAMES[0], *reading) for reading in OTHER_READINGS]


@pytest.mark.parametrize(("name", "switch", "value"), CASES)
def test_the_same_books_or_a_person(
    monkeypatch: pytest.MonkeyPatch, name: str, switch: str, value: str
) -> None:
    world = open_shop(monkeypatch)
    data = example(name)
    open_example(world, data)
    Setup.objects.filter(tenant=world.tenant).update(settle_at="close")
    world.switches.set(switch, value)

    play_with_closes(world, data)
    world.work()

    examples, says = HELD.get((switch, value), ([], ""))
    if name in examples:
        assert says in " ".join(world.causes())
        held = SyncJob.objects.filter(state="NEEDS_PERSON", kind="day_close_to_journal")
        keys = {f"c1st:3000:balance:{job.source_id}" for job in held}
        assert keys
        ledger = world.uniconta.company()["GLTrans"]
        assert not [row for row in ledger if row["ReferenceNumber"] in keys]
        return
    assert world.causes() == []
    assert set(SyncJob.objects.values_list("state", flat=True)) == {"DONE"}
    assert world.balances() == without_zero(data["end_balances"])
    assert world.debtors() == without_zero(data["debtor_end_balances"])
