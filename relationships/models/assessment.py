"""Where a contact stands: scores with evidence that another person confirms (confidential)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Contact, Customer, Opportunity, confided_to
from core.models import Record, in_choices
from core.text import plain_line, plain_text
from relationships.choices import COUNTED, CURRENT, Attitude, Confidence, GridStatus
from relationships.grid import HIGHEST, LOWEST
from relationships.models.interaction import Interaction

SCORE = (MinValueValidator(LOWEST), MaxValueValidator(HIGHEST))


class GridQuerySet(models.QuerySet):
    """Questions about grid assessments. `visible_to` is the confidential door (domain.md 0.2)."""

    def visible_to(self, user: Any) -> GridQuerySet:
        """Rows of customers whose confidential class this person may read."""
        return self.filter(customer__in=confided_to(user))

    def general(self) -> GridQuerySet:
        """Where people stand whatever is bought; what was judged for one deal is left out."""
        return self.filter(opportunity=None)

    def current(self) -> GridQuerySet:
        """The position of each contact today: confirmed, re-checked in time or not."""
        return self.filter(status__in=CURRENT)

    def counted(self) -> GridQuerySet:
        """Every position that was true at some time, oldest first."""
        return self.filter(status__in=COUNTED).order_by("assessed_on", "id")

    def waiting(self) -> GridQuerySet:
        """Proposals nobody decided."""
        return self.filter(status=GridStatus.PROPOSED)


class GeneralManager(models.Manager.from_queryset(GridQuerySet)):  # type: ignore[misc]
    """The general positions: what every list, figure and rule of the product counts."""

    def get_queryset(self) -> GridQuerySet:
        """Without what was judged for one deal."""
        return super().get_queryset().general()


def _staff(label: Any, **more: Any) -> models.ForeignKey:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=label, **more
    )


class GridAssessment(Record):
    """One score of one contact (b.2.2). Immutable once decided; a trigger holds that too.

    With an opportunity it says where somebody stands in that one deal, beside where they stand in
    general. `objects` are the general ones; only who asks for `of_all_kinds` meets the others
    (docs/decisions/0005).
    """

    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="+", verbose_name=_("customer")
    )
    contact = models.ForeignKey(
        Contact, models.PROTECT, related_name="grid_assessments", verbose_name=_("contact")
    )
    opportunity = models.ForeignKey(
        Opportunity,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("opportunity"),
    )
    counterpart = _staff(_("whose intimacy"))
    intimacy = models.SmallIntegerField(_("intimacy"), validators=SCORE)
    support = models.SmallIntegerField(_("support"), validators=SCORE)
    cell = models.CharField(_("cell"), max_length=3, editable=False)
    attitude = models.CharField(_("attitude"), max_length=10, choices=Attitude, editable=False)
    previous = models.ForeignKey(
        "self", models.PROTECT, null=True, editable=False, related_name="+"
    )
    evidence = models.TextField(_("evidence"), max_length=2000, validators=[plain_text])
    interactions = models.ManyToManyField(
        Interaction, related_name="+", blank=True, verbose_name=_("linked interactions")
    )
    confidence = models.CharField(
        _("confidence"), max_length=8, choices=Confidence, default=Confidence.MEDIUM
    )
    assessed_on = models.DateField(_("assessed on"))
    assessor = _staff(_("assessor"))
    reviewer = _staff(_("confirmed by"), null=True, blank=True, editable=False)
    decided_at = models.DateTimeField(_("decided"), null=True, editable=False)
    decision_note = models.CharField(
        _("note"), max_length=300, blank=True, default="", validators=[plain_line]
    )
    valid_until = models.DateField(_("valid until"), null=True, editable=False)
    checked_on = models.DateField(_("last checked"), null=True, editable=False)
    status = models.CharField(
        _("status"), max_length=10, choices=GridStatus, default=GridStatus.PROPOSED
    )

    of_all_kinds = GridQuerySet.as_manager()
    objects = GeneralManager()

    class Meta:
        verbose_name = _("grid assessment")
        verbose_name_plural = _("grid assessments")
        ordering = ["-id"]
        constraints = [
            in_choices("status", GridStatus),
            in_choices("confidence", Confidence),
            models.CheckConstraint(
                condition=Q(intimacy__range=(LOWEST, HIGHEST), support__range=(LOWEST, HIGHEST)),
                name="relationships_grid_range",
                violation_error_message=_("Scores lie between −3 and +3."),
            ),
            models.CheckConstraint(
                condition=Q(support__gt=0, attitude="supporter")
                | Q(support=0, attitude="neutral")
                | Q(support__lt=0, attitude="opponent"),
                name="relationships_grid_attitude",
            ),
            models.CheckConstraint(
                condition=Q(reviewer=None) | ~Q(reviewer=F("assessor")),
                name="relationships_grid_four_eyes",
                violation_error_message=_("Someone other than the assessor must confirm."),
            ),
            models.CheckConstraint(
                condition=Q(status="proposed", reviewer=None)
                | (~Q(status="proposed") & Q(decided_at__isnull=False)),
                name="relationships_grid_decided",
            ),
            models.UniqueConstraint(
                fields=["contact"],
                condition=Q(status__in=["confirmed", "stale"], opportunity=None),
                name="relationships_grid_one_current",
            ),
            models.UniqueConstraint(
                fields=["contact", "opportunity"],
                condition=Q(status__in=["confirmed", "stale"]),
                name="relationships_grid_one_per_deal",
            ),
            models.UniqueConstraint(
                fields=["contact"],
                condition=Q(status="proposed", opportunity=None),
                name="relationships_grid_one_proposed",
                violation_error_message=_("A proposal for this person is waiting already."),
            ),
            models.UniqueConstraint(
                fields=["contact", "opportunity"],
                condition=Q(status="proposed"),
                name="relationships_grid_one_proposed_deal",
                violation_error_message=_("A proposal for this person is waiting already."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["customer", "status", "assessed_on"], name="relationships_grid_of"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contact} {self.assessed_on}"

    def get_absolute_url(self) -> str:
        """The person on the grid of the customer, or of the deal."""
        deal = f"opportunity={self.opportunity_id}&" if self.opportunity_id else ""
        return f"/customers/{self.customer_id}/grid/?{deal}person={self.contact_id}"

    @property
    def point(self) -> tuple[int, int]:
        """(intimacy, support)."""
        return self.intimacy, self.support

    @property
    def is_stale(self) -> bool:
        """Not re-checked in time (R-R1)."""
        return self.status == GridStatus.STALE
