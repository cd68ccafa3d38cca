"""Rows of the permission table of the roof: desk and portal."""

from accounts.actions import erasure, portal
from accounts.tests import build
from accounts.tests import permissions as accounts
from core import clock, files
from core.actors import Actor
from core.tests.permission_rows import (
    ACTORS,
    HEADS,
    NOBODY,
    SEE,
    STAFF,
    TEAM,
    TOKEN,
    Row,
    page,
    step,
)


def file(world):
    """A picture about lanhai."""
    raw = b"\x89PNG\r\n\x1a\n" + b"0" * 64
    by = Actor.of(world.lin)
    about = world.lanhai
    return files.store(raw, name="a.png", about=about, scope=about, by=by, now=clock.now())


def invitation(world):
    """The parts of an invitation link for a contact of lanhai."""
    one = build.contact(world.lanhai, "新人", email="new@lanhai.example")
    row = portal.invite(one, ["view"], by=Actor.of(world.lin), now=clock.now())
    _host, _, path = portal.invitation_url(row).partition("/portal/invitation/")
    pk, uid, token = path.strip("/").split("/")
    return {"pk": int(pk), "uid": uid, "token": token}


INNER = TEAM | HEADS | {"adm"}
DECIDE = HEADS | {"adm"}
WORK = DECIDE | {"lin"}


def handing(tail, own, may):
    """A form of a handover."""
    return Row(f"handovers/<pk>/{tail}/", own, sees=INNER, get=may, post=may)


HANDOVERS = [
    page("handovers/"),
    Row("customers/<pk>/handover/new/", lambda w: w.lanhai, sees=SEE, get=DECIDE, post=DECIDE),
    page("handovers/<pk>/", accounts.handover, sees=INNER),
    page("handovers/<pk>/pack/", accounts.handover, sees=INNER),
    page("handovers/<pk>/pack/pdf/", accounts.handover, sees=INNER),
    step("handovers/<pk>/begin/", accounts.handover, DECIDE, sees=INNER),
    step("handovers/<pk>/give/", accounts.begun, WORK, sees=INNER),
    step("handovers/<pk>/complete/", accounts.ripe, DECIDE, sees=INNER),
    handing("introduce", accounts.begun, WORK),
    handing("letter", accounts.handover, WORK),
    handing("cancel", accounts.handover, DECIDE),
]
COMPLIANCE = frozenset({"cmp"})
PRIVATE = INNER | COMPLIANCE
ERASERS = frozenset({"cmp", "adm"})


def person(world):
    """The contact of lanhai."""
    return world.ruochuan


def erasure_request(world):
    """Compliance asks that somebody of lanhai is erased."""
    whom, now = build.contact(world.lanhai, "要走的人"), clock.now()
    return erasure.request(
        whom, origin="person", received_on=now.date(), by=Actor.of(world.cmp), now=now
    )


GIVERS = COMPLIANCE | HEADS
"""Compliance gives out what is kept, a head what we judge as well."""
LEAVING = [
    Row("contacts/<pk>/export/", person, sees=PRIVATE, get=GIVERS, post=GIVERS,
        door="again", absent=False),
    Row("contacts/<pk>/erase/", person, sees=PRIVATE, get=COMPLIANCE, post=COMPLIANCE),
    Row("erasure-requests/", sees=STAFF, get=ERASERS),
    page("erasure-requests/<pk>/", erasure_request, sees=ERASERS),
    Row("erasure-requests/<pk>/carry-out/", erasure_request, sees=ERASERS,
        post=frozenset({"adm"}), door="again", absent=False),
    Row("erasure-requests/<pk>/refuse/", erasure_request, sees=ERASERS,
        get=frozenset({"adm"}), post=frozenset({"adm"})),
    Row("api/v1/erasure-requests/", get=STAFF, post=STAFF, note="a foreign contact is 400"),
    Row("api/v1/erasure-requests/bulk/", post=STAFF),
    Row("api/v1/erasure-requests/<pk>/", erasure_request, sees=ERASERS | TOKEN, get=ERASERS),
    Row("api/v1/erasure-requests/<pk>/refuse/", erasure_request, sees=ERASERS | TOKEN,
        post=frozenset({"adm"})),
    Row("api/v1/erasure-requests/<pk>/carry-out/", erasure_request, sees=ERASERS | TOKEN,
        post=NOBODY, note="after a fresh password only"),
]  # fmt: skip
IMPORTERS = TEAM | HEADS | {"qm", "adm", "stranger"}
RECORDERS = TEAM | HEADS | {"adm", "stranger"}

ROWS = [
    *HANDOVERS,
    *LEAVING,
    Row("", get=STAFF),
    Row("search/", get=STAFF),
    Row("metrics", door="public", get=NOBODY, note="its own token"),
    Row(
        "portal/invitation/<pk>/<uid>/<token>/",
        invitation,
        get=frozenset(ACTORS),
        post=frozenset(ACTORS),
        door="public",
        absent=False,  # an old link and one that never was say the same: 410
    ),
    page("customers/<pk>/", lambda w: w.lanhai),
    page("customers/<pk>/timeline/", lambda w: w.lanhai),
    page("customers/<pk>/before/", lambda w: w.lanhai),
    page("customers/<pk>/prepare/", lambda w: w.lanhai),
    page("customers/<pk>/relations/", lambda w: w.lanhai, get=TEAM | HEADS | {"adm"}),
    Row("styleguide/", get=STAFF),
    Row("styleguide/form/", get=STAFF, post=STAFF),
    Row("styleguide/confirmation/", get=STAFF, post=STAFF),
    Row("customers/import/", get=IMPORTERS, post=IMPORTERS),
    Row("assets/import/", get=RECORDERS, post=RECORDERS),
    page("files/<pk>/", file, sees=SEE),
]
