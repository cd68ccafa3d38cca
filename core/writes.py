"""The three writes that every action is made of: insert, edit with a version, move a state."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from core.actors import Actor
from core.errors import Invalid, Refused, Stale
from core.inserts import insert_rows
from core.text import complaint


def insert(obj: models.Model, *, by: Actor, now: dt.datetime) -> Any:
    """Check and save a new row; a broken constraint becomes `Invalid` with the user's sentence."""
    obj.stamp(by=by, now=now)  # type: ignore[attr-defined]
    checked(obj)
    with refusing(obj), transaction.atomic():
        obj.save(force_insert=True)
    return obj


def add(row: models.Model, *, savepoint: bool = True) -> Any:
    """Check the texts of a row of a history and save it: rows that are never changed.

    Without a savepoint a refusal ends the transaction around it: for who lets it pass.
    """
    refuse_hidden(row)
    with refusing(row), transaction.atomic(savepoint=savepoint):
        insert_rows([row])
    return row


def edit(
    obj: models.Model,
    changes: Mapping[str, Any],
    *,
    by: Actor,
    now: dt.datetime,
    version: int | None = None,
) -> dict[str, list[Any]]:
    """Apply changes to a row if nobody saved since `version` (None: since it was read).

    Returns {field: [before, after]} of what differs; empty when nothing does (nothing is written).
    Raises Stale with the current values, Invalid when a field or constraint refuses.
    """
    seen = obj.version if version is None else version  # type: ignore[attr-defined]
    differs = {
        name: [getattr(obj, name), value]
        for name, value in changes.items()
        if getattr(obj, name) != value
    }
    if version is not None and version != obj.version:  # type: ignore[attr-defined]
        raise stale(type(obj), obj.pk, changes)
    if not differs:
        return {}
    for name, (_before, after) in differs.items():
        setattr(obj, name, after)
    checked(obj)
    columns = {name: getattr(obj, obj._meta.get_field(name).attname) for name in differs}
    columns = {obj._meta.get_field(name).attname: value for name, value in columns.items()}
    with refusing(obj), transaction.atomic():
        hits = (
            type(obj)
            ._base_manager.filter(pk=obj.pk, version=seen)
            .update(**columns, version=F("version") + 1, updated_at=now, updated_by_id=by.user_id)
        )
    if not hits:
        raise stale(type(obj), obj.pk, changes)
    obj.version, obj.updated_at, obj.updated_by_id = seen + 1, now, by.user_id  # type: ignore
    return differs


def move(
    obj: models.Model,
    to: str,
    *,
    frm: Iterable[str] | str,
    by: Actor,
    now: dt.datetime,
    rule: str = "",
    field: str = "status",
    **columns: Any,
) -> str:
    """Move a state by one conditional UPDATE; returns the state left.

    Zero rows means that someone was first or the state does not allow it: Refused (409).
    """
    _refuse_hidden({obj._meta.get_field(name): value for name, value in columns.items()})
    allowed = [frm] if isinstance(frm, str) else list(frm)
    before = getattr(obj, field)
    with refusing(obj), transaction.atomic():
        hits = (
            type(obj)
            ._base_manager.filter(pk=obj.pk, **{f"{field}__in": allowed})
            .update(
                **{field: to},
                **columns,
                version=F("version") + 1,
                updated_at=now,
                updated_by_id=by.user_id,
            )
        )
    if not hits:
        current = type(obj)._base_manager.filter(pk=obj.pk).values_list(field, flat=True).first()
        raise Refused(
            _("This is “%(state)s” by now; that step is not possible any more. Reload the page.")
            % {"state": _state_label(obj, field, current)},
            rule=rule,
            extra={"current": current},
        )
    for name, value in {field: to, **columns}.items():
        setattr(obj, name, value)
    obj.version, obj.updated_at, obj.updated_by_id = obj.version + 1, now, by.user_id  # type: ignore
    return before


