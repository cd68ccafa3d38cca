"""FilterSets of agreements, locked projects and joint innovation, the same for pages and API."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import models
from django.forms import CheckboxInput
from django.utils.translation import gettext_lazy as _
from django_filters import BooleanFilter, CharFilter, ChoiceFilter

from accounts.filters import HiddenCheck
from core import clock
from core.filters import Filters, IdFilter
from relationships.actions.agreement_force import alert_days
from relationships.choices_agreement import (
    AgreementStatus,
    CentreStatus,
    LockStatus,
    ReuseClass,
)
from relationships.models import (
    InnovationTopic,
    JointInnovationCentre,
    LockedProject,
    StrategicAgreement,
)


class AgreementFilter(Filters):
    """Agreements: by state, own ones, open ones, ending soon, exclusive ones, customer."""

    status = ChoiceFilter(choices=AgreementStatus.choices, label=_("Status"))
    ending = BooleanFilter(method="by_ending", label=_("Ending soon"), widget=CheckboxInput)
    is_exclusive = BooleanFilter(label=_("Exclusive"), widget=CheckboxInput, method="by_exclusive")
    mine = BooleanFilter(method="by_me", label=_("Mine"), widget=CheckboxInput)
    open = BooleanFilter(method="by_open", label=_("Not ended"), widget=CheckboxInput)
    customer = IdFilter(field_name="customer_id")
    owner = IdFilter(field_name="owner_id")
    external_ref = CharFilter(max_length=120)

    class Meta:
        model = StrategicAgreement
        fields: list[str] = []

    def by_ending(self, rows: models.QuerySet, name: str, value: bool) -> models.QuerySet:
        """In force, and within the first reminder of their end (R-R14)."""
        now = clock.now()
        until = now.date() + dt.timedelta(days=max(alert_days(now)))
        return rows.ending_by(until) if value else rows

    def by_exclusive(self, rows: models.QuerySet, name: str, value: bool) -> models.QuerySet:
        """Something is exclusive in them."""
        return rows.filter(is_exclusive=True) if value else rows

    def by_me(self, rows: models.QuerySet, name: str, value: bool) -> models.QuerySet:
        """Owned by the caller."""
        return rows.filter(owner=self.user) if value else rows

    def by_open(self, rows: models.QuerySet, name: str, value: bool) -> models.QuerySet:
        """Not ended."""
        return rows.open() if value else rows


class AgreementPageFilter(AgreementFilter):
    """The same filter for the page; its tabs choose whose agreements, and those that end soon."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.form.fields.pop("external_ref", None)
        for name in ("mine", "open", "ending"):
            self.form.fields[name].widget = HiddenCheck()


class LockedFilter(Filters):
    """Locked projects: by state, agreement, opportunity, customer of the agreement."""

    status = ChoiceFilter(choices=LockStatus.choices, label=_("Status"))
    agreement = IdFilter(field_name="agreement_id")
    opportunity = IdFilter(field_name="opportunity_id")
    customer = IdFilter(field_name="agreement__customer_id")

    class Meta:
        model = LockedProject
        fields: list[str] = []


class CentreFilter(Filters):
    """Joint innovation centres: by state, own ones, customer."""

    status = ChoiceFilter(choices=CentreStatus.choices, label=_("Status"))
    mine = BooleanFilter(method="by_me", label=_("Mine"), widget=CheckboxInput)
    customer = IdFilter(field_name="customer_id")

    class Meta:
        model = JointInnovationCentre
        fields: list[str] = []

    def by_me(self, rows: models.QuerySet, name: str, value: bool) -> models.QuerySet:
        """Owned by the caller."""
        return rows.filter(owner=self.user) if value else rows


class TopicFilter(Filters):
    """Topics: by state, use elsewhere, centre, customer."""

    status = ChoiceFilter(choices=CentreStatus.choices, label=_("Status"))
    reuse = ChoiceFilter(choices=ReuseClass.choices, label=_("Use elsewhere"))
    centre = IdFilter(field_name="centre_id")
    customer = IdFilter(field_name="centre__customer_id")

    class Meta:
        model = InnovationTopic
        fields: list[str] = []
