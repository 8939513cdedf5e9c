"""Proof sheets are sealed in order; a changed, a missing and a moved one shows."""

from typing import Any

import pytest

from settings_app.models import Tenant
from syncjobs.models import DayCloseProof
from syncjobs.proofs import ProofTable, broken_sheets, closes_holding, is_intact


def sheet(close_id: int, *, register: int | None = 501, first: int = 1, last: int = 9) -> Any:
    close = {
        "id": close_id,
        "number": close_id - 8883,
        "register": register,
        "day": "2026-03-02",
        "first_no": first,
        "last_no": last,
    }
    return {
        "kind": "close",
        "key": f"c1st:3000:balance:{close_id}",
        "close": close,
        "chains": [{"code": "drawer", "rows": [{"code": "counted", "amount": "0.00"}]}],
        "waiting": [],
    }


@pytest.fixture
def proofs(nordlys: Tenant) -> ProofTable:
    table = ProofTable(nordlys)
    for number in (9001, 9002, 9003):
        table.add(sheet(number, first=number * 10, last=number * 10 + 9))
    return table


def test_sheets_are_read_back_as_they_were_added(proofs: ProofTable, nordlys: Tenant) -> None:
    late = {"kind": "late", "key": "c1st:3000:balance:9001", "late": [], "close": {}}
    proofs.add(late)
    assert proofs.of("c1st:3000:balance:9001")[1] == late
    latest = proofs.latest_close()
    assert latest is not None
    assert latest["close"]["id"] == 9003
    assert broken_sheets(nordlys) == []


def test_each_tenant_has_a_chain_of_its_own(proofs: ProofTable, fjord: Tenant) -> None:
    other = ProofTable(fjord)
    other.add(sheet(9001))
    assert other.of("c1st:3000:balance:9001")[0]["close"]["first_no"] == 1
    assert DayCloseProof.objects.get(tenant=fjord).number == 1
    assert broken_sheets(fjord) == []


@pytest.mark.parametrize(
    "change",
    [
        {"sheet": sheet(9002)},
        {"hash": "0" * 64},
        {"previous_hash": "0" * 64},
        {"close_no": 7},
        {"first_no": 7},
        {"day": "2026-03-03"},
        {"waiting": 1},
        {"key": "c1st:3000:balance:7"},
        {"kind": "late"},
    ],
)
def test_a_sheet_changed_behind_our_back_shows(
    proofs: ProofTable, nordlys: Tenant, change: dict[str, Any]
) -> None:
    DayCloseProof.objects.filter(number=2).update(**change)
    assert not is_intact(DayCloseProof.objects.get(number=2))
    assert 2 in broken_sheets(nordlys)


def test_a_sheet_that_is_gone_shows(proofs: ProofTable, nordlys: Tenant) -> None:
    DayCloseProof.objects.filter(number=2)._raw_delete("default")  # as by hand in SQL
    assert broken_sheets(nordlys) == [2, 3]


def test_a_receipt_is_found_in_the_close_of_its_register(
    proofs: ProofTable, nordlys: Tenant
) -> None:
    assert closes_holding(nordlys, [(501, 90015)]) == {"9001"}
    assert closes_holding(nordlys, [(501, 90015), (501, 90039), (502, 90025)]) == {"9001", "9003"}
    assert closes_holding(nordlys, [(None, 90015)]) == set()
    assert closes_holding(nordlys, []) == set()
