"""Lists of changes in one call, and what changed since, newest first."""

from datetime import datetime
from typing import Any

import pytest

from integration.errors import Refused
from integration.uniconta.client import UnicontaClient
from tests.integration.uniconta.conftest import Uniconta

ITEMS = "/Query/Get/InvItemClientUser"
CHANGE = "/Crud/UpdateFieldsModifiedList/DebtorClientUser"
SINCE = datetime(2026, 3, 2, 9, 0)  # noqa: DTZ001 - local by contract


def item(number: str, changed_at: str | None) -> dict[str, Any]:
    return {"Item": number} if changed_at is None else {"Item": number, "UpdatedAt": changed_at}


def keys(client: UnicontaClient) -> list[str]:
    return [row["Item"] for row in client.list_changed("InvItemClientUser", since=SINCE)]


def test_a_list_of_changes_is_one_call(uniconta: Uniconta, client: UnicontaClient) -> None:
    uniconta.answers("PUT", CHANGE, (200, '"Succes"'))
    pairs = [({"Account": n, "City": "A"}, {"Account": n, "City": "B"}) for n in ("1", "2")]
    client.update_fields_list("DebtorClientUser", pairs)
    assert uniconta.bodies(CHANGE) == [
        {
            "OriginalList": [{"Account": "1", "City": "A"}, {"Account": "2", "City": "A"}],
            "ModifiedList": [{"Account": "1", "City": "B"}, {"Account": "2", "City": "B"}],
        }
    ]


def test_a_refused_list_of_changes_was_not_done(uniconta: Uniconta, client: UnicontaClient) -> None:
    uniconta.answers("PUT", CHANGE, {"Err": "CouldNotFind", "ErrorProperty": "Account"})
    with pytest.raises(Refused, match="CouldNotFind"):
        client.update_fields_list("DebtorClientUser", [({"Account": "1"}, {"Account": "1"})])


def test_changes_come_newest_first_and_end_at_the_first_older_one(
    uniconta: Uniconta, client: UnicontaClient
) -> None:
    first = [item(f"N{n}", "2026-03-02T09:30:00") for n in range(999)]
    first.append(item("OLD", "2026-03-02T08:59:59"))
    uniconta.answers("POST", ITEMS, first)
    assert len(keys(client)) == 999
    assert uniconta.bodies(ITEMS) == [
        [
            {"PropertyName": "UpdatedAt", "FilterValue": "02-03-2026.."},
            {"PropertyName": "UpdatedAt", "OrderByDescending": True},
            {"Skip": 0, "Take": 1000},
        ]
    ]


def test_an_order_that_is_not_kept_hides_nothing(
    uniconta: Uniconta, client: UnicontaClient
) -> None:
    rows = [
        item("A", "2026-03-02T09:00:00"),
        item("B", "2026-03-02T09:30:00"),
        item("OLD", "2026-03-02T08:00:00"),
        item("C", "2026-03-02T09:10:00"),
    ]
    uniconta.answers("POST", ITEMS, rows)
    assert keys(client) == ["A", "B", "C"]


def test_rows_that_do_not_show_when_they_changed_count_as_changed(
    uniconta: Uniconta, client: UnicontaClient
) -> None:
    uniconta.answers("POST", ITEMS, [item("A", None), item("B", None)])
    assert keys(client) == ["A", "B"]


def test_where_changes_cannot_be_asked_for_it_is_told(
    uniconta: Uniconta, client: UnicontaClient
) -> None:
    uniconta.answers("POST", ITEMS, {"Err": "InvalidObject", "ErrorProperty": "PropertyName"})
    with pytest.raises(Refused):
        keys(client)
