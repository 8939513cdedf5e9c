"""The steps as data: nothing of the setup is left out, and every finding that is mended in it has a page."""

import pytest

from integration.doctor.finding import Place
from integration.doctor.kinds import KINDS
from settings_app.models import Setup
from syncjobs.wizard.checking import spot_named
from syncjobs.wizard.forms import model_field
from syncjobs.wizard.picks import PICKS
from syncjobs.wizard.steps import BY_KEY, STEPS, after, before

IN_THE_GUIDE = {
    Place.SETUP,
    Place.PAYMENT_TYPES,
    Place.REGISTERS,
    Place.SERVICE_ITEMS,
    Place.VARIANT_FIELDS,
    Place.SAFETY,
    Place.CUSTOMERS1ST_CONNECTION,
    Place.UNICONTA_CONNECTION,
}


def test_connections_come_first_then_the_eleven_points_in_their_order() -> None:
    points = [step.point for step in STEPS if step.point]

    assert points == [str(number) for number in range(1, 12)]
    assert [step.key for step in STEPS[:2]] == ["customers1st", "uniconta"]
    assert STEPS[-1].key == "live"


def test_every_point_of_the_setup_is_asked() -> None:
    asked = {
        model_field(ask.path).name
        for step in STEPS
        for ask in step.asks
        if ask.path.startswith("setup.")
    }
    columns = {field.name for field in Setup._meta.concrete_fields} - {"id", "tenant"}

    assert columns - asked == set()


def test_every_question_has_a_help_text_and_a_list_that_exists() -> None:
    for step in STEPS:
        for ask in step.asks:
            assert model_field(ask.path).help_text, ask.path
            assert not ask.pick or ask.pick in PICKS


def test_every_check_is_of_findings_that_the_doctor_knows() -> None:
    for step in STEPS:
        for check in step.checks:
            assert any(kind.startswith(check.beginning) for kind in KINDS), check
            assert not check.path or check.path in {ask.path for ask in step.asks}, check


def test_every_finding_that_is_mended_in_the_setup_has_a_page() -> None:
    beginnings = [check.beginning for step in STEPS for check in step.checks]
    lost = [
        kind.id
        for kind in KINDS.values()
        if kind.place in IN_THE_GUIDE and not any(kind.id.startswith(each) for each in beginnings)
    ]

    assert lost == []


def test_the_way_through() -> None:
    assert before(STEPS[0]) is None
    assert after(BY_KEY["journal"]).key == "cash_account"
    assert after(STEPS[-1]) == STEPS[-1]


@pytest.mark.parametrize(
    ("cause", "cure", "key", "path"),
    [
        (
            "Payment type “MobilePay” has no account.",
            "Add “MobilePay” to the payment types of the tenant, with the GL account its money waits on.",
            "payment_types",
            "payment_types.MobilePay",
        ),
        ("No bank account is set.", "Fill in point 7 of the setup (bank account).", "differences", "setup.bank_account"),
        ("No journal is set.", "Fill in point 5 of the setup (journal).", "journal", "setup.journal"),
        ("No group.", "Fill in point 1 of the setup (debtor group).", "debtor_group", "setup.default_debtor_group"),
        (
            "“Gavekort” is a gift card, and no kind and item are set for it.",
            "Fill in its kind (ask the shop's accountant) and its Uniconta item among the service items of the setup.",
            "items",
            "setup.gift_card.kind",
        ),
        ("Customers 1st refuses the token.", "Correct the connection.", "customers1st", ""),
        ("Uniconta refuses.", "Correct user and password of the Uniconta connection.", "uniconta", ""),
    ],
)  # fmt: skip
def test_what_stops_a_job_is_mended_at_a_question_of_the_guide(
    cause: str, cure: str, key: str, path: str
) -> None:
    spot = spot_named(cause, cure)

    assert spot is not None
    assert (spot.step.key, spot.path) == (key, path)


def test_words_that_speak_of_no_setting_have_no_page() -> None:
    assert spot_named("Debtor 1 is blocked.", "Unblock it in Uniconta.") is None
