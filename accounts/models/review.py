"""The review of nine key actions, beside the scorecard of a person for the same period."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.choices_review import ReviewStatus
from accounts.models.scorecard import Scorecard
from core.models import Record, in_choices
from core.text import plain_line


def _score(label: Any) -> models.PositiveSmallIntegerField:
    return models.PositiveSmallIntegerField(
        label, null=True, blank=True, validators=[MaxValueValidator(10)]
    )


class ReviewQuerySet(models.QuerySet):
    """Questions about reviews."""

    def visible_to(self, user: Any) -> ReviewQuerySet:
        """With the scorecard."""
        return self.filter(scorecard__in=Scorecard.objects.visible_to(user))


class KeyActionReview(Record):
    """What a person did, scored from evidence by both; with the figures it is the appraisal."""

    scorecard = models.OneToOneField(
        Scorecard, models.PROTECT, related_name="review", verbose_name=_("scorecard")
    )
    status = models.CharField(
        _("status"), max_length=12, choices=ReviewStatus, default=ReviewStatus.OPEN
    )
    actions_part = models.DecimalField(
        _("key actions in percent"), max_digits=5, decimal_places=2, null=True, editable=False
    )
    result = models.DecimalField(
        _("appraisal"), max_digits=6, decimal_places=2, null=True, editable=False
    )
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+",
        verbose_name=_("scored by"),
    )  # fmt: skip
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+",
        verbose_name=_("confirmed by"),
    )  # fmt: skip
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, editable=False)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        verbose_name = _("review of key actions")
        verbose_name_plural = _("reviews of key actions")
        ordering = ["-id"]
        constraints = [
            in_choices("status", ReviewStatus),
            models.CheckConstraint(
                condition=Q(status=ReviewStatus.CONFIRMED, result__isnull=False)
                & Q(confirmed_at__isnull=False)
                | ~Q(status=ReviewStatus.CONFIRMED) & Q(result=None, confirmed_at=None),
                name="accounts_review_result",
                violation_error_message=_("An appraisal stands when both parts stand."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scorecard}"

    def get_absolute_url(self) -> str:
        """Its page, beside the scorecard."""
        return f"/scorecards/{self.scorecard_id}/key-actions/"


class KeyActionScore(Record):
    """One of the nine: the evidence, what it would score, what the two say."""

    review = models.ForeignKey(
        KeyActionReview, models.CASCADE, related_name="scores", verbose_name=_("review")
    )
    action = models.CharField(_("key action"), max_length=20)
    evidence = models.JSONField(_("evidence"), default=list, editable=False)
    computed = models.DecimalField(
        _("from evidence"), max_digits=3, decimal_places=1, null=True, editable=False
    )
    self_score = _score(_("own score"))
    manager_score = _score(_("score of the manager"))
    comment = models.CharField(
        _("comment"), max_length=300, blank=True, default="", validators=[plain_line]
    )

    class Meta:
        verbose_name = _("score of a key action")
        verbose_name_plural = _("scores of key actions")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["review", "action"], name="accounts_action_of_review"),
            models.CheckConstraint(
                condition=(Q(self_score=None) | Q(self_score__lte=10))
                & (Q(manager_score=None) | Q(manager_score__lte=10)),
                name="accounts_action_score",
                violation_error_message=_("A score is 0 to 10."),
            ),
        ]

    def __str__(self) -> str:
        return self.action
