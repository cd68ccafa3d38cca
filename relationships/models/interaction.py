"""Interactions: any touch with people of a customer, planned or held, and its kinds."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.timezone import localtime
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import ActionItem, Contact, Customer, Objective
from accounts.models.customer import OfCustomerQuerySet
from core.models import Record, Referenced, in_choices
from core.text import plain_line, plain_text
from relationships.choices import HAPPENED, Channel, Direction, InteractionStatus, Phase


class InteractionType(models.Model):
    """A kind of interaction: a seeded list that administrators edit (E-12)."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=60, validators=[plain_line])
    name_zh = models.CharField(_("Chinese name"), max_length=60, validators=[plain_line])
    is_executive = models.BooleanField(_("executive level"), default=False)
    is_meeting = models.BooleanField(_("owes minutes"), default=True)
    position = models.PositiveSmallIntegerField(_("order"), default=100)
    checklist = models.TextField(
        _("checklist"),
        max_length=2000,
        blank=True,
        default="",
        help_text=_("What a good one has, one point a line."),
        validators=[plain_text],
    )
    checklist_zh = models.TextField(
        _("Chinese checklist"), max_length=2000, blank=True, default="", validators=[plain_text]
    )
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("interaction type")
        verbose_name_plural = _("interaction types")
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.name_zh if (get_language() or "").startswith("zh") else self.name

    @property
    def points(self) -> list[str]:
        """The checklist in the active language, a point a line."""
        return self.in_languages[1 if (get_language() or "").startswith("zh") else 0]

    @property
    def in_languages(self) -> tuple[list[str], list[str]]:
        """The checklist in English and Chinese; one stands for the other where it is missing."""
        english, chinese = (
            [line.strip() for line in lines.splitlines() if line.strip()]
            for lines in (self.checklist, self.checklist_zh)
        )
        return english or chinese, chinese or english

    def canonical(self, point: str) -> str:
        """A point as it is kept whatever language it was ticked in; empty when unknown."""
        english, chinese = self.in_languages
        known = {**dict(zip(chinese, english, strict=False)), **{each: each for each in english}}
        return known.get(point, "")


class InteractionQuerySet(OfCustomerQuerySet):
    """Questions about interactions."""

    def held(self) -> InteractionQuerySet:
        """Those that took place."""
        return self.filter(status__in=HAPPENED)

    def between(self, start: dt.datetime, end: dt.datetime) -> InteractionQuerySet:
        """Beginning in [start, end)."""
        return self.filter(starts_at__gte=start, starts_at__lt=end)


class Interaction(Record, Referenced):
    """Any touch with at least one contact of a customer; the unit that cadences count."""

    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="interactions", verbose_name=_("customer")
    )
    type = models.ForeignKey(
        InteractionType, models.PROTECT, related_name="+", verbose_name=_("type")
    )
    direction = models.CharField(
        _("direction"), max_length=8, choices=Direction, default=Direction.OUTBOUND
    )
    channel = models.CharField(_("channel"), max_length=12, choices=Channel, default=Channel.ONSITE)
    phase = models.CharField(_("phase"), max_length=12, choices=Phase, default=Phase.PRE_SALES)
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True)
    place = models.CharField(
        _("place"), max_length=120, blank=True, default="", validators=[plain_line]
    )
    purpose = models.CharField(
        _("purpose"), max_length=200, blank=True, default="", validators=[plain_line]
    )
    summary = models.TextField(
        _("summary"), max_length=4000, blank=True, default="", validators=[plain_text]
    )
    promise = models.CharField(
        _("what we promised"), max_length=300, blank=True, default="", validators=[plain_line]
    )
    promise_due_at = models.DateTimeField(_("promised until"), null=True, blank=True)
    promise_item = models.ForeignKey(
        ActionItem, models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    contacts = models.ManyToManyField(Contact, related_name="+", verbose_name=_("people met"))
    participants = models.ManyToManyField(
        settings.AUTH_USER_MODEL, related_name="+", blank=True, verbose_name=_("our participants")
    )
    objectives = models.ManyToManyField(
        Objective, related_name="+", blank=True, verbose_name=_("objectives served")
    )
    ticked = models.JSONField(_("points kept"), default=list, blank=True, editable=False)
    entry_key = models.CharField(max_length=36, blank=True, default="", editable=False)
    is_backdated = models.BooleanField(_("logged late"), default=False, editable=False)
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=InteractionStatus,
        default=InteractionStatus.PLANNED,
    )
    cancel_reason = models.CharField(
        _("reason"), max_length=200, blank=True, default="", validators=[plain_line]
    )

    objects = InteractionQuerySet.as_manager()

    class Meta(Referenced.Meta):
        verbose_name = _("interaction")
        verbose_name_plural = _("interactions")
        ordering = ["-id"]
        constraints = [
            *Referenced.Meta.constraints,
            in_choices("direction", Direction),
            in_choices("channel", Channel),
            in_choices("phase", Phase),
            in_choices("status", InteractionStatus),
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gte=F("starts_at")),
                name="relationships_interaction_ends_after_start",
                violation_error_message=_("It ends before it begins."),
            ),
            models.CheckConstraint(
                condition=Q(promise="", promise_due_at=None)
                | (~Q(promise="") & Q(promise_due_at__isnull=False)),
                name="relationships_interaction_promise_has_a_date",
                violation_error_message=_("A promise has a date: say until when."),
            ),
            models.UniqueConstraint(
                fields=["entry_key"],
                condition=~Q(entry_key=""),
                name="relationships_interaction_entered_once",
            ),
        ]
        indexes = [
            models.Index(fields=["customer", "-starts_at"], name="relationships_touch_of"),
            models.Index(fields=["starts_at"], name="relationships_touch_at"),
        ]

    def __str__(self) -> str:
        return f"{self.type} {localtime(self.starts_at):%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        """The page of this interaction."""
        return f"/interactions/{self.pk}/"

    @property
    def has_happened(self) -> bool:
        """It took place."""
        return self.status in HAPPENED
