"""Pages of contacts: the people of a customer, one of them, and what can happen to them."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from accounts import rules, rules_people
from accounts.actions import contacts, portal
from accounts.choices import ContactStatus
from accounts.duplicates import contact_candidates
from accounts.filters import ContactFilter
from accounts.forms import AttestForm, ContactForm, InviteForm, MovedForm, ReasonForm
from accounts.lists_people import CONTACTS
from accounts.models import Contact, Customer, PortalMembership
from accounts.views.acting import customer_of, do, head_of, submit
from accounts.views.same_person import elsewhere
from core import clock
from core.custom.forms import ask_own
from core.lists.pages import list_page, remember
from core.lists.reading import Listing
from core.paging import ordering_of, page_of, size_of
from core.web import actor_of, ask, found, staff_page

TABS = (
    ("", gettext_lazy("All")),
    ("my_customers", gettext_lazy("Of my customers")),
    ("mine", gettext_lazy("I care for")),
    ("is_decision_layer", gettext_lazy("Decision layer")),
)
ORDERINGS = ("name", "-name", "-id", "-updated_at")


def contact_of(request: HttpRequest, pk: int) -> Contact:
    """The contact of an address within sight, else 404."""
    rows = Contact.objects.visible_to(request.user).select_related(
        "customer__owning_unit", "unit", "reports_to", "relationship_owner", "same_person"
    )
    return found(rows, pk=pk)


@staff_page
def people_list(request: HttpRequest) -> HttpResponse:
    """The people of every customer in sight."""

    def context(listing: Listing) -> dict[str, Any]:
        count = listing.page.count if listing.page else 0
        return {"tabs": _tabs(listing), "total": _how_many(count)}

    return list_page(request, CONTACTS, "accounts/people.html", context)


def _how_many(count: int | str) -> str:
    if isinstance(count, str):
        return _("%(count)s people") % {"count": count}
    return ngettext("%(count)d person", "%(count)d people", count) % {"count": count}


def _tabs(listing: Listing) -> list[dict[str, Any]]:
    """Tabs above the list, each an address; the last one holds who left."""
    asked = listing.asked
    gone = asked.get("status") == ContactStatus.LEFT
    on = next((key for key, _label in TABS if key and asked.get(key)), "")
    tabs = [
        {
            "url": f"/contacts/?{key}=true" if key else "/contacts/?view=0",
            "label": label,
            "current": key == on and not gone,
        }
        for key, label in TABS
    ]
    left = {"url": "/contacts/?status=left", "label": _("Who left"), "current": gone}
    return [*tabs, left]


@staff_page
def contact_list(request: HttpRequest, pk: int) -> HttpResponse:
    """The people of one customer; those who left are one click away."""
    customer = customer_of(request, pk)
    rows = Contact.objects.filter(customer=customer).select_related(
        "unit", "reports_to", "relationship_owner"
    )
    gone = bool(request.GET.get("gone"))
    past = rows.exclude(status__in=[ContactStatus.ACTIVE, ContactStatus.MERGED])
    rows = past if gone else rows.active()
    chosen = ContactFilter(
        {"search": request.GET.get("search", ""), "level": request.GET.get("level", "")},
        queryset=rows,
        request=request,
    )
    page = page_of(
        chosen.qs,
        ordering=ordering_of(request.GET.get("ordering", ""), ORDERINGS),
        cursor=request.GET.get("cursor", ""),
        size=size_of(request.GET.get("page_size", "")),
    )
    context = {
        **head_of(request, customer, "contacts"),
        "page": page,
        "gone": gone,
        "search": request.GET.get("search", ""),
        "filtered": bool(request.GET.get("search") or request.GET.get("level")),
    }
    shown = render(request, "accounts/contact_list.html", context)
    return remember(request, CONTACTS, shown, _same_list(request, customer, gone=gone))


def _same_list(request: HttpRequest, customer: Customer, *, gone: bool) -> str:
    """The people of one customer, said to the list of all."""
    asked = {name: request.GET.get(name, "") for name in ("search", "level", "ordering")}
    asked |= {"customer": str(customer.pk), "status": ContactStatus.LEFT if gone else ""}
    asked["ordering"] = asked["ordering"] or ORDERINGS[0]
    return urlencode({name: value for name, value in asked.items() if value})


@staff_page
def contact(request: HttpRequest, pk: int) -> HttpResponse:
    """One person: facts, who they report to and who reports to them, portal, rights. The address
    of a merged record leads to the one that stays."""
    who = contact_of(request, pk)
    if who.merged_into_id is not None:
        return redirect(f"/contacts/{who.merged_into_id}/")
    context = {
        **head_of(request, who.customer, "contacts"),
        "contact": who,
        "reports": who.reports.filter(status=ContactStatus.ACTIVE).order_by("name"),
        "elsewhere": elsewhere(request, who),
        "membership": _membership(who),
        "may_merge": rules_people.may_merge_contact(request.user, who),
        "may_attest": rules.may_attest(request.user, who),
        "may_invite": rules.may_invite(request.user, who.customer),
        "private": rules.sees_private(request.user, who.customer),
        "may_assess": rules.may_assess(request.user, who.customer),
        "is_active": who.status == ContactStatus.ACTIVE,
    }
    return render(request, "accounts/contact.html", context)


def _membership(who: Contact) -> PortalMembership | None:
    """Their portal access; of several after a merge the one that is open."""
    rows = PortalMembership.objects.filter(contact=who).select_related("user")
    return rows.order_by("status", "-id").first()  # active, invited, suspended


@staff_page
def contact_new(request: HttpRequest, pk: int) -> HttpResponse:
    """A new person at a customer."""
    customer = customer_of(request, pk)
    ask(rules.may_edit_customer(request.user, customer), _("You are not on this account team."))
    form = ContactForm(
        request.POST or None,
        user=request.user,
        customer=customer,
        initial={"basis": "legitimate", "level": "staff", "language": "zh-hans"},
    )
    ask_own(form, "accounts.contact")
    by = actor_of(request)
    return submit(
        request,
        form,
        lambda values: contacts.create(customer, values, by=by, now=clock.now()),
        to="/contacts/{pk}/",
        said=_("Contact added"),
        page={
            "title": _("New contact"),
            "submit": _("Add the contact"),
            "crumb": customer.name,
            "crumb_url": f"{customer.get_absolute_url()}contacts/",
            "two_columns": True,
            "people": _alike(request, customer, request.POST),
            "customer": customer,
        },
        template="accounts/contact_form.html",
    )


@staff_page
def contact_duplicates(request: HttpRequest, pk: int) -> HttpResponse:
    """Fragment: people in sight who may be the person that is typed."""
    customer = customer_of(request, pk)
    rows = _alike(request, customer, request.GET)
    return render(request, "accounts/_people_alike.html", {"people": rows, "customer": customer})


def _alike(request: HttpRequest, customer: Customer, typed: QueryDict) -> list[Contact]:
    words = (typed.get(name, "")[:200] for name in ("name", "phone", "email"))
    return contact_candidates(request.user, customer, *words)


@staff_page
def contact_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Edit a person; a stale edit shows both texts."""
    who = contact_of(request, pk)
    ask(rules.may_edit_contact(request.user, who), _("You are not on this account team."))
    names = [name for name in ContactForm.base_fields if hasattr(who, name)]
    form = ContactForm(
        request.POST or None,
        user=request.user,
        customer=who.customer,
        initial={name: getattr(who, name) for name in names},
    )
    ask_own(form, who)
    by = actor_of(request)
    return submit(
        request,
        form,
        lambda values: contacts.edit(
            who, values, by=by, now=clock.now(), version=form.cleaned_data["version"] or 0
        ),
        to=who.get_absolute_url(),
        said=_("Saved"),
        page=_page(who, _("Edit"), _("Save"), two_columns=True),
        template="accounts/edit_form.html",
    )


