"""The keys that encrypt secrets at rest: the first encrypts, all decrypt."""

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


class UnableToDecrypt(Exception):
    """A stored secret was encrypted with a key that FIELD_ENCRYPTION_KEYS no longer names."""


def _fernet() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in settings.FIELD_ENCRYPTION_KEYS])


def encrypt(text: str) -> str:
    """Return the text encrypted with the first key."""
    return _fernet().encrypt(text.encode()).decode()


def decrypt(stored: str) -> str:
    """Return the text behind a stored value; raises UnableToDecrypt when no key fits."""
    try:
        return _fernet().decrypt(stored.encode()).decode()
    except InvalidToken as error:
        raise UnableToDecrypt(
            "A stored secret cannot be decrypted: FIELD_ENCRYPTION_KEYS lacks the key it was encrypted with."
        ) from error


def rotate(stored: str) -> str:
    """Return a stored value encrypted anew with the first key; raises UnableToDecrypt."""
    return encrypt(decrypt(stored))
