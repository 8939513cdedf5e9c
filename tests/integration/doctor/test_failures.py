"""What a call that did not work means, told from the error's kind and evidence."""

import pytest

from integration.doctor.failures import denied_by, ends_all, failure_of
from integration.errors import (
    AccessDenied,
    ContractBroken,
    IntegrationError,
    Refused,
    RetryableError,
)
from integration.uniconta.tokens import REFUSED, STOPPED, WRONG_COMPANY


@pytest.mark.parametrize(
    ("error", "name"),
    [
        (AccessDenied("no", evidence={"status": 401}), "login-refused"),
        (AccessDenied("no", evidence={"status": 403}), "right-missing"),
        (
            AccessDenied("no", evidence={"status": 403, "answer": '"BILLING_MODULE_NOT_ACTIVE"'}),
            "module-missing",
        ),
        (AccessDenied("no", evidence={"failure": "InvalidHeader"}), "address-unusable"),
        (AccessDenied("no", evidence={"reason": REFUSED, "status": 200}), "login-refused"),
        (AccessDenied("no", evidence={"reason": REFUSED, "status": 404}), "wrong-host"),
        (
            AccessDenied(
                "no", evidence={"reason": REFUSED, "status": 200, "answer": "NoCompanyId"}
            ),
            "wrong-company",
        ),
        (AccessDenied("no", evidence={"reason": STOPPED}), "login-stopped"),
        (AccessDenied("no", evidence={"reason": WRONG_COMPANY}), "wrong-company"),
        (RetryableError("no", evidence={"status": 429}), "throttled"),
        (RetryableError("no", evidence={"status": 503}), "down"),
        (RetryableError("no", evidence={"failure": "ReadTimeout"}), "timeout"),
        (RetryableError("no", evidence={"failure": "ConnectionError"}), "unreachable"),
        (ContractBroken("no"), "wrong-host"),
        (Refused("no", evidence={"status": 404}), "wrong-host"),
    ],
)
def test_a_system_out_of_reach_is_named_by_its_reason(error: IntegrationError, name: str) -> None:
    assert failure_of(error) == (name, "no")


@pytest.mark.parametrize(
    ("error", "ends"),
    [
        (AccessDenied("no", evidence={"status": 401}), True),
        (AccessDenied("no", evidence={"reason": STOPPED}), True),
        (AccessDenied("no"), True),
        (AccessDenied("no", evidence={"status": 403}), False),
        (Refused("no", name="NoRights"), False),
        (RetryableError("no"), True),
        (ContractBroken("no"), True),
    ],
)
def test_only_a_refusal_of_one_list_lets_the_others_be_read(
    error: IntegrationError, ends: bool
) -> None:
    assert ends_all(error) is ends


def test_a_missing_subscription_is_told_from_a_missing_right() -> None:
    assert denied_by("sales", Refused("no", name="NoSubscription")).name == "module-missing"
    assert denied_by("sales", Refused("no", name="NoRights")).name == "right-missing"