def _page(who: Contact, title: str, verb: str, **more: Any) -> dict[str, Any]:
    return {
        "title": title,
        "submit": verb,
        "crumb": who.name,
        "crumb_url": who.get_absolute_url(),
        **more,
    }


@staff_page
def contact_left(request: HttpRequest, pk: int) -> HttpResponse:
    """The person works there no more."""
    who = contact_of(request, pk)
    ask(rules.may_edit_contact(request.user, who), _("You are not on this account team."))
    form = ReasonForm(request.POST or None, user=request.user)
    by = actor_of(request)
    return submit(
        request,
        form,
        lambda values: contacts.mark_left(who, note=values["reason"], by=by, now=clock.now()),
        to=who.get_absolute_url(),
        said=_("Noted: works there no more"),
        page=_page(
            who,
            _("%(name)s has left") % {"name": who},
            _("Note it"),
            text=_("The portal access is closed and the right to sign ends."),
        ),
        template="parts/confirm_page.html",
    )


@staff_page
def contact_moved(request: HttpRequest, pk: int) -> HttpResponse:
    """The person changed to another customer: a successor contact."""
    who = contact_of(request, pk)
    ask(rules.may_edit_contact(request.user, who), _("You are not on this account team."))
    form = MovedForm(request.POST or None, user=request.user, contact=who)
    by = actor_of(request)
    return submit(
        request,
        form,
        lambda values: contacts.mark_moved(
            who, values["customer"], {"title": values["title"]}, by=by, now=clock.now()
        ),
        to="/contacts/{pk}/",
        said=_("Moved; the old record stays and links here"),
        page=_page(who, _("%(name)s moved") % {"name": who}, _("Move")),
    )


