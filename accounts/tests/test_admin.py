"""The admin of the customer floor goes through our actions."""

import pytest
from django.apps import apps
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from accounts.models import Customer, OrgUnit, UserRole
from accounts.tests import build
from core.models import TrailEntry

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]
OURS = sorted(
    model._meta.model_name for model in admin.site._registry if model._meta.app_label == "accounts"
)


@pytest.fixture
def cast():
    return build.cast()


@pytest.fixture
def root(cast):
    user = build.person("root", cast.company, "adm", is_staff=True, is_superuser=True)
    client = Client()
    client.force_login(user)
    return client


def test_every_model_of_this_floor_is_there():
    assert (
        sorted(model._meta.model_name for model in apps.get_app_config("accounts").get_models())
        == OURS
    )


@pytest.mark.parametrize("name", OURS)
def test_lists_search_and_rows_open(root, cast, name):
    build.every_list(cast, 2)
    model = next(m for m in admin.site._registry if m._meta.label_lower == f"accounts.{name}")

    listed = root.get(reverse(f"admin:accounts_{name}_changelist"), {"q": "a"})
    one = root.get(reverse(f"admin:accounts_{name}_change", args=[model.objects.first().pk]))

    assert (listed.status_code, one.status_code) == (200, 200)


def test_a_unit_made_in_the_admin_has_its_path_and_trail(root, cast):
    answer = root.post(
        reverse("admin:accounts_orgunit_add"),
        {
            "name": "新代表处",
            "level": "rep_office",
            "parent": cast.east.pk,
            "timezone": "Asia/Shanghai",
        },
    )

    made = OrgUnit.objects.get(name="新代表处")
    assert answer.status_code == 302
    assert made.path == f"{cast.east.path}{made.pk}/"
    assert TrailEntry.objects.filter(verb="org_unit.created", about_id=made.pk).count() == 1


def test_a_circle_of_units_is_refused_in_the_admin_too(root, cast):
    url = reverse("admin:accounts_orgunit_change", args=[cast.east.pk])

    answer = root.post(
        url,
        {"name": "East", "level": "region", "parent": cast.east.pk, "timezone": "Asia/Shanghai"},
    )

    cast.east.refresh_from_db()
    assert answer.status_code in (200, 409)
    assert cast.east.parent == cast.company


def test_archiving_selected_customers_is_recorded(root, cast):
    root.post(
        reverse("admin:accounts_customer_changelist"),
        {"action": "archive", "_selected_action": [cast.lanhai.pk]},
    )

    assert Customer.objects.get(pk=cast.lanhai.pk).is_archived
    assert TrailEntry.objects.filter(verb="customer.archived").count() == 1


def test_roles_are_given_and_taken_with_a_trail(root, cast):
    root.post(reverse("admin:accounts_userrole_add"), {"user": cast.wei.pk, "role": "qm"})
    row = UserRole.objects.get(user=cast.wei, role="qm")
    root.post(reverse("admin:accounts_userrole_delete", args=[row.pk]), {"post": "yes"})

    assert not UserRole.objects.filter(user=cast.wei, role="qm").exists()
    assert TrailEntry.objects.filter(verb="roles.set").count() == 2
