"""An admin takes the published holiday schedule of a year from its file."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from core.models import Calendar, User

pytestmark = pytest.mark.django_db


def posted(client, days, **more):
    row = Calendar.objects.get(code="cn")
    body = {"year": 2027, "papers": ["paper"], "days": days, **more}
    file = SimpleUploadedFile("2027.json", json.dumps(body).encode())
    inline = {f"exceptions-{name}": 0 for name in ("TOTAL_FORMS", "INITIAL_FORMS")}
    fields = {
        "code": row.code,
        "name": row.name,
        "zone": row.zone,
        "week": json.dumps(row.week),
        "extra_hours": json.dumps(row.extra_hours),
        "covered_until": "2026-12-31",
    }
    return client.post(
        f"/admin/core/calendar/{row.pk}/change/", {**fields, **inline, "schedule": file}
    )


@pytest.fixture
def admin(client):
    client.force_login(
        User.objects.create_superuser("boss", "boss@example.com", "x", full_name="Boss")
    )
    return client


def test_a_schedule_becomes_exceptions_and_a_new_version(admin):
    before = Calendar.objects.get(code="cn").version

    answer = posted(admin, [{"name": "元旦", "date": "2027-01-01", "isOffDay": True}])

    row = Calendar.objects.get(code="cn")
    assert answer.status_code == 302
    assert row.version > before
    assert str(row.covered_until) == "2027-12-31"
    assert not row.exceptions.get(date="2027-01-01").is_open


def test_a_schedule_that_contradicts_itself_is_refused_and_nothing_is_written(admin):
    before = Calendar.objects.get(code="cn").version
    twice = [{"name": "元旦", "date": "2027-01-01", "isOffDay": flag} for flag in (True, False)]

    answer = posted(admin, twice)

    assert answer.status_code == 200
    assert Calendar.objects.get(code="cn").version == before
