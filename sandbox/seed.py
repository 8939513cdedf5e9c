"""The seed shop of the contract's examples, on both sides."""

from typing import TYPE_CHECKING

from sandbox.customers1st.seed import seed as seed_customers1st
from sandbox.uniconta.seed import seed_uniconta

if TYPE_CHECKING:
    from sandbox.server import Sandbox


def seed(sandbox: "Sandbox", *, products: int = 0) -> None:
    """Fill an empty sandbox; `products` adds that many plain products to the shop."""
    seed_customers1st(sandbox.customers1st, products=products)
    seed_uniconta(sandbox.uniconta)
