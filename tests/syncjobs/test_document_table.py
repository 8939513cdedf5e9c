"""Many documents are stored in one transaction, all or none, and only under a lease that is still held."""

from dataclasses import replace

import pytest

from integration.ports import Document, DocumentKind, DocumentState, StaleDocument
from settings_app.models import Tenant
from syncjobs.lease import LeaseLost, tenant_lease
from syncjobs.models import DocumentRow, TenantState
from syncjobs.stores import DocumentTable

pytestmark = pytest.mark.django_db(transaction=True)


def documents(*keys: str, state: DocumentState = DocumentState.SENDING) -> list[Document]:
    return [
        Document(kind=DocumentKind.ITEM, key=key, source_id=key, number=f"N{key}", state=state)
        for key in keys
    ]


def stored() -> dict[str, str]:
    return dict(DocumentRow.objects.values_list("key", "state"))


def test_documents_are_made_and_changed_together(nordlys: Tenant, fjord: Tenant) -> None:
    with tenant_lease(fjord.pk) as lease:
        assert lease is not None
        DocumentTable(fjord, lease).save_all(documents("1"), was=None)
    with tenant_lease(nordlys.pk) as lease:
        assert lease is not None
        table = DocumentTable(nordlys, lease)
        table.save_all([], was=None)
        table.save_all(documents("1", "2"), was=None)
        table.save_all(documents("1", state=DocumentState.SENT), was=DocumentState.SENDING)
        kept = {row.key: row for row in table.list(DocumentKind.ITEM, *DocumentState)}
    assert {key: row.state for key, row in kept.items()} == {
        "1": DocumentState.SENT,
        "2": DocumentState.SENDING,
    }
    assert kept["2"].number == "N2"
    assert DocumentRow.objects.get(tenant=fjord).state == "SENDING"


def test_many_are_found_by_their_numbers_oldest_first(nordlys: Tenant, fjord: Tenant) -> None:
    with tenant_lease(nordlys.pk) as lease:
        assert lease is not None
        table = DocumentTable(nordlys, lease)
        table.save_all(documents(*(f"{number}" for number in range(600))), was=None)
    table.save(replace(documents("again")[0], number="N7", state=DocumentState.PLANNED), was=None)
    found = table.with_numbers(DocumentKind.ITEM, [f"N{number}" for number in range(7, 600)])
    assert len(found) == 594
    assert [document.key for document in found if document.number == "N7"] == ["7", "again"]
    assert table.with_numbers(DocumentKind.ORDER, ["N7"]) == []
    assert DocumentTable(fjord).with_numbers(DocumentKind.ITEM, ["N7"]) == []


def test_one_stale_document_stops_all(nordlys: Tenant) -> None:
    with tenant_lease(nordlys.pk) as lease:
        assert lease is not None
        table = DocumentTable(nordlys, lease)
        table.save_all(documents("1"), was=None)
        with pytest.raises(StaleDocument):
            table.save_all(documents("2", "1"), was=None)
        with pytest.raises(StaleDocument):
            table.save_all(documents("1", "3"), was=DocumentState.SENDING)
        sent = documents("1", state=DocumentState.SENT)
        with pytest.raises(StaleDocument):
            table.save_all(sent, was=DocumentState.PLANNED)
    assert stored() == {"1": "SENDING"}


def test_nothing_is_about_to_be_sent_after_the_lease_is_lost(nordlys: Tenant) -> None:
    with tenant_lease(nordlys.pk) as lease:
        assert lease is not None
        TenantState.objects.update(holder="another")
        with pytest.raises(LeaseLost):
            DocumentTable(nordlys, lease).save_all(documents("1"), was=None)
    assert stored() == {}
