"""What a person needs to call the sandbox: addresses and credentials, as the commands print them."""

from sandbox.customers1st.seed import NORDLYS, SECRET, TOKEN
from sandbox.server import Addresses
from sandbox.uniconta.seed import NORDLYS as COMPANY
from sandbox.uniconta.seed import PASSWORD

SCREEN = """\
  Customers 1st   {customers1st}
                  store {store}, API token {token}, signing secret {secret}
  Uniconta        {uniconta}
                  company {company}, user c1st, password {password}
  Control         {control}/state   (GET /ledger, /calls; POST /sale, /close, /switches, /faults …)
"""


def screen(addresses: Addresses) -> str:
    """Return where both vendors and the control API listen, and how to log in."""
    return SCREEN.format(
        customers1st=addresses.customers1st,
        uniconta=addresses.uniconta,
        control=addresses.control,
        store=NORDLYS,
        token=TOKEN,
        secret=SECRET,
        company=COMPANY,
        password=PASSWORD,
    )
