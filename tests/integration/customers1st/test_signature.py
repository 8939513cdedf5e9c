"""The vendor's own example decides what a right signature is."""

import base64

import pytest

from integration.customers1st.signature import sign, verify
from integration.errors import BadSignature
from tests.integration.conftest import example

BODY = b'{"content":{"id":70001},"event":"pospayment.created"}'


def test_the_contracts_example_is_signed_as_we_sign() -> None:
    case = example("customers1st", "hook_signature")
    body = base64.b64decode(case["body_base64"])
    signature = case["headers"]["X-C1st-Webhook-Signature"]
    assert sign(case["secret"], body) == signature
    verify(secrets=[case["secret"]], body=body, signature=signature)


@pytest.mark.parametrize("wrong", ["reserialised_body_signature", "hex_digest_not_accepted"])
def test_what_the_contract_says_must_fail_fails(wrong: str) -> None:
    case = example("customers1st", "hook_signature")
    body = base64.b64decode(case["body_base64"])
    with pytest.raises(BadSignature):
        verify(secrets=[case["secret"]], body=body, signature=case["must_fail"][wrong])


def test_a_signature_is_verified_on_the_raw_bytes() -> None:
    verify(secrets=["new", "old"], body=BODY, signature=sign("old", BODY))


@pytest.mark.parametrize(
    "signature", [None, "", "x", sign("other", BODY), sign("s", BODY + b" "), "æ"]
)
def test_anything_else_is_refused(signature: str | None) -> None:
    with pytest.raises(BadSignature):
        verify(secrets=["s", ""], body=BODY, signature=signature)


def test_an_empty_secret_signs_nothing() -> None:
    with pytest.raises(BadSignature):
        verify(secrets=[""], body=BODY, signature=sign("", BODY))


def test_a_secret_may_hold_danish_letters() -> None:
    verify(secrets=["blåbærgrød"], body=BODY, signature=sign("blåbærgrød", BODY))
