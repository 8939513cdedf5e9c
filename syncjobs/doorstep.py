"""What intake must know before it stores a call, read in one query: calls come in bursts, and each query costs as much."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

SAME_WAKE_UP = timedelta(seconds=2)  # a job this young has a wake-up on its way

# written out, since building these joins anew takes longer than running them; the literal state lets the partial
# indexes of waiting jobs be used
QUERY = """SELECT switch.id IS NOT NULL,
       job.id,
       COALESCE(job.attempts = 0 AND job.next_attempt_at > %(now)s, false),
       EXISTS (
         SELECT 1 FROM syncjobs_syncjob young
         WHERE young.tenant_id = tenant.id AND young.state = 'WAITING' AND young.created_at > %(since)s
           AND (young.next_attempt_at IS NULL OR young.next_attempt_at <= %(now)s)
       )
FROM settings_app_tenant tenant
LEFT JOIN settings_app_webhookswitch switch
  ON switch.tenant_id = tenant.id AND switch.system = %(system)s AND switch.entity = %(entity)s
 AND switch.event = %(event)s AND switch."on"
LEFT JOIN syncjobs_syncjob job
  ON job.tenant_id = tenant.id AND job.kind = %(kind)s AND job.source_id = %(source_id)s AND job.state = 'WAITING'
WHERE tenant.id = %(tenant)s
"""


@dataclass(frozen=True, kw_only=True)
class Doorstep:
    """How a call about one record is met.

    `waiting` is the id of the job that waits for this record, and `put_off` tells that it waits for a later time without
    having been tried; `being_woken` that the workers are being told of this tenant at this moment.
    """

    switched_on: bool
    waiting: int | None
    put_off: bool
    being_woken: bool


@dataclass(frozen=True, kw_only=True)
class Record:
    """Which record, and which switch says whether its event does something."""

    tenant_id: int
    kind: str
    source_id: str
    system: str
    entity: str
    event: str


def look(record: Record, now: datetime) -> Doorstep:
    """Read how this call is met, within the caller's transaction."""
    adapt = connection.ops.adapt_datetimefield_value
    values: dict[str, Any] = {
        "tenant": record.tenant_id,
        "kind": record.kind,
        "source_id": record.source_id,
        "system": record.system,
        "entity": record.entity,
        "event": record.event,
        "now": adapt(now),
        "since": adapt(now - SAME_WAKE_UP),
    }
    with connection.cursor() as cursor:
        cursor.execute(QUERY, values)
        switched_on, waiting, put_off, being_woken = cursor.fetchone()
    return Doorstep(
        switched_on=bool(switched_on),
        waiting=waiting,
        put_off=bool(put_off),
        being_woken=bool(being_woken),
    )
