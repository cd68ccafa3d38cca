"""Pages of the customer portal: sign in, own projects and forms."""

from __future__ import annotations

from django.contrib import auth
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core import clock
from core.errors import Refused
from core.signin import freshen, portal_sign_in
from core.web import client_ip, found, portal_page
from expectations.choices import FormStatus
from expectations.views.form import pdf_of
from huaweicrm.portal.access import forms_of, guest_of, link_for, projects_of
from huaweicrm.portal.signing import signing_page

HOME = "/portal/"


@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """The door: portal users only; a fresh password with `?again=1`."""
    there = _inside(request.POST.get("next") or request.GET.get("next", ""))
    again = bool(request.GET.get("again")) and request.user.is_authenticated
    if request.user.is_authenticated and not again:
        return redirect(there)
    said = ""
    if request.method == "POST":
        said = _entered(request, again)
        if not said:
            return redirect(there)
    context = {"next": there, "said": said, "again": again, "login": request.POST.get("login", "")}
    return render(request, "portal/sign_in.html", context, status=422 if said else 200)


def _entered(request: HttpRequest, again: bool) -> str:
    """Try the password; empty when it was right, else the sentence."""
    password, ip, now = request.POST.get("password", ""), client_ip(request), clock.now()
    try:
        if again:
            right = freshen(request, password, ip=ip, now=now)
        else:
            login = request.POST.get("login", "")
            right = bool(portal_sign_in(request, login, password, ip=ip, now=now))
    except Refused as refusal:
        return str(refusal.sentence)
    return "" if right else _("Name or password is wrong.")


def _inside(address: str) -> str:
    """Only addresses of the portal."""
    right = url_has_allowed_host_and_scheme(address, allowed_hosts=None)
    return address if right and address.startswith(HOME) else HOME


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Leave."""
    auth.logout(request)
    return redirect("portal_sign_in")


@portal_page
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Own projects, forms that wait, forms in force."""
    guest, now = guest_of(request.user), clock.now()
    forms = list(forms_of(guest).defer("snapshot").order_by("-id")[:50])
    context = {
        "portal_who": _who(guest),
        "projects": projects_of(guest).order_by("-id")[:50],
        "waiting": [row for row in forms if row.status == FormStatus.SENT],
        "forms": [row for row in forms if row.status != FormStatus.SENT],
        "now": now,
    }
    return render(request, "portal/home.html", context)


@portal_page
@require_http_methods(["GET", "POST"])
def form(request: HttpRequest, pk: int) -> HttpResponse:
    """One form: read it, and sign it where it waits for this person."""
    guest = guest_of(request.user)
    row = found(forms_of(guest), pk=pk)
    link = link_for(guest, row) if guest.may("sign") else None
    return signing_page(request, row, link, address=f"{HOME}forms/{row.pk}/", who=_who(guest))


@portal_page
@require_GET
def form_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """Its PDF."""
    return pdf_of(found(forms_of(guest_of(request.user)), pk=pk))


def _who(guest) -> str:
    contact = guest.contact
    if contact is None:
        return ""
    return f"{guest.memberships[0].customer.display_name} · {contact.name} {contact.title}".strip()
