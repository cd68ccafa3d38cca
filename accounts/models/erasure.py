"""A request to erase a person (R-P3)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.choices import Role
from accounts.choices_privacy import ErasureOrigin, ErasureStatus
from accounts.models.contact import Contact
from accounts.models.customer import Customer
from accounts.models.organisation import roles_of
from core.models import Record, in_choices
from core.text import plain_line


class ErasureQuerySet(models.QuerySet):
    """Questions about requests."""

    def visible_to(self, user: Any) -> ErasureQuerySet:
        """Compliance and administrators, within the customers that they see."""
        if not user.is_superuser and not roles_of(user) & {Role.CMP, Role.ADM}:
            return self.none()
        return self.filter(contact__customer__in=Customer.objects.visible_to(user))

    def open(self) -> ErasureQuerySet:
        """Neither carried out nor refused."""
        return self.filter(status=ErasureStatus.REQUESTED)


class ErasureRequest(Record):
    """Asked for by compliance, carried out or refused by an administrator: two people."""

    contact = models.ForeignKey(
        Contact, models.PROTECT, related_name="+", verbose_name=_("contact")
    )
    origin = models.CharField(_("origin"), max_length=10, choices=ErasureOrigin)
    received_on = models.DateField(_("received"))
    due_at = models.DateTimeField(_("due"), editable=False)
    status = models.CharField(
        _("status"), max_length=10, choices=ErasureStatus, default=ErasureStatus.REQUESTED
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided"), null=True, editable=False)
    note = models.CharField(
        _("note"), max_length=200, blank=True, default="", validators=[plain_line]
    )
    report = models.JSONField(_("report"), default=dict, editable=False)

    objects = ErasureQuerySet.as_manager()

    class Meta:
        verbose_name = _("erasure request")
        verbose_name_plural = _("erasure requests")
        ordering = ["-id"]
        constraints = [
            in_choices("origin", ErasureOrigin),
            in_choices("status", ErasureStatus),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("created_by")),
                name="accounts_erasure_two_people",
                violation_error_message=_("Somebody other than who asked carries it out."),
            ),
            models.UniqueConstraint(
                fields=["contact"],
                condition=Q(status="requested"),
                name="accounts_erasure_one_open",
                violation_error_message=_("A request for this person is open already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.received_on}"

    def get_absolute_url(self) -> str:
        """The request."""
        return f"/erasure-requests/{self.pk}/"

    @property
    def customer(self) -> Customer:
        """Whose person it is."""
        return self.contact.customer
