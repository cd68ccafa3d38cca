"""Who writes, approves and measures account plans (b.6)."""

from __future__ import annotations

from typing import Any

from accounts.choices import TeamRole
from accounts.models import AccountPlan, Customer, Objective
from accounts.rules import leads, may_assess, on_team


def may_write_plan(user: Any, customer: Customer) -> bool:
    """Draft account plans: the account team and the heads above it."""
    return may_assess(user, customer)


def may_work_plan(user: Any, row: AccountPlan) -> bool:
    """Edit, submit, begin, measure, close: its owner, and whoever drafts one."""
    return user.pk == row.owner_id or may_write_plan(user, row.customer)


def may_decide_plan(user: Any, row: AccountPlan) -> bool:
    """A head above who neither owns nor submitted it, nor manages the account."""
    if user.pk in (row.owner_id, row.submitted_by_id) or on_team(user, row.customer, TeamRole.AR):
        return False
    return leads(user, row.customer)


def may_work_objective(user: Any, row: Objective) -> bool:
    """As working on its plan."""
    return may_work_plan(user, row.plan)
