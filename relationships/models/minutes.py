"""Minutes of a meeting: what was decided, promised and said, until when, and who has them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Contact, Customer
from accounts.models.customer import OfCustomerQuerySet
from core.models import Record, in_choices
from core.text import plain_line, plain_text
from relationships.choices import LineKind, MinutesStatus
from relationships.models.interaction import Interaction


class MinutesQuerySet(OfCustomerQuerySet):
    """Questions about minutes."""

    def owed(self) -> MinutesQuerySet:
        """Not written yet."""
        return self.filter(status=MinutesStatus.DUE)

    def late(self, now: dt.datetime) -> MinutesQuerySet:
        """Written late, or owed past their time."""
        return self.filter(Q(is_late=True) | Q(status=MinutesStatus.DUE, due_at__lt=now))


class Minutes(Record):
    """What a meeting owes its customer; the late flag stays for ever (R-R6)."""

    interaction = models.OneToOneField(
        Interaction, models.PROTECT, related_name="minutes", verbose_name=_("interaction")
    )
    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="+", verbose_name=_("customer")
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("owner")
    )
    decisions = models.TextField(
        _("decisions"), max_length=8000, blank=True, default="", validators=[plain_text]
    )
    due_at = models.DateTimeField(_("due"))
    is_late = models.BooleanField(_("late"), default=False, editable=False)
    submitted_at = models.DateTimeField(_("submitted"), null=True, editable=False)
    distributed_at = models.DateTimeField(_("distributed"), null=True, editable=False)
    sent_users = models.ManyToManyField(
        settings.AUTH_USER_MODEL, related_name="+", verbose_name=_("sent to, of us")
    )
    sent_contacts = models.ManyToManyField(
        Contact, related_name="+", verbose_name=_("sent to, of theirs")
    )
    customer_confirmed_at = models.DateTimeField(
        _("confirmed by the customer"), null=True, editable=False
    )
    confirmed_by = models.ForeignKey(
        Contact, models.PROTECT, null=True, editable=False, related_name="+"
    )
    status = models.CharField(
        _("status"), max_length=12, choices=MinutesStatus, default=MinutesStatus.DUE
    )

    objects = MinutesQuerySet.as_manager()

    class Meta:
        verbose_name = _("minutes")
        verbose_name_plural = _("minutes")
        ordering = ["due_at", "id"]
        constraints = [
            in_choices("status", MinutesStatus),
            models.CheckConstraint(
                condition=Q(status=MinutesStatus.DUE, submitted_at=None)
                | (~Q(status=MinutesStatus.DUE) & Q(submitted_at__isnull=False)),
                name="relationships_minutes_submitted",
            ),
            models.CheckConstraint(
                condition=Q(status=MinutesStatus.DISTRIBUTED, distributed_at__isnull=False)
                | (~Q(status=MinutesStatus.DISTRIBUTED) & Q(distributed_at=None)),
                name="relationships_minutes_distributed",
            ),
            models.CheckConstraint(
                condition=Q(customer_confirmed_at=None, confirmed_by=None)
                | Q(customer_confirmed_at__isnull=False, confirmed_by__isnull=False),
                name="relationships_minutes_confirmed",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at", "id"],
                condition=Q(status=MinutesStatus.DUE),
                name="relationships_minutes_due",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.interaction}"

    def get_absolute_url(self) -> str:
        """Minutes stand on the page of their meeting."""
        return f"/interactions/{self.interaction_id}/"


class MinutesLineQuerySet(models.QuerySet):
    """Lines of minutes."""

    def visible_to(self, user: Any) -> MinutesLineQuerySet:
        """Of visible minutes."""
        return self.filter(minutes__in=Minutes.objects.visible_to(user))


class MinutesLine(models.Model):
    """A promise with its date, or an opinion of one of them in his own words."""

    minutes = models.ForeignKey(Minutes, models.CASCADE, related_name="lines")
    kind = models.CharField(_("kind"), max_length=8, choices=LineKind)
    text = models.CharField(_("text"), max_length=300, validators=[plain_line])
    due_at = models.DateTimeField(_("promised until"), null=True, blank=True)
    contact = models.ForeignKey(
        Contact, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("said by")
    )

    objects = MinutesLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("line of minutes")
        verbose_name_plural = _("lines of minutes")
        ordering = ["id"]
        constraints = [
            in_choices("kind", LineKind),
            models.CheckConstraint(
                condition=Q(kind=LineKind.PROMISE, due_at__isnull=False)
                | Q(kind=LineKind.OPINION, due_at=None),
                name="relationships_minutesline_promise_has_a_date",
                violation_error_message=_("A promise has a date: say until when."),
            ),
        ]

    def __str__(self) -> str:
        return self.text
