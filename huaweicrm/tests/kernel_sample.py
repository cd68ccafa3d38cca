"""A small resource on a real table, served only to the tests of the API kernel."""

from django.urls import include, path
from django_filters import CharFilter
from rest_framework import serializers

from accounts.models import Customer, CustomerUnit
from core import trail, writes
from core.api.bulk import Resource
from core.api.fields import ScopedRelatedField
from core.api.router import Router
from core.api.routes import TrailEntryShape
from core.api.shapes import Input, Shape
from core.api.verbs import reading, verb
from core.filters import Filters
from core.models import TrailEntry


class SampleShape(Shape):
    class Meta:
        model = CustomerUnit
        fields = ["id", "customer", "name", "kind", "external_ref", "version", "updated_at"]


class SampleInput(Input):
    customer = ScopedRelatedField(queryset=Customer.objects.visible_to)
    name = serializers.CharField(max_length=80)
    kind = serializers.ChoiceField(choices=["planning", "network", "other"], default="other")
    external_ref = serializers.CharField(max_length=120, required=False, allow_blank=True)


class SampleFilter(Filters):
    kind = CharFilter()

    class Meta:
        model = CustomerUnit
        fields = []


class RenameInput(Input):
    name = serializers.CharField(max_length=80)


class SampleResource(Resource):
    scope = "trail-entries"
    shape = SampleShape
    input = SampleInput
    filterset_class = SampleFilter
    orderings = ("-id", "name", "-updated_at")
    search_fields = ("name",)

    def rows(self, user):
        return CustomerUnit.objects.filter(customer__in=Customer.objects.visible_to(user))

    def create_row(self, values, *, by, now):
        row = writes.insert(CustomerUnit(**values), by=by, now=now)
        trail.record(row, "customer_unit.created", by=by, now=now, scope=row.customer)
        return row

    def change_row(self, row, values, *, by, now, version):
        writes.edit(row, values, by=by, now=now, version=version)

    def may_change(self, user, row):
        return user.username != "wei"

    @verb(
        input=RenameInput,
        may=lambda user, row: user.username == "lin",
        sentence="Only lin renames.",
        rule="R-T1",
        people_only=True,
    )
    def rename(self, row, values, *, by, now):
        """Give it another name."""
        writes.edit(row, values, by=by, now=now)

    @reading(output=TrailEntryShape, many=True)
    def history(self, row):
        """Its trail."""
        return TrailEntry.objects.filter(about_id=row.pk, about_label="accounts.customerunit")


router = Router()
router.register("samples", SampleResource, basename="samples")
urlpatterns = [path("api/v1/", include(router.urls)), path("", include("huaweicrm.urls"))]
handler404 = "core.api.pages.not_found"
handler500 = "core.api.pages.crashed"
