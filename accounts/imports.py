"""Customers from a table: planned against what is there, created in bulk, undone by archiving."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from accounts.actions.bulk import archive_customers, create_customers, update_customers
from accounts.choices import CustomerKind, CustomerLevel, CustomerStatus
from accounts.models import Customer, OrgUnit
from accounts.rules import may_import_customers
from core.actors import Actor
from core.custom.actions import write_many
from core.custom.importing import demand_own, own_columns, read_own
from core.errors import Invalid
from core.imports.cells import Field
from core.imports.plan import CREATE, MERGE, REFUSE, SAME, SKIP, UPDATE, Plan, PlannedRow
from core.models import ImportBatch, ImportRow
from core.numerals import whole_in
from core.registry import label_of

CUSTOMER = "accounts.customer"
"""Begins the names of own fields."""
EDITABLE = (
    "name",
    "short_name",
    "kind",
    "level",
    "industry",
    "country",
    "region",
    "website",
    "notes",
    "status",
)


def words_of(choices: Any) -> dict[str, str]:
    """Keys and labels in both languages as accepted words."""
    words: dict[str, str] = {}
    for language in ("en", "zh-hans"):
        with override(language):
            words.update({str(label).lower(): value for value, label in choices.choices})
    words.update({value: value for value in choices.values})
    return words


class CustomerImporter:
    """Kind `customers`. Options: unit, duplicates (skip | update), merge, join, first."""

    kind = "customers"
    title = gettext_lazy("Customers")

    @property
    def fields(self) -> tuple[Field, ...]:
        """The columns that can be filled."""
        text = gettext_lazy
        return (
            Field(
                "name",
                text("name"),
                required=True,
                max_length=120,
                aliases=("客户名称", "客户", "名称", "公司", "operator", "company", "customer"),
            ),
            Field("short_name", text("short name"), max_length=60, aliases=("简称", "brand")),
            Field(
                "kind",
                text("kind"),
                "choice",
                choices=words_of(CustomerKind),
                aliases=("类型", "客户类型"),
            ),
            Field(
                "level",
                text("level"),
                "choice",
                choices=words_of(CustomerLevel),
                aliases=("层级", "级别"),
            ),
            Field("industry", text("industry"), max_length=60, aliases=("行业",)),
            Field(
                "country",
                text("country"),
                max_length=80,
                aliases=("国家", "国家/地区", "countryname"),
            ),
            Field("region", text("region"), max_length=80, aliases=("地区", "省份", "省")),
            Field("website", text("website"), max_length=120, aliases=("网址", "官网", "domain")),
            Field("notes", text("notes"), max_length=20_000, aliases=("备注", "说明"), lines=True),
            Field(
                "status",
                text("status"),
                "choice",
                choices=words_of(CustomerStatus),
                aliases=("状态",),
            ),
            Field(
                "external_ref",
                text("external reference"),
                max_length=120,
                aliases=("编号", "客户编号", "external id", "ref"),
            ),
            *own_columns(CUSTOMER),
        )

    def may(self, user: Any) -> bool:
        """As rules.may_import_customers."""
        return may_import_customers(user)

    def plan(self, plan: Plan, *, by: Actor, now: dt.datetime, options: Mapping[str, Any]) -> None:
        """Unit, merged rows, customers that exist already."""
        plan.extra["unit"] = self._unit(options.get("unit"), by)
        read_own(CUSTOMER, plan.rows)
        if options.get("merge"):
            _merge(plan.rows, options)
        self._match(plan, by, options)
        for row in plan.rows:
            if row.outcome == CREATE:
                demand_own(CUSTOMER, row)

    def _unit(self, wish: Any, by: Actor) -> OrgUnit:
        units = OrgUnit.objects.all()
        if not wish and by.user is not None:
            own = units.filter(people__user=by.user).first()
            if own is not None:
                return own
        if not wish:
            return units.order_by("path").filter(parent=None).first() or units.earliest("pk")
        number = whole_in(wish)
        found = units.filter(name=str(wish)) if number is None else units.filter(pk=number)
        unit = found.first()
        if unit is None:
            raise Invalid(_("There is no organisation unit “%(unit)s”.") % {"unit": wish})
        return unit

    def _match(self, plan: Plan, by: Actor, options: Mapping[str, Any]) -> None:
        seen = Customer.objects.all() if by.user is None else Customer.objects.visible_to(by.user)
        by_ref = self._by_reference(plan, seen)
        by_name = self._by_name(plan, seen)
        in_file: dict[tuple[str, str], int] = {}
        update = options.get("duplicates") == "update"
        for row in plan.rows:
            if row.outcome != CREATE:
                continue
            known = by_ref.get(row.values.get("external_ref") or "")
            if known is not None:
                self._against(row, known)
                continue
            key = _key(row.values.get("name"), row.values.get("country"))
            if not row.values.get("external_ref") and key in in_file:
                row.outcome = SKIP
                row.note = _("The same as row %(row)d.") % {"row": in_file[key]}
                continue
            in_file.setdefault(key, row.number)
            known = by_name.get(key) if not row.values.get("external_ref") else None
            if known is not None and update:
                self._against(row, known)
            elif known is not None:
                row.outcome, row.target_id = SKIP, known.pk
                row.note = _("%(code)s has this name already.") % {"code": known.code}

    def _by_reference(self, plan: Plan, seen: Any) -> dict[str, Customer]:
        if not plan.mapping.source:
            for row in plan.rows:
                row.values["external_ref"] = None
            return {}
        rows = seen.filter(external_source=plan.mapping.source).exclude(external_ref="")
        return {row.external_ref: row for row in rows}

    def _by_name(self, plan: Plan, seen: Any) -> dict[tuple[str, str], Customer]:
        names = {row.values.get("name") for row in plan.rows if row.outcome == CREATE}
        if len(names) > 5_000 or plan.mapping.source:
            rows = seen.filter(is_archived=False)
        else:
            rows = seen.filter(is_archived=False, name__in=[name for name in names if name])
        return {_key(row.name, row.country): row for row in rows}

    def _against(self, row: PlannedRow, known: Customer) -> None:
        row.target_id = known.pk
        row.values["_changes"] = {
            name: row.values[name]
            for name in EDITABLE
            if row.values.get(name) is not None
            and row.values[name] != getattr(known, name)
            and name != "status"
        }
        row.values["_version"] = known.version
        given = row.values["_changes"] or row.values["_own"] or known.is_archived
        row.outcome = UPDATE if given else SAME

    def commit(self, plan: Plan, batch: ImportBatch, *, by: Actor, now: dt.datetime) -> None:
        """Create and update in bulk; every row is booked so that it can be undone."""
        fresh = [row for row in plan.rows if row.outcome == CREATE]
        made = create_customers(
            [_customer(row, plan) for row in fresh], by=by, now=now, import_id=batch.pk
        )
        booked = [
            ImportRow(
                batch=batch,
                number=row.number,
                about_label=label_of(customer),
                about_id=customer.pk,
                outcome=CREATE,
                before={"version": customer.version},
            )
            for row, customer in zip(fresh, made, strict=True)
        ]
        changed = [row for row in plan.rows if row.outcome == UPDATE]
        before = update_customers(
            {row.target_id: (row.values["_changes"], row.values["_version"]) for row in changed},
            by=by,
            now=now,
            import_id=batch.pk,
        )
        booked += [
            ImportRow(
                batch=batch,
                number=row.number,
                about_label="accounts.customer",
                about_id=row.target_id,
                outcome=UPDATE,
                before=before[row.target_id],
            )
            for row in changed
        ]
        ImportRow.objects.bulk_create(booked, batch_size=1000)
        known = Customer.objects.in_bulk([row.target_id for row in changed])
        pairs = [*zip(fresh, made, strict=True), *((row, known[row.target_id]) for row in changed)]
        own = [(one, row.values["_own"]) for row, one in pairs if row.values["_own"]]
        write_many(own, by=by, now=now)

    def undo(self, batch: ImportBatch, *, by: Actor, now: dt.datetime) -> dict[str, int]:
        """Archive what the import made and restore what it changed, unless edited since."""
        rows = list(ImportRow.objects.filter(batch=batch))
        made = {row.about_id: row.before["version"] for row in rows if row.outcome == CREATE}
        undone = archive_customers(made, by=by, now=now, import_id=batch.pk)
        back = {
            row.about_id: (row.before["values"], row.before["version"])
            for row in rows
            if row.outcome == UPDATE
        }
        restored = update_customers(back, by=by, now=now, import_id=batch.pk, skip_stale=True)
        done = undone + len(restored)
        return {"undone": done, "kept": len(rows) - done}


def _customer(row: PlannedRow, plan: Plan) -> Customer:
    values = {name: row.values[name] for name in EDITABLE if row.values.get(name) is not None}
    return Customer(
        owning_unit=plan.extra["unit"],
        external_source=plan.mapping.source,
        external_ref=row.values.get("external_ref") or "",
        **values,
    )


def _key(name: Any, country: Any) -> tuple[str, str]:
    return (str(name or "").casefold(), str(country or "").casefold())


def _merge(rows: list[PlannedRow], options: Mapping[str, Any]) -> None:
    """Rows with one external reference become one: gaps filled, `join` texts joined."""
    first: dict[str, PlannedRow] = {}
    ranks = {
        name: {word: place for place, word in enumerate(words)}
        for name, words in dict(options.get("first", {})).items()
    }
    joined: dict[str, dict[str, list[str]]] = {}
    for row in rows:
        ref = row.values.get("external_ref")
        if row.outcome == REFUSE or not ref:
            continue
        keeper = first.setdefault(ref, row)
        texts = joined.setdefault(ref, {name: [] for name in options.get("join", [])})
        for name, lines in texts.items():
            if row.values.get(name) and row.values[name] not in lines:
                lines.append(row.values[name])
        if keeper is row:
            continue
        row.outcome = MERGE
        row.note = _("One customer with row %(row)d.") % {"row": keeper.number}
        _fill(keeper, row, ranks)
    for ref, texts in joined.items():
        for name, lines in texts.items():
            first[ref].values[name] = "\n".join(lines) or None


def _fill(keeper: PlannedRow, row: PlannedRow, ranks: Mapping[str, dict[str, int]]) -> None:
    for name, value in row.values.items():
        if value is None:
            continue
        held = keeper.values.get(name)
        better = name in ranks and ranks[name].get(value, 99) < ranks[name].get(held, 99)
        if held is None or better:
            keeper.values[name] = value


IMPORTER = CustomerImporter()
