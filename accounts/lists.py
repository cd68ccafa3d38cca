"""The lists of the customer floor: what each shows, sorts by and lets people do to many rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.db import models
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext_lazy as _

from accounts import rules
from accounts.actions import team
from accounts.choices import CustomerKind, CustomerStatus, TeamRole
from accounts.filters import CustomerPageFilter
from accounts.listing import CustomerRow, customer_rows, extra_columns
from accounts.lists_choosing import asks_person
from accounts.models import AccountAssignment, Customer
from accounts.queries import with_rank
from accounts.templatetags.account_ui import seal, trio
from core.actors import Actor
from core.errors import Refused
from core.lists.bulk import BulkVerb, tag_verbs
from core.lists.spec import Asker, Column, ListSpec, headline, shown
from core.markup import format_html
from core.models import User
from core.once import once
from core.templatetags.ui import mark
from core.wording import ago_words

TEAM = "team"


class _Said:
    """The words of the cells in the language of a page: looked up once, not for every row."""

    def __init__(self) -> None:
        self.language = get_language()
        self.kinds = {value: str(label) for value, label in CustomerKind.choices}
        self.states = {value: str(label) for value, label in CustomerStatus.choices}
        self.no_tier = format_html('<span class="meta">{}</span>', pgettext("tier", "none"))
        self.until = str(_("until %(day)s"))

    def plain_name(self, row: CustomerRow, now: dt.datetime) -> Any:
        """The name as a link, kind and industry below it."""
        one = row.customer
        parts = [self.kinds.get(one.kind, one.kind), one.industry, one.region]
        return headline(one, one.display_name, ", ".join([part for part in parts if part]))

    def name(self, row: CustomerRow, now: dt.datetime) -> Any:
        """The same beside the seal of the tier."""
        words = self.plain_name(row, now)
        drawn = seal(row.tier, language=self.language)
        return format_html('<span class="row g3">{}<span>{}</span></span>', drawn, words)

    def tier(self, row: CustomerRow, now: dt.datetime) -> Any:
        """Until when the tier holds."""
        if not row.tier:
            return self.no_tier
        if row.tier_expired:
            return mark("watch", _("expired"))
        until = row.customer.tier_valid_until
        day = self.until % {"day": f"{until:%Y-%m-%d}" if until else "–"}
        return format_html('<span class="meta num">{}</span>', day)

    def status(self, row: CustomerRow, now: dt.datetime) -> Any:
        """The state, and that the customer is run for its cash flow."""
        said = self.states.get(row.customer.status, row.customer.status)
        if not row.cash_flow:
            return said
        return format_html('{} <span class="tag">{}</span>', said, _("cash flow"))

    def trio(self, row: CustomerRow, now: dt.datetime) -> Any:
        """The three of the account team."""
        return trio(row.team, self.language)


def _customers(user: Any) -> models.QuerySet:
    return with_rank(Customer.objects.visible_to(user).select_related("owning_unit"))


def _said_of(rows: models.QuerySet, shown: set[str]) -> models.QuerySet:
    """What the columns say of a customer: a third of what is known of one."""
    names = ("code", "name", "short_name", "kind", "industry", "region", "website", "status")
    return rows.only(
        *names, "tier", "tier_valid_until", "cash_flow", "updated_at", "owning_unit__name"
    )


def _customer_columns(asker: Asker) -> Sequence[Column]:
    """Columns of this floor around those that the floors above add."""
    more = _named_above(asker)
    said = _Said()
    name = said.plain_name if asker.presenting else said.name
    return [
        Column("name", _("Customer"), lambda row: row.customer.name, name, "name", head=True),
        Column("code", _("Code"), lambda row: row.customer.code, default=False),
        *(_extra(one) for one in more),
        Column("tier", _("Tier"), lambda row: row.tier.upper(), said.tier, "tier_rank",
               internal=True),
        Column(TEAM, _("Iron triangle"), _people, said.trio),
        Column("status", _("Status"), lambda row: row.customer.get_status_display(),
               None if asker.presenting else said.status),
        Column("unit", _("Owning unit"), lambda row: str(row.customer.owning_unit)),
        Column("kind", _("Kind"), lambda row: row.customer.get_kind_display(), default=False),
        Column("industry", _("Industry"), lambda row: row.customer.industry, default=False),
        Column("region", _("Region"), lambda row: row.customer.region, default=False),
        Column("website", _("Website"), lambda row: row.customer.website, default=False),
        Column("updated", _("Last change"), lambda row: row.customer.updated_at,
               lambda row, now: ago_words(row.customer.updated_at, now), "updated_at",
               default=False),
    ]  # fmt: skip


def _extra(one: Any) -> Column:
    name = one.name

    def said(row: CustomerRow) -> Any:
        cell = row.cells.get(name)
        return " ".join(filter(None, [cell.text, cell.sub])) if cell else None

    return Column(
        name,
        one.label,
        said,
        lambda row, now: shown(row.cells.get(name), now),
        locked=one.locked,
        numeric=one.numeric,
    )


def _people(row: CustomerRow) -> list[str]:
    return [name for name in row.team.values() if name]


def _named_above(asker: Asker) -> list[Any]:
    """The columns of the floors above without a row: asked for once a page."""
    key = ("named_above", asker.user.pk, get_language())
    return once(key, lambda: extra_columns([], user=asker.user, now=asker.now))


def _customer_lines(
    rows: Sequence[Customer], keys: set[str], asker: Asker
) -> Sequence[CustomerRow]:
    """At most three queries: the columns from above and the teams when shown, and who may know
    which of the customers are cash-flow customers (confidential class)."""
    wanted = _named_above(asker)
    columns = (
        extra_columns(rows, user=asker.user, now=asker.now)
        if any(one.name in keys for one in wanted)
        else []
    )
    lines = customer_rows(rows, columns, today=asker.now.date(), with_teams=TEAM in keys)
    flagged = [row.pk for row in rows if row.cash_flow]
    if not flagged:
        return lines
    inside = Customer.objects.confidential_to(asker.user).filter(pk__in=flagged)
    told = set(inside.values_list("pk", flat=True))
    return [replace(line, cash_flow=line.customer.pk in told) for line in lines]


def _assign(row: Customer, values: dict, *, by: Actor, now: dt.datetime) -> dict | None:
    """The seat is handed over, or taken when it is vacant."""
    return _seat(row, values["person"], by, now)


def _assign_back(row: Customer, before: dict, values: dict, *, by: Actor, now: dt.datetime) -> None:
    """Back to who had the seat; a vacancy cannot be made again."""
    if before["person"] is None:
        raise Refused(
            _("%(row)s had no account manager before; a seat is not vacated again.") % {"row": row}
        )
    _seat(row, User.objects.get(pk=before["person"]), by, now)


def _seat(row: Customer, person: User, by: Actor, now: dt.datetime) -> dict | None:
    held = AccountAssignment.objects.active().filter(customer=row, role=TeamRole.AR)
    seat = held.select_related("customer", "user").first()
    if seat is None:
        team.assign(row, person, TeamRole.AR, by=by, now=now)
        return {"person": None}
    if seat.user_id == person.pk:
        return None
    team.hand_over(seat, person, by=by, now=now)
    return {"person": seat.user_id}


CUSTOMERS = ListSpec(
    key="customers",
    title=_("Customers"),
    path="/customers/",
    model=Customer,
    rows=_customers,
    lean=_said_of,
    columns=_customer_columns,
    filterset=CustomerPageFilter,
    orderings=(
        "-id", "id", "name", "-name", "tier_rank", "-tier_rank", "-updated_at", "updated_at",
    ),
    prepare=_customer_lines,
    row_of=lambda row: row.customer,
    entity="accounts.customer",
    alike=True,
    keeps=("mine", "key_accounts", "archived"),
    bulk=(
        BulkVerb("assign", _("Change the account manager"), asks_person(_("Account manager")),
                 rules.may_run_customer, _assign, _assign_back),
        *tag_verbs(rules.may_edit_customer),
    ),
)  # fmt: skip
