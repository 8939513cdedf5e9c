"""One session per company: renewed in time, in the right company, and never locked out [A56] [A57] [A58]."""

import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import requests

from integration.errors import AccessDenied, IntegrationError, RetryableError
from integration.ports import CallRecord
from integration.uniconta.client import UnicontaClient
from integration.uniconta.tokens import Login, MemoryTokenStore, Tokens
from tests.integration.conftest import example
from tests.integration.uniconta.conftest import (
    BASE,
    COMPANY_PATH,
    NOW,
    OTHERS,
    OURS,
    PASSWORD,
    Uniconta,
    log_in_answer,
    tokens,
)

DEBTORS = "/Query/Get/DebtorClient"
Make = Callable[..., UnicontaClient]


def ask(client: UnicontaClient) -> None:
    client.query("DebtorClient")


def test_without_a_session_it_logs_in_and_looks_at_the_company_first(
    uniconta: Uniconta, make: Make
) -> None:
    uniconta.answers("POST", "/login", log_in_answer(2))
    uniconta.answers("POST", COMPANY_PATH, OURS)
    uniconta.answers("POST", DEBTORS, [])
    store = MemoryTokenStore()
    ask(make(tokens=store))
    assert uniconta.calls == ["/login", COMPANY_PATH, DEBTORS]
    assert uniconta.bodies("/login") == [{"Username": "0070123/c1st", "Password": PASSWORD}]
    assert [token for *_rest, token in uniconta.sent] == ["", "token-number-2", "token-number-2"]
    assert store.load() == tokens(2)


def test_the_contracts_log_in_is_understood(uniconta: Uniconta, make: Make) -> None:
    case = example("uniconta", "login")
    uniconta.answers("POST", "/login", case["response"]["body"])
    uniconta.answers("POST", COMPANY_PATH, OURS)
    uniconta.answers("POST", DEBTORS, [])
    ask(make(tokens=MemoryTokenStore(), username="pos-bridge"))
    assert uniconta.bodies("/login")[0]["Username"] == case["request"]["body"]["Username"]


def test_a_good_session_is_used_without_a_call(uniconta: Uniconta, client: UnicontaClient) -> None:
    uniconta.answers("POST", DEBTORS, [])
    ask(client)
    assert uniconta.calls == [DEBTORS]


@pytest.mark.parametrize(("age", "renewed"), [(49, False), (50, True), (70, True)])
def test_a_session_is_renewed_when_it_is_50_minutes_old(
    uniconta: Uniconta, make: Make, store: MemoryTokenStore, age: int, renewed: bool
) -> None:
    uniconta.answers("POST", DEBTORS, [])
    if renewed:
        uniconta.answers("POST", "/refresh", log_in_answer(2))
        uniconta.answers("POST", COMPANY_PATH, OURS)
    ask(make(now=lambda: NOW + timedelta(minutes=age)))
    assert ("/refresh" in uniconta.calls) is renewed
    if renewed:
        assert uniconta.bodies("/refresh") == ["refresh-number-1"]
        kept = store.load()
        assert kept is not None
        assert kept.expires_at == NOW + timedelta(minutes=age + 60)


def test_a_refresh_that_does_not_rotate_keeps_the_refresh_token(
    uniconta: Uniconta, make: Make, store: MemoryTokenStore
) -> None:
    uniconta.answers("POST", "/refresh", {"token": "token-number-9"})
    uniconta.answers("POST", COMPANY_PATH, OURS)
    uniconta.answers("POST", DEBTORS, [])
    ask(make(now=lambda: NOW + timedelta(minutes=55)))
    kept = store.load()
    assert kept is not None
    assert (kept.token, kept.refresh_token) == ("token-number-9", "refresh-number-1")


def test_a_401_renews_once_and_repeats_once(uniconta: Uniconta, client: UnicontaClient) -> None:
    uniconta.answers("POST", DEBTORS, (401, ""), [])
    uniconta.answers("POST", "/refresh", log_in_answer(2))
    uniconta.answers("POST", COMPANY_PATH, OURS)
    ask(client)
    assert uniconta.calls == [DEBTORS, "/refresh", COMPANY_PATH, DEBTORS]
    assert uniconta.sent[-1][3] == "token-number-2"


def test_a_write_answered_401_was_not_done_and_is_sent_once_more(
    uniconta: Uniconta, client: UnicontaClient
) -> None:
    path = "/Crud/Insert/DebtorClient"
    uniconta.answers("POST", path, (401, ""), {"Account": "K1"})
    uniconta.answers("POST", "/refresh", log_in_answer(2))
    uniconta.answers("POST", COMPANY_PATH, OURS)
    assert client.insert("DebtorClient", {"Account": "K1"}) == {"Account": "K1"}
    assert uniconta.bodies(path) == [{"Account": "K1"}] * 2


