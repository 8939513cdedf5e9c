"""Which zone the times of a tenant's store are in that come without one."""

from collections.abc import MutableMapping
from contextlib import suppress
from datetime import UTC, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from integration.customers1st.events import parse_delivery
from integration.customers1st.zones import told_zone
from settings_app.models import Customers1stConnection, Tenant
from syncjobs.models import Delivery, System

ASKED = 5  # webhooks; nearly every one tells
CACHED = "naive_time"
Setting = Customers1stConnection.NaiveTime


def naive_zone(tenant: Tenant, cache: MutableMapping[str, Any]) -> tzinfo:
    """Return UTC or the store's zone: as the newest webhooks tell, else as the connection says [A1].

    What they tell is kept in `cache`.
    """
    store_zone = ZoneInfo(tenant.timezone)
    setting = cache.get(CACHED)
    if setting is None and (told := _told(tenant, store_zone)) is not None:
        setting = cache[CACHED] = str(Setting.UTC if told is UTC else Setting.STORE_LOCAL)
    setting = setting or tenant.customers1st.naive_time
    return store_zone if setting == Setting.STORE_LOCAL else UTC


def _told(tenant: Tenant, store_zone: tzinfo) -> tzinfo | None:
    rows = Delivery.objects.filter(
        tenant=tenant, system=System.CUSTOMERS1ST, event="pospayment.created"
    ).order_by("-id")
    for row in rows[:ASKED]:
        with suppress(ValueError):
            told = told_zone(parse_delivery(bytes(row.body)), store_zone=store_zone)
            if told is not None:
                return told
    return None
