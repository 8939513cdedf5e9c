"""From a stored connection to a client; the address is checked again, whatever way it came into the row."""

from collections.abc import Callable
from typing import Protocol

from django.core.exceptions import ValidationError

from integration.customers1st.client import Customers1stClient
from integration.errors import AccessDenied
from integration.uniconta.client import UnicontaClient
from integration.uniconta.tokens import TokenStore
from settings_app.models import Tenant
from settings_app.models.connection import validate_base_url

OnCall = Callable[..., None]


class Pace(Protocol):
    """A rate limit: `take` blocks until a call is allowed."""

    def take(self) -> None:
        """Take the place of one call."""
        ...


def customers1st_client(
    tenant: Tenant, *, on_call: OnCall | None = None, bucket: Pace | None = None
) -> Customers1stClient:
    """Return a client of the tenant's store; raises AccessDenied when it is not set up or may not be called.

    Without a `bucket` the rate limit is this process's own.
    """
    connection = getattr(tenant, "customers1st", None)
    if connection is None or not connection.api_token:
        raise AccessDenied("The Customers 1st connection is not set up: its API token is missing.")
    _check(connection.base_url)
    return Customers1stClient(
        base_url=connection.base_url,
        token=connection.api_token,
        on_call=on_call,
        bucket=bucket,
    )


def uniconta_client(
    tenant: Tenant, *, tokens: TokenStore, on_call: OnCall | None = None
) -> UnicontaClient:
    """Return a client of the tenant's company; raises AccessDenied when it is not set up or may not be called."""
    connection = getattr(tenant, "uniconta", None)
    if connection is None or not (connection.company_id and connection.username):
        raise AccessDenied("The Uniconta connection is not set up: company or user is missing.")
    _check(connection.base_url)
    return UnicontaClient(
        base_url=connection.base_url,
        company_id=connection.company_id,
        username=connection.username,
        password=connection.password,
        tokens=tokens,
        on_call=on_call,
    )


def _check(base_url: str) -> None:
    try:
        validate_base_url(base_url)
    except ValidationError as error:
        raise AccessDenied(" ".join(error.messages)) from error
