"""Calls that come in at the same moment share one job, on a real server."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections

from settings_app.models import Tenant
from syncjobs import inbox
from syncjobs.models import Delivery, SyncJob
from tests import factories
from tests.factories import NOON

CALLS = 24
BODY = b'{"content":{"id":7},"event":"pospayment.created"}'


def call(tenant: Tenant) -> None:
    try:
        received = inbox.Received(method="POST", query="", headers={}, body=BODY, at=NOON)
        inbox.accept_customers1st(tenant, received)
    finally:
        connections.close_all()


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_calls_that_race_are_all_stored_and_share_one_waiting_job() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("needs a server that takes several writers at once")
    tenant = factories.nordlys()
    with ThreadPoolExecutor(max_workers=8) as pool:
        list(pool.map(call, [tenant] * CALLS))
    assert Delivery.objects.count() == CALLS
    assert SyncJob.objects.get().state == "WAITING"
    assert Delivery.objects.values("job").distinct().count() == 1
