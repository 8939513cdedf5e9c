"""The spool finds by key exactly and by any member loosely, and keeps amounts exact."""

from decimal import Decimal
from typing import Any

import pytest

from syncjobs.catalogue.spool import Spool

ROWS: list[dict[str, Any]] = [
    {"Account": "K1", "Phone": "12 34 56 78", "ContactEmail": "Ole@Shop.dk; other@shop.dk"},
    {"Account": "K2", "Phone": "+45 87654321", "SalesPrice1": Decimal("159.98"), "EAN": "0057"},
    {"Account": "k2", "Phone": None, "EAN": "57"},
]


@pytest.fixture
def spool() -> Spool:
    spool = Spool("Account")
    spool.fill(ROWS)
    return spool


def found(spool: Spool, member: str, *values: str) -> list[str]:
    return [row["Account"] for row in spool.find(member, values)]


def test_a_key_is_exact(spool: Spool) -> None:
    assert spool.get("K2") == ROWS[1]
    assert spool.get("K3") is None
    assert found(spool, "Account", "K2", "K9", "k1") == ["K2"]
    assert len(spool) == 3


@pytest.mark.parametrize(
    ("member", "value", "keys"),
    [
        ("Phone", "12345678", ["K1"]),
        ("Phone", "+4587654321", ["K2"]),
        ("ContactEmail", "ole@shop.dk", ["K1"]),
        ("ContactEmail", "other@shop.dk", ["K1"]),
        ("EAN", "57", ["K2", "k2"]),
        ("EAN", "", []),
        ("Nothing", "1", []),
    ],
)
def test_other_members_are_loose(spool: Spool, member: str, value: str, keys: list[str]) -> None:
    assert found(spool, member, value) == keys


def test_a_row_that_changes_is_found_as_it_is_now(spool: Spool) -> None:
    assert found(spool, "Phone", "12345678") == ["K1"]
    spool.put({"Account": "K1", "Phone": "11111111"})
    spool.put({"Account": "K4", "Phone": "12345678"})
    assert found(spool, "Phone", "12345678") == ["K4"]
    assert found(spool, "Phone", "11111111") == ["K1"]
    assert len(spool) == 4
