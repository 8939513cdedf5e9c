"""Hooks: signed deliveries over HTTP with the vendor's retries, log and bad habits."""

import base64
import hashlib
import hmac
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

import requests
import simplejson

from sandbox.clock import Clock
from sandbox.customers1st.models import Record
from sandbox.customers1st.store import Store
from sandbox.customers1st.values import shown
from sandbox.faults import Faults
from sandbox.switches import Switches

LOG = logging.getLogger(__name__)
SIGNATURE = "X-C1st-Webhook-Signature"
RETRY_AFTER_MIN = (30, 60, 120)
RETRIED = (408, 429)
LATE_S = 3600.0
HELD_BACK = timedelta(minutes=1)
JOB_NAMESPACE = UUID("0b6d0b1e-6d0c-4c6f-9a5e-3b8d5a2f1c11")

#: url, headers, body, time-out in seconds -> HTTP status; raises requests' exceptions.
Sender = Callable[[str, dict[str, str], bytes, float], int]


@dataclass
class Delivery:
    """One event on its way to one hook."""

    store: Store
    hook_id: int
    url: str
    event: str
    content: Record
    metadata: Any
    initiated: datetime
    log: Record
    due_at: datetime
    attempts: int = 0
    copies: int = 1
    body: bytes = b""
    held_back: bool = False

    def is_due(self, now: datetime) -> bool:
        """Tell whether it may be sent; one that was held back waits for the next, or a minute."""
        patience = HELD_BACK if self.held_back else timedelta()
        return self.due_at + patience <= now


