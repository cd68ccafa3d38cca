"""Milestones: what the customer sees of the plan, step by step."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import seen_by
from core.models import Record, Referenced, in_choices
from expectations.choices import MilestoneStatus
from expectations.models.item import ExpectationItem
from expectations.models.project import Project


class MilestoneQuerySet(models.QuerySet):
    """Questions about milestones."""

    def visible_to(self, user: Any) -> MilestoneQuerySet:
        """Milestones of visible customers' projects."""
        return self.filter(project__customer__in=seen_by(user))

    def open(self) -> MilestoneQuerySet:
        """Not done and not missed."""
        return self.filter(status__in=[MilestoneStatus.PLANNED, MilestoneStatus.AT_RISK])


class Milestone(Record, Referenced):
    """A dated step of a project. The baseline is never edited once a form is effective."""

    project = models.ForeignKey(
        Project, models.PROTECT, related_name="milestones", verbose_name=_("project")
    )
    name = models.CharField(_("name"), max_length=120)
    items = models.ManyToManyField(
        ExpectationItem, blank=True, related_name="milestones", verbose_name=_("expectations")
    )
    weight = models.PositiveSmallIntegerField(_("weight"), default=1)
    baseline_on = models.DateField(_("baseline"))
    forecast_on = models.DateField(_("forecast"), null=True, blank=True)
    actual_on = models.DateField(_("actual"), null=True, blank=True)
    customer_visible = models.BooleanField(_("visible to the customer"), default=True)
    # step -> {"contact": id or null, "done_at": "…"}: packing_list, address, arrival_receipt,
    # start_coordination, installation, acceptance
    delivery_steps = models.JSONField(_("delivery steps"), default=dict, blank=True)
    status = models.CharField(
        _("status"), max_length=8, choices=MilestoneStatus, default=MilestoneStatus.PLANNED
    )

    objects = MilestoneQuerySet.as_manager()

    class Meta(Referenced.Meta):
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        ordering = ["baseline_on", "id"]
        constraints = [
            *Referenced.Meta.constraints,
            in_choices("status", MilestoneStatus),
            models.CheckConstraint(
                condition=~Q(status="done") | Q(actual_on__isnull=False),
                name="expectations_milestone_done_has_date",
                violation_error_message=_("A milestone that is done has its date."),
            ),
            models.CheckConstraint(
                condition=Q(weight__gte=1),
                name="expectations_milestone_weight",
                violation_error_message=_("A weight is 1 or more."),
            ),
        ]
        indexes = [
            models.Index(fields=["project", "baseline_on", "id"], name="expectations_milestone_of")
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Its place on the page of the project."""
        return f"/projects/{self.project_id}/#milestones"
