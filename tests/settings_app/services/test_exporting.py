"""The tenant file, written back."""

from operator import itemgetter
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from settings_app.models import Tenant
from settings_app.models.mapping import MASTERED_FIELDS
from settings_app.models.safety import KINDS
from settings_app.models.webhook_switch import SWITCHES
from settings_app.services import apply_file, export_file
from tests.settings_app.files import NORDLYS, SECRETS


def test_the_export_is_the_file_without_its_secrets(nordlys: Tenant) -> None:
    written = yaml.safe_load(export_file(nordlys))

    expected = yaml.safe_load(NORDLYS)
    for section, name in (
        ("customers1st", "api_token"),
        ("customers1st", "webhook_secret"),
        ("uniconta", "password"),
    ):
        del expected[section][name]
    expected["customers1st"]["naive_time"] = "utc"
    assert written == expected
    assert list(written) == list(expected)


def test_no_secret_is_exported(nordlys: Tenant) -> None:
    text = export_file(nordlys)

    for secret in SECRETS:
        assert secret not in text


def test_an_empty_tenant_can_be_exported_and_applied(db: None) -> None:
    tenant = Tenant.objects.create(slug="klit", name="Klit")

    apply_file(export_file(tenant))
    fresh = Tenant.objects.get()

    assert apply_file(export_file(fresh)).changes == []


def test_a_card_without_a_kind_is_left_out(fjord: Tenant) -> None:
    assert "gift_card" not in yaml.safe_load(export_file(fjord))["setup"]


def texts(size: int, *, least: int = 0) -> st.SearchStrategy[str]:
    return st.text(
        st.characters(blacklist_categories=("Cc", "Cs")), min_size=least, max_size=size
    ).filter(lambda value: value == value.strip() and len(value) >= least)


cards: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {"kind": st.sampled_from(["multi", "single"]), "item": texts(40, least=1)}
)
rates = st.decimals(0, 100, places=2).map(lambda rate: f"{rate:f}")
by_rate = st.dictionaries(rates, texts(40, least=1), max_size=3)
hours: st.SearchStrategy[Any] = st.sampled_from(["off", False, 3, 6, 12, 24])
setups: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {},
    optional={
        "pos_debtor": texts(20),
        "journal": texts(10),
        "cash_account": texts(20) | st.integers(0, 10**9),
        "cash_payment_type": texts(100),
        "auto_invoice_pos_sales": st.booleans(),
        "settle_at": st.sampled_from(["sale", "close"]),
        "sales_from": st.none() | st.dates(),
        "discount_items": by_rate,
        "misc_items": by_rate,
        "gift_card": cards,
        "deposit": cards,
    },
)
webhooks: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {},
    optional={
        system: st.fixed_dictionaries(
            {},
            optional={
                entity: st.fixed_dictionaries({}, optional=dict.fromkeys(events, st.booleans()))
                for entity, events in entities.items()
            },
        )
        for system, entities in SWITCHES.items()
    },
)
files: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {"tenant": st.fixed_dictionaries({"slug": st.just("klit"), "name": texts(120, least=1)})},
    optional={
        "setup": setups,
        "payment_types": st.lists(
            st.fixed_dictionaries({"title": texts(100, least=1), "account": texts(20, least=1)}),
            max_size=4,
            unique_by=itemgetter("title"),
        ),
        "registers": st.lists(
            st.fixed_dictionaries(
                {"register_id": st.integers(0, 2**31 - 1), "cash_account": texts(20, least=1)}
            ),
            max_size=4,
            unique_by=itemgetter("register_id"),
        ),
        "variant_fields": st.dictionaries(  # a field of the till has one user field at most
            st.sampled_from(["size", "color", "styleno"]), texts(40, least=1)
        ).map(lambda names: {name: field for field, name in names.items()}),
        "field_masters": st.dictionaries(
            st.sampled_from(MASTERED_FIELDS),
            st.sampled_from(["newest", "customers1st", "uniconta"]),
        ),
        "webhooks": webhooks,
        "safety": st.fixed_dictionaries({}, optional=dict.fromkeys(KINDS, hours)),
    },
)


@pytest.mark.django_db
class TestRoundTrip(TestCase):
    @given(first=files, second=files)
    @hypothesis_settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    def test_what_was_exported_changes_nothing_and_restores_everything(
        self, first: dict[str, Any], second: dict[str, Any]
    ) -> None:
        apply_file(yaml.safe_dump(first, allow_unicode=True))
        exported = export_file(Tenant.objects.get())

        assert apply_file(exported).changes == []
        assert export_file(Tenant.objects.get()) == exported

        apply_file(yaml.safe_dump(second, allow_unicode=True))
        again = apply_file(yaml.safe_dump(second, allow_unicode=True))
        assert again.changes == []
