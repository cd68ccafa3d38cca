"""Rows of the permission table: projects, expectations, forms, portal, verify."""

from __future__ import annotations

from typing import Any

from core import clock
from core.actors import Actor
from core.tests.permission_rows import (
    ACTORS,
    HEADS,
    NOBODY,
    PORTAL,
    SEE,
    STAFF,
    TEAM,
    TOKEN,
    Row,
    page,
    resource,
    step,
)
from expectations.actions import signing
from expectations.models import RecordedSignature, SigningLink
from expectations.tests import build

ADM = frozenset({"adm"})
ANYBODY = frozenset(ACTORS)
EDIT = TEAM | HEADS | ADM
JUDGE = frozenset({"wei"})
SEND = HEADS | {"lin"}
LIN = frozenset({"lin"})


def project(world: Any) -> Any:
    """An initiating project of lanhai."""
    return build.project(world)


def item(world: Any) -> Any:
    """A clear item of it."""
    return build.item(project(world), world)


def draft(world: Any) -> Any:
    """A draft form."""
    return build.draft(world)


def sent(world: Any) -> Any:
    """A form at the customer."""
    return _sent(world)[0]


def _sent(world: Any) -> Any:
    now, form = clock.now(), build.draft(world)
    form.project.items.update(verdict_at=now)
    return build.sent(world, form=form, now=now)


def token(world: Any) -> dict[str, Any]:
    """The path value of a link."""
    return {"token": _sent(world)[2].split("/")[3]}


def recorded(world: Any) -> dict[str, Any]:
    """A recorded signature that waits for a second person."""
    form = sent(world)
    now = clock.now()
    row = signing.record_signature(
        form, method="in_person", signed_on=now.date(), by=Actor.of(world.fang), now=now
    )
    assert RecordedSignature.objects.count() and SigningLink.objects.count()
    return {"pk": form.pk, "recorded": row.pk, "answer": "right"}


def signature(world: Any) -> Any:
    """The customer's signature."""
    return build.signed(world).signatures.get()


def member(world: Any) -> Any:
    """fang in a project."""
    return project(world).members.get(user=world.fang)


def verified(world: Any) -> dict[str, Any]:
    """The hash of a sent form."""
    return {"key": sent(world).snapshot_sha256[:16]}


PAGES = [
    page("projects/"),
    Row("projects/new/", get=STAFF, post=STAFF),
    page("projects/<pk>/", project),
    *(
        Row(f"projects/<pk>/{tail}/", project, get=EDIT, post=EDIT, sees=SEE)
        for tail in ("edit", "team", "items/add")
    ),
    page("projects/<pk>/matrix/", project),
    step("projects/<pk>/form/", project, EDIT),
    Row("projects/<pk>/<verb>/", lambda w: {"pk": project(w).pk, "verb": "hold"},
        get=EDIT, post=EDIT, sees=SEE),
    page("expectation-items/"),
    Row("expectation-items/<pk>/", item, get=SEE, post=EDIT, sees=SEE),
    Row("expectation-items/<pk>/verdict/", item, get=JUDGE, post=JUDGE, sees=SEE),
    Row("expectation-items/<pk>/drop/", item, get=EDIT, post=EDIT, sees=SEE),
    Row("expectation-items/<pk>/decide/", item, get=EDIT, post=EDIT, sees=SEE),
    page("confirmation-forms/"),
    page("confirmation-forms/<pk>/", draft),
    page("confirmation-forms/<pk>/pdf/", draft),
    Row("confirmation-forms/<pk>/edit/", draft, get=EDIT, post=EDIT, sees=SEE),
    step("confirmation-forms/<pk>/submit/", draft, EDIT),
    step("confirmation-forms/<pk>/approve/", draft, EDIT),
    step("confirmation-forms/<pk>/take-back/", draft, EDIT),
    Row("confirmation-forms/<pk>/send/", draft, get=SEND, post=SEND, sees=SEE),
    Row("confirmation-forms/<pk>/withdraw/", draft, get=SEND, post=SEND, sees=SEE),
    Row("confirmation-forms/<pk>/countersign/", draft, get=LIN, post=LIN, sees=SEE, door="again",
        absent=False),
    Row("confirmation-forms/<pk>/record/", sent, get=EDIT, post=EDIT, sees=SEE),
    step("confirmation-forms/<pk>/check/<recorded>/<answer>/", recorded, EDIT),
    Row("verify/", get=ANYBODY, door="public"),
    Row("verify/<key>/", verified, get=ANYBODY, door="public"),
    Row("portal/", get=PORTAL | {"outsider"}, door="portal"),
    Row("portal/sign-in/", get=ANYBODY, post=ANYBODY, door="public"),
    Row("portal/sign/<token>/", token, get=ANYBODY, post=ANYBODY, door="public"),
    Row("portal/sign/<token>/pdf/", token, get=ANYBODY, door="public"),
    Row("portal/forms/<pk>/", sent, sees=PORTAL, get=PORTAL, post=PORTAL, door="portal"),
    Row("portal/forms/<pk>/pdf/", sent, sees=PORTAL, get=PORTAL, door="portal"),
]  # fmt: skip
API = [
    *resource(
        "projects", project, create=EDIT | TOKEN | {"stranger"}, change=EDIT | TOKEN,
        body=lambda world: {"customer": world.lanhai.pk, "name": "新项目"},
        verbs={
            "start": EDIT | TOKEN, "start-early": HEADS, "renew-early": HEADS,
            "set-lead": EDIT | TOKEN, "hold": EDIT | TOKEN, "resume": EDIT | TOKEN,
            "hand-in": EDIT | TOKEN, "begin-warranty": EDIT | TOKEN, "close": EDIT,
            "cancel": EDIT,
        },
    ),
    *resource(
        "project-members", member, create=EDIT | TOKEN | {"stranger"},
        verbs={"leave": EDIT | TOKEN},
        body=lambda world: {"project": project(world).pk, "user": world.boss.pk, "role": "rnd"},
    ),
    *resource(
        "expectation-items", item, create=EDIT | TOKEN | {"stranger"}, change=EDIT | TOKEN,
        body=lambda world: {"customer": world.lanhai.pk, "statement": "年中断"},
        verbs={"classify": HEADS | {"lin", "wei"}, "judge": JUDGE, "drop": EDIT | TOKEN,
               "decide": EDIT},
    ),
    Row("api/v1/parse-expectations/", post=STAFF | TOKEN, body=lambda world: {"text": "a"}),
    *resource(
        "confirmation-forms", draft, create=EDIT | TOKEN | {"stranger"}, change=EDIT | TOKEN,
        body=lambda world: {"project": project(world).pk},
        verbs={"submit": EDIT, "approve": EDIT, "take-back": EDIT, "send": SEND,
               "withdraw": SEND, "countersign": NOBODY},
    ),
    *resource("form-signatures", signature),
]  # fmt: skip
ROWS = [*PAGES, *API]
