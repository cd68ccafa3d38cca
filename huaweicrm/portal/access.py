"""What a portal user sees: the customers of the memberships, and what was sent to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Q

from accounts.choices import ContactStatus, MembershipStatus
from accounts.models import Contact, Customer, PortalMembership
from expectations.choices import ProjectStatus
from expectations.models import ConfirmationForm, Project, SigningLink

HIDDEN_PROJECTS = (ProjectStatus.CANCELLED,)


@dataclass(frozen=True)
class Guest:
    """A portal user with the memberships in force."""

    user: Any
    memberships: tuple[PortalMembership, ...]

    @property
    def contact(self) -> Contact | None:
        """The contact behind the first membership."""
        return self.memberships[0].contact if self.memberships else None

    @property
    def contacts(self) -> list[int]:
        """Ids of the contacts."""
        return [row.contact_id for row in self.memberships]

    def may(self, right: str) -> bool:
        """True when a membership grants the right."""
        return any(right in row.rights for row in self.memberships)


def guest_of(user: Any) -> Guest:
    """The memberships in force of a portal user: one query."""
    rows = PortalMembership.objects.filter(
        user=user, status=MembershipStatus.ACTIVE, contact__status=ContactStatus.ACTIVE
    ).select_related("contact", "customer")
    return Guest(user, tuple(rows.order_by("id")))


def customers_of(guest: Guest) -> models.QuerySet:
    """Customers of the memberships, with descendants where granted."""
    condition = Q(pk__in=[])
    for row in guest.memberships:
        condition |= Q(pk=row.customer_id)
        if row.include_descendants and row.customer.path:
            condition |= Q(path__startswith=row.customer.path)
    return Customer.objects.filter(condition)


def projects_of(guest: Guest) -> models.QuerySet:
    """Their projects, without the cancelled ones."""
    rows = Project.objects.filter(customer__in=customers_of(guest))
    return rows.exclude(status__in=HIDDEN_PROJECTS).select_related("customer", "expectation_owner")


def forms_of(guest: Guest) -> models.QuerySet:
    """Forms that were sent to them: a draft is nobody's business outside."""
    rows = ConfirmationForm.objects.filter(customer__in=customers_of(guest))
    return rows.exclude(sent_at=None).select_related(
        "customer", "contact", "signatory", "project__expectation_owner", "supersedes"
    )


def link_for(guest: Guest, form: ConfirmationForm) -> SigningLink | None:
    """The open link of this guest for a form: with it, signing works from the portal as well."""
    rows = SigningLink.objects.filter(
        form=form, contact__in=guest.contacts, used_at=None, revoked_at=None
    )
    return rows.select_related(*LINK_NEEDS).first()


LINK_NEEDS = (
    "contact__customer",
    "form__customer",
    "form__contact",
    "form__signatory",
    "form__supersedes",
    "form__project__expectation_owner",
    "form__project__customer",
)