@staff_page
def contact_attest(request: HttpRequest, pk: int) -> HttpResponse:
    """The account manager vouches that the person may sign."""
    who = contact_of(request, pk)
    ask(
        rules.may_attest(request.user, who),
        _("Only the account manager of this customer attests this."),
        rule="b.1",
    )
    form = AttestForm(request.POST or None, user=request.user)
    by = actor_of(request)
    return submit(
        request,
        form,
        lambda values: contacts.attest_signing(who, until=values["until"], by=by, now=clock.now()),
        to=who.get_absolute_url(),
        said=_("Attested"),
        page=_page(who, _("Attest the right to sign"), _("Attest")),
    )


@require_POST
@staff_page
def contact_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """The person may not sign any more."""
    who = contact_of(request, pk)
    ask(rules.may_edit_contact(request.user, who), _("You are not on this account team."))
    return do(
        request,
        lambda: contacts.withdraw_signing(who, by=actor_of(request), now=clock.now()),
        to=who.get_absolute_url(),
        said=_("The right to sign has ended"),
    )


@staff_page
def contact_invite(request: HttpRequest, pk: int) -> HttpResponse:
    """Invite a contact into the portal; says exactly who receives what."""
    who = contact_of(request, pk)
    ask(rules.may_invite(request.user, who.customer), _("The account manager invites."))
    form = InviteForm(request.POST or None, user=request.user)
    by = actor_of(request)
    return submit(
        request,
        form,
        lambda values: portal.invite(
            who,
            values["rights"],
            include_descendants=values["include_descendants"],
            by=by,
            now=clock.now(),
        ),
        to=who.get_absolute_url(),
        said=_("Invited; the mail waits in the outbox"),
        page=_page(
            who,
            _("Invite into the portal"),
            _("Invite"),
            receivers=[
                _("%(name)s at %(email)s: a link to set a password")
                % {"name": who.name, "email": who.email or "–"}
            ],
        ),
        template="parts/confirm_page.html",
    )


@require_POST
@staff_page
def membership_verb(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Suspend, restore or repeat an invitation."""
    rows = PortalMembership.objects.visible_to(request.user)
    row = found(rows.select_related("contact__customer", "user", "customer"), pk=pk)
    ask(rules.may_invite(request.user, row.customer), _("The account manager invites."))
    act, said = {
        "suspend": (portal.suspend, _("Access closed")),
        "restore": (portal.restore, _("Access open again")),
        "invite-again": (portal.invite_again, _("Invited again")),
    }[verb]
    return do(
        request,
        lambda: act(row, by=actor_of(request), now=clock.now()),
        to=row.contact.get_absolute_url(),
        said=said,
    )
