"""Evidence cannot be bent: every altered byte is named, and nothing sound is."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from core import checks, engine_sql, sealing, trail
from core.models import TrailEntry, TrailPersonal, TrailSeal, User
from core.tests.build import NINE, SYSTEM, after, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def written():
    lin = person()
    entries = [
        trail.record(
            lin,
            "user.changed",
            by=SYSTEM,
            now=after(seconds=number, microseconds=number % 2),
            scope=lin,
            facts={"n": number, "name": "é 澜海"},
            personal={"phone": f"138{number}"},
        )
        for number in range(3)
    ]
    sealing.seal(after(minutes=1))
    return [*entries, trail.record(lin, "user.changed", by=SYSTEM, now=after(hours=1))]


def unguarded(sql: str, *params) -> None:
    """What somebody with the database password could do."""
    for table in engine_sql.GUARDED:
        engine_sql.unguard(connection, table)
    with connection.cursor() as cursor:
        cursor.execute(sql, params)


def test_sound_evidence_raises_no_alarm(written):
    report = sealing.verify()

    assert report.problems == []
    assert (report.entries, report.sealed, report.seals, report.personal) == (4, 3, 1, 3)


def test_sealing_again_continues_the_chain(written):
    assert sealing.seal(after(hours=2)) == 1
    assert sealing.seal(after(hours=3)) == 0
    assert [row.members for row in TrailSeal.objects.order_by("last_id")] == [
        sealing.ranges([entry.pk for entry in written[:3]]),
        sealing.ranges([written[3].pk]),
    ]
    assert sealing.verify().problems == []


@pytest.mark.parametrize("field", [field.attname for field in TrailEntry._meta.concrete_fields])
def test_any_changed_column_of_an_entry_is_named(written, field):
    target = written[1]
    old = getattr(target, field)
    new = (
        after(days=9)
        if field in {"occurred_at", "recorded_at"}
        else 987654
        if isinstance(old, int) or field == "token_id"
        else person("other").pk
        if field == "actor_id"
        else (old[:-1] + ("1" if old[-1] == "0" else "0"))
        if old
        else "x"
    )
    if field == "id":
        TrailPersonal.objects.filter(entry=target).delete()

    unguarded(f"UPDATE core_trailentry SET {field} = %s WHERE id = %s", new, target.pk)

    assert [
        text for text in sealing.verify().problems if str(target.pk) in text or "987654" in text
    ]


@pytest.mark.parametrize("table", ["core_trailentry", "core_trailseal", "core_trailpersonal"])
def test_any_flipped_byte_is_detected(written, table):
    if connection.vendor != "sqlite":
        pytest.skip("bytes are flipped where the engine does not check types")
    for each in engine_sql.GUARDED:
        engine_sql.unguard(connection, each)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table} ORDER BY id LIMIT 1")
        names, row = [column[0] for column in cursor.description], cursor.fetchone()
        missed = []
        for name, value in zip(names, row, strict=True):
            if not isinstance(value, str):
                continue
            raw = value.encode()
            for at in range(len(raw)):
                flipped = raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :]
                cursor.execute(
                    f"UPDATE {table} SET {name} = CAST(%s AS TEXT) WHERE id = %s", [flipped, row[0]]
                )
                if not sealing.verify().problems:
                    missed.append((name, at))
            cursor.execute(f"UPDATE {table} SET {name} = %s WHERE id = %s", [value, row[0]])

    assert missed == []
    assert sealing.verify().problems == []


def test_a_removed_entry_is_named(written):
    TrailPersonal.objects.filter(entry=written[1]).delete()
    unguarded("DELETE FROM core_trailentry WHERE id = %s", written[1].pk)

    assert f"trail {written[1].pk}: removed" in sealing.verify().problems


def test_a_copied_entry_is_named(written):
    columns = ", ".join(f.column for f in TrailEntry._meta.concrete_fields if f.column != "id")
    unguarded(
        f"INSERT INTO core_trailentry ({columns})"
        f" SELECT {columns} FROM core_trailentry WHERE id = %s",
        written[0].pk,
    )

    newest = TrailEntry.objects.latest("id").pk
    assert sealing.verify().problems == [f"trail {newest}: inserted, a copy of {written[0].pk}"]


def test_a_removed_seal_breaks_the_chain(written):
    sealing.seal(after(hours=2))
    unguarded("DELETE FROM core_trailseal WHERE first_id = %s", written[0].pk)

    assert sealing.verify().problems != []


def test_the_end_cannot_be_cut_off_unseen(written):
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL leaves gaps after a rollback; there the printed head tells")
    unguarded("DELETE FROM core_trailentry WHERE id = %s", written[3].pk)

    assert sealing.verify().problems == [
        f"trail {written[3].pk}-{written[3].pk}: removed at the end"
    ]


def test_erased_personal_values_still_verify(written):
    assert trail.forget_personal(User.objects.get(username="lin")) == 3

    report = sealing.verify()
    assert report.problems == []
    assert report.erased == 3


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE core_trailentry SET verb = 'x'",
        "DELETE FROM core_trailentry",
        "UPDATE core_trailseal SET count = 0",
        "DELETE FROM core_trailseal",
    ],
)
def test_the_database_itself_refuses(written, sql):
    refused = pytest.raises(DatabaseError, match="append-only")
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)

    assert TrailEntry.objects.count() == 4


def test_a_replacing_insert_is_refused(written):
    if connection.vendor != "sqlite":
        pytest.skip("REPLACE is SQLite's")
    with pytest.raises(DatabaseError, match="append-only"), connection.cursor() as cursor:
        cursor.execute(
            "INSERT OR REPLACE INTO core_trailentry SELECT * FROM core_trailentry LIMIT 1"
        )


def test_the_check_sees_a_missing_trigger():
    assert checks.evidence_is_guarded(None, databases=["default"]) == []

    engine_sql.unguard(connection, "core_trailentry")

    assert {error.id for error in checks.evidence_is_guarded(None, ["default"])} == {"core.E001"}


def test_the_check_waits_for_migrations_that_bring_triggers():
    engine_sql.unguard(connection, "core_trailentry")
    recorder = MigrationRecorder(connection)
    newest = MigrationExecutor(connection).loader.graph.leaf_nodes("service")[0]
    recorder.record_unapplied(*newest)

    assert checks.evidence_is_guarded(None, databases=["default"]) == []


def test_the_command_prints_counts_and_fails_on_a_problem(written):
    out = io.StringIO()
    call_command("verify_evidence", stdout=out)
    assert out.getvalue().startswith("entries 4, sealed 3, seals 1, personal values 3, erased 0")

    unguarded("UPDATE core_trailentry SET verb = 'x' WHERE id = %s", written[2].pk)

    with pytest.raises(CommandError, match="problems found"):
        call_command("verify_evidence", "--mend", stdout=out)
    assert f"PROBLEM trail {written[2].pk}: altered" in out.getvalue()
    assert checks.evidence_is_guarded(None, databases=["default"]) == []


def test_a_person_in_facts_is_an_id_never_a_name():
    lin = person(full_name="林大明")

    assert trail.canonical({"owner": lin}) == f'{{"owner":{{"id":{lin.pk},"type":"core.user"}}}}'


def test_an_old_key_still_verifies(settings, monkeypatch, written):
    old = settings.EVIDENCE_KEY
    settings.EVIDENCE_KEY, settings.EVIDENCE_KEY_ID = "new-key", "k2"
    monkeypatch.setenv("EVIDENCE_KEYS_OLD", f"k1={old}")
    trail.record(person("late"), "user.changed", by=SYSTEM, now=NINE)

    assert sealing.verify().problems == []

    monkeypatch.delenv("EVIDENCE_KEYS_OLD")

    assert len(sealing.verify().problems) > 0
