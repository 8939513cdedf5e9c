"""Which right of an API user a call needs."""

from sandbox.customers1st.models import User

#: First segment of the path to the rights for reading and for writing.
RIGHTS: dict[str, tuple[str, str]] = {
    "products": ("ProductModule", "ProductEdit"),
    "producttags": ("ProductModule", "ProductEdit"),
    "customers": ("CustomerModule", "CustomerEdit"),
    "pospayments": ("POSModule", "POSModule"),
    "paymenttyperelation": ("POSModule", "POSModule"),
    "posbalances": ("POSBalanceRead", "POSBalanceModule"),
    "financevouchers": ("POSBalanceRead", "POSBalanceModule"),
    "giftcards": ("GiftCardModule", "GiftCardModule"),
}


def is_allowed(user: User, method: str, path: str) -> bool:
    """Tell whether a user may make a call; `restrictions` names the rights it lacks."""
    head = path.strip("/").split("/")[0]
    if head not in RIGHTS:
        return True
    reading, writing = RIGHTS[head]
    needed = {reading} if method == "GET" else {reading, writing}
    if head == "products" and method == "POST":
        needed = {reading, "ProductCreate"}
    return not needed & user.restrictions
