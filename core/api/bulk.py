"""`POST /things/bulk/`: up to 1,000 rows, each in a savepoint with a result of its own."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from core.api.permissions import demand_person
from core.api.problems import KNOWN, body_of
from core.api.resource import ChangeRow, CreateRow, ReadResource
from core.api.shapes import Input
from core.errors import Invalid

MAX_ROWS = 1000


class BulkResult(serializers.Serializer):
    """What became of one row of a bulk."""

    index = serializers.IntegerField(help_text=_("Place in `rows`, from 0."))
    status = serializers.IntegerField(help_text=_("201 created, 200 updated, else the problem's."))
    id = serializers.IntegerField(allow_null=True)
    external_ref = serializers.CharField(allow_null=True)
    problem = serializers.DictField(allow_null=True)


class BulkAnswer(serializers.Serializer):
    """The results of a bulk, in the order of its rows."""

    created = serializers.IntegerField()
    updated = serializers.IntegerField()
    refused = serializers.IntegerField()
    results = BulkResult(many=True)


class BulkRows:
    """Adds `bulk/` to a resource with `create_row`."""

    @action(detail=False, methods=["post"], url_path="bulk", url_name="bulk")
    def bulk(self: Any, request: Any) -> Response:
        """Create or upsert up to 1,000 rows; a refused row leaves the others alone."""
        if self.create_people_only:
            demand_person(request, _("Only a person may do this."))
        rows = request.data.get("rows") if isinstance(request.data, dict) else None
        if not isinstance(rows, list) or not 1 <= len(rows) <= MAX_ROWS or len(request.data) != 1:
            raise Invalid(
                _("Send rows: a list of 1 to 1,000 objects."),
                fields={"rows": [_("A list of 1 to 1,000 objects.")]},
            )
        return self.write(request, lambda: self._all(request, rows))

    def _all(self: Any, request: Any, rows: list[Any]) -> Response:
        context = {"request": request, "view": self}
        results = [self._one(request, index, row, context) for index, row in enumerate(rows)]
        said = [result["status"] for result in results]
        body = {
            "created": said.count(201),
            "updated": said.count(200),
            "refused": len(said) - said.count(201) - said.count(200),
            "results": results,
        }
        return Response(body)

    def _one(self: Any, request: Any, index: int, row: Any, context: dict) -> dict[str, Any]:
        ref = row.get("external_ref") if isinstance(row, dict) else None
        result = {"index": index, "id": None, "external_ref": ref, "problem": None}
        try:
            with transaction.atomic():
                values = self.input(data=row, context=context).checked()
                response = self.created(request, values)
        except KNOWN as error:
            problem = body_of(error, request)
            return {**result, "status": problem["status"], "problem": problem}
        return {**result, "status": response.status_code, "id": response.data["id"]}


class Bulk(Input):
    """The body of a bulk; each row is the body of a create."""

    rows = serializers.ListField(child=serializers.DictField(), min_length=1, max_length=MAX_ROWS)


class CreateResource(BulkRows, CreateRow, ReadResource):
    """List, retrieve, create, bulk; no edit."""


class Resource(BulkRows, CreateRow, ChangeRow, ReadResource):
    """List, retrieve, create, edit, bulk."""
