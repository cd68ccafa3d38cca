"""The installed base from a table: checked row by row, recorded in bulk, undone by retiring."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import rules
from accounts.actions import assets, assets_many
from accounts.actions.assessments import local_today
from accounts.choices import AssetStatus, Vendor
from accounts.imports import words_of
from accounts.imports_named import named
from accounts.models import Asset, Customer
from core.actors import Actor
from core.errors import Invalid
from core.imports.cells import Field
from core.imports.plan import CREATE, REFUSE, SAME, SKIP, UPDATE, Plan, PlannedRow
from core.models import ImportBatch, ImportRow
from core.registry import label_of

EDITABLE = tuple(name for name in assets.FIELDS if not name.startswith("external_"))
Key = tuple[int, str, str]


class AssetImporter:
    """Kind `assets`. A customer is named by its code or its name. Option: duplicates."""

    kind = "assets"
    title = gettext_lazy("Installed base")

    @property
    def fields(self) -> tuple[Field, ...]:
        """The columns that can be filled."""
        return _fields()

    def may(self, user: Any) -> bool:
        """As rules.may_import_assets."""
        return rules.may_import_assets(user)

    def plan(self, plan: Plan, *, by: Actor, now: dt.datetime, options: Mapping[str, Any]) -> None:
        """Find customers and what stands there; refuse what a form would refuse."""
        customers = _customers(plan, by)
        known = _Known(plan, customers)
        update = options.get("duplicates") == "update"
        for row in plan.rows:
            customer = customers.get(row.values.get("customer") or "")
            if row.outcome != REFUSE and customer is None:
                row.refuse("customer", _("No customer that you edit has this name or code."))
            if row.outcome != REFUSE and customer is not None:
                _judge(row, customer, known, update=update, source=plan.mapping.source, now=now)

    def commit(self, plan: Plan, batch: ImportBatch, *, by: Actor, now: dt.datetime) -> None:
        """Record and edit; every row is booked so that it can be undone."""
        fresh = [row for row in plan.rows if row.outcome == CREATE]
        made = assets_many.create_many(
            [row.values["_asset"] for row in fresh], by=by, now=now, import_id=batch.pk
        )
        changed = [row for row in plan.rows if row.outcome == UPDATE]
        before = assets_many.edit_many(
            {row.target_id: row.values["_change"] for row in changed},  # type: ignore[misc]
            by=by,
            now=now,
            import_id=batch.pk,
        )
        booked = [
            (row, one.pk, {"version": one.version}) for row, one in zip(fresh, made, strict=True)
        ]
        booked += [(row, row.target_id, before[row.target_id]) for row in changed]  # type: ignore
        ImportRow.objects.bulk_create(
            [
                ImportRow(
                    batch=batch,
                    number=row.number,
                    about_label=label_of(Asset),
                    about_id=pk,
                    outcome=row.outcome,
                    before=said,
                )
                for row, pk, said in booked
            ],
            batch_size=1000,
        )

    def undo(self, batch: ImportBatch, *, by: Actor, now: dt.datetime) -> dict[str, int]:
        """Retire what the import recorded and restore what it changed, unless edited since."""
        rows = list(ImportRow.objects.filter(batch=batch))
        made = {row.about_id: row.before["version"] for row in rows if row.outcome == CREATE}
        back = {
            row.about_id: (row.before["values"], row.before["version"])
            for row in rows
            if row.outcome == UPDATE
        }
        undone = assets_many.take_back(made, by=by, now=now, import_id=batch.pk)
        restored = assets_many.edit_many(back, by=by, now=now, import_id=batch.pk, skip_stale=True)
        done = undone + len(restored)
        return {"undone": done, "kept": len(rows) - done}


def _fields() -> tuple[Field, ...]:
    text = gettext_lazy
    vendors, states = words_of(Vendor), words_of(AssetStatus)
    return (
        Field("customer", text("customer"), required=True, max_length=120, aliases=("客户",)),
        Field("product", text("product"), required=True, max_length=80,
              aliases=("产品", "设备", "设备名称")),
        Field("site", text("site"), max_length=120, aliases=("站点", "机房", "地点")),
        Field("model", text("model"), max_length=80, aliases=("型号", "规格型号")),
        Field("serial", text("serial number"), max_length=80, aliases=("序列号", "SN")),
        Field("vendor", text("vendor"), "choice", choices=vendors, aliases=("厂家", "厂商")),
        Field("quantity", text("quantity"), "int", aliases=("数量",)),
        Field("commissioned_on", text("in service since"), "date",
              aliases=("启用日期", "开通日期", "投产日期")),
        Field("warranty_end", text("warranty until"), "date",
              aliases=("保修期至", "保修到期", "质保到期")),
        Field("contract", text("service contract"), max_length=60, aliases=("维保合同", "合同号")),
        Field("status", text("status"), "choice", choices=states, aliases=("状态",)),
        Field("note", text("note"), max_length=200, aliases=("备注",)),
        Field("external_ref", text("external reference"), max_length=120,
              aliases=("资产编号", "设备编号", "ref")),
    )  # fmt: skip


class _Known:
    """What stands already, by reference and by serial number; rows of the file join them."""

    def __init__(self, plan: Plan, customers: Mapping[str, Customer]) -> None:
        refs = {row.values.get("external_ref") for row in plan.rows} - {None}
        serials = {row.values.get("serial") for row in plan.rows} - {None}
        rows = Asset.objects.select_related("customer__owning_unit")
        booked = rows.filter(external_source=plan.mapping.source, external_ref__in=refs)
        there = {one.pk for one in customers.values()}
        standing = rows.standing().filter(serial__in=serials, customer__in=there)
        self.by_ref = {one.external_ref: one for one in booked}
        self.by_serial = {_key(one): one for one in standing}
        self.in_file: dict[Any, int] = {}

    def twin(self, row: PlannedRow, made: Asset) -> int | None:
        """The earlier row of the file that says the same."""
        marks = [("ref", made.external_ref)] if made.external_ref else []
        marks += [_key(made)] if made.serial else []  # type: ignore[list-item]
        earlier = [self.in_file[mark] for mark in marks if mark in self.in_file]
        for mark in marks:
            self.in_file.setdefault(mark, row.number)
        return earlier[0] if earlier else None

    def found(self, made: Asset) -> Asset | None:
        """The row that this one is about."""
        by_ref = self.by_ref.get(made.external_ref) if made.external_ref else None
        return by_ref or (self.by_serial.get(_key(made)) if made.serial else None)


def _customers(plan: Plan, by: Actor) -> dict[str, Customer]:
    seen = Customer.objects.all()
    if by.user is not None:
        edits = rules.editable_customers(by.user)
        seen = Customer.objects.visible_to(by.user).filter(pk__in=edits.values("pk"))
    return named(plan, seen)


def _judge(
    row: PlannedRow,
    customer: Customer,
    known: _Known,
    *,
    update: bool,
    source: str,
    now: dt.datetime,
) -> None:
    made = _asset(row, customer, source, now)
    twin, there = known.twin(row, made), known.found(made)
    if twin is not None:
        row.outcome, row.note = SKIP, _("The same as row %(row)d.") % {"row": twin}
    elif made.status == AssetStatus.RETIRED:
        row.outcome, row.note = SKIP, _("Retired equipment is not recorded anew.")
    elif there is None:
        row.values["_asset"] = made
        _refuse_wrong(row, made, now)
    elif there.customer_id != customer.pk:
        row.refuse("external_ref", _("This reference stands at another customer."))
    elif there.status == AssetStatus.RETIRED or not update:
        row.outcome, row.target_id = SKIP, there.pk
        row.note = _("It is recorded already, as %(state)s.") % {
            "state": there.get_status_display()
        }
    else:
        _against(row, made, there, now)


def _against(row: PlannedRow, made: Asset, there: Asset, now: dt.datetime) -> None:
    """Filled cells of the file against the row that stands; its state has steps of its own."""
    given = [name for name in EDITABLE if row.values.get(name) is not None]
    changes = {name: getattr(made, name) for name in given}
    changes = {name: one for name, one in changes.items() if one != getattr(there, name)}
    row.target_id = there.pk
    row.outcome = UPDATE if changes else SAME
    row.values["_change"] = (changes, there.version)
    wished = {name: getattr(there, name) for name in EDITABLE} | changes
    _refuse_wrong(row, Asset(customer=there.customer, status=there.status, **wished), now)


def _refuse_wrong(row: PlannedRow, made: Asset, now: dt.datetime) -> None:
    if made.quantity < 1:
        row.refuse("quantity", _("The quantity is 1 or more."))
    try:
        assets.check(made, now)
    except Invalid as error:
        for name, sentences in error.fields.items():
            row.refuse(name, sentences[0])


def _asset(row: PlannedRow, customer: Customer, source: str, now: dt.datetime) -> Asset:
    """Without a state it is in service since a day that has come, otherwise planned."""
    values = {name: row.values[name] for name in EDITABLE if row.values.get(name) is not None}
    since = values.get("commissioned_on")
    runs = since is not None and since <= local_today(customer, now)
    guess = AssetStatus.IN_SERVICE if runs else AssetStatus.PLANNED
    ref = row.values.get("external_ref") or ""
    return Asset(
        customer=customer,
        status=row.values.get("status") or guess,
        external_ref=ref,
        external_source=source if ref else "",
        **values,
    )


def _key(row: Asset) -> Key:
    return (row.customer_id, row.product, row.serial)


IMPORTER = AssetImporter()
