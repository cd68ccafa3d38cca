"""The two calendars that every installation has: round the clock, and China's working week."""

from datetime import date, datetime, timezone

from django.db import migrations

from core.holidays_cn import china_days, covered_until

YEARS = range(2020, 2028)
HOURS = [["09:00", "18:00"]]
SEEDED_AT = datetime(2026, 1, 1, tzinfo=timezone.utc)


def seed(apps, schema_editor):
    always = {"code": "24x7", "name": "24x7", "always": True}
    week = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), HOURS)
    china = {
        "code": "cn",
        "name": "中国工作日 9:00–18:00",
        "week": week,
        "extra_hours": HOURS,
        "covered_until": covered_until(YEARS),
    }
    _add(apps, always, [])
    _add(apps, china, china_days(YEARS))


def _add(apps, fields, days):
    row = apps.get_model("core", "Calendar").objects.create(**fields)
    apps.get_model("core", "CalendarException").objects.bulk_create(
        apps.get_model("core", "CalendarException")(
            calendar=row,
            date=day.date,
            is_open=day.is_open,
            name=day.name,
            provisional=day.provisional,
        )
        for day in days
    )
    apps.get_model("core", "CalendarVersion").objects.create(
        calendar=row, version=row.version, published_at=SEEDED_AT, body=_body(row, days)
    )


def _body(row, days):
    until = row.covered_until
    return {
        "tz": row.zone,
        "always": row.always,
        "week": row.week,
        "holidays": [day.date.isoformat() for day in days if not day.is_open],
        "extra_workdays": [day.date.isoformat() for day in days if day.is_open],
        "extra_hours": row.extra_hours,
        "overrides": {},
        "names": {day.date.isoformat(): day.name for day in days},
        "covered_until": until.isoformat() if isinstance(until, date) else None,
        "name": row.code,
        "version": str(row.version),
    }


def unseed(apps, schema_editor):
    apps.get_model("core", "Calendar").objects.filter(code__in=["24x7", "cn"]).delete()


class Migration(migrations.Migration):
    dependencies = [("core", "0003_guards_and_search_index")]
    operations = [migrations.RunPython(seed, unseed)]
