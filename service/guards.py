"""What the database refuses: events never change, a breach stays as it was recorded (clocks.md 5).

An import that is undone takes its own tickets away; nothing else does.
"""

from dataclasses import replace

from core.engine_sql import Guard

GUARDS = (
    Guard("service_ticketevent", unless="{old}.channel = 'import'"),
    Guard(
        "service_breach",
        columns=(
            "id",
            "clock_id",
            "ticket_id",
            "cycle",
            "target_version",
            "due_at",
            "breached_at",
            "detected_at",
            "overrun_s",
            "in_charge",
            "is_internal",
            "cause",
        ),
        unless="EXISTS (SELECT 1 FROM service_slaclock c JOIN service_ticketevent e"
        " ON e.ticket_id = c.ticket_id WHERE c.id = {old}.clock_id AND e.channel = 'import')",
    ),
)

BEFORE_TICKETS = tuple(
    replace(one, columns=tuple(name for name in one.columns if name != "ticket_id"))
    for one in GUARDS
)
"""As they stood until a breach knew its ticket (migration 0006)."""
