"""Writes of portal memberships: invite a contact, accept, change rights, suspend."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.db import transaction
from django.utils import translation
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext as _

from accounts import policies
from accounts.actions.guards import invalid, persons_only
from accounts.choices import ContactStatus, MembershipStatus, PortalRight
from accounts.models import Contact, PortalMembership
from core import outbox, policy, trail
from core.actors import Actor
from core.errors import Refused
from core.models import User
from core.writes import edit as edit_row
from core.writes import insert, move


@transaction.atomic
def invite(
    contact: Contact,
    rights: Iterable[str],
    *,
    by: Actor,
    now: dt.datetime,
    include_descendants: bool = False,
) -> PortalMembership:
    """Give a contact a portal user and mail the invitation (held until outbound mail is open).

    `rights` are choices.PortalRight; `sign` needs contact.can_sign. One membership per contact.
    """
    persons_only(by, rule="b.1")
    wished = _rights(contact, rights)
    if contact.status != ContactStatus.ACTIVE:
        raise Refused(_("%(contact)s works there no more.") % {"contact": contact}, rule="b.1")
    if not contact.email:
        raise invalid(
            "email", _("The invitation goes by e-mail; add an address first."), rule="b.1"
        )
    user = _portal_user(contact)
    known = PortalMembership.objects.filter(contact=contact, user=user).first()
    if known is not None and known.status == MembershipStatus.SUSPENDED:
        return _again(known, wished, include_descendants, by, now)
    membership = PortalMembership(
        contact=contact,
        user=user,
        customer=contact.customer,
        include_descendants=include_descendants,
        rights=wished,
        invited_until=_until(now),
    )
    insert(membership, by=by, now=now)
    _send(membership, now)
    _record(membership, "invited", by, now)
    return membership


@transaction.atomic
def invite_again(membership: PortalMembership, *, by: Actor, now: dt.datetime) -> PortalMembership:
    """Send a fresh link to somebody who has not accepted yet."""
    if membership.status != MembershipStatus.INVITED:
        raise Refused(_("The invitation was accepted already, or access is suspended."), rule="b.1")
    edit_row(membership, {"invited_until": _until(now)}, by=by, now=now)
    _send(membership, now)
    _record(membership, "invited_again", by, now)
    return membership


@transaction.atomic
def accept(
    membership: PortalMembership, password: str, *, by: Actor, now: dt.datetime
) -> PortalMembership:
    """The contact opened the link and set a password: invited → active.

    Refused after `invited_until`. The caller has checked the token and the password's strength.
    """
    if membership.invited_until is not None and membership.invited_until <= now:
        raise Refused(_("This invitation has run out; ask for a new one."), rule="C033")
    move(membership, MembershipStatus.ACTIVE, frm=MembershipStatus.INVITED, by=by, now=now)
    membership.user.set_password(password)
    membership.user.save(update_fields=["password"])
    _record(membership, "accepted", by, now)
    return membership


@transaction.atomic
def set_rights(
    membership: PortalMembership,
    rights: Iterable[str],
    *,
    by: Actor,
    now: dt.datetime,
    include_descendants: bool | None = None,
    version: int | None = None,
) -> PortalMembership:
    """Change what the portal user may do."""
    persons_only(by, rule="b.1")
    changes: dict[str, object] = {"rights": _rights(membership.contact, rights)}
    if include_descendants is not None:
        changes["include_descendants"] = include_descendants
    if edit_row(membership, changes, by=by, now=now, version=version):
        _record(membership, "rights_changed", by, now)
    return membership


@transaction.atomic
def suspend(
    membership: PortalMembership, *, by: Actor, now: dt.datetime, reason: str = ""
) -> PortalMembership:
    """Close the door at once; `restore` opens it again."""
    states = (MembershipStatus.INVITED, MembershipStatus.ACTIVE)
    move(membership, MembershipStatus.SUSPENDED, frm=states, by=by, now=now)
    _record(membership, "suspended", by, now, reason)
    return membership


@transaction.atomic
def restore(membership: PortalMembership, *, by: Actor, now: dt.datetime) -> PortalMembership:
    """Open a suspended access again (with a new invitation if no password was ever set)."""
    persons_only(by, rule="b.1")
    if membership.contact.status != ContactStatus.ACTIVE:
        raise Refused(
            _("%(contact)s works there no more.") % {"contact": membership.contact}, rule="b.1"
        )
    if not membership.user.has_usable_password():
        return _again(membership, membership.rights, membership.include_descendants, by, now)
    move(membership, MembershipStatus.ACTIVE, frm=MembershipStatus.SUSPENDED, by=by, now=now)
    _record(membership, "restored", by, now)
    return membership


def invitation_url(membership: PortalMembership) -> str:
    """The link of the invitation; it dies with the first password."""
    user = membership.user
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    token = default_token_generator.make_token(user)
    return f"{settings.SITE_URL}/portal/invitation/{membership.pk}/{uid}/{token}/"


def _again(
    membership: PortalMembership,
    rights: list[str],
    include_descendants: bool,
    by: Actor,
    now: dt.datetime,
) -> PortalMembership:
    move(
        membership,
        MembershipStatus.INVITED,
        frm=MembershipStatus.SUSPENDED,
        by=by,
        now=now,
        rights=rights,
        include_descendants=include_descendants,
        invited_until=_until(now),
    )
    _send(membership, now)
    _record(membership, "invited", by, now)
    return membership


def _rights(contact: Contact, rights: Iterable[str]) -> list[str]:
    wished = sorted({str(right) for right in rights})
    if not wished or set(wished) - set(PortalRight.values):
        raise invalid("rights", _("Choose at least one of the rights."), rule="b.1")
    if PortalRight.SIGN in wished and not contact.can_sign:
        raise invalid(
            "rights",
            _("%(contact)s may not sign; the account manager attests that first.")
            % {"contact": contact},
            rule="b.1",
        )
    return wished


def _portal_user(contact: Contact) -> User:
    """The portal user of this address; a staff address is refused."""
    address = contact.email.strip().lower()
    known = User.objects.filter(email__iexact=address).order_by("id").first()
    if known is not None and not known.is_portal:
        raise invalid("email", _("This address belongs to a colleague of ours."), rule="b.1")
    if known is not None:
        taken = PortalMembership.objects.filter(user=known, customer=contact.customer_id)
        if taken.exclude(contact=contact).exists():
            raise invalid(
                "email", _("Another contact of this customer uses this address."), rule="b.1"
            )
        return known
    user = User(
        username=address[:150],
        email=address,
        full_name=contact.name,
        language=contact.language if contact.language in dict(settings.LANGUAGES) else "",
        is_portal=True,
    )
    user.set_unusable_password()
    user.save()
    return user


def _until(now: dt.datetime) -> dt.datetime:
    return now + dt.timedelta(days=policy.get(policies.INVITATION_DAYS, at=now))


def _send(membership: PortalMembership, now: dt.datetime) -> None:
    with translation.override(membership.user.language or settings.LANGUAGE_CODE):
        subject = _("Your access to %(product)s") % {"product": settings.PRODUCT_NAME}
        body = _(
            "Dear %(name)s,\n\nthis link opens your access: %(link)s\n\n"
            "It is valid for %(days)d days. If you did not expect it, ignore this mail."
        ) % {
            "name": membership.contact.name,
            "link": invitation_url(membership),
            "days": policy.get(policies.INVITATION_DAYS, at=now),
        }
    outbox.post(
        "email",
        membership.user.email,
        once=f"invitation:{membership.pk}:{membership.version}",
        subject=subject,
        body=body,
        now=now,
        to_customer=True,
        about=membership,
    )


def _record(
    membership: PortalMembership, verb: str, by: Actor, now: dt.datetime, reason: str = ""
) -> None:
    trail.record(
        membership,
        f"membership.{verb}",
        by=by,
        now=now,
        scope=membership.customer,
        facts={
            "contact": membership.contact_id,
            "rights": membership.rights,
            "reason": reason,
        },
    )
