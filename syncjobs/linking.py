"""What people do to links by hand; each leaves a line in the log."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from integration.flows.registry import MASTER_DATA
from settings_app.models import Tenant
from settings_app.selectors import is_switched_on
from syncjobs.again import retry_job
from syncjobs.folding import fold
from syncjobs.inbox import KIND_OF
from syncjobs.models import JobKind, LinkRow, Step, SyncJob, System

ENTITIES = {  # of links -> of the webhook switches, by system
    "customer": {System.CUSTOMERS1ST: "customer", System.UNICONTA: "debtor"},
    "product": {System.CUSTOMERS1ST: "product", System.UNICONTA: "item"},
}


class UnableToLink(Exception):
    """Two records cannot be linked, for the reason in the message."""


def link_by_hand(
    tenant: Tenant, *, entity: str, customers1st_id: str, uniconta_key: str, by: str
) -> LinkRow:
    """Link two records and let the pair be compared; raises UnableToLink when one of them is linked already."""
    now = timezone.now()
    try:
        with transaction.atomic():
            link = LinkRow.objects.create(
                tenant=tenant,
                entity=entity,
                customers1st_id=customers1st_id,
                uniconta_key=uniconta_key,
            )
            _log(tenant, now, _("%(user)s linked %(link)s.") % {"user": by, "link": link})
            fold_pair(link, now=now)
    except IntegrityError as error:
        raise UnableToLink(
            _(
                "%(entity)s %(id)s or %(key)s is linked to another record already; undo that link first."
            )
            % {"entity": entity, "id": customers1st_id, "key": uniconta_key}
        ) from error
    return link


def undo(link: LinkRow, *, by: str) -> None:
    """Forget a link; the next sync finds the other half of both records anew. No record is changed or removed."""
    with transaction.atomic():
        text = _("%(user)s undid the link %(link)s.") % {"user": by, "link": link}
        _log(link.tenant, timezone.now(), text)
        link.delete()


def choose(job: SyncJob, place: int, *, by: str) -> LinkRow:
    """Link a job's record to one of its candidates and run the job again; raises UnableToLink."""
    if not 0 <= place < len(job.candidates) or job.kind not in MASTER_DATA:
        raise UnableToLink(_("This job has no such candidate any more; look at it again."))
    candidate = job.candidates[place]
    with transaction.atomic():
        link = link_by_hand(
            job.tenant,
            entity=entity_of(job.kind),
            customers1st_id=str(candidate["customers1st_id"]),
            uniconta_key=str(candidate["uniconta_key"]),
            by=by,
        )
        retry_job(job, now=timezone.now())
    return link


def entity_of(kind: str) -> str:
    """Return the entity of links that a job kind of master data keeps."""
    return (
        "customer"
        if kind in (JobKind.CUSTOMER_TO_DEBTOR, JobKind.DEBTOR_TO_CUSTOMER)
        else "product"
    )


def fold_pair(link: LinkRow, *, now: datetime) -> SyncJob | None:
    """Let a linked pair be compared in a direction that is switched on; None when none is."""
    for system, source_id in (
        (System.CUSTOMERS1ST, link.customers1st_id),
        (System.UNICONTA, link.uniconta_key),
    ):
        entity = ENTITIES[link.entity][system]
        if any(
            is_switched_on(link.tenant, system=system, entity=entity, event=event)
            for event in ("created", "updated")
        ):
            return fold(link.tenant, KIND_OF[system, entity], source_id, now=now)
    return None


def _log(tenant: Tenant, now: datetime, text: str) -> None:
    Step.objects.create(tenant=tenant, at=now, text=text)
