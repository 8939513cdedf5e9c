"""The signature of Customers 1st webhooks: base64(HMAC-SHA256(raw body, secret)) (contracts/customers1st.md 8)."""

import base64
import hashlib
import hmac
from collections.abc import Sequence

from integration.errors import BadSignature


def sign(secret: str, body: bytes) -> str:
    """Return the signature of the raw body."""
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


def verify(*, secrets: Sequence[str], body: bytes, signature: str | None) -> None:
    """Raise BadSignature unless one of the secrets signed exactly these bytes; compares in constant time."""
    given = (signature or "").encode("ascii", errors="replace")
    matches = [
        hmac.compare_digest(sign(secret, body).encode(), given) for secret in secrets if secret
    ]
    if not any(matches):
        raise BadSignature("The webhook's signature is missing or wrong.")
