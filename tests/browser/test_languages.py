"""The switch between English and Danish changes what the pages say, and nothing else."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open, Picture
from tests.browser.pages import step_address, step_title
from tests.journeys.shop import ShopWorld

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
