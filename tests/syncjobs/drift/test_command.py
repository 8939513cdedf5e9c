"""What `drift` prints, and what it refuses."""

from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from syncjobs.lease import tenant_lease
from tests.journeys.shops import Shops

pytestmark = pytest.mark.django_db(transaction=True)


def test_it_prints_each_difference_for_people(shops: Shops) -> None:
    shops.clock.advance(3600)
    shops.nordlys.shop.edit_product(1001, title="Lygte")
    made = shops.nordlys.shop.add_product("Ny", "NY-1", price=Decimal("1.00"))
    out, err = StringIO(), StringIO()
    with pytest.raises(SystemExit) as end:
        call_command("drift", "nordlys", "--kind", "product_to_item", stdout=out, stderr=err)
    assert end.value.code == 1
    assert err.getvalue() == "2 differences remain.\n"
    assert out.getvalue().splitlines() == [
        "different\tproduct_to_item 1001 “Lygte”: it was changed in Customers 1st [found]",
        "    title: Customers 1st “Lygte”, Uniconta “Lygtesæt LED Nordlys”; customers1st wins,"
        " it was changed in Customers 1st",
        f"missing\tproduct_to_item {made['id']} “Ny”: it stands in Customers 1st only [found]",
        "compared 22 product_to_item",
        "2 differences, 0 repaired, 2 remain",
    ]


@pytest.mark.parametrize(
    ("words", "cause"),
    [
        (("nowhere",), "There is no tenant"),
        (("nordlys", "--kind", "nonsense"), "is no job kind"),
        (("nordlys", "--timeout", "0"), "must be above zero"),
    ],
)
def test_a_wrong_word_is_one_line(shops: Shops, words: tuple[str, ...], cause: str) -> None:
    with pytest.raises(CommandError, match=cause):
        call_command("drift", *words)


def test_it_waits_for_no_worker(shops: Shops) -> None:
    with tenant_lease(shops.nordlys.tenant.pk), pytest.raises(CommandError, match="A worker is at"):
        call_command("drift", "nordlys")
