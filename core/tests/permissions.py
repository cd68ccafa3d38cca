"""Rows of the permission table of the ground floor."""

from core import clock
from core.actors import Actor
from core.imports import drafts
from core.models import (
    CustomField,
    ImportBatch,
    Job,
    Notification,
    NotificationChannel,
    OutboxMessage,
    SavedView,
    TrailEntry,
)
from core.tests.permission_rows import HEADS, NOBODY, STAFF, TEAM, TOKEN, Row, page, resource, step


def notification(world):
    """A line for lin."""
    return Notification.objects.create(
        user=world.lin, kind="sample", title="Sample", once="sample", created_at=clock.now()
    )


def entry(world):
    """Something lin did, on nobody's timeline."""
    return TrailEntry.objects.create(
        about_label="core.user",
        about_id=world.lin.pk,
        verb="user.changed",
        actor=world.lin,
        channel="browser",
        occurred_at=clock.now(),
        recorded_at=clock.now(),
        key_id="k1",
        mac="0" * 64,
    )


def draft(world):
    """A file that lin has just brought."""
    raw = "name\n远西电力二厂\n".encode()
    by = Actor.of(world.lin)
    return drafts.start("customers", "a.csv", raw, by=by, now=clock.now())


def batch(world):
    """An import that lin has finished."""
    return ImportBatch.objects.create(
        kind="customers",
        filename="a.csv",
        sha256="0" * 64,
        state="committed",
        counts={"created": 0, "updated": 0, "repaired": 0, "refused": 0},
        created_at=clock.now(),
        created_by=world.lin,
    )


def channel(world):
    """A chat robot of lin."""
    return NotificationChannel.objects.create(user=world.lin, name="a", address="feishu://x")


def view(world):
    """A view that lin keeps for herself."""
    now = clock.now()
    return SavedView.objects.create(
        listing="customers",
        name=f"A{SavedView.objects.count()}",
        owner=world.lin,
        created_at=now,
        updated_at=now,
    )


def removed_view(world):
    """A view that lin took away."""
    row = view(world)
    row.removed_at = clock.now()
    row.save(update_fields=["removed_at"])
    return row


def neighbour(world):
    """A customer within the list of customers."""
    return {"key": "customers", "pk": world.lanhai.pk}


def customers(world):
    """The list of customers."""
    return {"key": "customers"}


def job(world):
    """An export of lin."""
    now = clock.now()
    return Job.objects.create(
        kind="export", listing="customers", title="A", created_at=now, created_by=world.lin
    )


def change(world):
    """A change of many rows that lin has made."""
    row = job(world)
    row.kind, row.state = "bulk", "done"
    row.facts = {"verb": "tag", "ids": [], "given": {"tag": "a"}}
    row.save(update_fields=["kind", "state", "facts"])
    return row


def own_fields(world):
    """Tags and own fields of a customer."""
    return {"entity": "accounts.customer", "pk": world.lanhai.pk}


def field(world):
    """An own field of customers."""
    now = clock.now()
    many = CustomField.objects.count()
    return CustomField.objects.create(
        entity="accounts.customer",
        key=f"f{many}",
        name=f"F{many}",
        kind="text",
        created_at=now,
        updated_at=now,
    )


def retiring(world):
    """A step of an own field."""
    return {"pk": field(world).pk, "step": "retire"}


LIN = frozenset({"lin"})
ADM = frozenset({"adm"})
EDIT = TEAM | HEADS | ADM


def message(state):
    """Something in the outbox, in a state."""

    def made(world):
        return OutboxMessage.objects.create(
            channel="email",
            address="a@example.com",
            once=f"sample:{state}:{OutboxMessage.objects.count()}",
            state=state,
            created_at=clock.now(),
            due_at=clock.now(),
        )

    return made


ANYBODY = STAFF | TOKEN | {"anonymous", "portal", "outsider"}
MINE = frozenset({"lin"})
ADMIN = frozenset({"adm"})

