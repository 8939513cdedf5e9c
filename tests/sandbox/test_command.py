"""`manage.py sandbox` serves until it is told to end."""

import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from io import StringIO

import pytest
import requests
from django.core.management import call_command


@pytest.fixture
def free_port() -> int:
    """Return the first of three free neighbouring ports."""
    for first in range(18700, 18900, 3):
        if all(_is_free(port) for port in (first, first + 1, first + 2)):
            return first
    raise AssertionError("no free ports")


@pytest.fixture
def handlers() -> Iterator[None]:
    """Put the signal handlers back."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def _end_when_up(port: int, seen: list[int]) -> None:
    for _ in range(100):
        try:
            answer = requests.get(f"http://127.0.0.1:{port + 2}/state", timeout=2)
        except requests.ConnectionError:
            time.sleep(0.05)
            continue
        seen.append(answer.status_code)
        break
    os.kill(os.getpid(), signal.SIGTERM)


@pytest.mark.usefixtures("handlers")
def test_it_prints_addresses_and_credentials_and_ends_on_sigterm(free_port: int) -> None:
    seen: list[int] = []
    out = StringIO()
    ender = threading.Thread(target=_end_when_up, args=(free_port, seen))
    ender.start()
    call_command("sandbox", port=free_port, stdout=out)
    ender.join()
    assert seen == [200]
    text = out.getvalue()
    assert f"http://127.0.0.1:{free_port}/api" in text
    assert "sandbox-token" in text
    assert "sandbox-password" in text
    assert _is_free(free_port)
