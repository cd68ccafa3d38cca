"""The root of our organisation exists from the first migration on."""

from __future__ import annotations

from django.db import migrations
from django.utils import timezone


def found_company(apps, schema_editor) -> None:
    """One unit of level company, unless somebody made one already."""
    units = apps.get_model("accounts", "OrgUnit").objects.using(schema_editor.connection.alias)
    if units.filter(parent=None).exists():
        return
    now = timezone.now()
    company = units.create(
        name="本公司", level="company", status="active", created_at=now, updated_at=now
    )
    units.filter(pk=company.pk).update(path=f"/{company.pk}/")


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [migrations.RunPython(found_company, migrations.RunPython.noop)]
