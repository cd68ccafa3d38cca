"""Seed the service levels and the default SLA matrix (domain.md c.5) as rows an admin can edit."""

import datetime as dt

from django.db import migrations

SINCE = dt.datetime(2000, 1, 1, tzinfo=dt.timezone.utc)
LEVELS = [
    ("platinum", "白金", 1),
    ("gold", "黄金", 2),
    ("silver", "白银", 3),
    ("warranty", "保修期", 4),
    ("none", "无承诺", 5),
]
PAID = ("platinum", "gold", "silver", "warranty")
CRITICAL, MAJOR, MINOR, QUESTION = 1, 2, 3, 4
HOUR, DAY = 60, 24 * 60


def m(minutes):
    """Clock minutes, round the clock."""
    return (minutes, "minutes", "24x7")


def bh(hours):
    """Hours of the contract calendar."""
    return (hours * HOUR, "minutes", "contract")


def bd(days):
    """Standard days of the contract calendar."""
    return (days, "bd", "contract")


def h(hours):
    """Clock hours."""
    return m(hours * HOUR)


def d(days):
    """Calendar days."""
    return m(days * DAY)


# (clock, class, severity, outage only, platinum, gold, silver, warranty)
MATRIX = [
    ("response", "", CRITICAL, False, m(15), m(30), m(60), bh(4)),
    ("response", "", MAJOR, False, m(30), m(60), h(4), bh(8)),
    ("response", "", MINOR, False, bh(2), bh(4), bh(4), bd(1)),
    ("onsite", "fault", CRITICAL, True, m(120), m(240), bd(1), None),
    ("restore", "fault", CRITICAL, False, h(4), h(6), h(12), h(24)),
    ("restore", "fault", MAJOR, False, h(8), h(12), bd(2), bd(3)),
    ("resolve", "", CRITICAL, False, d(5), d(7), d(10), d(20)),
    ("resolve", "", MAJOR, False, d(10), d(15), d(20), d(30)),
    ("resolve", "", MINOR, False, bd(20), bd(30), bd(40), bd(60)),
    ("resolve", "", QUESTION, False, bd(1), bd(2), bd(3), bd(5)),
    ("resolve", "complaint", None, False, bd(1), bd(1), bd(2), bd(3)),
    ("update", "fault", CRITICAL, False, m(60), m(60), h(2), h(4)),
    ("update", "fault", MAJOR, False, h(4), h(8), bd(1), bd(2)),
]
# For the whole house: handovers between lines, and the callback after a complaint.
HOUSE = [
    ("hop", "", CRITICAL, m(15)),
    ("hop", "", MAJOR, m(30)),
    ("hop", "", MINOR, bh(2)),
    ("hop", "", QUESTION, bh(2)),
    ("callback", "complaint", None, bd(2)),
]
OBJECTIVES = {("restore", CRITICAL, "warranty")}


def seed(apps, schema_editor):
    """Create levels and clauses once."""
    level_model = apps.get_model("service", "ServiceLevel")
    clause_model = apps.get_model("service", "SlaClause")
    stamps = {"created_at": SINCE, "updated_at": SINCE}
    levels = {
        code: level_model.objects.create(code=code, name=name, rank=rank, **stamps)
        for code, name, rank in LEVELS
    }
    rows = []
    for kind, ticket_class, severity, outage, *targets in MATRIX:
        for level, target in zip(PAID, targets, strict=True):
            if target is None:
                continue
            rows.append(
                clause_model(
                    level=levels[level],
                    kind=kind,
                    ticket_class=ticket_class,
                    severity=severity,
                    outage_only=outage,
                    target=target[0],
                    unit=target[1],
                    calendar=target[2],
                    is_objective=(kind, severity, level) in OBJECTIVES,
                    valid_from=SINCE,
                    **stamps,
                )
            )
    for kind, ticket_class, severity, target in HOUSE:
        rows.append(
            clause_model(
                kind=kind,
                ticket_class=ticket_class,
                severity=severity,
                target=target[0],
                unit=target[1],
                calendar=target[2],
                is_objective=kind == "hop",
                valid_from=SINCE,
                **stamps,
            )
        )
    clause_model.objects.bulk_create(rows)


def forget(apps, schema_editor):
    """Remove what was seeded."""
    apps.get_model("service", "SlaClause").objects.filter(valid_from=SINCE).delete()
    apps.get_model("service", "ServiceLevel").objects.all().delete()


class Migration(migrations.Migration):
    """Rows only."""

    dependencies = [("service", "0001_initial")]

    operations = [migrations.RunPython(seed, forget)]
