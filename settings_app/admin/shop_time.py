"""Pages of the admin tell times as the shop's clock shows them; what is stored, and what files and commands say, stays in UTC."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils import timezone

from settings_app.admin.chooser import chosen_tenant, tenants_on_offer
from settings_app.models import Tenant

OF_ALL = "Europe/Copenhagen"  # where shops of several zones are listed together


class ShopTime:
    """Middleware: the zone of the chosen tenant, or of all that this person sees, holds while a page of the admin is made."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer in the shop's time."""
        is_staff = getattr(request.user, "is_staff", False)
        if not is_staff or not request.path.startswith(reverse("admin:index")):
            return self._get_response(request)
        with timezone.override(ZoneInfo(zone_of(request))):
            return self._get_response(request)


def zone_of(request: HttpRequest) -> str:
    """Return the name of the zone in which this person is told times."""
    tenant: Tenant | None = chosen_tenant(request)
    zones = {each.timezone for each in ([tenant] if tenant else tenants_on_offer(request))}
    return zones.pop() if len(zones) == 1 else OF_ALL
