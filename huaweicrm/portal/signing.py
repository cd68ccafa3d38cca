"""The signing page: read, leave items open, ask for the code, sign or comment, receipt."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from core import clock
from core.actors import Actor
from core.errors import Refused
from core.toasts import toast
from core.web import client_ip
from expectations import terms
from expectations.actions import form as forms
from expectations.actions import signing
from expectations.models import ConfirmationForm, SigningLink
from expectations.queries.document import document_for
from expectations.views.form import changed_words, pdf_of
from huaweicrm.portal.access import LINK_NEEDS

MAX_TOKEN = 100


@never_cache
@require_http_methods(["GET", "POST"])
def sign(request: HttpRequest, token: str) -> HttpResponse:
    """The link of the mail. Opening it consumes nothing: only a POST with the code does."""
    link = _link(token)
    address = f"/portal/sign/{token}/"
    response = signing_page(
        request, link.form, link, address=address,
        who=f"{link.form.customer.display_name} · {link.contact.name} {link.contact.title}".strip(),
    )  # fmt: skip
    # The address is a secret for other sites; `no-referrer` would make the browser send
    # `Origin: null` with the form, which the CSRF check refuses.
    response["Referrer-Policy"] = "same-origin"
    return response


@never_cache
@require_GET
def sign_pdf(request: HttpRequest, token: str) -> HttpResponse:
    """The PDF behind a link, also after signing as the receipt; not after it was replaced."""
    link = _link(token)
    if link.revoked_at is not None and link.used_at is None:
        raise Http404
    return pdf_of(link.form)


def signing_page(
    request: HttpRequest,
    form: ConfirmationForm,
    link: SigningLink | None,
    *,
    address: str,
    who: str,
) -> HttpResponse:
    """Document and steps; POST `do` is code, sign or comment."""
    said = ""
    if request.method == "POST" and link is not None:
        said = _act(request, link)
        if not said:
            return redirect(address)
    return _shown(request, form, link, address=address, who=who, said=said)


def _act(request: HttpRequest, link: SigningLink) -> str:
    """Do what was asked; empty when done, else the sentence for the person."""
    do = request.POST.get("do", "")
    try:
        if do == "code":
            signing.request_code(link, now=clock.now())
            toast(request, _("The code is on its way to %(mail)s") % {"mail": masked(link)})
            return ""
        if do == "comment":
            return _comment(request, link)
        if do == "sign":
            return _sign(request, link)
    except Refused as refusal:
        return str(refusal.sentence)
    return _("Choose what to do.")


def _sign(request: HttpRequest, link: SigningLink) -> str:
    signing.refuse_closed(link, clock.now())
    if not request.POST.get("agree"):
        return _("Tick that you have read the form and may sign it.")
    said = signing.try_code(link, request.POST.get("code", ""), now=clock.now())
    if said:
        return said
    signing.sign_for_customer(
        link,
        excepted=request.POST.getlist("excepted"),
        by=_actor(request),
        now=clock.now(),
        agent=request.headers.get("User-Agent", ""),
    )
    toast(request, _("Signed. We sign within one working day; you receive a mail."))
    return ""


def _comment(request: HttpRequest, link: SigningLink) -> str:
    signing.refuse_closed(link, clock.now())
    signing.comment(
        link.form,
        request.POST.get("comment", ""),
        by=_actor(request),
        now=clock.now(),
        contact_id=link.contact_id,
    )
    toast(request, _("Your wishes reached us; your contact comes back to you."))
    return ""


def _shown(
    request: HttpRequest,
    form: ConfirmationForm,
    link: SigningLink | None,
    *,
    address: str,
    who: str,
    said: str,
) -> HttpResponse:
    now = clock.now()
    replaced = link is not None and link.revoked_at is not None and link.used_at is None
    if replaced:
        sentence = signing.why_closed(link, now)
        context = {"sentence": sentence, "portal_who": ""}
        return render(request, "portal/sign_closed.html", context, status=410)
    closed = signing.why_closed(link, now) if link is not None else ""
    left = request.POST.getlist("excepted")
    context: dict[str, Any] = {
        "form": form,
        "doc": document_for(form, now=now),
        "changes": changed_words(form, now),
        "signing": link is not None and not closed,
        "authority": forms.authority_gap(form.contact, form.project, now) if link else "",
        "link": link,
        "closed": closed,
        "left": left,
        "said": said,
        "typed": request.POST.get("comment", ""),
        "address": address,
        "mail": masked(link) if link is not None else "",
        "code_sent": link is not None and link.code_expires_at and link.code_expires_at > now,
        "agreed": terms.agreed_words,
        "waiting": form.waiting_days(now),
        "owner": form.project.expectation_owner,
        "portal_who": who,
        "now": now,
    }
    return render(request, "portal/sign.html", context, status=422 if said else 200)


def masked(link: SigningLink) -> str:
    """`r***@lanhai.example`: enough to know which box, too little to learn it."""
    name, _at, host = link.contact.email.partition("@")
    return f"{name[:1]}***@{host}"


def _actor(request: HttpRequest) -> Actor:
    user = request.user if request.user.is_authenticated else None
    return Actor(
        user=user,
        channel="portal",
        request_id=getattr(request, "request_id", ""),
        ip=client_ip(request),
    )


def _link(token: str) -> SigningLink:
    rows = SigningLink.objects.select_related(*LINK_NEEDS)
    row = rows.filter(digest=forms.link_digest(token[:MAX_TOKEN])).first()
    if row is None:
        raise Http404
    return row
