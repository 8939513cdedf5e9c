"""Faults hit the calls they are meant for, as often as they are asked."""

from collections.abc import Iterator

import pytest
import requests

from sandbox.faults import Faults
from sandbox.requests_adapter import CUSTOMERS1ST_URL, mount
from sandbox.server import Sandbox

KINDS = ("status",)


@pytest.fixture
def session(sandbox: Sandbox) -> Iterator[requests.Session]:
    """Give a session of the shop's API user that goes straight into the sandbox."""
    made = mount(requests.Session(), sandbox)
    made.headers["Authorization"] = "Bearer sandbox-token"
    yield made
    made.close()


def _create(session: requests.Session, number: str, timeout: float = 20) -> requests.Response:
    body = {"content": {"title": "Lygte", "productno": number}}
    return session.post(f"{CUSTOMERS1ST_URL}/products", json=body, timeout=timeout)


def _exists(sandbox: Sandbox, number: str) -> bool:
    products = sandbox.customers1st.shop(3000).store.products.values()
    return any(product["productno"] == number for product in products)


def test_a_fault_waits_for_its_method_path_and_turn() -> None:
    faults = Faults()
    faults.add("uniconta", "status", status=503, method="post", path="/Crud/*", after=1, times=2)
    assert faults.take("customers1st", KINDS, method="POST", path="/Crud/Insert") is None
    assert faults.take("uniconta", KINDS, method="GET", path="/Crud/Insert") is None
    assert faults.take("uniconta", KINDS, method="POST", path="/Query/Get") is None
    hits = [faults.take("uniconta", KINDS, method="POST", path="/crud/insert") for _ in range(4)]
    assert [hit is not None for hit in hits] == [False, True, True, False]
    assert faults.pending() == []


def test_an_unknown_fault_is_refused() -> None:
    with pytest.raises(ValueError, match="no fault 'fire'"):
        Faults().add("uniconta", "fire")
    with pytest.raises(ValueError, match="needs its status"):
        Faults().add("uniconta", "status")


def test_a_status_answers_without_doing_the_work(
    sandbox: Sandbox, session: requests.Session
) -> None:
    sandbox.faults.add("customers1st", "status", status=503, body="down")
    answer = _create(session, "F-1")
    assert (answer.status_code, answer.text) == (503, "down")
    assert not _exists(sandbox, "F-1")
    assert _create(session, "F-1").status_code == 200


def test_a_reset_cuts_before_the_work(sandbox: Sandbox, session: requests.Session) -> None:
    sandbox.faults.add("customers1st", "reset")
    with pytest.raises(requests.ConnectionError):
        _create(session, "F-2")
    assert not _exists(sandbox, "F-2")
    assert sandbox.calls.find()[-1].status == 0


def test_a_lost_reply_cuts_after_the_work(sandbox: Sandbox, session: requests.Session) -> None:
    sandbox.faults.add("customers1st", "lost_reply")
    with pytest.raises(requests.ConnectionError):
        _create(session, "F-3")
    assert _exists(sandbox, "F-3")


def test_silence_after_the_work_is_a_read_timeout(
    sandbox: Sandbox, session: requests.Session
) -> None:
    sandbox.faults.add("customers1st", "timeout_after_work")
    with pytest.raises(requests.ReadTimeout):
        _create(session, "F-4")
    assert _exists(sandbox, "F-4")


def test_a_slow_call_times_out_only_past_the_callers_patience(
    sandbox: Sandbox, session: requests.Session
) -> None:
    sandbox.faults.add("customers1st", "slow", seconds=5, times=2)
    assert _create(session, "F-5").status_code == 200
    with pytest.raises(requests.ReadTimeout):
        _create(session, "F-6", timeout=2)


def test_an_expired_token_answers_401_from_then_on(
    sandbox: Sandbox, session: requests.Session
) -> None:
    sandbox.faults.add("customers1st", "expired_token", path="*products*")
    assert _create(session, "F-7").status_code == 401
    assert _create(session, "F-7").status_code == 401
    sandbox.reset()
    assert _create(session, "F-7").status_code == 200
