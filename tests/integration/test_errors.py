"""Errors say who must act, and read as one plain sentence."""

import pytest

from integration import errors


@pytest.mark.parametrize(
    ("error", "actor"),
    [
        (errors.RetryableError("Try later.", retry_after=3), "machine"),
        (errors.UnknownOutcome("Who knows."), "machine"),
        (errors.Refused("Uniconta refused: KeyExists", name="KeyExists"), "shop"),
        (errors.AccessDenied("No."), "shop"),
        (errors.ContractBroken("What is this?"), "us"),
        (errors.BadSignature("Not from the vendor."), "shop"),
        (errors.Hold("No account.", "Fill it in."), "shop"),
    ],
)
def test_every_error_names_who_must_act(error: errors.IntegrationError, actor: str) -> None:
    assert isinstance(error, errors.IntegrationError)
    assert error.actor == actor
    assert error.evidence == {}


def test_a_refusal_keeps_the_vendors_words() -> None:
    error = errors.Refused(
        "Refused.", name="X", property="Account", value="1", evidence={"status": 200}
    )
    assert (error.name, error.property, error.value) == ("X", "Account", "1")
    assert error.evidence == {"status": 200}


def test_a_hold_reads_as_its_cause_and_keeps_its_cure() -> None:
    hold = errors.Hold(
        "Payment type “Dankort” has no account.", "Map it.", mended_by="setup", evidence={"n": 1}
    )
    assert str(hold) == hold.cause
    assert (hold.cure, hold.mended_by, hold.evidence) == ("Map it.", "setup", {"n": 1})


def test_evidence_is_a_copy() -> None:
    evidence: dict[str, object] = {"status": 200}
    error = errors.UnknownOutcome("Who knows.", evidence=evidence)
    evidence["status"] = 500
    assert error.evidence == {"status": 200}