def sign(body: bytes, *, secret: str) -> str:
    """Return the signature header's value for the exact bytes of a body."""
    digest = hmac.new(secret.encode(), body, hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


def hook_bytes(payload: Record) -> bytes:
    """Return JSON as the vendor sends it: slashes and non-ASCII letters escaped."""
    text = simplejson.dumps(payload, use_decimal=True, ensure_ascii=True, separators=(",", ":"))
    return str(text).replace("/", "\\/").encode()


def post(url: str, headers: dict[str, str], body: bytes, timeout: float) -> int:
    """Send a delivery over HTTP and return the status; redirects are not followed."""
    reply = requests.post(url, data=body, headers=headers, timeout=timeout, allow_redirects=False)
    return reply.status_code


class Outbox:
    """The deliveries that wait; a thread or `deliver_due` sends those that are due."""

    def __init__(
        self,
        *,
        clock: Clock,
        switches: Switches,
        faults: Faults,
        lock: threading.RLock,
        sender: Sender = post,
    ) -> None:
        """Start empty; `sender` is real HTTP unless a test puts its own callable in.

        `lock` is the server's own: hooks and their log are read by its handlers.
        """
        self.sender = sender
        self._clock = clock
        self._switches = switches
        self._faults = faults
        self._lock = lock
        self._sending = threading.Lock()
        self._waiting: list[Delivery] = []

    def fire(self, store: Store, event: str, content: Record, *, metadata: Any = None) -> None:
        """Queue an event for every active hook of the shop that listens to it."""
        with self._lock:
            for hook in list(store.hooks.values()):
                if hook["event"] == event and hook["active"]:
                    self._queue(store, hook, event, content, metadata)

    def waiting(self) -> list[Delivery]:
        """Return the deliveries that are not finished, in the order they will be sent."""
        with self._lock:
            return list(self._waiting)

    def deliver_due(self) -> int:
        """Send every delivery that is due now and return the number of attempts made."""
        made = 0
        with self._sending:
            while (delivery := self._take_due()) is not None:
                for _ in range(delivery.copies):
                    made += 1
                    self._attempt(delivery)
        return made

    def clear(self) -> None:
        """Forget everything that waits."""
        with self._lock:
            self._waiting.clear()

    def _queue(
        self, store: Store, hook: Record, event: str, content: Record, metadata: Any
    ) -> None:
        now = store.now()
        log = _log_row(store, hook, event, now)
        delivery = Delivery(
            store=store,
            hook_id=hook["id"],
            url=hook["url"],
            event=event,
            content=content,
            metadata=metadata if metadata is not None else [],
            initiated=now,
            log=log,
            due_at=now,
        )
        self._write_body(delivery)
        store.hook_log.append(log)
        if not self._misbehave(delivery):
            self._waiting.append(delivery)
        self._release_held(delivery)

    def _misbehave(self, delivery: Delivery) -> bool:
        """Apply chaos and faults; True when the delivery is lost."""
        chaos = self._switches.get("c1st.hook_chaos")
        fault = self._faults.take(
            "customers1st",
            ("hook_drop", "hook_duplicate", "hook_late", "hook_reorder"),
            path=delivery.event,
        )
        kind = fault.kind if fault is not None else ""
        if kind == "hook_drop" or chaos == "dropped":
            delivery.log.update(status="failed", last_failed_reason="dropped by the sandbox")
            return True
        if kind == "hook_duplicate" or chaos == "duplicate":
            delivery.copies = 2
        if kind == "hook_late" or chaos == "late":
            seconds = float(fault.params.get("seconds", LATE_S)) if fault is not None else LATE_S
            delivery.due_at += timedelta(seconds=seconds)
        if kind == "hook_reorder" or chaos == "out_of_order":
            delivery.held_back = not any(other.held_back for other in self._waiting)
        return False

    def _release_held(self, newest: Delivery) -> None:
        for held in [d for d in self._waiting if d.held_back and d is not newest]:
            held.held_back = False
            self._waiting.remove(held)
            self._waiting.append(held)

    def _take_due(self) -> Delivery | None:
        with self._lock:
            now = self._clock.now()
            for delivery in self._waiting:
                if delivery.is_due(now):
                    self._waiting.remove(delivery)
                    delivery.log["status"] = "in_progress"
                    return delivery
        return None

    def _attempt(self, delivery: Delivery) -> None:
        status, reason = self._send(delivery)
        with self._lock:
            delivery.attempts += 1
            delivery.log["attempts"] = delivery.attempts
            self._note(delivery, status, reason)

    def _send(self, delivery: Delivery) -> tuple[int | None, str]:
        headers = {
            "Content-Type": "application/json",
            SIGNATURE: sign(delivery.body, secret=delivery.store.secret),
        }
        timeout = 10.0 if self._switches.get("c1st.hook_timeout") == "10s" else 2.0
        try:
            status = self.sender(delivery.url, headers, delivery.body, timeout)
        except requests.RequestException as error:
            return None, type(error).__name__
        return status, f"HTTP {status}"

    def _note(self, delivery: Delivery, status: int | None, reason: str) -> None:
        now = delivery.store.now()
        hook = delivery.store.hooks.get(delivery.hook_id)
        if hook is not None:
            hook["lastactivity"] = now
        delivery.log["last_http_status"] = None if status is None else str(status)
        if status is not None and 200 <= status < 300:
            delivery.log.update(status="successful", succeeded_date=now)
            return
        delivery.log.update(status="failed", last_failed_date=now, last_failed_reason=reason)
        if status == 410:
            delivery.store.hooks.pop(delivery.hook_id, None)
            LOG.warning("hook %s answered 410 and is unsubscribed", delivery.hook_id)
        elif self._is_retried(status) and delivery.attempts <= len(RETRY_AFTER_MIN):
            self._retry_later(delivery, now)

    def _is_retried(self, status: int | None) -> bool:
        if status is None or status in RETRIED or status >= 500:
            return True
        return 400 <= status < 500 and self._switches.get("c1st.retry_on_4xx") == "yes"

    def _retry_later(self, delivery: Delivery, now: datetime) -> None:
        delivery.log["status"] = "pending"
        delivery.copies = 1
        delivery.due_at = now + timedelta(minutes=RETRY_AFTER_MIN[delivery.attempts - 1])
        if self._switches.get("c1st.logid_on_retry") == "new":
            delivery.log["id"] = delivery.store.numbers.next("hooklog")
            self._write_body(delivery)
        if delivery not in self._waiting:
            self._waiting.append(delivery)

    def _write_body(self, delivery: Delivery) -> None:
        content = shown(delivery.content, delivery.store.zone)
        payload = {
            "content": content,
            "event": delivery.event,
            "logid": delivery.log["id"],
            "resthookid": delivery.hook_id,
            "storeid": delivery.store.id,
            "initiated": delivery.initiated.astimezone(UTC).isoformat(),
            "metadata": delivery.metadata,
        }
        wrapped = self._switches.get("c1st.hook_body") == "wrapped"
        delivery.body = hook_bytes(payload if wrapped else content)
        delivery.log["payload"] = delivery.body.decode()


class DeliveryThread:
    """Sends due deliveries in the background while the servers run."""

    def __init__(self, outbox: Outbox, *, every_s: float = 0.05) -> None:
        """Prepare the thread; `start` runs it."""
        self._outbox = outbox
        self._every_s = every_s
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sandbox-hooks", daemon=True)

    def start(self) -> None:
        """Begin to deliver."""
        self._thread.start()

    def stop(self) -> None:
        """Finish the delivery at hand and end."""
        self._stop.set()
        self._thread.join(timeout=15)

    def _run(self) -> None:
        while not self._stop.wait(self._every_s):
            self._outbox.deliver_due()


def _log_row(store: Store, hook: Record, event: str, now: datetime) -> Record:
    number = store.numbers.next("hooklog")
    return {
        "id": number,
        "storeid": store.id,
        "resthookid": hook["id"],
        "job_uuid": str(uuid5(JOB_NAMESPACE, str(number))),
        "event": event,
        "url": hook["url"],
        "payload": "",
        "status": "pending",
        "attempts": 0,
        "last_failed_date": None,
        "succeeded_date": None,
        "last_http_status": None,
        "last_failed_reason": None,
        "initiated_date": now,
    }
