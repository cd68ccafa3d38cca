"""Revenue by month from a table: booked in bulk, undone by opposite rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import rules
from accounts.actions import revenue
from accounts.cashflow import first_of_month
from accounts.imports_named import named
from accounts.models import Customer, RevenueRecord
from core.actors import Actor
from core.imports.cells import Field
from core.imports.plan import CREATE, REFUSE, SKIP, Plan, PlannedRow
from core.models import ImportBatch, ImportRow
from core.registry import label_of

CODE = "CNY"


class RevenueImporter:
    """Kind `revenue`. A customer is named by its code or its name; every row has its own number."""

    kind = "revenue"
    title = gettext_lazy("Revenue")
    fields = (
        Field(
            "customer", gettext_lazy("customer"), required=True, max_length=120, aliases=("客户",)
        ),
        Field("month", gettext_lazy("month"), "date", required=True, aliases=("月份", "期间")),
        Field("product_line", gettext_lazy("product line"), max_length=60, aliases=("产品线",)),
        Field("order_amount", gettext_lazy("orders"), "decimal", aliases=("订货",)),
        Field("revenue", gettext_lazy("revenue"), "decimal", aliases=("收入", "销售收入")),
        Field("gross_profit", gettext_lazy("gross profit"), "decimal", aliases=("毛利",)),
        Field("cash_collected", gettext_lazy("cash collected"), "decimal", aliases=("回款",)),
        Field("currency", gettext_lazy("currency"), max_length=3, aliases=("币种",)),
        Field("headcount_of_unit", gettext_lazy("people of the unit"), "int", aliases=("人数",)),
        Field(
            "external_ref",
            gettext_lazy("external reference"),
            required=True,
            max_length=120,
            aliases=("凭证号", "ref"),
        ),
    )

    def may(self, user: Any) -> bool:
        """As rules.may_import_revenue."""
        return rules.may_import_revenue(user)

    def plan(self, plan: Plan, *, by: Actor, now: dt.datetime, options: Mapping[str, Any]) -> None:
        """Find the customers; refuse months to come and rows without an amount; skip known ones."""
        seen = Customer.objects.all() if by.user is None else rules.booked_customers(by.user)
        known = named(plan, seen)
        refs = {row.values.get("external_ref") for row in plan.rows}
        booked = set(
            RevenueRecord.objects.filter(
                external_source=plan.mapping.source, external_ref__in=[ref for ref in refs if ref]
            ).values_list("external_ref", flat=True)
        )
        for row in plan.rows:
            if row.outcome != REFUSE:
                _judge(row, known, booked, now.date())
        plan.extra["customers"] = known

    def commit(self, plan: Plan, batch: ImportBatch, *, by: Actor, now: dt.datetime) -> None:
        """Book what is new; every row is kept so that it can be undone."""
        fresh = [row for row in plan.rows if row.outcome == CREATE]
        rows = [_record(row, plan) for row in fresh]
        made = revenue.book_many(rows, by=by, now=now, import_id=batch.pk)
        ImportRow.objects.bulk_create(
            [
                ImportRow(
                    batch=batch,
                    number=row.number,
                    about_label=label_of(one),
                    about_id=one.pk,
                    outcome=CREATE,
                    before={"version": one.version},
                )
                for row, one in zip(fresh, made, strict=True)
            ],
            batch_size=1000,
        )

    def undo(self, batch: ImportBatch, *, by: Actor, now: dt.datetime) -> dict[str, int]:
        """Book the opposite of each row that nobody has reversed yet."""
        ids = list(ImportRow.objects.filter(batch=batch).values_list("about_id", flat=True))
        rows = RevenueRecord.objects.filter(pk__in=ids, reversed_by=None)
        undone = 0
        for row in rows.select_related("customer", "unit"):
            revenue.reverse(row, by=by, now=now, note=_("Import taken back"))
            undone += 1
        return {"undone": undone, "kept": len(ids) - undone}


def _judge(row: PlannedRow, known: dict[str, Customer], booked: set[str], today: dt.date) -> None:
    values = row.values
    if values["customer"] not in known:
        row.refuse("customer", _("No customer in sight has this name or code."))
    if first_of_month(values["month"]) > today:
        row.refuse("month", _("This month is still to come."))
    if not any(values.get(name) for name in revenue.AMOUNTS):
        row.refuse("revenue", _("Give at least one amount."))
    if row.outcome != REFUSE and values["external_ref"] in booked:
        row.outcome, row.note = SKIP, _("This row is booked already.")
    booked.add(values["external_ref"])


def _record(row: PlannedRow, plan: Plan) -> RevenueRecord:
    values, customer = row.values, plan.extra["customers"][row.values["customer"]]
    return RevenueRecord(
        customer=customer,
        unit=customer.owning_unit,
        month=first_of_month(values["month"]),
        product_line=values.get("product_line") or "",
        currency=(values.get("currency") or CODE).upper(),
        headcount_of_unit=values.get("headcount_of_unit"),
        external_source=plan.mapping.source,
        external_ref=values["external_ref"],
        **{name: values.get(name) or Decimal(0) for name in revenue.AMOUNTS},
    )


IMPORTER = RevenueImporter()