def test_sessions_that_are_voided_one_after_the_other_are_renewed_each_time(
    uniconta: Uniconta, client: UnicontaClient
) -> None:
    uniconta.answers("POST", DEBTORS, (401, ""), (401, ""), [])
    uniconta.answers("POST", "/refresh", log_in_answer(2), log_in_answer(3))
    uniconta.answers("POST", COMPANY_PATH, OURS)
    ask(client)
    assert uniconta.calls.count(DEBTORS) == 3
    assert uniconta.sent[-1][3] == "token-number-3"


def test_a_fresh_session_that_is_refused_again_and_again_is_given_up(
    uniconta: Uniconta, client: UnicontaClient
) -> None:
    uniconta.answers("POST", DEBTORS, (401, ""))
    uniconta.answers("POST", "/refresh", *map(log_in_answer, [2, 3, 4]))
    uniconta.answers("POST", COMPANY_PATH, OURS)
    with pytest.raises(AccessDenied, match="refuses a fresh session"):
        ask(client)
    assert uniconta.calls.count(DEBTORS) == 4


def test_a_session_that_another_worker_renewed_is_taken_over(
    uniconta: Uniconta, make: Make
) -> None:
    store = MemoryTokenStore()
    store.save(tokens(1))

    class Shared(MemoryTokenStore):
        reads = 0

        def load(self) -> Tokens | None:
            self.reads += 1
            return tokens(1) if self.reads == 1 else tokens(2)

    uniconta.answers("POST", DEBTORS, (401, ""), [])
    ask(make(tokens=Shared()))
    assert uniconta.calls == [DEBTORS, DEBTORS]
    assert uniconta.sent[-1][3] == "token-number-2"


@pytest.mark.parametrize("refusal", [(401, ""), (200, '"NoSession"'), (200, "gone"), (400, "{}")])
def test_a_refused_refresh_logs_in(
    uniconta: Uniconta, client: UnicontaClient, refusal: tuple[int, str]
) -> None:
    uniconta.answers("POST", DEBTORS, (401, ""), [])
    uniconta.answers("POST", "/refresh", refusal)
    uniconta.answers("POST", "/login", log_in_answer(3))
    uniconta.answers("POST", COMPANY_PATH, OURS)
    ask(client)
    assert uniconta.calls == [DEBTORS, "/refresh", "/login", COMPANY_PATH, DEBTORS]


def test_a_refresh_that_gives_the_refused_token_back_logs_in(
    uniconta: Uniconta, client: UnicontaClient
) -> None:
    uniconta.answers("POST", DEBTORS, (401, ""), [])
    uniconta.answers("POST", "/refresh", log_in_answer(1))
    uniconta.answers("POST", "/login", log_in_answer(3))
    uniconta.answers("POST", COMPANY_PATH, OURS)
    ask(client)
    assert uniconta.sent[-1][3] == "token-number-3"


def test_a_refresh_into_the_default_company_logs_in_anew(
    uniconta: Uniconta, client: UnicontaClient, store: MemoryTokenStore
) -> None:
    uniconta.answers("POST", DEBTORS, (401, ""), [])
    uniconta.answers("POST", "/refresh", log_in_answer(2))
    uniconta.answers("POST", "/login", log_in_answer(3))
    uniconta.answers("POST", COMPANY_PATH, OTHERS, OURS)
    ask(client)
    assert uniconta.bodies("/login")[0]["Username"] == "0070123/c1st"
    assert uniconta.sent[-1][3] == "token-number-3"
    assert store.load() == tokens(3)


@pytest.mark.parametrize(
    "company", [OTHERS, [], OTHERS + OURS, "text", {"PrimaryKeyId": 70123}, [{}], (401, "")]
)
def test_nothing_is_sent_into_a_company_that_is_not_surely_ours(
    uniconta: Uniconta, make: Make, company: Any
) -> None:
    uniconta.answers("POST", "/login", log_in_answer(2))
    uniconta.answers("POST", COMPANY_PATH, company)
    store = MemoryTokenStore()
    with pytest.raises(AccessDenied, match="company 70123"):
        make(tokens=store).insert("DebtorClient", {"Account": "K1"})
    assert uniconta.calls == ["/login", COMPANY_PATH]
    assert store.load() is None


def test_a_username_that_selects_another_company_is_replaced(
    uniconta: Uniconta, make: Make
) -> None:
    uniconta.answers("POST", "/login", log_in_answer(2), log_in_answer(3))
    uniconta.answers("POST", COMPANY_PATH, OTHERS, OURS)
    uniconta.answers("POST", DEBTORS, [])
    ask(make(tokens=MemoryTokenStore(), username="0099/c1st"))
    names = [body["Username"] for body in uniconta.bodies("/login")]
    assert names == ["0099/c1st", "0070123/c1st"]


def test_a_username_that_selects_our_company_is_used_as_it_stands() -> None:
    login = Login(company_id=70123, username="0070123/c1st", password=PASSWORD)
    assert login.usernames == ("0070123/c1st",)
    assert PASSWORD not in repr(login)


