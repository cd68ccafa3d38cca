"""Scorecards: a template with weights, a card for a period, a value for each figure."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.choices import Role, ScorecardScope, ScorecardStatus, TemplateStatus
from accounts.models.customer import units_below
from accounts.models.organisation import OrgUnit, is_staff_member, roles_of
from core.models import Record, in_choices
from core.text import plain_line


class TemplateQuerySet(models.QuerySet):
    """Questions about templates."""

    def visible_to(self, user: Any) -> TemplateQuerySet:
        """How we measure ourselves is open to all staff."""
        return self if is_staff_member(user) else self.none()


class ScorecardQuerySet(models.QuerySet):
    """Questions about scorecards."""

    def visible_to(self, user: Any) -> ScorecardQuerySet:
        """One's own, and those of the units that one heads."""
        if not is_staff_member(user):
            return self.none()
        if user.is_superuser:
            return self
        seen = Q(person=user)
        if roles_of(user) & {Role.RH, Role.EXE}:
            seen |= Q(unit__in=units_below(user))
        return self.filter(seen)


class ScorecardTemplate(Record):
    """Which figures count how much. The weights sum to 100 (R-K3 for business units)."""

    name = models.CharField(_("name"), max_length=80, validators=[plain_line])
    scope = models.CharField(
        _("for"), max_length=8, choices=ScorecardScope, default=ScorecardScope.UNIT
    )
    is_business = models.BooleanField(
        _("business unit"),
        default=True,
        help_text=_("Satisfaction and attainment then weigh at least 30 % together, both some."),
    )
    weights = models.JSONField(_("weights"), default=dict)
    targets = models.JSONField(_("targets"), default=dict)
    status = models.CharField(
        _("status"), max_length=8, choices=TemplateStatus, default=TemplateStatus.DRAFT
    )

    objects = TemplateQuerySet.as_manager()

    class Meta:
        verbose_name = _("scorecard template")
        verbose_name_plural = _("scorecard templates")
        ordering = ["-id"]
        constraints = [in_choices("scope", ScorecardScope), in_choices("status", TemplateStatus)]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The page of the template."""
        return f"/scorecard-templates/{self.pk}/edit/"


def _person(label: Any, **more: Any) -> models.ForeignKey:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=label,
        **more,
    )


class Scorecard(Record):
    """What a unit or a person reached in a period."""

    template = models.ForeignKey(
        ScorecardTemplate, models.PROTECT, related_name="cards", verbose_name=_("template")
    )
    unit = models.ForeignKey(
        OrgUnit, models.PROTECT, related_name="scorecards", verbose_name=_("unit")
    )
    person = _person(_("person"), blank=True)
    first_day = models.DateField(_("from"))
    last_day = models.DateField(_("to"))
    status = models.CharField(
        _("status"), max_length=10, choices=ScorecardStatus, default=ScorecardStatus.OPEN
    )
    score = models.DecimalField(
        _("score"), max_digits=6, decimal_places=2, null=True, editable=False
    )
    calculated_at = models.DateTimeField(_("calculated"), null=True, editable=False)
    confirmed_by = _person(_("confirmed by"), editable=False)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, editable=False)

    objects = ScorecardQuerySet.as_manager()

    class Meta:
        verbose_name = _("scorecard")
        verbose_name_plural = _("scorecards")
        ordering = ["-id"]
        constraints = [
            in_choices("status", ScorecardStatus),
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")),
                name="accounts_scorecard_period",
                violation_error_message=_("The period ends before it begins."),
            ),
            models.UniqueConstraint(
                fields=["template", "unit", "first_day", "last_day"],
                condition=Q(person=None),
                name="accounts_scorecard_one_of_unit",
                violation_error_message=_("There is a scorecard of this period already."),
            ),
            models.UniqueConstraint(
                fields=["template", "person", "first_day", "last_day"],
                condition=Q(person__isnull=False),
                name="accounts_scorecard_one_of_person",
                violation_error_message=_("There is a scorecard of this period already."),
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | Q(person=None) | ~Q(confirmed_by=F("person")),
                name="accounts_scorecard_four_eyes",
                violation_error_message=_("Nobody confirms their own scorecard."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person or self.unit} {self.first_day:%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        """The card with its figures."""
        return f"/scorecards/{self.pk}/"


class ValueQuerySet(models.QuerySet):
    """Questions about figures."""

    def visible_to(self, user: Any) -> ValueQuerySet:
        """With their card."""
        return self.filter(scorecard__in=Scorecard.objects.visible_to(user))


class MetricValue(Record):
    """One figure of a card: target, actual (empty: no evidence) and what it scores."""

    scorecard = models.ForeignKey(
        Scorecard, models.PROTECT, related_name="values", verbose_name=_("scorecard")
    )
    metric = models.CharField(_("metric"), max_length=40)
    weight = models.PositiveSmallIntegerField(
        _("weight"), validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    target = models.DecimalField(_("target"), max_digits=18, decimal_places=2)
    actual = models.DecimalField(
        _("actual"), max_digits=18, decimal_places=2, null=True, blank=True
    )
    score = models.DecimalField(_("score"), max_digits=6, decimal_places=2, null=True, blank=True)

    objects = ValueQuerySet.as_manager()

    class Meta:
        verbose_name = _("scorecard value")
        verbose_name_plural = _("scorecard values")
        ordering = ["-weight", "id"]
        constraints = [
            models.UniqueConstraint(fields=["scorecard", "metric"], name="accounts_value_of_card")
        ]

    def __str__(self) -> str:
        return self.metric
