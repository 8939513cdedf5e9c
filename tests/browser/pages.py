"""How a person finds their way on our pages."""

from django.urls import reverse
from playwright.sync_api import Locator, Page

from settings_app.models import Tenant


def step_address(tenant: Tenant, key: str) -> str:
    """Return the address of a step of the guide."""
    return reverse("admin:wizard_step", args=[tenant.slug, key])


def step_title(page: Page) -> Locator:
    """Return the heading of the guide's page."""
    return page.locator(".wizard-page h2")


def save_and_continue(page: Page) -> None:
    """Press the button of a step."""
    page.get_by_role("button", name="Save and continue").click()


def choose(page: Page, name: str, *, find: str, option: str) -> None:
    """Open a list with the mouse, search in it, and click a row."""
    page.locator(f"select[name='{name}'] + .select2 .select2-selection").click()
    page.locator(".select2-container--open .select2-search__field").fill(find)
    page.get_by_role("option", name=option).click()
