"""A plan to bring a key person, or the relation to a customer, to a better place (confidential)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Contact, Customer
from core.models import Record, in_choices
from core.text import plain_line, plain_text
from relationships.choices import COUNTING, OPEN_PLANS, RUNNING, Grade, Layer, PlanStatus
from relationships.grid import HIGHEST, LOWEST, cell_of
from relationships.models.assessment import SCORE, GridAssessment


class PlanQuerySet(models.QuerySet):
    """Questions about plans. `visible_to` is the confidential door (domain.md 0.2)."""

    def visible_to(self, user: Any) -> PlanQuerySet:
        """Plans at customers whose confidential class this person may read."""
        return self.filter(customer__in=Customer.objects.confidential_to(user))

    def open(self) -> PlanQuerySet:
        """Not ended."""
        return self.filter(status__in=OPEN_PLANS)

    def running(self) -> PlanQuerySet:
        """Being worked on: missed when the last day passes."""
        return self.filter(status__in=RUNNING)

    def counting(self) -> PlanQuerySet:
        """Approved and not ended: what R-R5 asks for."""
        return self.filter(status__in=COUNTING)

    def standing_at(self, moment: dt.datetime) -> PlanQuerySet:
        """Drafted until then, and not ended by then."""
        ended_later = Q(closed_at=None) | Q(closed_at__gt=moment)
        return self.filter(ended_later, created_at__lte=moment)


def _staff(label: Any, **more: Any) -> models.ForeignKey:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=label, **more
    )


class RelationshipPlan(Record):
    """From where a person stood to where he should stand, until when and by whom (R-R5).

    The steps are action items about the plan. It never writes a score: only a confirmed
    assessment does, and with it the plan is reached.
    """

    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="+", verbose_name=_("customer")
    )
    layer = models.CharField(_("layer"), max_length=14, choices=Layer, default=Layer.KEY)
    contact = models.ForeignKey(
        Contact,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="relationship_plans",
        verbose_name=_("contact"),
    )
    from_intimacy = models.SmallIntegerField(_("intimacy before"), null=True, editable=False)
    from_support = models.SmallIntegerField(_("support before"), null=True, editable=False)
    target_intimacy = models.SmallIntegerField(
        _("target intimacy"), null=True, blank=True, validators=SCORE
    )
    target_support = models.SmallIntegerField(
        _("target support"), null=True, blank=True, validators=SCORE
    )
    from_grade = models.CharField(
        _("grade before"), max_length=1, choices=Grade, blank=True, default=""
    )
    target_grade = models.CharField(
        _("target grade"), max_length=1, choices=Grade, blank=True, default=""
    )
    strategy = models.TextField(_("strategy"), max_length=2000, validators=[plain_text])
    due_on = models.DateField(_("until"))
    owner = _staff(_("owner"))
    sponsor = _staff(_("sponsor"), null=True, blank=True)
    status = models.CharField(
        _("status"), max_length=12, choices=PlanStatus, default=PlanStatus.DRAFT
    )
    approved_by = _staff(_("approved by"), null=True, editable=False)
    approved_at = models.DateTimeField(_("approved"), null=True, editable=False)
    reviewed_at = models.DateTimeField(_("reviewed"), null=True, editable=False)
    claimed_by = _staff(_("reported by"), null=True, editable=False)
    result = models.ForeignKey(
        GridAssessment,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("assessment that shows it"),
    )
    proof = models.CharField(
        _("what shows it"),
        max_length=300,
        blank=True,
        default="",
        validators=[plain_line],
        editable=False,
    )
    closed_at = models.DateTimeField(_("closed"), null=True, editable=False)
    note = models.CharField(
        _("note"), max_length=300, blank=True, default="", validators=[plain_line]
    )

    objects = PlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("relationship plan")
        verbose_name_plural = _("relationship plans")
        ordering = ["-id"]
        constraints = [
            in_choices("status", PlanStatus),
            in_choices("layer", Layer),
            models.CheckConstraint(
                condition=Q(
                    layer="key",
                    contact__isnull=False,
                    from_intimacy__isnull=False,
                    from_support__isnull=False,
                    target_intimacy__isnull=False,
                    target_support__isnull=False,
                    from_grade="",
                    target_grade="",
                )
                | Q(
                    layer__in=["universal", "organisational"],
                    contact=None,
                    target_intimacy=None,
                    target_support=None,
                    target_grade__in=["A", "B", "C"],
                    from_grade__gt=F("target_grade"),
                ),
                name="relationships_plan_layer",
                violation_error_message=_("The target is a better grade than today's."),
            ),
            models.CheckConstraint(
                condition=Q(
                    target_intimacy__range=(LOWEST, HIGHEST),
                    target_support__range=(LOWEST, HIGHEST),
                ),
                name="relationships_plan_range",
                violation_error_message=_("Scores lie between −3 and +3."),
            ),
            models.CheckConstraint(
                condition=Q(
                    target_intimacy__gte=F("from_intimacy"), target_support__gte=F("from_support")
                )
                & (
                    Q(target_intimacy__gt=F("from_intimacy"))
                    | Q(target_support__gt=F("from_support"))
                ),
                name="relationships_plan_better",
                violation_error_message=_("The target is better than today on one axis at least."),
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("owner")),
                name="relationships_plan_four_eyes",
                violation_error_message=_("Someone other than the owner must approve."),
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["claimed", "confirmed"])
                | Q(result__isnull=False)
                | (~Q(layer="key") & ~Q(proof="")),
                name="relationships_plan_result",
                violation_error_message=_("Only an assessment shows that a plan is reached."),
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None, status__in=list(OPEN_PLANS))
                | (Q(closed_at__isnull=False) & ~Q(status__in=list(OPEN_PLANS))),
                name="relationships_plan_closed",
            ),
            models.UniqueConstraint(
                fields=["contact"],
                condition=Q(status__in=list(OPEN_PLANS)),
                name="relationships_plan_one_open",
                violation_error_message=_("A plan for this person is open already."),
            ),
            models.UniqueConstraint(
                fields=["customer", "layer"],
                condition=Q(status__in=list(OPEN_PLANS)) & ~Q(layer="key"),
                name="relationships_plan_one_layer",
                violation_error_message=_("A plan for this layer is open already."),
            ),
        ]
        indexes = [models.Index(fields=["customer", "status"], name="relationships_plan_of")]

    def __str__(self) -> str:
        return f"{self.subject} {self.due_on}"

    def get_absolute_url(self) -> str:
        """The plan with its steps."""
        return f"/relationship-plans/{self.pk}/"

    @property
    def is_key(self) -> bool:
        """About a person."""
        return self.layer == Layer.KEY

    @property
    def subject(self) -> str:
        """Whom it is about: a person, or a layer of a customer."""
        if self.contact is not None:
            return self.contact.name
        return f"{self.customer.name} ({self.get_layer_display()})"

    @property
    def start(self) -> tuple[int, int]:
        """(intimacy, support) when it was drafted; of a plan for a person."""
        return self.from_intimacy, self.from_support  # type: ignore[return-value]

    @property
    def target(self) -> tuple[int, int]:
        """(intimacy, support) to be reached; of a plan for a person."""
        return self.target_intimacy, self.target_support  # type: ignore[return-value]

    @property
    def target_cell(self) -> str:
        """One of the 18 cells."""
        return cell_of(self.target)

    def counts_at(self, moment: dt.datetime) -> bool:
        """Approved by then: only such a plan is a ghost, and what R-R5 asks for."""
        return self.approved_at is not None and self.approved_at <= moment

    @property
    def is_open(self) -> bool:
        """Not ended."""
        return self.status in OPEN_PLANS
