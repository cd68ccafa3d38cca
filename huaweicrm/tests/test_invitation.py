"""A contact enters the portal by an invitation: once, in time, with a strong password."""

import datetime as dt

import pytest

from accounts.actions import contacts, portal
from accounts.tests import build
from core import clock
from core.actors import Actor
from core.models import OutboxMessage

pytestmark = pytest.mark.django_db
STRONG = "cutover window 42"


def invited():
    cast = build.cast()
    by = Actor.of(cast.lin)
    contacts.attest_signing(cast.ruochuan, by=by, now=clock.now())
    membership = portal.invite(cast.ruochuan, ["view", "sign"], by=by, now=clock.now())
    mail = OutboxMessage.objects.get(address=cast.ruochuan.email)
    link = next(word for word in mail.body.split() if "/portal/invitation/" in word)
    return membership, "/portal/" + link.split("/portal/", 1)[1]


def test_opening_the_link_consumes_nothing_and_a_password_opens_the_portal(client):
    membership, path = invited()

    assert client.get(path).status_code == client.get(path).status_code == 200
    weak = client.post(path, {"password": "short", "again": "short"})
    differ = client.post(path, {"password": STRONG, "again": STRONG + "x"})
    done = client.post(path, {"password": STRONG, "again": STRONG}, follow=True)

    assert weak.status_code == differ.status_code == 422
    assert done.redirect_chain[-1][0] == "/portal/"
    membership.refresh_from_db()
    assert membership.status == "active"


def test_a_used_old_or_foreign_link_opens_nothing(client):
    membership, path = invited()
    other = path.replace(f"/{membership.pk}/", f"/{membership.pk + 1}/")
    assert client.get(other).status_code == 410
    type(membership).objects.update(invited_until=clock.now() - dt.timedelta(seconds=1))
    assert client.get(path).status_code == 410

    type(membership).objects.update(invited_until=None)
    client.post(path, {"password": STRONG, "again": STRONG})

    assert client.get(path).status_code == 410
