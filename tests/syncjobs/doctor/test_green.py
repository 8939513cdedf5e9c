"""A rightly set up tenant is green, at an exact number of calls, whatever reading of the vendors holds."""

import pytest

from sandbox.switches import READINGS
from settings_app.models import DoctorReport
from syncjobs.models import UnicontaSession
from tests.syncjobs.doctor.world import World

LISTS = (
    "DebtorGroupClient",
    "InvGroupClient",
    "GLVatClient",
    "PaymentTermClient",
    "GLDailyJournalClient",
    "NumberSerieClient",
    "TableFieldsClient",
    "TableChangeEventClient",
    "DebtorClient",
    "GLAccountClient",
    "CompanyClient",
    "DebtorOrderClient",
    "DebtorInvoiceClient",
    "GLTransClient",
    "DebtorTransOpenClient",
)
# readings of the vendors that a person should hear of -> what is said
TOLD = {
    ("c1st.prices_include_vat", "0"): {("c1st-prices-exclude-vat", "info")},
    ("c1st.billing", "module_missing"): {("c1st-module-missing", "error")},
    ("uni.enum_form", "label_da"): {("uni-labels-danish", "warning")},
    ("uni.enum_form", "name"): {("uni-labels-danish", "warning")},
    ("uni.label_set", "danish"): {("uni-labels-danish", "warning")},
    ("uni.auto_settlement", "oldest"): {("uni-auto-settlement", "warning")},
}
MOST_READINGS = max(len(values) for values in READINGS.values())


def test_a_rightly_set_up_tenant_is_green(world: World) -> None:
    report = world.examine()

    assert [row.as_json() for row in report.findings] == []
    assert report.ok
    kept = DoctorReport.objects.get(tenant=world.tenant)
    assert (kept.is_green, kept.findings, kept.is_current) == (True, [], True)


def test_an_examination_costs_an_exact_number_of_calls(world: World) -> None:
    world.examine()

    assert world.calls() == {
        "GET /api/settings/store": 1,
        "GET /api/settings/configs": 1,
        "GET /api/settings": 1,
        "GET /api/paymenttypes": 1,
        "GET /api/registers": 1,
        "GET /api/products": 1,
        "GET /api/customers": 1,
        "GET /api/pospayments": 1,
        "GET /api/posbalances": 1,
        "GET /api/giftcards": 1,
        "GET /api/hooks": 1,
        "GET /api/hooks/log": 1,
        **{f"POST /Query/Get/{entity}": 1 for entity in LISTS},
        "POST /Query/Get/InvItemClient": 2,  # those of the setup; all, for their barcodes
    }


def test_a_log_in_adds_two_calls(world: World) -> None:
    UnicontaSession.objects.all().delete()

    world.examine()

    assert world.sandbox.calls.count("uniconta") == len(LISTS) + 2 + 2
    assert world.calls()["POST /login"] == 1


def test_without_items_from_uniconta_their_barcodes_are_not_read(world: World) -> None:
    world.tenant.webhook_switches.filter(system="uniconta", entity="item").update(on=False)

    world.examine()

    assert world.calls()["POST /Query/Get/InvItemClient"] == 1


def test_nothing_is_written_anywhere(world: World) -> None:
    before = world.sandbox.uniconta.snapshot()

    world.examine()

    assert world.sandbox.uniconta.snapshot() == before
    assert world.sandbox.calls.count("customers1st", method="POST") == 0
    assert world.sandbox.calls.count("customers1st", method="PUT") == 0
    assert world.sandbox.calls.count(method="DELETE") == 0


@pytest.mark.parametrize("number", range(1, MOST_READINGS))
def test_other_readings_of_the_vendors_are_tolerated(world: World, number: int) -> None:
    for name, values in READINGS.items():
        value = values[min(number, len(values) - 1)]
        if (name, value) not in TOLD:
            world.sandbox.switches.set(name, value)

    assert world.found() == set()


@pytest.mark.parametrize("reading", TOLD, ids="=".join)
def test_a_reading_that_a_person_should_hear_of_is_told(
    world: World, reading: tuple[str, str]
) -> None:
    world.sandbox.switches.set(*reading)

    assert world.found() == TOLD[reading]
