"""Who works for a customer: the iron triangle and everyone who joined it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.choices import ActionStatus, AssignmentStatus, TeamRole
from accounts.models.customer import Customer, OfCustomerQuerySet, confided_to, seen_by
from accounts.models.organisation import is_staff_member
from core import registry
from core.models import About, Record, in_choices
from core.text import plain_line, plain_text

OUTSIDE_TEAM = (TeamRole.PROJECT_MEMBER, TeamRole.REVIEWER, TeamRole.ENGINEER)


class AssignmentQuerySet(OfCustomerQuerySet):
    """Questions about assignments."""

    def active(self) -> AssignmentQuerySet:
        """In force."""
        return self.filter(status=AssignmentStatus.ACTIVE)

    def on_account_team(self) -> AssignmentQuerySet:
        """Active, without those who only joined a project, a review or a dispatch."""
        return self.active().exclude(role__in=OUTSIDE_TEAM)


class AccountAssignment(Record):
    """One person's role for one customer. `source` says which project or dispatch brought it."""

    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="assignments", verbose_name=_("customer")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="assignments",
        verbose_name=_("user"),
    )
    role = models.CharField(_("role"), max_length=20, choices=TeamRole)
    source_label = models.CharField(max_length=60, blank=True, default="")
    source_id = models.BigIntegerField(null=True, blank=True)
    since = models.DateTimeField(_("since"))
    until = models.DateTimeField(_("until"), null=True, blank=True)
    status = models.CharField(
        _("status"), max_length=12, choices=AssignmentStatus, default=AssignmentStatus.ACTIVE
    )
    rotation_told = models.PositiveSmallIntegerField(
        _("told of the rotation at month"), default=0, editable=False
    )

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("account assignment")
        verbose_name_plural = _("account assignments")
        constraints = [
            in_choices("role", TeamRole),
            in_choices("status", AssignmentStatus),
            *(
                models.UniqueConstraint(
                    fields=["customer"],
                    condition=Q(role=role, status="active"),
                    name=f"accounts_assignment_one_{role}",
                    violation_error_message=sentence,
                )
                for role, sentence in [
                    ("ar", _("This customer has an account manager; hand over first.")),
                    ("sr", _("This customer has a solution expert; end that assignment first.")),
                    ("fr", _("This customer has a delivery manager; end that assignment first.")),
                ]
            ),
            models.UniqueConstraint(
                fields=["customer", "user", "role"],
                condition=Q(status="active", source_label=""),
                name="accounts_assignment_once",
                violation_error_message=_("This person has that role already."),
            ),
        ]
        indexes = [
            models.Index(fields=["user", "status", "customer"], name="accounts_assignment_user"),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()} {self.user}"


def confidential_about() -> tuple[str, ...]:
    """Labels of what makes a duty confidential: steps of a relationship plan."""
    return registry.entry("CONFIDENTIAL_ABOUT", ())


class ActionItemQuerySet(models.QuerySet):
    """Questions about action items."""

    def visible_to(self, user: Any) -> ActionItemQuerySet:
        """Items of visible customers, and one's own; confidential ones by the confidential door."""
        mine = Q(owner_id=user.pk) | Q(verifier_id=user.pk)
        if not is_staff_member(user):
            return self.none()
        theirs = Q(customer__in=seen_by(user))
        theirs &= ~Q(about_label__in=confidential_about()) | Q(customer__in=confided_to(user))
        return self.filter(mine | theirs)

    def not_confidential(self) -> ActionItemQuerySet:
        """For a screen that others look at, and for tokens without the scope."""
        return self.exclude(about_label__in=confidential_about())

    def open(self) -> ActionItemQuerySet:
        """Not done yet."""
        return self.filter(status=ActionStatus.OPEN)

    def overdue(self, now: dt.datetime) -> ActionItemQuerySet:
        """Open past their time."""
        return self.open().filter(due_at__lt=now)


class ActionItem(Record, About):
    """Something one of us has promised to do about a customer."""

    customer = models.ForeignKey(
        Customer,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="action_items",
        verbose_name=_("customer"),
    )
    text = models.CharField(_("text"), max_length=300, validators=[plain_line])
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="action_items",
        verbose_name=_("owner"),
    )
    due_at = models.DateTimeField(_("due"))
    done_at = models.DateTimeField(_("done"), null=True, blank=True)
    evidence = models.TextField(_("evidence"), blank=True, default="", validators=[plain_text])
    verifier = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("verifier"),
    )
    status = models.CharField(
        _("status"), max_length=10, choices=ActionStatus, default=ActionStatus.OPEN
    )

    objects = ActionItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("action item")
        verbose_name_plural = _("action items")
        constraints = [
            in_choices("status", ActionStatus),
            models.CheckConstraint(
                condition=Q(verifier=None) | ~Q(verifier=models.F("owner")),
                name="accounts_actionitem_four_eyes",
                violation_error_message=_("The verifier must be someone other than the owner."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["owner", "due_at"],
                condition=Q(status="open"),
                name="accounts_actionitem_open",
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def is_confidential(self) -> bool:
        """About something of the confidential class: its words go into no mail."""
        return self.about_label in confidential_about()
