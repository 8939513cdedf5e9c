"""The four groups hold what the table of roles says, and the migration can be undone and done again."""

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission

from settings_app.services.roles import APPS, ROLES, grant_roles, may, remove_roles

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def groups_of_the_migration(db: None) -> None:
    """Make them again where a test with transactions has emptied the database before."""
    grant_roles(apps)


def names_of(role: str) -> set[str]:
    return set(Group.objects.get(name=role).permissions.values_list("codename", flat=True))


@pytest.mark.parametrize("role", ROLES)
def test_a_group_holds_what_its_role_may_and_nothing_else(role: str) -> None:
    every = Permission.objects.select_related("content_type")
    wanted = {row.codename for row in every if may(role, row.content_type.app_label, row.codename)}

    assert names_of(role) == wanted


def test_everybody_looks_at_everything_of_ours_and_auditors_do_nothing_else() -> None:
    views = set(
        Permission.objects.filter(
            content_type__app_label__in=APPS, codename__startswith="view_"
        ).values_list("codename", flat=True)
    )

    assert names_of("auditor") == views
    assert all(names_of(role) >= views for role in ROLES)
    assert {"view_historicaltenant", "view_step", "view_daycloseproof"} <= views


@pytest.mark.parametrize(
    ("permission", "roles"),
    [
        ("change_setup", {"consultant"}),
        ("add_tenant", {"consultant"}),
        ("change_webhookswitch", {"consultant"}),
        ("change_tenant", {"operator", "consultant"}),
        ("change_unicontaconnection", {"operator", "consultant"}),
        ("add_paymenttype", {"consultant", "bookkeeper"}),
        ("change_syncjob", {"operator", "consultant", "bookkeeper"}),
        ("change_doctorreport", {"operator", "consultant", "bookkeeper"}),
        ("change_wizardstep", {"consultant"}),
        ("reverse_posting", {"bookkeeper"}),
        ("accept_close", {"bookkeeper"}),
        ("change_historicalsetup", set()),
        ("change_membership", set()),
        ("change_user", set()),
    ],
)
def test_who_may_do_what(permission: str, roles: set[str]) -> None:
    assert {role for role in ROLES if permission in names_of(role)} == roles


def test_it_is_undone_and_done_again_and_keeps_what_was_given_on_top() -> None:
    remove_roles(apps)
    assert not Group.objects.exists()

    grant_roles(apps)
    extra = Permission.objects.get(codename="change_setup")
    Group.objects.get(name="bookkeeper").permissions.add(extra)
    grant_roles(apps)

    assert Group.objects.count() == len(ROLES)
    assert "change_setup" in names_of("bookkeeper")


def test_granting_leaves_the_applications_as_they_were() -> None:
    modules = [apps.get_app_config(label).models_module for label in APPS]

    grant_roles(apps)

    assert [apps.get_app_config(label).models_module for label in APPS] == modules
    assert None not in modules
