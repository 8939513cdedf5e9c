"""The vendor's own example decides what a right signature is."""

import pytest

from integration.customers1st.signature import sign, verify
from integration.errors import BadSignature

BODY = b'{"content":{"id":70001},"event":"pospayment.created"}'


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
