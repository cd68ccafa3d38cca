"""What a test that commits leaves is taken away as Django would, table by table."""

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from core import engine_sql, registry, trail
from core.models import TrailEntry, User
from core.tests.build import NINE, SYSTEM, person
from huaweicrm.testing import emptying

pytestmark = pytest.mark.django_db(transaction=True)


def full():
    """Tables that hold rows."""
    with connection.cursor() as cursor:
        names = connection.introspection.table_names(cursor)
        return {name for name in names if _holds(cursor, name)} - {"sqlite_sequence"}


def _holds(cursor, name):
    cursor.execute(f'SELECT 1 FROM "{name}" LIMIT 1')
    return cursor.fetchone() is not None


def test_what_stays_is_what_django_leaves():
    call_command("flush", verbosity=0, interactive=False)
    left = full()
    lin = person("lin", full_name="林若川")
    trail.record(lin, "user.changed", by=SYSTEM, now=NINE)

    emptied = emptying.empty(connection)

    assert {"core_user", "core_trailentry"} <= set(emptied)
    assert full() == left
    assert not User.objects.exists()


def test_guards_stand_again_on_what_was_emptied():
    trail.record(person(), "user.changed", by=SYSTEM, now=NINE)
    emptying.empty(connection)

    tables = tuple(one.table for one in registry.guards())
    assert engine_sql.missing_triggers(connection, tables) == []
    entry = trail.record(person(), "user.changed", by=SYSTEM, now=NINE)
    with pytest.raises(DatabaseError), transaction.atomic():
        TrailEntry.objects.filter(pk=entry.pk).delete()
