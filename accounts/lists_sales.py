"""The lists of opportunities and account plans: what each shows and sorts by."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts import opportunities as noun
from accounts.actions.assessments import local_today
from accounts.choices import Stage
from accounts.choices_plan import AccountPlanStatus
from accounts.filters_plan import AccountPlanPageFilter
from accounts.filters_sales import OpportunityPageFilter
from accounts.models import AccountPlan, Opportunity
from accounts.queries_plan import with_customer
from accounts.templatetags.account_ui import money
from core.lists.spec import Asker, Cell, Column, ListSpec, headline
from core.markup import format_html
from core.templatetags.ui import mark
from core.wording import ago_words

PLAN_TONES = {
    AccountPlanStatus.SUBMITTED: "watch",
    AccountPlanStatus.APPROVED: "info",
    AccountPlanStatus.IN_EXECUTION: "ok",
    AccountPlanStatus.CLOSED: "paused",
    AccountPlanStatus.RETURNED: "risk",
}


def tone_of_deal(row: Opportunity, now: dt.datetime) -> str:
    """The tone of a stage; a deal whose day has passed undecided is to be watched."""
    if row.stage == Stage.WON:
        return "ok"
    if row.stage in (Stage.LOST, Stage.SHELVED):
        return "paused"
    late = noun.is_late(row.stage, row.expected_close, local_today(row.customer, now))
    return "watch" if late else "info"


def tone_of_plan(row: AccountPlan) -> str:
    """The tone of a state."""
    return PLAN_TONES.get(AccountPlanStatus(row.status), "none")


def _deals(user: Any) -> models.QuerySet:
    rows = Opportunity.objects.visible_to(user)
    return rows.select_related("customer__owning_unit", "owner")


def _deal(row: Opportunity, now: dt.datetime) -> Any:
    return headline(row, row.name, format_html("{} · {}", row.code, row.get_source_display()))


def _stage(row: Opportunity, now: dt.datetime) -> Any:
    drawn = mark(tone_of_deal(row, now), row.get_stage_display())
    if not row.lost_to:
        return drawn
    return format_html('{} <span class="meta">{}</span>', drawn, row.lost_to)


def _deal_columns(asker: Asker) -> Sequence[Column]:
    return [
        Column("name", _("Opportunity"), lambda row: row.name, _deal, "name", head=True),
        Column("code", _("Code"), lambda row: row.code, default=False),
        Column("source", _("Source"), lambda row: row.get_source_display(), default=False),
        Column("customer", _("Customer"), lambda row: Cell(
            row.customer.display_name, url=f"/customers/{row.customer_id}/opportunities/")),
        Column("stage", _("Stage"), lambda row: row.get_stage_display(), _stage),
        Column("amount", _("Amount"), lambda row: row.amount,
               lambda row, now: money(row.amount, row.currency), numeric=True),
        Column("currency", _("Currency"), lambda row: row.currency, default=False),
        Column("close", _("Expected close"), lambda row: row.expected_close, None,
               "expected_close"),
        Column("tender", _("Tender decision"), lambda row: row.tender_decision_date),
        Column("owner", _("Owner"), lambda row: str(row.owner)),
        Column("lost_to", _("Lost to"), lambda row: row.lost_to, default=False),
        Column("reason", _("Reason"), lambda row: row.close_reason, default=False),
        Column("closed", pgettext_lazy("moment", "Closed"), lambda row: row.closed_at,
               default=False),
        Column("updated", _("Last change"), lambda row: row.updated_at,
               lambda row, now: ago_words(row.updated_at, now), "updated_at", default=False),
    ]  # fmt: skip


OPPORTUNITIES = ListSpec(
    key="opportunities",
    title=_("Opportunities"),
    path="/opportunities/",
    model=Opportunity,
    rows=_deals,
    columns=_deal_columns,
    filterset=OpportunityPageFilter,
    orderings=(
        "expected_close", "-expected_close", "name", "-name", "-id", "-updated_at", "updated_at",
    ),
    keeps=("mine", "open", "customer", "owner"),
)  # fmt: skip


def _plan(row: AccountPlan, now: dt.datetime) -> Any:
    return headline(row, row.title)


def _plan_columns(asker: Asker) -> Sequence[Column]:
    return [
        Column("title", pgettext_lazy("account plan", "Plan"), lambda row: row.title, _plan,
               head=True),
        Column("customer", _("Customer"), lambda row: Cell(
            row.customer.display_name, url=f"/customers/{row.customer_id}/account-plans/")),
        Column("kind", _("Kind"), lambda row: row.get_kind_display(), default=False),
        Column("year", _("First year"), lambda row: row.year, lambda row, now: str(row.year),
               "year", numeric=True),
        Column("years", _("Years"), lambda row: row.years, lambda row, now: str(row.years),
               numeric=True, default=False),
        Column("status", _("Status"), lambda row: row.get_status_display(),
               lambda row, now: mark(tone_of_plan(row), row.get_status_display())),
        Column("owner", _("Owner"), lambda row: str(row.owner)),
        Column("approved", pgettext_lazy("moment", "Approved"), lambda row: row.approved_at),
        Column("approver", _("Decided by"), lambda row: str(row.approver or ""), default=False),
        Column("updated", _("Last change"), lambda row: row.updated_at,
               lambda row, now: ago_words(row.updated_at, now), "updated_at", default=False),
    ]  # fmt: skip


ACCOUNT_PLANS = ListSpec(
    key="account-plans",
    title=_("Account plans"),
    path="/account-plans/",
    model=AccountPlan,
    rows=lambda user: with_customer(user).select_related("approver"),
    columns=_plan_columns,
    filterset=AccountPlanPageFilter,
    orderings=("-year", "year", "-id", "-updated_at", "updated_at"),
    keeps=("mine", "customer"),
)
