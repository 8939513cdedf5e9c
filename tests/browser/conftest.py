"""People at a real browser: Debian's Chromium before our own server, both vendors of the sandbox behind it.

`person` opens the browser of somebody who is logged in; a script of ours that fails, or an address of ours that is not
there, fails the test. With SCREENSHOTS=on `picture` writes the pictures of the guides into docs/images.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.db import connections
from django.test import Client
from playwright.sync_api import Browser, Page, Response, sync_playwright

from tests.journeys.shop import ShopWorld, open_shop

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
PICTURES = Path(__file__).parents[2] / "docs" / "images"
PATIENCE_MS = 8_000
LARGEST_PICTURE = 150_000  # bytes


class Open(Protocol):
    """The fixture that opens a browser."""

    def __call__(self, *, language: str = "en", width: int = 1280, height: int = 800) -> Page:
        """Return an empty page of a superuser who reads this language."""


class Picture(Protocol):
    """The fixture that draws."""

    def __call__(self, page: Page, name: str, *, navigation: bool = True) -> None:
        """Keep a picture of the page as it stands, with the admin's navigation or without."""


@pytest.fixture(scope="session")
def django_db_modify_db_settings(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keep the database in a file: the server's threads and the test each have a connection of their own."""
    database: Any = connections["default"].settings_dict
    if database["ENGINE"].endswith("sqlite3"):
        database["TEST"]["NAME"] = str(tmp_path_factory.mktemp("browser") / "test.sqlite3")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser's process."""
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Playwright keeps a loop in this thread, which Django takes for code that must not wait
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def person(chromium: Browser, live_server: Any) -> Iterator[Open]:
    """Return what opens the browser of a superuser; every one of them must end without a fault of ours."""
    contexts, faults = [], []

    def note(response: Response) -> None:
        if response.status >= 400 and not response.url.endswith("/favicon.ico"):
            faults.append(f"{response.status} {response.url}")

    def open_browser(*, language: str = "en", width: int = 1280, height: int = 800) -> Page:
        context = chromium.new_context(
            base_url=live_server.url,
            locale={"en": "en-GB", "da": "da-DK"}[language],
            viewport={"width": width, "height": height},
            timezone_id="Europe/Copenhagen",
            reduced_motion="reduce",
        )
        contexts.append(context)
        context.set_default_timeout(PATIENCE_MS)
        context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": _session(), "url": live_server.url}]
        )
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("response", note)
        return page

    yield open_browser
    for context in contexts:
        context.close()
    assert not faults


@pytest.fixture
def page(person: Open) -> Page:
    """A browser in English."""
    return person()


@pytest.fixture
def quiet_world(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> ShopWorld:
    """A live shop of both vendors, who were never asked to call."""
    return open_shop(monkeypatch)


@pytest.fixture
def world(quiet_world: ShopWorld) -> ShopWorld:
    """A live shop of both vendors, called by their webhooks."""
    quiet_world.command("hooks", "nordlys", "--repair")
    quiet_world.calls.clear()
    return quiet_world


@pytest.fixture
def picture() -> Picture:
    """Return what keeps a picture of a page for the guides, when they are asked for."""

    def keep(page: Page, name: str, *, navigation: bool = True) -> None:
        if os.environ.get("SCREENSHOTS") != "on":
            return
        PICTURES.mkdir(exist_ok=True)
        page.mouse.move(0, 0)
        page.wait_for_load_state("networkidle")
        left = 0 if navigation else page.locator("#nav-sidebar").evaluate("it => it.offsetWidth")
        image = page.screenshot(
            path=PICTURES / f"{name}.png",
            animations="disabled",
            clip={"x": left, "y": 0, "width": 1280 - left, "height": 800},
        )
        assert len(image) <= LARGEST_PICTURE, f"{name}.png has {len(image)} bytes"

    return keep


def _session() -> str:
    """Return the session of a new log-in of the superuser."""
    user, _made = User.objects.get_or_create(
        username="consultant", defaults={"is_staff": True, "is_superuser": True}
    )
    client = Client()
    client.force_login(user)
    return client.cookies[settings.SESSION_COOKIE_NAME].value
