"""The world of the permission table: one customer, everyone around it, and a client for each."""

from __future__ import annotations

from types import SimpleNamespace

from django.test import Client

from accounts.choices import PortalRight, Role
from accounts.models import PortalMembership
from accounts.tests import build
from core import clock
from core.actions_tokens import create_token, known_scopes
from core.actors import Actor
from core.api.permissions import CONFIDENTIAL
from core.models import User
from core.tests.permission_rows import ACTORS

DOORS = {"portal": "portal", "outsider": "portal"}


def world() -> SimpleNamespace:
    """The cast of accounts, and: qm, cmp, adm at the top, two portal users, a token of lin."""
    made = build.cast()
    made.qm = build.person("qm", made.company, Role.QM)
    made.cmp = build.person("cmp", made.company, Role.CMP)
    made.adm = build.person("adm", made.company, Role.ADM, is_staff=True, is_superuser=True)
    made.farwest = build.customer(made.west, "远西电力")
    made.guest = build.contact(made.farwest, "周远")
    made.portal = build.person("portal", is_portal=True)
    made.outsider = build.person("outsider", is_portal=True)
    for user, contact in [(made.portal, made.ruochuan), (made.outsider, made.guest)]:
        membership = PortalMembership(
            user=user,
            contact=contact,
            customer=contact.customer,
            rights=list(PortalRight.values),
            status="active",
        )
        membership.stamp(by=build.SYSTEM, now=build.NINE)
        membership.save()
    scopes = [scope for scope in known_scopes() if scope != CONFIDENTIAL]
    made.token, made.token_text = create_token(
        made.lin, name="erp", scopes=scopes, days=30, by=Actor.of(made.lin), now=clock.now()
    )
    return made


def sign_in(client: Client, user: User) -> None:
    """Sign in as somebody who was here a moment ago: else each request notes the visit anew,
    because the effects of the one before were undone."""
    client.force_login(user)
    session, now = client.session, int(clock.now().timestamp())
    session["signed_in_at"] = session["seen_at"] = now
    session.save()


def clients(made: SimpleNamespace) -> dict[str, Client]:
    """A client for each actor; refusals are answers, not exceptions."""
    found = {}
    for name in ACTORS:
        client = Client(raise_request_exception=False)
        if name == "token":
            client = Client(
                raise_request_exception=False,
                headers={"Authorization": f"Bearer {made.token_text}"},
            )
        elif name != "anonymous":
            sign_in(client, getattr(made, name))
            if DOORS.get(name) == "portal":
                client.cookies["portal"] = client.cookies["session"].value
        found[name] = client
    return found