@pytest.mark.parametrize(
    ("refusal", "kept"),
    [
        ((200, '"NoCompanyId"'), "NoCompanyId"),
        ((401, ""), "(not kept)"),
        ((200, "NoCompanyId"), "NoCompanyId"),
        ((200, '{"refreshToken": "secret-refresh"}'), "(not kept)"),
        ((200, f'"{PASSWORD} is wrong"'), "(not kept)"),
        ((403, "<html>no</html>"), "(not kept)"),
        ((200, "null"), "null"),
    ],
)
def test_every_form_of_refusal_is_one(
    uniconta: Uniconta, make: Make, refusal: tuple[int, str], kept: str
) -> None:
    uniconta.answers("POST", "/login", refusal)
    store = MemoryTokenStore()
    with pytest.raises(AccessDenied, match="refused the log-in") as caught:
        ask(make(tokens=store))
    told = {"reason": "log-in refused", "status": refusal[0], "answer": kept}
    assert caught.value.evidence == told
    tokens_kept = store.load()
    assert tokens_kept is not None
    assert (tokens_kept.token, tokens_kept.refusals) == ("", 1)


def test_a_refusal_over_the_company_names_it(uniconta: Uniconta, make: Make) -> None:
    uniconta.answers("POST", "/login", (200, '"NoCompanyId"'))
    with pytest.raises(AccessDenied, match=r"the log-in to company 70123\. .*its company id"):
        ask(make(tokens=MemoryTokenStore()))


def test_three_refusals_in_a_row_stop_the_connection(uniconta: Uniconta, make: Make) -> None:
    uniconta.answers("POST", "/login", (200, '"NoCompanyId"'))
    store = MemoryTokenStore()
    for _ in range(2):
        with pytest.raises(AccessDenied, match="Check user and password"):
            ask(make(tokens=store))
    for _ in range(3):
        with pytest.raises(AccessDenied, match="3 times in a row; no more is tried"):
            ask(make(tokens=store))
    assert uniconta.calls == ["/login"] * 3


def test_forgetting_the_session_allows_log_ins_again(uniconta: Uniconta, make: Make) -> None:
    store = MemoryTokenStore()
    store.save(Tokens(token="", refresh_token="", expires_at=NOW, refusals=3))
    store.save(None)
    uniconta.answers("POST", "/login", log_in_answer(2))
    uniconta.answers("POST", COMPANY_PATH, OURS)
    uniconta.answers("POST", DEBTORS, [])
    ask(make(tokens=store))


def test_a_log_in_that_succeeds_ends_the_count(uniconta: Uniconta, make: Make) -> None:
    store = MemoryTokenStore()
    uniconta.answers("POST", "/login", (401, ""), (401, ""), log_in_answer(2))
    uniconta.answers("POST", COMPANY_PATH, OURS)
    uniconta.answers("POST", DEBTORS, [])
    for _ in range(2):
        with pytest.raises(AccessDenied):
            ask(make(tokens=store))
    ask(make(tokens=store))
    assert store.load() == tokens(2)


@pytest.mark.parametrize(
    "trouble", [(503, ""), (500, "oops"), (429, ""), requests.ReadTimeout("slow")]
)
def test_trouble_at_log_in_heals_even_for_a_write(
    uniconta: Uniconta, make: Make, trouble: Any
) -> None:
    uniconta.answers("POST", "/login", trouble)
    store = MemoryTokenStore()
    with pytest.raises(RetryableError):
        make(tokens=store).insert("DebtorClient", {"Account": "K1"})
    assert store.load() is None


def test_threads_share_one_log_in(uniconta: Uniconta, make: Make) -> None:
    def slow_log_in(request: object) -> tuple[int, dict[str, str], str]:
        uniconta.sent.append(("POST", "/login", None, ""))
        time.sleep(0.1)  # long enough for every thread to arrive
        status, text = log_in_answer(2)
        return status, {}, text

    uniconta.mock.add_callback("POST", f"{BASE}/login", callback=slow_log_in)
    uniconta.answers("POST", COMPANY_PATH, OURS)
    uniconta.answers("POST", DEBTORS, [])
    store = MemoryTokenStore()
    clients = [make(tokens=store) for _ in range(8)]
    threads = [threading.Thread(target=ask, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert uniconta.calls.count("/login") == 1
    assert uniconta.calls.count(DEBTORS) == 8


def test_no_secret_is_recorded_or_told(
    uniconta: Uniconta, make: Make, records: list[CallRecord]
) -> None:
    uniconta.answers("POST", "/login", log_in_answer(2), (200, f'"{PASSWORD}"'))
    uniconta.answers("POST", COMPANY_PATH, OURS)
    uniconta.answers("POST", DEBTORS, (401, "bad token token-number-2"))
    uniconta.answers("POST", "/refresh", (401, "bad refresh-number-2"))
    store = MemoryTokenStore()
    with pytest.raises(IntegrationError) as caught:
        ask(make(tokens=store))
    told = f"{caught.value}{caught.value.evidence}{records}{store.load()!r}"
    assert len(records) == 5
    for secret in (PASSWORD, "token-number", "refresh-number"):
        assert secret not in told
