"""What intake is compared with: a view that does nothing, and the least view that keeps the promise of the inbox."""

import json
from functools import cache
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, URLResolver, include, path
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from integration.customers1st.signature import verify
from settings_app.models import Customers1stConnection
from syncjobs import queue
from syncjobs.models import Delivery, JobState, SyncJob


@csrf_exempt
def bare(request: HttpRequest) -> HttpResponse:
    """Answer 204."""
    return HttpResponse(status=204)


@cache
def _tenant(hook: str) -> tuple[int, str]:
    """Return the tenant's id and secret, read once for ever."""
    connection = Customers1stConnection.objects.get(hook_uuid=hook)
    return connection.tenant_id, connection.webhook_secret


@csrf_exempt
def least(request: HttpRequest, hook: str) -> HttpResponse:
    """Check the signature, then one transaction: insert, fold, enqueue."""
    tenant, secret = _tenant(hook)
    body = request.body
    verify(secrets=[secret], body=body, signature=request.headers.get("X-C1st-Webhook-Signature"))
    now, payload = timezone.now(), json.loads(body)
    record: dict[str, Any] = {
        "tenant_id": tenant,
        "kind": "sale_to_order",
        "source_id": str(payload["content"]["id"]),
        "state": JobState.WAITING,
    }
    with transaction.atomic():
        job = SyncJob.objects.filter(**record).first()
        is_new = job is None
        if job is None:
            job = SyncJob.objects.create(**record, created_at=now)
        Delivery.objects.create(
            tenant_id=tenant,
            system="customers1st",
            event=payload["event"],
            source_id=job.source_id,
            method="POST",
            headers=dict(request.headers),
            body=body,
            received_at=now,
            job=job,
        )
        if is_new:
            queue.enqueue("work_tenant", tenant)
    return JsonResponse({"status": "stored"})


def nothing() -> None:
    """Be a task."""


urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("config.urls")),
    path("bench/bare/", bare),
    path("bench/least/<uuid:hook>/", least),
]
