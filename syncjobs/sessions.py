"""One session at Uniconta per company, shared by all workers."""

import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from integration.uniconta.tokens import Tokens
from settings_app.models import Tenant
from syncjobs.models import (
    UnicontaSession,
)

LOCK_SECONDS = 60


class SessionTable:
    """integration.uniconta.tokens.TokenStore on UnicontaSession: one session per company for all workers."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant

    def load(self) -> Tokens | None:
        """Return the session as last saved by any worker."""
        row = UnicontaSession.objects.filter(tenant=self._tenant).first()
        if row is None or row.expires_at is None:
            return None
        return Tokens(
            token=row.token,
            refresh_token=row.refresh_token,
            expires_at=row.expires_at,
            refusals=row.refusals,
        )

    def save(self, tokens: Tokens | None) -> None:
        """Keep the session, or forget it."""
        UnicontaSession.objects.update_or_create(
            tenant=self._tenant,
            defaults={
                "token": tokens.token if tokens else "",
                "refresh_token": tokens.refresh_token if tokens else "",
                "expires_at": tokens.expires_at if tokens else None,
                "refusals": tokens.refusals if tokens else 0,
            },
        )

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Wait for the lock, whose holder may have died; no transaction stays open meanwhile."""
        UnicontaSession.objects.get_or_create(tenant=self._tenant)
        holder, rows = uuid.uuid4().hex, UnicontaSession.objects.filter(tenant=self._tenant)
        while not rows.filter(Q(lock_holder="") | Q(locked_until__lte=timezone.now())).update(
            lock_holder=holder,
            locked_until=timezone.now() + timedelta(seconds=LOCK_SECONDS),
        ):
            time.sleep(0.1)
        try:
            yield
        finally:
            rows.filter(lock_holder=holder).update(lock_holder="", locked_until=None)
