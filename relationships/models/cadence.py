"""Rules of cadence, and what each week came to: rows that are added and never changed."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.choices import Role
from accounts.models import Contact, Customer, OrgUnit, confided_to, roles_of, seen_by, units_below
from accounts.models.organisation import is_staff_member
from core.models import Record, Stored, in_choices
from core.text import plain_line
from relationships.choices import (
    CadenceMetric,
    CadenceMode,
    CadenceSubject,
    CadenceWindow,
    ResultStatus,
)


class RuleQuerySet(models.QuerySet):
    """Questions about rules."""

    def visible_to(self, user: Any) -> RuleQuerySet:
        """Open to all staff."""
        return self if is_staff_member(user) else self.none()

    def on(self, day: dt.date) -> RuleQuerySet:
        """In force on a day."""
        begun = Q(starts_on=None) | Q(starts_on__lte=day)
        return self.filter(begun, Q(ends_on=None) | Q(ends_on__gte=day), is_on=True)


class CadenceRule(Record):
    """Who should meet customers how often (R-R4, R-R7 to R-R10): reference data of administrators.

    Without a minimum of its own a rule takes that of the policy of what it counts.
    """

    rule = models.CharField(_("rule"), max_length=8, validators=[plain_line])
    subject = models.CharField(_("asks of"), max_length=8, choices=CadenceSubject)
    subject_key = models.CharField(
        _("which"),
        max_length=12,
        blank=True,
        default="",
        validators=[plain_line],
        help_text=_("The key of a role (ar, sr, …) or of a tier (s, a, b, c); else empty."),
    )
    metric = models.CharField(_("counts"), max_length=20, choices=CadenceMetric)
    window = models.CharField(_("over"), max_length=12, choices=CadenceWindow)
    days = models.PositiveSmallIntegerField(
        _("days"), null=True, blank=True, help_text=_("Of a rolling window.")
    )
    minimum = models.PositiveSmallIntegerField(
        _("minimum"), null=True, blank=True, help_text=_("Empty: the number of the policy.")
    )
    target = models.PositiveSmallIntegerField(
        _("target"), null=True, blank=True, help_text=_("Empty: the number of the policy.")
    )
    mode = models.CharField(
        _("mode"), max_length=8, choices=CadenceMode, default=CadenceMode.ENFORCED
    )
    unit = models.ForeignKey(
        OrgUnit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("unit"),
        help_text=_("Only this unit and those below it; empty: everybody."),
    )
    starts_on = models.DateField(_("from"), null=True, blank=True)
    ends_on = models.DateField(_("until"), null=True, blank=True)
    is_on = models.BooleanField(_("in force"), default=True)

    objects = RuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("rule of cadence")
        verbose_name_plural = _("rules of cadence")
        ordering = ["rule", "id"]
        constraints = [
            in_choices("subject", CadenceSubject),
            in_choices("metric", CadenceMetric),
            in_choices("window", CadenceWindow),
            in_choices("mode", CadenceMode),
            models.CheckConstraint(
                condition=Q(starts_on=None) | Q(ends_on=None) | Q(starts_on__lte=F("ends_on")),
                name="relationships_cadence_period",
                violation_error_message=_("It ends before it begins."),
            ),
            models.CheckConstraint(
                condition=Q(window="iso_week", days=None)
                | (Q(window="rolling_days") & (Q(days__gt=0) | Q(subject="cell", days=None))),
                name="relationships_cadence_window",
                violation_error_message=_("A rolling window has a number of days, a week none."),
            ),
            models.CheckConstraint(
                condition=Q(subject__in=["role", "tier"]) & ~Q(subject_key="")
                | Q(subject__in=["vp", "cell"], subject_key=""),
                name="relationships_cadence_subject",
                violation_error_message=_("Name the role or the tier; the others take no key."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_metric_display()} · {self.whom}"

    @property
    def whom(self) -> str:
        """Of whom it asks something, in words."""
        if self.subject == CadenceSubject.ROLE and self.subject_key in Role.values:
            return str(Role(self.subject_key).label)
        if self.subject == CadenceSubject.TIER:
            return _("tier %(tier)s") % {"tier": self.subject_key.upper()}
        return str(self.get_subject_display())


class ResultQuerySet(models.QuerySet):
    """Questions about results."""

    def visible_to(self, user: Any) -> ResultQuerySet:
        """One's own; those of one's people for heads and quality; those of customers in sight;
        those of key people behind the confidential door."""
        near = Q(user=user.pk)
        if roles_of(user) & {Role.RH, Role.EXE, Role.QM} or user.is_superuser:
            near |= Q(user__profile__unit__in=units_below(user))
        if user.is_superuser:
            near |= Q(user__isnull=False)
        near |= Q(customer__in=seen_by(user), contact=None)
        near |= Q(contact__customer__in=confided_to(user))
        return self.filter(near)

    def of_people(self) -> ResultQuerySet:
        """About one of us."""
        return self.filter(user__isnull=False)

    def of_customers(self) -> ResultQuerySet:
        """About a customer as a whole."""
        return self.filter(customer__isnull=False)


class CadenceResult(Stored):
    """What one window came to, as it was judged then: added once, never changed."""

    rule = models.ForeignKey(
        CadenceRule, models.PROTECT, related_name="results", verbose_name=_("rule of cadence")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("user"),
    )
    customer = models.ForeignKey(
        Customer, models.PROTECT, null=True, related_name="+", verbose_name=_("customer")
    )
    contact = models.ForeignKey(
        Contact, models.PROTECT, null=True, related_name="+", verbose_name=_("contact")
    )
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    actual = models.PositiveIntegerField(_("actual"))
    minimum = models.PositiveIntegerField(_("minimum"))
    target = models.PositiveIntegerField(_("target"))
    status = models.CharField(_("status"), max_length=8, choices=ResultStatus)
    mode = models.CharField(_("mode"), max_length=8, choices=CadenceMode)
    due_at = models.DateTimeField(_("due"))
    judged_at = models.DateTimeField(_("judged"))
    late_by_s = models.PositiveIntegerField(_("late by (s)"))

    objects = ResultQuerySet.as_manager()

    class Meta:
        verbose_name = _("result of cadence")
        verbose_name_plural = _("results of cadence")
        ordering = ["-id"]
        constraints = [
            in_choices("status", ResultStatus),
            in_choices("mode", CadenceMode),
            models.CheckConstraint(
                condition=Q(user__isnull=False, customer=None, contact=None)
                | Q(user=None, customer__isnull=False, contact=None)
                | Q(user=None, customer=None, contact__isnull=False),
                name="relationships_result_subject",
            ),
            *(
                models.UniqueConstraint(
                    fields=["rule", name, "ends_on"],
                    condition=Q(**{f"{name}__isnull": False}),
                    name=f"relationships_result_{name}",
                )
                for name in ("user", "customer", "contact")
            ),
        ]
        indexes = [
            models.Index(fields=["ends_on", "-id"], name="relationships_result_week"),
            models.Index(fields=["user", "-ends_on"], name="relationships_result_own"),
        ]

    def __str__(self) -> str:
        return f"{self.rule_id} {self.ends_on}"

    def get_absolute_url(self) -> str:
        """Where results are read."""
        return "/cadence/"

    @property
    def week(self) -> str:
        """The ISO week that it closes."""
        year, week, _day = self.ends_on.isocalendar()
        return f"{year}-W{week:02d}"
