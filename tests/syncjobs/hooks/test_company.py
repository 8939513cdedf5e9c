"""Change URLs at Uniconta: exact tables only, ours judged and mended."""

from typing import Any
from unittest.mock import create_autospec

import pytest

from integration.uniconta.client import UnicontaClient
from syncjobs.hooks.company import Company

UUID = "22222222-2222-4222-8222-222222222222"
URL = f"https://sync.example.com/hooks/uniconta/{UUID}/"
FOREIGN = "https://other.example.com/"


def row(row_id: int, **changes: Any) -> dict[str, Any]:
    return {
        "RowId": row_id,
        "TableId": 50,
        "Url": URL,
        "Argument": "",
        "UsePost": 1,
        "OnlyOnCreate": False,
        "Disable": False,
        "HasError": False,
        **changes,
    }


def vendor(*rows: dict[str, Any]) -> Any:
    client = create_autospec(UnicontaClient, instance=True)
    client.query.return_value = list(rows)
    client.insert.return_value = {"RowId": 91}
    return client


def compare(client: Any, *, repair: bool = False) -> list[tuple[str, str]]:
    company = Company(client=client, url=URL, uuid=UUID, repair=repair)
    return [(found.name, found.state) for found in company.compare(["Debtor"])]


def wrote(client: Any) -> list[str]:
    return [call[0] for call in client.method_calls if call[0] != "query"]


@pytest.mark.parametrize(
    ("rows", "compared", "repaired", "writes"),
    [
        ([row(1)], ["ok"], ["ok"], []),
        ([row(1, HasError=True)], ["failing"], ["failing"], []),
        ([], ["missing"], ["created"], ["insert"]),
        ([row(1, Disable=True)], ["disabled"], ["mended"], ["update_fields"]),
        ([row(1, UsePost=0)], ["changed"], ["mended"], ["update_fields"]),
        ([row(1, OnlyOnCreate=True)], ["changed"], ["mended"], ["update_fields"]),
        ([row(1, Url=f"http://old/{UUID.upper()}")], ["changed"], ["mended"], ["update_fields"]),
        ([row(1), row(2)], ["ok", "duplicate"], ["ok", "removed"], ["delete"]),
        ([row(1), row(2, TableId=0)], ["ok", "changed"], ["ok", "removed"], ["delete"]),
        ([row(1), row(2, TableId=23)], ["ok", "changed"], ["ok", "removed"], ["delete"]),
        ([row(1), row(2, Url=FOREIGN)], ["ok", "foreign"], ["ok", "foreign"], []),
    ],
)
def test_each_change_url_has_its_state(
    rows: list[dict[str, Any]], compared: list[str], repaired: list[str], writes: list[str]
) -> None:
    client = vendor(*rows)
    assert [state for _name, state in compare(client)] == compared
    assert wrote(client) == []
    assert [state for _name, state in compare(client, repair=True)] == repaired
    assert wrote(client) == writes


def test_absent_members_count_as_empty() -> None:
    bare = {"RowId": 1, "TableId": 50, "Url": URL, "UsePost": 1}
    assert compare(vendor(bare)) == [("Debtor", "ok")]


def test_a_new_change_url_posts_and_names_one_table() -> None:
    client = vendor()
    compare(client, repair=True)
    entity, stored = client.insert.call_args.args
    assert entity == "TableChangeEventClient"
    assert stored == {
        "TableId": 50,
        "Url": URL,
        "Argument": "",
        "UsePost": 1,
        "OnlyOnCreate": False,
        "Disable": False,
    }


def test_mending_changes_only_what_differs() -> None:
    original = row(1, Disable=True, Argument="theirs")
    client = vendor(original)
    compare(client, repair=True)
    client.update_fields.assert_called_once_with(
        "TableChangeEventClient", original=original, modified={**original, "Disable": False}
    )