ROWS = [
    *resource("notifications", notification, sees=MINE | TOKEN, verbs={"read": MINE | TOKEN}),
    *resource("trail-entries", entry, sees=MINE | TOKEN | {"adm"}),
    Row("api/v1/me/", get=STAFF | TOKEN),
    Row("api/v1/domain-events/", get=STAFF | TOKEN),
    Row("api/v1/policies/", get=STAFF | TOKEN),
    Row("api/v1/schema/", get=ANYBODY, door="public"),
    Row("api/v1/docs/", get=ANYBODY, door="public"),
    Row("api/v1/errors/", get=ANYBODY, door="public"),
    Row(
        "preferences/<name>/",
        lambda world: {"name": "theme"},
        door="public",
        post=ANYBODY,
        body=lambda world: {"value": "dark"},
        absent=False,
    ),
    Row("imports/<pk>/", batch, sees=MINE, get=MINE),
    Row("imports/<pk>/undo/", batch, sees=MINE, post=MINE),
    Row("imports/<pk>/columns/", draft, sees=MINE, get=MINE, post=MINE),
    Row("imports/<pk>/words/", draft, sees=MINE, get=MINE, post=MINE),
    Row("imports/<pk>/preview/", draft, sees=MINE, get=MINE),
    Row("imports/<pk>/commit/", draft, sees=MINE, post=MINE),
    Row("me/", get=STAFF, post=STAFF),
    Row("me/notifications/", get=STAFF, post=STAFF),
    Row("me/notifications/channels/new/", get=STAFF, post=STAFF),
    step("me/notifications/channels/<pk>/remove/", channel, MINE, sees=MINE),
    step("me/notifications/channels/<pk>/test/", channel, MINE, sees=MINE),
    page("me/tokens/"),
    page("lists/<key>/around/<pk>/", neighbour),
    page("own-fields/<entity>/<pk>/", own_fields),
    page("own-fields/<entity>/<pk>/edit/", own_fields, get=EDIT, post=EDIT),
    page("settings/fields/", get=ADM),
    page("settings/fields/new/", get=ADM, post=ADM),
    page("settings/fields/<pk>/edit/", field, get=ADM, post=ADM, sees=STAFF),
    step("settings/fields/<pk>/<step>/", retiring, ADM, sees=STAFF),
    Row("lists/<key>/export/", customers, get=NOBODY, post=NOBODY, door="again", absent=False),
    page(
        "lists/<key>/bulk/",
        customers,
        sees=STAFF,
        post=STAFF,
        query="verb=tag&all=1",
        body=lambda w: {"verb": "tag", "all": "1"},
        note="each row asks by itself",
    ),
    page("jobs/"),
    page("jobs/<pk>/", job, sees=LIN),
    step("jobs/<pk>/cancel/", job, LIN, sees=LIN),
    step("jobs/<pk>/undo/", change, LIN, sees=LIN),
    page("lists/<key>/views/new/", customers, sees=STAFF, post=STAFF),
    page("list-views/<pk>/edit/", view, sees=LIN, post=LIN),
    step("list-views/<pk>/delete/", view, LIN, sees=LIN),
    step("list-views/<pk>/restore/", removed_view, LIN, sees=LIN),
    step("list-views/<pk>/default/", view, LIN, sees=LIN),
    Row("me/tokens/new/", get=NOBODY, post=NOBODY, door="again"),
    step("me/tokens/<pk>/revoke/", lambda world: world.token, MINE, sees=MINE),
    page("notifications/"),
    Row("notifications/read/", post=STAFF),
    step("notifications/<pk>/read/", notification, MINE, sees=MINE),
    Row("outbox/", get=ADMIN),
    Row("outbox/<pk>/", message("pending"), sees=STAFF, get=ADMIN),
    step("outbox/<pk>/retry/", message("dead"), ADMIN, sees=STAFF),
    step("outbox/<pk>/release/", message("held"), ADMIN, sees=STAFF),
]
