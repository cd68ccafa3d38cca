"""The schema and its pages: offline, whole, with examples; the catalogue of errors."""

import io

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client
from drf_spectacular.generators import SchemaGenerator

from accounts.tests import build
from core.api.problems import KINDS
from core.models import ApiToken

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]


@pytest.fixture(scope="module")
def schema():
    return SchemaGenerator().get_schema(request=None, public=True)


def test_every_operation_has_a_summary_errors_and_examples(schema):
    lacking = []
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            bodies = [operation.get("requestBody", {}), *operation["responses"].values()]
            contents = [c for body in bodies for c in body.get("content", {}).values()]
            whole = operation.get("summary") and {"400", "401", "403"} <= set(
                operation["responses"]
            )
            if not whole or not all("example" in c or "examples" in c for c in contents):
                lacking.append(f"{method} {path}")

    assert lacking == []


def test_every_operation_names_both_ways_to_sign_in(schema):
    assert set(schema["components"]["securitySchemes"]) == {"token", "session"}


def test_every_resource_has_a_scope():
    from huaweicrm.api import router

    views = [view for _p, view, _b in router.registry] + [v for _p, v in router.addresses]

    assert [view.__name__ for view in views if not getattr(view, "scope", "")] == []


def test_swagger_comes_from_here_without_inline_script():
    page = Client().get("/api/v1/docs/")

    assert page.status_code == 200
    text = page.content.decode()
    assert "http" not in text.replace("http-equiv", "")
    assert "<style" not in text
    assert "<script>" not in text
    assert "img-src 'self' data:" in page["Content-Security-Policy"]
    assert Client().get("/api/v1/docs/?script=").status_code == 200


def test_the_catalogue_lists_every_error():
    page = Client().get("/api/v1/errors/").content.decode()

    assert all(f'id="{key}"' in page for key in KINDS)


def test_the_command_prints_one_token_that_works():
    build.cast()
    out = io.StringIO()

    call_command("create_token", "lin", scopes="me:read", days=7, name="erp", stdout=out)

    text = out.getvalue().strip()
    answer = Client(headers={"Authorization": f"Bearer {text}"}).get("/api/v1/me/")
    assert answer.json()["username"] == "lin"
    row = ApiToken.objects.get()
    assert text not in (row.digest, row.prefix)


@pytest.mark.parametrize("more", [{"scopes": "x:read"}, {"days": 0}, {"days": 400}, {"user": "no"}])
def test_the_command_refuses_what_no_token_may_be(more):
    build.cast()
    wanted = {"user": "lin", "scopes": "me:read", "days": 7, **more}
    user = wanted.pop("user")

    with pytest.raises(CommandError):
        call_command("create_token", user, **wanted)

    assert ApiToken.objects.count() == 0


def test_the_schema_speaks_both_languages_and_both_formats():
    yaml = Client().get("/api/v1/schema/?lang=en")
    said = Client().get("/api/v1/schema/?lang=zh-hans&format=json").json()

    assert yaml.content.startswith(b"openapi: 3")
    assert said["paths"]["/api/v1/notifications/"]["get"]["summary"] == "列出 notifications"
