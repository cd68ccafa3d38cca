"""Handing an account over from one account manager to the next (R-A6)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.choices import HANDOVER_OPEN, HandoverReason, HandoverStatus, Role
from accounts.models.contact import Contact
from accounts.models.customer import Customer, confided_to, seen_by
from accounts.models.organisation import roles_of
from accounts.models.team import AccountAssignment
from core.models import Record, in_choices
from core.text import plain_line, plain_text


class HandoverQuerySet(models.QuerySet):
    """Questions about handovers. `visible_to` is the confidential door (domain.md 0.2)."""

    def visible_to(self, user: Any) -> HandoverQuerySet:
        """Of customers whose confidential class this person reads, and one's own."""
        mine = Q(successor=user.pk, status__in=HANDOVER_OPEN)
        return self.filter(Q(customer__in=confided_to(user)) | mine)

    def decided_by(self, user: Any) -> HandoverQuerySet:
        """`visible_to`; administrators plan handovers, so they begin and end them too, of every
        customer in sight, without reading what stands in them."""
        if Role.ADM not in roles_of(user):
            return self.visible_to(user)
        mine = Q(successor=user.pk, status__in=HANDOVER_OPEN)
        return self.filter(Q(customer__in=seen_by(user)) | mine)

    def open(self) -> HandoverQuerySet:
        """Not ended."""
        return self.filter(status__in=HANDOVER_OPEN)


class Handover(Record):
    """One seat of an account manager on its way to a successor; what is open is computed."""

    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="+", verbose_name=_("customer")
    )
    assignment = models.ForeignKey(
        AccountAssignment, models.PROTECT, related_name="+", verbose_name=_("seat")
    )
    successor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name=_("successor"),
    )
    reason = models.CharField(
        _("reason"), max_length=14, choices=HandoverReason, default=HandoverReason.ROTATION
    )
    overlap_from = models.DateField(_("overlap from"))
    overlap_to = models.DateField(_("overlap to"))
    introduced = models.ManyToManyField(
        Contact, blank=True, related_name="+", verbose_name=_("introduced")
    )
    given = models.JSONField(_("what was given"), default=dict, blank=True, editable=False)
    """{key of a duty: ids of the rows that the successor got here}: given back when called off"""
    letter = models.TextField(
        _("letter to the successor"),
        max_length=4000,
        blank=True,
        default="",
        validators=[plain_text],
    )
    seat = models.ForeignKey(
        AccountAssignment,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("new seat"),
    )
    completed_at = models.DateTimeField(_("completed"), null=True, editable=False)
    note = models.CharField(
        _("note"), max_length=300, blank=True, default="", validators=[plain_line]
    )
    status = models.CharField(
        _("status"), max_length=12, choices=HandoverStatus, default=HandoverStatus.PLANNED
    )

    objects = HandoverQuerySet.as_manager()

    class Meta:
        verbose_name = _("handover")
        verbose_name_plural = _("handovers")
        ordering = ["-id"]
        constraints = [
            in_choices("status", HandoverStatus),
            in_choices("reason", HandoverReason),
            models.CheckConstraint(
                condition=Q(overlap_from__lte=F("overlap_to")),
                name="accounts_handover_overlap",
                violation_error_message=_("The overlap ends before it begins; swap the days."),
            ),
            models.CheckConstraint(
                condition=Q(status="completed", completed_at__isnull=False, seat__isnull=False)
                | (~Q(status="completed") & Q(completed_at=None, seat=None)),
                name="accounts_handover_completed",
            ),
            models.UniqueConstraint(
                fields=["assignment"],
                condition=Q(status__in=list(HANDOVER_OPEN)),
                name="accounts_handover_one_open",
                violation_error_message=_("This seat is being handed over already."),
            ),
        ]
        indexes = [models.Index(fields=["customer", "status"], name="accounts_handover_of")]

    def __str__(self) -> str:
        return f"{self.customer} {self.overlap_from}"

    def get_absolute_url(self) -> str:
        """The page of this handover."""
        return f"/handovers/{self.pk}/"

    @property
    def is_open(self) -> bool:
        """Not ended."""
        return self.status in HANDOVER_OPEN
