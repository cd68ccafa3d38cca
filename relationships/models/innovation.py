"""Joint innovation centres and their topics (C137)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Customer
from accounts.models.customer import OfCustomerQuerySet, seen_by
from core.models import Record, in_choices
from core.text import plain_line, plain_text
from relationships.choices_agreement import CENTRE_OPEN, CentreStatus, ReuseClass


def _staff(label: Any, **more: Any) -> models.ForeignKey:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=label, **more
    )


def _text(label: Any, length: int = 4000, **more: Any) -> models.TextField:
    return models.TextField(
        label, blank=True, default="", max_length=length, validators=[plain_text], **more
    )


class CentreQuerySet(OfCustomerQuerySet):
    """Questions about joint innovation centres."""

    def open(self) -> CentreQuerySet:
        """Not closed."""
        return self.filter(status__in=CENTRE_OPEN)

    def running(self) -> CentreQuerySet:
        """At work today; what R-R11 asks for."""
        return self.filter(status=CentreStatus.RUNNING)


class JointInnovationCentre(Record):
    """What a customer and we find out together: a charter, who owns the result, topics.

    It runs once legal has approved its IP terms.
    """

    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="+", verbose_name=_("customer")
    )
    name = models.CharField(_("name"), max_length=120, validators=[plain_line])
    charter = _text(_("charter"))
    ip_terms = _text(_("IP terms"))
    budget = models.DecimalField(
        _("yearly budget"),
        max_digits=18,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    our_share = models.PositiveSmallIntegerField(
        _("our share of the budget"), null=True, blank=True, validators=[MaxValueValidator(100)]
    )
    awards = _text(_("award applications"), 2000, help_text=_("One a line."))
    owner = _staff(_("owner"))
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=CentreStatus,
        default=CentreStatus.PROPOSED,
        editable=False,
    )
    ip_approved_by = _staff(_("IP terms approved by"), null=True, editable=False)
    ip_approved_at = models.DateTimeField(_("IP terms approved"), null=True, editable=False)
    running_since = models.DateTimeField(_("running since"), null=True, editable=False)
    closed_at = models.DateTimeField(_("closed"), null=True, editable=False)
    note = models.CharField(
        _("note"), max_length=300, blank=True, default="", validators=[plain_line], editable=False
    )

    objects = CentreQuerySet.as_manager()

    class Meta:
        verbose_name = _("joint innovation centre")
        verbose_name_plural = _("joint innovation centres")
        ordering = ["-id"]
        constraints = [
            in_choices("status", CentreStatus),
            models.CheckConstraint(
                condition=Q(budget=None) | Q(budget__gte=0),
                name="relationships_centre_budget",
                violation_error_message=_("A budget is not negative."),
            ),
            models.CheckConstraint(
                condition=Q(our_share=None) | Q(our_share__lte=100),
                name="relationships_centre_share",
                violation_error_message=_("A share lies between 0 and 100 percent."),
            ),
            models.CheckConstraint(
                condition=~Q(status=CentreStatus.RUNNING)
                | Q(ip_approved_at__isnull=False, running_since__isnull=False),
                name="relationships_centre_ip",
                violation_error_message=_("Legal approves the IP terms before it runs."),
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None, status__in=list(CENTRE_OPEN))
                | Q(closed_at__isnull=False, status=CentreStatus.CLOSED),
                name="relationships_centre_closed",
            ),
        ]
        indexes = [models.Index(fields=["customer", "status"], name="relationships_centre_of")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The centre with its topics."""
        return f"/innovation-centres/{self.pk}/"

    @property
    def is_open(self) -> bool:
        """Not closed."""
        return self.status in CENTRE_OPEN

    @property
    def award_lines(self) -> list[str]:
        """What was applied for together."""
        return [line for line in self.awards.splitlines() if line.strip()]


class TopicQuerySet(models.QuerySet):
    """Questions about topics."""

    def visible_to(self, user: Any) -> TopicQuerySet:
        """Those of centres in sight."""
        if user.is_superuser and user.is_active and not user.is_portal:
            return self
        return self.filter(centre__customer__in=seen_by(user))

    def open(self) -> TopicQuerySet:
        """Not closed."""
        return self.filter(status__in=CENTRE_OPEN)


class InnovationTopic(Record):
    """One question of a centre: until when, what came out, where it may be used again."""

    centre = models.ForeignKey(
        JointInnovationCentre, models.PROTECT, related_name="topics", verbose_name=_("centre")
    )
    title = models.CharField(_("title"), max_length=120, validators=[plain_line])
    question = _text(_("question"), 2000)
    owner = _staff(_("owner"))
    due_on = models.DateField(_("until"), null=True, blank=True)
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=CentreStatus,
        default=CentreStatus.PROPOSED,
        editable=False,
    )
    outcome = _text(_("outcome"), 2000)
    reuse = models.CharField(
        _("use elsewhere"), max_length=10, choices=ReuseClass, default=ReuseClass.UNKNOWN
    )
    closed_at = models.DateTimeField(_("closed"), null=True, editable=False)

    objects = TopicQuerySet.as_manager()

    class Meta:
        verbose_name = _("innovation topic")
        verbose_name_plural = _("innovation topics")
        ordering = ["id"]
        constraints = [
            in_choices("status", CentreStatus),
            in_choices("reuse", ReuseClass),
            models.CheckConstraint(
                condition=Q(closed_at=None, status__in=list(CENTRE_OPEN))
                | (Q(closed_at__isnull=False, status=CentreStatus.CLOSED) & ~Q(outcome="")),
                name="relationships_topic_closed",
                violation_error_message=_("Say what came out, also when it is nothing."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The centre to which it belongs."""
        return f"/innovation-centres/{self.centre_id}/"

    @property
    def customer(self) -> Customer:
        """Of the centre."""
        return self.centre.customer

    @property
    def is_open(self) -> bool:
        """Not closed."""
        return self.status in CENTRE_OPEN
