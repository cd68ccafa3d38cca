"""Expectation items: one need, its criterion, its class and what became of it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Customer, seen_by
from core.models import Record, Referenced, in_choices
from expectations.choices import (
    ITEM_OPEN,
    Dimension,
    Feasibility,
    ItemStatus,
    Mandatory,
    Operator,
    PriorityClass,
)
from expectations.models.project import Project

SCORES = ("importance", "impact", "urgency", "feasibility")


class ItemQuerySet(models.QuerySet):
    """Questions about expectation items."""

    def visible_to(self, user: Any) -> ItemQuerySet:
        """Items of visible customers."""
        return self.filter(customer__in=seen_by(user))

    def current(self) -> ItemQuerySet:
        """Neither dropped nor superseded."""
        return self.exclude(status__in=[ItemStatus.DROPPED, ItemStatus.SUPERSEDED])

    def undecided(self) -> ItemQuerySet:
        """Not yet accepted, unmet, dropped or superseded."""
        return self.filter(
            status__in=[
                ItemStatus.DRAFT,
                ItemStatus.CLARIFIED,
                ItemStatus.CONFIRMED,
                ItemStatus.IN_FULFILMENT,
            ]
        )


def _score(name: Any) -> models.PositiveSmallIntegerField:
    return models.PositiveSmallIntegerField(name, null=True, blank=True)


class ExpectationItem(Record, Referenced):
    """One need of a customer in a measurable form. Scores and notes never leave the house."""

    code = models.CharField(_("code"), max_length=20, unique=True, editable=False)
    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="expectation_items", verbose_name=_("customer")
    )
    project = models.ForeignKey(
        Project,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="items",
        verbose_name=_("project"),
    )
    number = models.PositiveIntegerField(_("number"), null=True, editable=False)
    dimension = models.CharField(
        _("dimension"), max_length=10, choices=Dimension, default=Dimension.BUSINESS
    )
    raw_words = models.TextField(_("in their words"), blank=True, default="")
    statement = models.CharField(_("expectation"), max_length=200)
    metric = models.CharField(_("metric"), max_length=120, blank=True, default="")
    operator = models.CharField(
        _("comparison"), max_length=4, choices=Operator, default=Operator.DONE
    )
    target = models.DecimalField(
        _("target"), max_digits=18, decimal_places=4, null=True, blank=True
    )
    unit = models.CharField(_("unit"), max_length=20, blank=True, default="")
    proof = models.CharField(_("proof"), max_length=200, blank=True, default="")
    due_on = models.DateField(_("due"), null=True, blank=True)
    throughout = models.BooleanField(
        _("throughout the project"),
        default=False,
        help_text=_("Holds all the time until the due date."),
    )
    importance = _score(_("importance"))
    impact = _score(_("impact if unmet"))
    urgency = _score(_("urgency"))
    feasibility = _score(_("feasibility"))
    mandatory = models.CharField(
        _("mandatory by"), max_length=10, choices=Mandatory, blank=True, default=""
    )
    suggested_class = models.CharField(
        _("suggested class"),
        max_length=10,
        choices=PriorityClass,
        blank=True,
        default="",
        editable=False,
    )
    priority_class = models.CharField(
        _("priority"), max_length=10, choices=PriorityClass, blank=True, default=""
    )
    override_reason = models.CharField(
        _("reason of the deviation"), max_length=300, blank=True, default=""
    )
    verdict = models.CharField(
        _("feasibility verdict"),
        max_length=12,
        choices=Feasibility,
        blank=True,
        default="",
        editable=False,
    )
    verdict_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("verdict by"),
    )
    verdict_at = models.DateTimeField(_("verdict given"), null=True, editable=False)
    verdict_conditions = models.CharField(
        _("conditions"), max_length=300, blank=True, default="", editable=False
    )
    alternative = models.TextField(
        _("alternative"),
        blank=True,
        default="",
        help_text=_("Shown to the customer where the item is not part of this period."),
    )
    revisit_on = models.DateField(_("revisit"), null=True, blank=True)
    internal_note = models.TextField(_("internal note"), blank=True, default="")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("owner"),
    )
    supersedes = models.ForeignKey(
        "self", models.PROTECT, null=True, editable=False, related_name="superseded_by"
    )
    outcome_on = models.DateField(_("decided"), null=True, editable=False)
    outcome_note = models.CharField(_("outcome"), max_length=300, blank=True, default="")
    status = models.CharField(
        _("status"),
        max_length=16,
        choices=ItemStatus,
        default=ItemStatus.DRAFT,
        editable=False,
    )

    objects = ItemQuerySet.as_manager()

    class Meta(Referenced.Meta):
        verbose_name = _("expectation item")
        verbose_name_plural = _("expectation items")
        ordering = ["-id"]
        constraints = [
            *Referenced.Meta.constraints,
            in_choices("status", ItemStatus),
            in_choices("dimension", Dimension),
            in_choices("operator", Operator),
            *(
                models.CheckConstraint(
                    condition=Q(**{name: None}) | Q(**{f"{name}__gte": 1, f"{name}__lte": 5}),
                    name=f"expectations_item_{name}_1_5",
                    violation_error_message=_("A score is a whole number from 1 to 5."),
                )
                for name in SCORES
            ),
            models.CheckConstraint(
                condition=Q(target=None) | Q(target__gt=0),
                name="expectations_item_target",
                violation_error_message=_(
                    "A target of 0 cannot be measured; say how many of how many, or by when."
                ),
            ),
            models.CheckConstraint(
                condition=Q(operator="done") | Q(target__isnull=False),
                name="expectations_item_compared",
                violation_error_message=_("A comparison needs a target."),
            ),
            models.CheckConstraint(
                condition=Q(priority_class="")
                | Q(suggested_class="")
                | Q(priority_class=models.F("suggested_class"))
                | ~Q(override_reason=""),
                name="expectations_item_override",
                violation_error_message=_(
                    "The class differs from the suggestion; write one sentence why."
                ),
            ),
            models.UniqueConstraint(
                fields=["project", "number"],
                name="expectations_item_number",
                violation_error_message=_("This number is taken in the project."),
            ),
        ]
        indexes = [
            models.Index(fields=["project", "status", "number"], name="expectations_item_of"),
            models.Index(fields=["customer", "status", "-id"], name="expectations_item_cus"),
            models.Index(fields=["due_on", "id"], name="expectations_item_due"),
        ]

    def __str__(self) -> str:
        return self.statement

    def get_absolute_url(self) -> str:
        """The page of this item."""
        return f"/expectation-items/{self.pk}/"

    @property
    def short_code(self) -> str:
        """`E-12` inside its project, else its code."""
        return f"E-{self.number}" if self.number else self.code

    @property
    def criterion(self) -> str:
        """`年中断 ≤ 26 分钟`: metric, comparison, target and unit in one line."""
        if self.operator == Operator.DONE or self.target is None:
            return self.metric
        compared = f"{Operator(self.operator).label} {plain(self.target)} {self.unit}"
        return f"{self.metric} {compared}".strip()

    @property
    def is_open(self) -> bool:
        """Still to be edited: not confirmed by a signed form."""
        return self.status in ITEM_OPEN


def plain(number: Decimal) -> str:
    """A decimal without trailing zeros: 26.0000 -> 26, 0.1000 -> 0.1."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
