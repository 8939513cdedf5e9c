"""Where calls may go."""

import pytest
from django.core.exceptions import ValidationError
from pytest_django import Settings

from integration.customers1st.client import Customers1stClient
from integration.errors import AccessDenied
from integration.uniconta.client import UnicontaClient
from integration.uniconta.tokens import MemoryTokenStore
from settings_app.clients import customers1st_client, uniconta_client
from settings_app.models import Customers1stConnection, Tenant, UnicontaConnection
from settings_app.models.connection import validate_base_url

VENDORS = ["api.c1st.com", "app.deltateq.com", "api.uniconta.com"]


@pytest.fixture(autouse=True)
def only_vendors(settings: Settings) -> None:
    settings.ALLOWED_API_HOSTS = VENDORS


@pytest.mark.parametrize(
    "address",
    [
        "https://api.c1st.com/api",
        "https://API.C1ST.COM:443/api",
        "https://api.uniconta.com",
    ],
)
def test_a_vendors_address_is_allowed(address: str) -> None:
    validate_base_url(address)


@pytest.mark.parametrize(
    "address",
    [
        "http://api.c1st.com/api",
        "https://api.c1st.com.evil.example/api",
        "https://api.c1st.com@evil.example/",
        "https://evil.example/?https://api.c1st.com",
        "https://api.c1st.com\\@evil.example/",
        "https://api.c1st.com#@evil.example/",
        "https://api.c1st.com:8443/api",
        "https://api.c1st.com:port/api",
        "https://[api.c1st.com",
        "https://api.c1st.com\n/api",
        "https://api.c1st.com./api",
        "https://169.254.169.254/latest",
        "https://127.0.0.1/",
        "http://localhost:8801/",
        "ftp://api.c1st.com/",
        "//api.c1st.com/api",
        "api.c1st.com",
        "",
    ],
)
def test_any_other_address_is_refused(address: str) -> None:
    with pytest.raises(ValidationError):
        validate_base_url(address)


def test_loopback_is_allowed_where_listed_and_then_without_tls(settings: Settings) -> None:
    settings.ALLOWED_API_HOSTS = ["127.0.0.1"]

    validate_base_url("http://127.0.0.1:8801/api")
    with pytest.raises(ValidationError):
        validate_base_url("http://127.0.0.2:8801/api")


def test_a_host_listed_with_its_port_is_allowed_on_that_port_only(settings: Settings) -> None:
    settings.ALLOWED_API_HOSTS = ["proxy.example:8443"]

    validate_base_url("https://proxy.example:8443/api")
    for other in ("https://proxy.example/api", "https://proxy.example:8444/api"):
        with pytest.raises(ValidationError):
            validate_base_url(other)


def test_clients_are_made_of_the_stored_connections(nordlys: Tenant) -> None:
    assert isinstance(customers1st_client(nordlys), Customers1stClient)
    assert isinstance(uniconta_client(nordlys, tokens=MemoryTokenStore()), UnicontaClient)


def test_an_address_that_came_into_the_row_some_other_way_is_refused_too(nordlys: Tenant) -> None:
    Customers1stConnection.objects.update(base_url="https://evil.example")
    UnicontaConnection.objects.update(base_url="https://evil.example")
    tenant = Tenant.objects.get(pk=nordlys.pk)

    with pytest.raises(AccessDenied, match=r"evil\.example"):
        customers1st_client(tenant)
    with pytest.raises(AccessDenied, match=r"evil\.example"):
        uniconta_client(tenant, tokens=MemoryTokenStore())


def test_a_connection_that_is_not_set_up_says_so(db: None) -> None:
    klit = Tenant.objects.create(slug="klit", name="Klit")

    with pytest.raises(AccessDenied, match="API token is missing"):
        customers1st_client(klit)
    with pytest.raises(AccessDenied, match="company or user is missing"):
        uniconta_client(klit, tokens=MemoryTokenStore())
