"""An empty shop beside both vendors of the sandbox, and the browsers of three people."""

from collections.abc import Mapping
from typing import Any

import pytest
import requests
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse

from integration import http
from integration.customers1st import client as customers1st_client
from sandbox.requests_adapter import HOSTS, SandboxAdapter
from sandbox.server import Sandbox
from settings_app.models import Membership, Tenant
from settings_app.services import complete_tenant
from syncjobs.wizard.answers import answers_of

CUSTOMERS1ST = {
    "customers1st.base_url": "https://customers1st.sandbox/api",
    "customers1st.api_token": "sandbox-token",
    "customers1st.webhook_secret": "sandbox-secret",
    "customers1st.naive_time": "utc",
}
UNICONTA = {
    "uniconta.base_url": "https://uniconta.sandbox",
    "uniconta.company_id": "70123",
    "uniconta.username": "c1st",
    "uniconta.password": "sandbox-password",
}
READING = ("/Query", "/login", "/refresh", "/Logout")


class Guide:
    """One person's browser in the guide of one shop."""

    def __init__(self, browser: Client, slug: str) -> None:
        self.browser, self.slug = browser, slug

    def address(self, key: str) -> str:
        return reverse("admin:wizard_step", args=[self.slug, key])

    def open(self, key: str, query: str = "") -> Any:
        """Return the answer to a step's page."""
        answer = self.browser.get(self.address(key) + query)
        assert answer.status_code == 200, answer.status_code
        return answer

    def filled_in(self, key: str) -> dict[str, Any]:
        """Return what a browser would post of a page that was just opened."""
        context = self.open(key).context
        values = {"seen": context["seen"]}
        for field in context["form"]:
            value = field.value()
            if value is True:
                values[field.html_name] = "on"
            elif value not in (None, False):
                values[field.html_name] = str(value)
        return values

    def post(self, key: str, **values: Any) -> Any:
        """Press “Save and continue” on a page as it stands, with other values or buttons."""
        return self.browser.post(self.address(key), {**self.filled_in(key), **values})

    def save(self, key: str, **values: Any) -> None:
        """Save a step and expect to be led on."""
        answer = self.post(key, **values)
        assert answer.status_code == 302, texts(answer)
        assert answer["Location"] != self.address(key), texts(self.open(key))

    def connect(self) -> None:
        """Fill in both connections."""
        self.save("customers1st", **CUSTOMERS1ST)
        self.save("uniconta", **UNICONTA)


def texts(answer: Any) -> list[str]:
    """Return what a page complains of."""
    found = [row.cause for row in answer.context.get("findings") or ()]
    form = answer.context.get("form")
    return [*found, str(form.errors) if form is not None else ""]


class Vendors:
    """Both vendors in process."""

    def __init__(self) -> None:
        self.sandbox = Sandbox()
        self.down: set[str] = set()

    @property
    def company(self) -> Any:
        return self.sandbox.uniconta.company()

    @property
    def store(self) -> Any:
        return self.sandbox.customers1st.stores[3000]

    def writes(self) -> list[tuple[str, str]]:
        """Return the writing calls that both vendors got."""
        return [
            (call.method, call.path)
            for call in self.sandbox.calls.find()
            if call.method != "GET" and not call.path.startswith(READING)
        ]

    def session(self) -> requests.Session:
        session = requests.Session()
        for host in HOSTS:
            session.mount(f"https://{host}", _Adapter(self))
        return session


class _Adapter(SandboxAdapter):
    def __init__(self, vendors: Vendors) -> None:
        super().__init__(vendors.sandbox)
        self._vendors = vendors

    def send(
        self, request: requests.PreparedRequest, *args: Any, **kwargs: Any
    ) -> requests.Response:
        if any(name in str(request.url) for name in self._vendors.down):
            raise requests.ConnectionError("nobody is there")
        return super().send(request, *args, **kwargs)


@pytest.fixture
def vendors(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Vendors:
    vendors = Vendors()
    settings.ALLOWED_API_HOSTS = list(HOSTS)
    settings.PUBLIC_BASE_URL = "https://sync.example.com"
    monkeypatch.setattr(http, "_new_session", vendors.session)
    monkeypatch.setattr(customers1st_client, "_buckets", {})
    return vendors


def browser_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def staff_of(tenant: Tenant | None, name: str, *, only_look: bool = False) -> Client:
    user = User.objects.create_user(name, is_staff=True)
    permissions = Permission.objects.filter(content_type__app_label="settings_app")
    if only_look:
        permissions = permissions.filter(codename__startswith="view_")
    user.user_permissions.set(permissions)
    if not only_look:
        user.user_permissions.add(Permission.objects.get(codename="change_wizardstep"))
    if tenant is not None:
        Membership.objects.create(tenant=tenant, user=user)
    return browser_of(user)


@pytest.fixture
def shop(db: None) -> Tenant:
    tenant = Tenant.objects.create(slug="nordlys", name="Nordlys Cykler ApS")
    complete_tenant(tenant)
    return tenant


@pytest.fixture
def guide(shop: Tenant, vendors: Vendors) -> Guide:
    """The guide of an empty shop, in the hands of its own staff."""
    return Guide(staff_of(shop, "nordlys-staff"), "nordlys")


def values_of(tenant: Tenant) -> Mapping[str, Any]:
    """Return the tenant file as stored."""
    return answers_of(Tenant.objects.get(pk=tenant.pk))
