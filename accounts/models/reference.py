"""What a customer lets us show to others: trial bureaus and showcases, and who came (C097)."""

from __future__ import annotations

import datetime as dt

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.choices_market import ReferenceKind, ReferenceStatus
from accounts.models.contact import Contact
from accounts.models.customer import Customer, OfCustomerQuerySet, seen_by
from core.models import Record, in_choices
from core.text import plain_line


def _line(label: object, length: int, *, blank: bool = True) -> models.CharField:
    more = {"blank": True, "default": ""} if blank else {}
    return models.CharField(label, max_length=length, validators=[plain_line], **more)


class ReferenceSiteQuerySet(OfCustomerQuerySet):
    """Questions about reference sites."""

    def active(self) -> ReferenceSiteQuerySet:
        """In use; whether the consent still runs is asked of a day."""
        return self.filter(status=ReferenceStatus.ACTIVE)

    def shown_on(self, day: dt.date) -> ReferenceSiteQuerySet:
        """As references.may_be_shown."""
        return self.active().filter(consent_on__lte=day, consent_until__gte=day)


class ReferenceSite(Record):
    """A site of ours at a customer that others may come to see, while the customer consents."""

    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="reference_sites", verbose_name=_("customer")
    )
    kind = models.CharField(_("kind"), max_length=14, choices=ReferenceKind)
    product = _line(_("product"), 80, blank=False)
    site = _line(_("site"), 120, blank=False)
    highlights = _line(_("what there is to see"), 300)
    status = models.CharField(
        _("status"), max_length=10, choices=ReferenceStatus, default=ReferenceStatus.CANDIDATE
    )
    since = models.DateField(_("shown since"), null=True, blank=True)
    consent_by = models.ForeignKey(
        Contact, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("who consented"),
    )  # fmt: skip
    consent_on = models.DateField(_("consent of"), null=True, blank=True)
    consent_until = models.DateField(_("consent until"), null=True, blank=True)
    consent_proof = _line(_("how the consent was given"), 200)
    retired_because = _line(_("why it is not shown any more"), 200)

    objects = ReferenceSiteQuerySet.as_manager()

    class Meta:
        verbose_name = _("reference site")
        verbose_name_plural = _("reference sites")
        ordering = ["-id"]
        constraints = [
            in_choices("kind", ReferenceKind),
            in_choices("status", ReferenceStatus),
            models.CheckConstraint(
                condition=~Q(status=ReferenceStatus.ACTIVE)
                | Q(since__isnull=False, consent_by__isnull=False, consent_on__isnull=False)
                & Q(consent_until__isnull=False)
                & ~Q(consent_proof=""),
                name="accounts_reference_consent",
                violation_error_message=_("A site is shown only with the customer's consent."),
            ),
            models.CheckConstraint(
                condition=Q(consent_until=None) | Q(consent_until__gte=F("consent_on")),
                name="accounts_reference_until",
                violation_error_message=_("A consent does not end before it is given."),
            ),
            models.UniqueConstraint(
                fields=["customer", "product", "site"],
                condition=~Q(status=ReferenceStatus.RETIRED),
                name="accounts_reference_once",
                violation_error_message=_("This site is in the register already."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["consent_until"],
                condition=Q(status=ReferenceStatus.ACTIVE),
                name="accounts_reference_end",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product} {self.site}"

    def get_absolute_url(self) -> str:
        """Its page."""
        return f"/reference-sites/{self.pk}/"


class ReferenceVisitQuerySet(models.QuerySet):
    """Questions about visits."""

    def visible_to(self, user) -> ReferenceVisitQuerySet:
        """At sites of visible customers."""
        if user.is_superuser and user.is_active and not user.is_portal:
            return self
        return self.filter(site__customer__in=seen_by(user))


class ReferenceVisit(Record):
    """Somebody came to see a site; written once, never changed."""

    site = models.ForeignKey(
        ReferenceSite, models.PROTECT, related_name="visits", verbose_name=_("reference site")
    )
    visited_on = models.DateField(_("day"))
    visitors = _line(_("who came"), 120, blank=False)
    people = models.PositiveIntegerField(_("people"), default=1, validators=[MinValueValidator(1)])
    outcome = _line(_("what came of it"), 300)

    objects = ReferenceVisitQuerySet.as_manager()

    class Meta:
        verbose_name = _("visit to a reference site")
        verbose_name_plural = _("visits to reference sites")
        ordering = ["-visited_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(people__gte=1),
                name="accounts_referencevisit_people",
                violation_error_message=_("At least one person came."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.visitors} {self.visited_on}"