def as_read(obj: models.Model, version: int | None) -> None:
    """For a step that shows no form: Stale when somebody wrote the row since it was read (None: not
    asked). Locks the row until the transaction ends."""
    if version is None:
        return
    rows = type(obj)._base_manager.filter(pk=obj.pk).select_for_update()
    if rows.values_list("version", flat=True).first() != version:
        raise stale(type(obj), obj.pk, {})


def checked(obj: models.Model) -> None:
    """Run the field checks of a row; Invalid with a sentence per field.

    Constraints are left to the database, which is asked anyway; `refusing` gives their sentence.
    Set relations are left out: edges resolve them through visible_to, and checking costs a query.
    """
    relations = [
        field.name
        for field in obj._meta.fields
        if field.is_relation and getattr(obj, field.attname) is not None
    ]
    try:
        obj.clean_fields(exclude=relations)
    except ValidationError as error:
        raise invalid_from(error) from error
    refuse_hidden(obj)


def refuse_hidden(obj: models.Model) -> None:
    """Invalid when a text of a row holds control, direction or invisible characters.

    A CharField is one line, a TextField has several. A model names its exceptions:
    `several_lines = ("question",)` for short texts that people write in a box.
    """
    _refuse_hidden({field: getattr(obj, field.attname) for field in obj._meta.fields})


def _refuse_hidden(values: Mapping[models.Field, Any]) -> None:
    found: dict[str, list[Any]] = {}
    for field, value in values.items():
        if isinstance(field, models.CharField | models.TextField) and isinstance(value, str):
            sentence = complaint(value, one_line=is_one_line(field))
            if sentence is not None:
                found[field.name] = [sentence]
    if found:
        raise Invalid(next(iter(found.values()))[0], fields=found)


def is_one_line(field: models.Field) -> bool:
    """True for a text without line breaks."""
    several = getattr(field.model, "several_lines", ())
    return isinstance(field, models.CharField) and field.name not in several


def invalid_from(error: ValidationError) -> Invalid:
    """A Django validation error as a refusal with the same sentences."""
    fields = error.message_dict if hasattr(error, "error_dict") else {"__all__": error.messages}
    first = next(iter(fields.values()))[0]
    return Invalid(first, fields=fields)


def stale(model: type[models.Model], pk: Any, changes: Mapping[str, Any]) -> Stale:
    """The refusal of an edit that came second, with what the first one saved."""
    current = model._base_manager.filter(pk=pk).values("version", *changes).first() or {}
    return Stale(
        _("Someone saved in between. Both texts are below; nothing of yours is lost."),
        extra={"current_version": current.pop("version", None), "current": current},
    )


class refusing:
    """Turns a database constraint that broke under a race into its sentence."""

    def __init__(self, obj: models.Model) -> None:
        self.obj = obj

    def __enter__(self) -> refusing:
        return self

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        if isinstance(error, IntegrityError):
            raise refusal_of(self.obj, error) from error


def refusal_of(obj: models.Model, error: IntegrityError) -> Refused:
    """The sentence of the constraint that broke: Invalid for a check, Refused for a unique."""
    for constraint in obj._meta.constraints:
        try:
            constraint.validate(type(obj), obj)
        except ValidationError as broken:
            made = Invalid if isinstance(constraint, models.CheckConstraint) else Refused
            return made(broken.messages[0], fields={"__all__": broken.messages})
    for constraint in obj._meta.constraints:
        if constraint.name in str(error):
            return Refused(constraint.get_violation_error_message())
    for field in obj._meta.fields:
        if field.unique and f".{field.column}" in str(error).lower():
            return Refused(
                _("This value is taken already: %(field)s.") % {"field": field.verbose_name},
                fields={field.name: [_("This value is taken already.")]},
            )
    return Refused(_("Someone was first: this does not fit what is saved by now. Reload the page."))


def _state_label(obj: models.Model, field: str, value: Any) -> str:
    choices = dict(obj._meta.get_field(field).flatchoices)
    return str(choices.get(value, value))
