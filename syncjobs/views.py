"""The doors that the vendors and the operator's tools knock on. No remote call, no tenant's data in an answer."""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Protocol
from uuid import UUID

from django.conf import settings
from django.db import Error as DatabaseTrouble
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.request import UnreadablePostError
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods

from integration.customers1st.signature import verify
from integration.errors import BadSignature
from settings_app.keys import UnableToDecrypt
from settings_app.selectors import (
    get_customers1st_connection,
    get_uniconta_connection,
    webhook_secrets,
)
from syncjobs import inbox, metrics, queue, selectors, tally

logger = logging.getLogger(__name__)

MAX_BODY = 1024 * 1024
SILENT_AFTER_SECONDS = 150  # two ticks and a half
SIGNATURE = "X-C1st-Webhook-Signature"

Door = Callable[[HttpRequest, UUID], HttpResponse]


class _View(Protocol):
    def __call__(self, request: HttpRequest, hook: str) -> HttpResponse: ...


class _TooLarge(Exception):
    """The body is larger than a webhook may be."""


def _hook(door: Door) -> _View:
    """Give a door the answers that both share; 410 is never one of them, since it unsubscribes."""

    system = door.__name__.removesuffix("_hook")

    def view(request: HttpRequest, hook: str) -> HttpResponse:
        answer = _answered(door, request, hook)
        tally.later(tally.ANSWERS, system, str(answer.status_code))
        return answer

    return view


def _answered(door: Door, request: HttpRequest, hook: str) -> HttpResponse:
    uuid = _to_uuid(hook)
    if uuid is None:
        return _answer("not found", 404)
    if _announced_length(request) > MAX_BODY:
        return _answer("too large", 413)
    try:
        return door(request, uuid)
    except _TooLarge:
        return _answer("too large", 413)
    except (DatabaseTrouble, UnableToDecrypt, UnreadablePostError):
        logger.exception("A webhook could not be stored.")
        return _answer("try again", 503)


@csrf_exempt
@require_http_methods(["POST"])
@_hook
def customers1st_hook(request: HttpRequest, hook: UUID) -> HttpResponse:
    """Store a rightly signed call of Customers 1st (DESIGN section 5.4)."""
    now = timezone.now()
    connection = get_customers1st_connection(hook)
    if connection is None:
        return _answer("not found", 404)
    body = _read(request)
    try:
        verify(
            secrets=webhook_secrets(connection, now),
            body=body,
            signature=request.headers.get(SIGNATURE),
        )
    except BadSignature:
        return _answer("signature refused", 401)
    inbox.accept_customers1st(connection.tenant, _received(request, body))
    return _answer("stored", 200)


@csrf_exempt
@require_http_methods(["GET", "POST"])
@_hook
def uniconta_hook(request: HttpRequest, hook: UUID) -> HttpResponse:
    """Store a call of a company's change URL; the vendor does not sign, so the uuid is the secret."""
    connection = get_uniconta_connection(hook)
    if connection is None:
        return _answer("not found", 404)
    inbox.accept_uniconta(connection, _received(request, _read(request)))
    return _answer("stored", 200)


@require_GET
def healthz(request: HttpRequest) -> HttpResponse:
    """Tell that this process is alive."""
    return _answer("alive", 200)


@require_GET
def readyz(request: HttpRequest) -> HttpResponse:
    """Tell whether database, queue and a worker are there."""
    try:
        queue.depth()
        age = selectors.heartbeat_age(timezone.now())
    except DatabaseTrouble:
        logger.exception("The database does not answer.")
        return JsonResponse({"status": "not ready", "database": "down"}, status=503)
    limit = timedelta(seconds=SILENT_AFTER_SECONDS * max(settings.RETRY_TIME_SCALE, 0.1))
    alive = age is not None and age <= limit
    checks = {"database": "ok", "queue": "ok", "worker": "ok" if alive else "silent"}
    return JsonResponse(
        {"status": "ready" if alive else "not ready", **checks}, status=200 if alive else 503
    )


@require_GET
def metrics_page(request: HttpRequest) -> HttpResponse:
    """Return the numbers of the moment as Prometheus text."""
    text, content_type = metrics.render(timezone.now())
    return HttpResponse(text, content_type=content_type)


def _to_uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _announced_length(request: HttpRequest) -> int:
    text = request.META.get("CONTENT_LENGTH") or "0"
    return int(text) if text.isascii() and text.isdigit() else 0


def _read(request: HttpRequest) -> bytes:
    """Return the raw body, read once; raises _TooLarge."""
    body = request.read(MAX_BODY + 1)
    if len(body) > MAX_BODY:
        raise _TooLarge
    return body


def _received(request: HttpRequest, body: bytes) -> inbox.Received:
    return inbox.Received(
        method=request.method or "",
        query=request.META.get("QUERY_STRING", ""),
        headers=dict(request.headers),
        body=body,
        at=timezone.now(),
    )


def _answer(status: str, code: int) -> HttpResponse:
    return JsonResponse({"status": status}, status=code)
