"""The invitation of a portal user: opening the link consumes nothing, the first password does."""

from __future__ import annotations

from django.contrib.auth.password_validation import (
    password_validators_help_texts,
    validate_password,
)
from django.contrib.auth.tokens import default_token_generator
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.actions import portal
from accounts.choices import MembershipStatus
from accounts.models import PortalMembership
from core import clock
from core.actors import Actor
from core.errors import Refused
from core.signin import portal_sign_in
from core.web import client_ip


@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest, pk: int, uid: str, token: str) -> HttpResponse:
    """Set the first password and walk in. A used, old or foreign link says so with 410."""
    membership = _open(pk, uid, token)
    if membership is None:
        return render(request, "portal/invitation_over.html", status=410)
    said: list[str] = []
    if request.method == "POST":
        said = _accept(request, membership)
        if not said:
            return redirect("portal")
    context = {"membership": membership, "said": said, "rules": password_validators_help_texts()}
    return render(request, "portal/invitation.html", context, status=422 if said else 200)


def _open(pk: int, uid: str, token: str) -> PortalMembership | None:
    """The membership behind a link that still opens something."""
    rows = PortalMembership.objects.select_related("user", "contact", "customer")
    found = rows.filter(pk=pk, status=MembershipStatus.INVITED).first()
    if found is None or urlsafe_base64_encode(force_bytes(found.user_id)) != uid:
        return None
    over = found.invited_until is not None and found.invited_until <= clock.now()
    if over or not default_token_generator.check_token(found.user, token):
        return None
    return found


def _accept(request: HttpRequest, membership: PortalMembership) -> list[str]:
    """Why the password cannot be taken; empty when the person is signed in."""
    password, ip, now = request.POST.get("password", ""), client_ip(request), clock.now()
    if password != request.POST.get("again", ""):
        return [_("The two passwords differ.")]
    try:
        validate_password(password, membership.user)
        by = Actor(
            user=membership.user,
            channel="portal",
            ip=ip,
            request_id=getattr(request, "request_id", ""),
        )
        portal.accept(membership, password, by=by, now=now)
    except ValidationError as error:
        return list(error.messages)
    except Refused as refusal:
        return [str(refusal.sentence)]
    portal_sign_in(request, membership.user.username, password, ip=ip, now=now)
    return []
