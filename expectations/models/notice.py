"""The 72-hour notice: what we tell the customer, with alternatives and proof of telling."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Contact, Customer, seen_by
from core.models import Record, in_choices
from expectations.choices import (
    NOTICE_UNTOLD,
    AlternativeKind,
    AlternativeStatus,
    NoticeChannel,
    NoticeStatus,
    NoticeVerdict,
)
from expectations.models.risk import Risk


class NoticeQuerySet(models.QuerySet):
    """Questions about notices."""

    def visible_to(self, user: Any) -> NoticeQuerySet:
        """Notices of visible customers."""
        return self.filter(customer__in=seen_by(user))

    def untold(self) -> NoticeQuerySet:
        """The customer does not know yet."""
        return self.filter(status__in=NOTICE_UNTOLD)


class CustomerNotice(Record):
    """One notice for one risk. deadline_at, due_at, verdict and told_at cache `evaluate`."""

    several_lines = ("no_alternative_reason",)

    code = models.CharField(_("code"), max_length=20, unique=True, editable=False)
    risk = models.OneToOneField(Risk, models.PROTECT, related_name="notice", verbose_name=_("risk"))
    customer = models.ForeignKey(
        Customer,
        models.PROTECT,
        related_name="notices",
        editable=False,
        verbose_name=_("customer"),
    )
    deadline_at = models.DateTimeField(_("deadline"), editable=False)
    due_at = models.DateTimeField(_("due"), editable=False)
    internal_target_at = models.DateTimeField(_("internal target"), editable=False)
    what = models.TextField(_("what happened"), blank=True, default="")
    effect = models.TextField(_("what it means for the customer"), blank=True, default="")
    expected_at = models.DateTimeField(_("expected date"), null=True, blank=True)
    recipients = models.ManyToManyField(
        Contact, blank=True, related_name="notices", verbose_name=_("recipients")
    )
    no_alternative_reason = models.CharField(
        _("no feasible alternative, because"), max_length=300, blank=True, default=""
    )
    no_alternative_approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )
    drafted_at = models.DateTimeField(_("drafted"), null=True, editable=False)
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )
    approver = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("approver"),
    )
    approved_at = models.DateTimeField(_("approved"), null=True, editable=False)
    sent_at = models.DateTimeField(_("sent"), null=True, editable=False)
    told_at = models.DateTimeField(_("told"), null=True, editable=False)
    acknowledged_at = models.DateTimeField(_("acknowledged"), null=True, editable=False)
    acknowledged_by = models.ForeignKey(
        Contact,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("acknowledged by"),
    )
    overdue_since = models.DateTimeField(_("overdue since"), null=True, editable=False)
    verdict = models.CharField(
        _("verdict"),
        max_length=20,
        choices=NoticeVerdict,
        default=NoticeVerdict.PENDING,
        editable=False,
    )
    status = models.CharField(
        _("status"),
        max_length=14,
        choices=NoticeStatus,
        default=NoticeStatus.PENDING,
        editable=False,
    )

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("72-hour notice")
        verbose_name_plural = _("72-hour notices")
        ordering = ["deadline_at", "id"]
        constraints = [
            in_choices("status", NoticeStatus),
            in_choices("verdict", NoticeVerdict),
            models.CheckConstraint(
                condition=Q(status__in=["pending", "drafted", "approved", "cancelled", "settled"])
                | Q(sent_at__isnull=False),
                name="expectations_notice_sent",
            ),
            models.CheckConstraint(
                condition=Q(no_alternative_approved_by=None)
                | ~Q(no_alternative_approved_by=F("drafted_by")),
                name="expectations_notice_exception_four_eyes",
                violation_error_message=_("Someone else approves that there is no alternative."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["deadline_at", "id"],
                condition=Q(status__in=["pending", "drafted", "approved"]),
                name="expectations_notice_untold",
            ),
            models.Index(fields=["customer", "-id"], name="expectations_notice_of"),
        ]

    def __str__(self) -> str:
        return self.code

    def get_absolute_url(self) -> str:
        """The page of this notice."""
        return f"/customer-notices/{self.pk}/"

    @property
    def is_told(self) -> bool:
        """One complete record exists."""
        return self.told_at is not None


class NoticeRecord(models.Model):
    """One act of telling: whom, how, with which evidence. Rows are added, never changed,
    except that an oral one gets its written confirmation once."""

    several_lines = ("evidence",)

    notice = models.ForeignKey(CustomerNotice, models.CASCADE, related_name="records")
    contact = models.ForeignKey(Contact, models.PROTECT, related_name="+")
    channel = models.CharField(_("channel"), max_length=8, choices=NoticeChannel)
    delivered_at = models.DateTimeField(_("told"))
    stated_impact_at = models.DateTimeField(_("stated impact"))
    with_alternative = models.BooleanField(_("with alternative"), default=False)
    evidence = models.CharField(_("evidence"), max_length=300, blank=True, default="")
    confirmed_at = models.DateTimeField(_("confirmed in writing"), null=True)
    recorded_at = models.DateTimeField(_("recorded"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("record of telling")
        verbose_name_plural = _("records of telling")
        ordering = ["delivered_at", "id"]
        constraints = [in_choices("channel", NoticeChannel)]

    def __str__(self) -> str:
        return f"{self.contact} {self.get_channel_display()}"


class Alternative(Record):
    """What we offer instead, with who does it and by when."""

    several_lines = ("text", "effect_on_date", "effect_on_cost", "effect_on_scope")

    notice = models.ForeignKey(
        CustomerNotice, models.CASCADE, related_name="alternatives", verbose_name=_("notice")
    )
    kind = models.CharField(_("kind"), max_length=20, choices=AlternativeKind)
    text = models.CharField(_("what we offer"), max_length=300)
    effect_on_date = models.CharField(
        _("effect on the date"), max_length=120, blank=True, default=""
    )
    effect_on_cost = models.CharField(
        _("effect on the cost"), max_length=120, blank=True, default=""
    )
    effect_on_scope = models.CharField(
        _("effect on the scope"), max_length=120, blank=True, default=""
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("owner")
    )
    due_at = models.DateTimeField(_("by"))
    status = models.CharField(
        _("status"),
        max_length=8,
        choices=AlternativeStatus,
        default=AlternativeStatus.OFFERED,
        editable=False,
    )

    class Meta:
        verbose_name = _("alternative")
        verbose_name_plural = _("alternatives")
        ordering = ["id"]
        constraints = [
            in_choices("kind", AlternativeKind),
            in_choices("status", AlternativeStatus),
            models.UniqueConstraint(
                fields=["notice"],
                condition=Q(status="chosen"),
                name="expectations_alternative_one_chosen",
                violation_error_message=_("An alternative has been chosen already."),
            ),
        ]

    def __str__(self) -> str:
        return self.text
