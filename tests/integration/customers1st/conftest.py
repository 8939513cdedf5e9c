"""A Customers 1st client whose vendor is a list of prepared answers."""

import pytest

from integration.customers1st.client import Customers1stClient
from integration.http import TokenBucket
from integration.ports import CallRecord

BASE = "https://c1st.test/api"
TOKEN = "token-of-the-shop"


@pytest.fixture
def client(records: list[CallRecord]) -> Customers1stClient:
    """A client that reports its calls to `records` and never waits."""
    bucket = TokenBucket(1000, 1000, sleep=lambda seconds: None)
    return Customers1stClient(base_url=BASE, token=TOKEN, on_call=records.append, bucket=bucket)
