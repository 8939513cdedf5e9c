"""Both vendors in one run, remembered for `status`."""

from typing import Any
from unittest.mock import create_autospec

import pytest

from integration.customers1st.client import Customers1stClient
from integration.customers1st.hooks import RestHook
from integration.errors import AccessDenied
from integration.uniconta.client import UnicontaClient
from settings_app.models import Tenant
from syncjobs import hooks, selectors
from syncjobs.hooks import comparison
from syncjobs.models import HookRegistration, System
from tests.factories import NORDLYS_STORE

OURS = f"https://sync.example.com/hooks/customers1st/{NORDLYS_STORE}/"


@pytest.fixture(autouse=True)
def vendors(monkeypatch: pytest.MonkeyPatch, settings: Any) -> tuple[Any, Any]:
    """Put autospecs in the place of both clients."""
    settings.PUBLIC_BASE_URL = "https://sync.example.com"
    store = create_autospec(Customers1stClient, instance=True)
    store.list_hooks.return_value = [
        RestHook(id=1, event="customer.created", url=OURS, active=False),
        RestHook(id=2, event="customer.created", url=OURS, active=False),
        RestHook(id=3, event="customer.created", url="https://other.example.com/", active=True),
    ]
    store.list_hook_log.return_value = []
    store.create_hook.return_value = 77
    company = create_autospec(UnicontaClient, instance=True)
    company.query.return_value = []
    company.insert.return_value = {"RowId": 91}
    monkeypatch.setattr("syncjobs.hooks.comparison.customers1st_client", lambda *a, **k: store)
    monkeypatch.setattr("syncjobs.hooks.comparison.uniconta_client", lambda *a, **k: company)
    return store, company


def test_the_document_has_the_shape_of_the_design(nordlys: Tenant) -> None:
    found = hooks.compare(nordlys)
    assert {"event": "customer.created", "state": "disabled", "id": "1"} in found["customers1st"]
    assert {"event": "pospayment.created", "state": "missing", "id": None} in found["customers1st"]
    assert [(row["table"], row["state"]) for row in found["uniconta"]] == [
        ("Debtor", "missing"),
        ("InvItem", "missing"),
    ]


def test_what_was_found_is_remembered_and_what_is_gone_is_forgotten(nordlys: Tenant) -> None:
    hooks.compare(nordlys)
    rows = dict(HookRegistration.objects.values_list("name", "state"))
    assert rows["customer.created"] == "disabled"
    assert rows["foreign:customer.created"] == "foreign"
    assert selectors.webhook_health(nordlys, System.CUSTOMERS1ST) == "missing"
    hooks.repair(nordlys)
    rows = dict(HookRegistration.objects.values_list("name", "state"))
    assert rows["customer.created"] == "mended"
    assert selectors.webhook_health(nordlys, System.CUSTOMERS1ST) == "ok"
    nordlys.webhook_switches.update(on=False)
    hooks.repair(nordlys)
    assert not HookRegistration.objects.filter(system="uniconta").exists()


def test_another_tenants_memory_is_left_alone(nordlys: Tenant, fjord: Tenant) -> None:
    hooks.compare(fjord)
    before = HookRegistration.objects.filter(tenant=fjord).count()
    hooks.compare(nordlys)
    assert HookRegistration.objects.filter(tenant=fjord).count() == before


def test_the_address_is_the_public_one(nordlys: Tenant) -> None:
    assert comparison.hook_url(System.CUSTOMERS1ST, NORDLYS_STORE) == OURS


def test_a_vendor_that_refuses_is_told(nordlys: Tenant, vendors: tuple[Any, Any]) -> None:
    vendors[1].query.side_effect = AccessDenied("The user may not read change URLs.")
    with pytest.raises(AccessDenied):
        hooks.compare(nordlys)
