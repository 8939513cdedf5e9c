"""Registrations at Customers 1st: ours are told from foreign ones, judged, mended."""

from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import create_autospec

import pytest

from integration.customers1st.client import Customers1stClient
from integration.customers1st.hooks import HookLogEntry, RestHook
from integration.errors import Refused
from syncjobs.hooks.store import Store, failing_hooks

UUID = "11111111-1111-4111-8111-111111111111"
URL = f"https://sync.example.com/hooks/customers1st/{UUID}/"
OLD = f"https://old.example.com/hooks/customers1st/{UUID}/"
FOREIGN = "https://other.example.com/hook"
SALE = "pospayment.created"
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def hook(hook_id: int, event: str = SALE, url: str = URL, *, active: bool = True) -> RestHook:
    return RestHook(id=hook_id, event=event, url=url, active=active)


def entry(log_id: int, status: str, minute: int, attempts: int = 1) -> HookLogEntry:
    return HookLogEntry(
        id=log_id,
        hook_id=1,
        event=SALE,
        url=URL,
        status=status,
        attempts=attempts,
        last_http_status="",
        last_failed_reason="",
        initiated_at=START + timedelta(minutes=minute),
        succeeded_at=None,
        payload="",
    )


def vendor(*hooks: RestHook, log: list[HookLogEntry] | None = None) -> Any:
    client = create_autospec(Customers1stClient, instance=True)
    client.list_hooks.return_value = list(hooks)
    client.list_hook_log.return_value = log or []
    client.create_hook.return_value = 900
    return client


def compare(client: Any, *, repair: bool = False) -> list[tuple[str, str]]:
    store = Store(client=client, url=URL, uuid=UUID, repair=repair)
    return [(row.name, row.state) for row in store.compare([SALE])]


def wrote(client: Any) -> list[str]:
    writes = {"create_hook", "update_hook", "delete_hook"}
    return [call[0] for call in client.method_calls if call[0] in writes]


@pytest.mark.parametrize(
    ("hooks", "compared", "repaired", "writes"),
    [
        ([hook(1)], ["ok"], ["ok"], []),
        ([], ["missing"], ["created"], ["create_hook"]),
        ([hook(1, active=False)], ["disabled"], ["mended"], ["update_hook"]),
        ([hook(1, url=OLD)], ["changed"], ["mended"], ["update_hook"]),
        ([hook(1), hook(2)], ["ok", "duplicate"], ["ok", "removed"], ["delete_hook"]),
        ([hook(1, url=FOREIGN)], ["missing", "foreign"], ["created", "foreign"], ["create_hook"]),
        (
            [hook(1), hook(2, event="customer.created")],
            ["ok", "changed"],
            ["ok", "removed"],
            ["delete_hook"],
        ),
    ],
)
def test_each_registration_has_its_state(
    hooks: list[RestHook], compared: list[str], repaired: list[str], writes: list[str]
) -> None:
    client = vendor(*hooks)
    assert [state for _name, state in compare(client)] == compared
    assert wrote(client) == []
    assert [state for _name, state in compare(client, repair=True)] == repaired
    assert wrote(client) == writes


def test_the_registration_that_needs_least_mending_is_kept() -> None:
    client = vendor(hook(1, url=OLD), hook(2, active=False), hook(3))
    compare(client, repair=True)
    assert [call.args[0] for call in client.delete_hook.call_args_list] == [2, 1]


def test_a_mended_registration_has_our_address_and_is_active() -> None:
    client = vendor(hook(1, url=OLD, active=False))
    compare(client, repair=True)
    client.update_hook.assert_called_once_with(hook(1))


def test_a_foreign_registration_is_never_touched() -> None:
    client = vendor(hook(1, url=FOREIGN, active=False), hook(2, url=FOREIGN), hook(3))
    compare(client, repair=True)
    assert wrote(client) == []


@pytest.mark.parametrize(
    ("log", "fails"),
    [
        ([], False),
        ([entry(1, "successful", 0), entry(2, "failed", 5)], True),
        ([entry(2, "failed", 5), entry(1, "successful", 0)], True),
        ([entry(1, "failed", 0), entry(2, "successful", 5)], False),
        ([entry(1, "pending", 0)], True),
        ([entry(1, "pending", 0, attempts=0)], False),
        ([entry(1, "successful", 0), entry(2, "in_progress", 5, attempts=0)], False),
    ],
)
def test_the_newest_tried_delivery_tells_whether_a_registration_fails(
    log: list[HookLogEntry], fails: bool
) -> None:
    assert failing_hooks(log) == ({1} if fails else set())
    assert compare(vendor(hook(1), log=log)) == [(SALE, "failing" if fails else "ok")]


def test_a_log_that_is_not_to_be_had_is_no_failure() -> None:
    client = vendor(hook(1))
    client.list_hook_log.side_effect = Refused("no such page")
    assert compare(client) == [(SALE, "ok")]
