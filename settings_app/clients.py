"""From a stored connection to a client; the address is checked again, whatever way it came into the row."""

from collections.abc import Callable

from django.core.exceptions import ValidationError

from integration.customers1st.client import Customers1stClient
from integration.errors import AccessDenied
from integration.uniconta.client import UnicontaClient
from integration.uniconta.tokens import TokenStore
from settings_app.models import Tenant
from settings_app.models.connection import validate_base_url

OnCall = Callable[..., None]


def customers1st_client(tenant: Tenant, *, on_call: OnCall | None = None) -> Customers1stClient:
    """Return a client of the tenant's store; raises AccessDenied when its address may not be called."""
    connection = tenant.customers1st
    _check(connection.base_url)
    return Customers1stClient(
        base_url=connection.base_url, token=connection.api_token, on_call=on_call
    )


def uniconta_client(
    tenant: Tenant, *, tokens: TokenStore, on_call: OnCall | None = None
) -> UnicontaClient:
    """Return a client of the tenant's company; raises AccessDenied when its address may not be called."""
    connection = tenant.uniconta
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
