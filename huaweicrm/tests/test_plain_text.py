"""No door lets a text in that reads as another one: page, API, admin.

Directions and controls nowhere; line breaks and invisible letters in no text of one line. The
doors are those of the permission table, each with an object in the state that it wants.
"""

import pytest
from django.apps import apps
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.forms import PasswordInput
from django.test import RequestFactory

from core.api.examples import sample
from core.tests.permission_rows import Row
from core.writes import is_one_line
from huaweicrm.testing import turns
from huaweicrm.tests import fuzzing, permission_table
from huaweicrm.tests.formfill import forms_of
from huaweicrm.tests.fuzzing import OPERATIONS, SCHEMA, Ground
from huaweicrm.tests.world import world

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.one_engine,
]
OURS = ("core", "accounts", "relationships", "expectations", "service")
BENT = "Zq\u202eX"
BROKEN = "Zq\nX"
HIDDEN = "Zq\u200bX"
KINDS = [BENT, BROKEN, HIDDEN]
"""Each door is tried with one of them, the next door with the next."""
WRITES = [label for label, operation in OPERATIONS.items() if operation.method.upper() != "GET"]
PAGES = [
    row
    for row in permission_table.rows()
    if not row.is_api and row.get and row.post and row.door in {"staff", "portal"}
]


@pytest.fixture(scope="module")
def ground(django_db_setup, django_db_blocker):
    """A world that is built once."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield Ground(world())
        transaction.set_rollback(True)


ECHOES = {"facts", "value", "haystack", "grams", "codes"}
"""Columns that keep JSON or folded text: bent characters are escaped or gone there."""
FIELDS = {
    model: [
        field
        for field in model._meta.concrete_fields
        if isinstance(field, models.CharField | models.TextField)
        and not field.choices
        and field.name not in ECHOES
    ]
    for model in apps.get_models()
    if model._meta.app_label in OURS
}
FIELDS = {model: fields for model, fields in FIELDS.items() if fields}
# The form of a policy writes by an action, and those of other packages hold no text of people.
TYPED_IN_ADMIN = [
    model
    for model in admin.site._registry
    if model._meta.app_label in OURS and model._meta.label != "core.PolicyValue"
]


def bent():
    """Tables that keep what no text may hold, or lines that are not one line."""
    found = []
    for model, fields in FIELDS.items():
        wrong = models.Q()
        for field in fields:
            for text in KINDS if is_one_line(field) else [BENT]:
                wrong |= models.Q(**{f"{field.name}__contains": text})
        if model._base_manager.filter(wrong).exists():
            found.append(model.__name__)
    return found


def hostile(value, text, name=""):
    """The same body with a text in place of every free text."""
    if isinstance(value, dict):
        return {key: hostile(each, text, key) for key, each in value.items()}
    if isinstance(value, list):
        return [hostile(each, text, name) for each in value]
    return text if value == "…" or name in {"name", "title"} else value


@pytest.mark.parametrize("label", turns.share(WRITES))
def test_the_api_keeps_no_bent_text(ground, label):
    operation = OPERATIONS[label]
    said = SCHEMA["paths"][operation.path][operation.method.lower()].get("requestBody", {})
    schema = said.get("content", {}).get("application/json", {}).get("schema", {})
    body = sample(schema, SCHEMA["components"]["schemas"])
    text = [BROKEN, HIDDEN][WRITES.index(label) % 2]
    with transaction.atomic():
        address, insider, _token = ground.stand(operation)
        typed = hostile(ground.grounded(body, 0), text)
        answer = fuzzing.sender(insider, operation, address)(operation.Case(), typed)
        found = bent() if answer.status_code < 300 else []
        transaction.set_rollback(True)
    assert answer.status_code < 500
    assert found == []


@pytest.mark.parametrize("row", turns.share(PAGES), ids=lambda row: row.path)
def test_pages_keep_no_bent_text(ground, row: Row):
    text = KINDS[PAGES.index(row) % 3]
    with transaction.atomic():
        address = permission_table.address_of(row, ground.world)
        may = row.get & row.post
        actor = next((name for name in ("lin", "wei", "boss", "portal") if name in may), "")
        client = ground.clients[actor or min(may)]
        done = False
        for form in forms_of(client.get(address).content.decode(), address):
            if not form.action.startswith(("/", "?")):
                continue
            there = form.action if form.action.startswith("/") else address + form.action
            answer = client.post(there, form.filled(lambda kind: BENT if kind == "box" else text))
            assert answer.status_code < 500, there
            done = done or answer.status_code < 400
        found = bent() if done else []
        transaction.set_rollback(True)
    assert found == []


@pytest.mark.parametrize("model", TYPED_IN_ADMIN, ids=lambda model: model._meta.label)
def test_the_admin_takes_no_bent_text(ground, model):
    page = admin.site._registry[model]
    request = RequestFactory().get("/admin/")
    request.user = ground.world.adm
    if not (page.has_add_permission(request) or page.has_change_permission(request)):
        return
    form = page.get_form(request)
    inlines = [inline.get_formset(request).form for inline in page.get_inline_instances(request)]
    open_fields = [
        f"{made.__name__}.{name}"
        for made in (form, *inlines)
        for name, field in made.base_fields.items()
        if type(field).__name__ == "CharField"
        and not isinstance(field.widget, PasswordInput)
        and takes(field, BENT)
    ]

    assert open_fields == []


def takes(field, text):
    """True when a form field's validators have nothing against a text."""
    try:
        field.run_validators(text)
    except ValidationError:
        return False
    return True
