"""What every webhook door must hold; a door's tests inherit the cases and say how it is called."""

from typing import Any
from uuid import UUID

import pytest
from django.db import OperationalError
from django.test import Client

from settings_app.models import Tenant
from syncjobs import views
from syncjobs.models import Delivery, SyncJob
from syncjobs.queue import depth

UNKNOWN = UUID("99999999-9999-4999-8999-999999999999")
STORED = {"status": "stored"}


@pytest.mark.django_db
class WebhookCases:
    """The cases of any door. The door's class gives `path`, `look_up` and `call`."""

    path: str  # with {} for the hook's uuid
    look_up: str  # the name in views of the function that finds the connection
    refused_methods: tuple[str, ...]

    def call(self, client: Client, body: bytes | None = None, **changes: Any) -> Any:
        """Send a good call; `hook` or `headers` change it, a body replaces the good one and is signed as it is."""
        raise AssertionError("the door's class says how it is called")

    def test_a_good_call_is_stored(self, client: Client, nordlys: Tenant) -> None:
        answer = self.call(client)
        assert (answer.status_code, answer.json()) == (200, STORED)
        assert Delivery.objects.get().tenant == nordlys

    def test_a_repeated_call_is_stored_again_and_folds_into_the_same_job(
        self, client: Client, nordlys: Tenant
    ) -> None:
        answers = [self.call(client) for _time in range(3)]
        assert [answer.json() for answer in answers] == [STORED] * 3
        assert Delivery.objects.count() == 3
        assert SyncJob.objects.count() == 1

    def test_an_unknown_hook_is_not_found(self, client: Client, nordlys: Tenant) -> None:
        assert self.call(client, hook=str(UNKNOWN)).status_code == 404

    @pytest.mark.parametrize("hook", ["1", "not-a-uuid", "..%2F..%2Fadmin", "%00"])
    def test_what_is_not_a_uuid_is_not_found(
        self, hook: str, client: Client, nordlys: Tenant
    ) -> None:
        assert self.call(client, hook=hook).status_code == 404
        assert not Delivery.objects.exists()

    def test_a_body_of_one_mebibyte_is_not_too_large(self, client: Client, nordlys: Tenant) -> None:
        assert self.call(client, body=b"x" * views.MAX_BODY).status_code == 200

    def test_a_larger_body_is_refused(self, client: Client, nordlys: Tenant) -> None:
        assert self.call(client, body=b"x" * (views.MAX_BODY + 1)).status_code == 413
        assert not Delivery.objects.exists()

    def test_a_body_larger_than_it_says_is_refused(
        self, client: Client, nordlys: Tenant, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(views, "_announced_length", lambda request: 10)
        assert self.call(client, body=b"x" * (views.MAX_BODY + 1)).status_code == 413

    def test_other_methods_are_refused(self, client: Client, nordlys: Tenant) -> None:
        hook = self.path.format(self.good_hook(nordlys))
        for method in self.refused_methods:
            assert client.generic(method, hook).status_code == 405, method
        assert not Delivery.objects.exists()

    def good_hook(self, tenant: Tenant) -> str:
        """Return the uuid of the tenant's hook."""
        raise AssertionError("the door's class knows its connection")

    def test_a_call_that_cannot_be_stored_is_asked_for_again(
        self, client: Client, nordlys: Tenant, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(**values: Any) -> None:
            raise OperationalError("disk full at /var/lib/secret")

        monkeypatch.setattr(Delivery.objects, "create", fail)
        answer = self.call(client)
        assert answer.status_code == 503
        assert b"secret" not in answer.content
        assert (SyncJob.objects.count(), depth()) == (0, 0)

    def test_a_database_that_is_down_is_told_as_503(
        self, client: Client, nordlys: Tenant, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(uuid: UUID) -> None:
            raise OperationalError("connection refused")

        monkeypatch.setattr(views, self.look_up, fail)
        assert self.call(client).status_code == 503

    def test_a_form_token_is_not_asked_for(self, nordlys: Tenant) -> None:
        assert self.call(Client(enforce_csrf_checks=True)).status_code == 200

    def test_no_answer_names_the_tenant(self, client: Client, nordlys: Tenant) -> None:
        answers = [self.call(client), self.call(client, hook=str(UNKNOWN))]
        for answer in answers:
            assert b"ordlys" not in answer.content
            assert not answer.cookies

    @pytest.mark.parametrize("status", [Tenant.Status.DRAFT, Tenant.Status.PAUSED])
    def test_a_tenant_that_is_not_live_loses_nothing_and_wakes_nobody(
        self, status: str, client: Client, nordlys: Tenant
    ) -> None:
        Tenant.objects.filter(pk=nordlys.pk).update(status=status)
        assert self.call(client).status_code == 200
        assert (SyncJob.objects.filter(state="WAITING").count(), depth()) == (1, 0)


class SignedWebhookCases(WebhookCases):
    """The cases of a door whose calls are signed. The door's class gives `signature_header`."""

    signature_header: str

    def sign(self, body: bytes, secret: str) -> str:
        """Return the signature of a body."""
        raise AssertionError("the door's class knows the signature")

    def test_a_missing_signature_is_refused(self, client: Client, nordlys: Tenant) -> None:
        assert self.call(client, headers={}).status_code == 401
        assert not Delivery.objects.exists()

    @pytest.mark.parametrize("signature", ["", "x", "=" * 44, "Æ" * 20, "A" * 100_000])
    def test_a_wrong_signature_is_refused(
        self, signature: str, client: Client, nordlys: Tenant
    ) -> None:
        answer = self.call(client, headers={self.signature_header: signature})
        assert answer.status_code == 401
        assert not Delivery.objects.exists()

    def test_the_signature_of_another_body_is_refused(
        self, client: Client, nordlys: Tenant
    ) -> None:
        stolen = {self.signature_header: self.sign(b"{}", self.secret_of(nordlys))}
        assert self.call(client, headers=stolen).status_code == 401

    def test_the_secret_of_another_tenant_is_refused(
        self, client: Client, nordlys: Tenant, fjord: Tenant
    ) -> None:
        body = b'{"event":"customer.created","content":{"id":1}}'
        foreign = {self.signature_header: self.sign(body, self.secret_of(fjord))}
        assert self.call(client, body=body, headers=foreign).status_code == 401

    def test_a_connection_without_a_secret_refuses_everything(
        self, client: Client, nordlys: Tenant
    ) -> None:
        nordlys.customers1st.webhook_secret = ""
        nordlys.customers1st.save()
        body = b"{}"
        unsigned = {self.signature_header: self.sign(body, "")}
        assert self.call(client, body=body, headers=unsigned).status_code == 401

    def secret_of(self, tenant: Tenant) -> str:
        """Return the secret that signs a tenant's calls."""
        return str(tenant.customers1st.webhook_secret)
