"""Serializers of the house: a Shape is what is shown, an Input is what may be sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.relations import PKOnlyObject

from core.api.reading import steps_of
from core.errors import rule_for

STEERING = {"version"}
"""Names that the kernel reads itself."""


class Shape(serializers.ModelSerializer):
    """What a resource shows: read-only, fields listed one by one, foreign keys as ids."""

    def build_relational_field(self, field_name: str, relation_info: Any) -> tuple[Any, dict]:
        """Ids only; no query."""
        return serializers.PrimaryKeyRelatedField, {
            "read_only": True,
            "many": relation_info.to_many,
        }

    def get_fields(self) -> dict[str, Any]:
        """Every field is read-only, whatever the model says."""
        fields = super().get_fields()
        for field in fields.values():
            field.read_only = True
            field.required = False
        return fields

    def to_representation(self, instance: Any) -> dict[str, Any]:
        """The row by field name; columns of known kinds are read without asking their field."""
        if not isinstance(instance, self.Meta.model):
            return super().to_representation(instance)
        shown: dict[str, Any] = {}
        for step in steps_of(type(self)):
            if isinstance(step, str):
                shown[step] = self._asked(step, instance)
                continue
            name, read, show = step
            value = getattr(self, read)(instance) if isinstance(read, str) else read(instance)
            shown[name] = value if value is None or show is None else show(value)
        return shown

    def _asked(self, name: str, instance: Any) -> Any:
        """What a field that is no plain column says itself."""
        field = self.fields[name]
        value = field.get_attribute(instance)
        empty = value is None or (isinstance(value, PKOnlyObject) and value.pk is None)
        return None if empty else field.to_representation(value)


class Input(serializers.Serializer):
    """What may be sent: declared fields only; an unknown name is a 400 at that name.

    `rule_ids` names the rule that a field of a wrong shape breaks, "" that of all others.
    """

    rule_ids: ClassVar[Mapping[str, str]] = {}

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        """The checked values by name."""
        if isinstance(data, dict):
            unknown = sorted(set(data) - set(self.fields) - self.steering)
            if unknown:
                raise serializers.ValidationError(
                    {name: [_("This field does not exist here.")] for name in unknown}
                )
        return super().to_internal_value(data)

    def checked(self) -> dict[str, Any]:
        """The values, or a ValidationError that knows its rule."""
        try:
            self.is_valid(raise_exception=True)
        except serializers.ValidationError as error:
            error.rule = rule_for(self.rule_ids, self.errors)  # type: ignore[attr-defined]
            raise
        return dict(self.validated_data)

    @property
    def steering(self) -> set[str]:
        """Names besides the fields: `version`, unless a field bears that name."""
        return STEERING


class Nothing(Input):
    """A verb without a body."""


class ProblemShape(serializers.Serializer):
    """An error: RFC 9457 with the rule id and the sentences per field."""

    type = serializers.URLField(help_text=_("Address of the kind of error."))
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField(help_text=_("What is wrong and what to do."))
    rule = serializers.CharField(help_text=_("Rule id, empty where none applies."))
    errors = serializers.DictField(
        child=serializers.ListField(child=serializers.CharField()),
        help_text=_("Sentences per field."),
    )
    instance = serializers.CharField(help_text=_("Id of the request."))
