"""All URLs: pages, portal, API, admin, health."""

from django.contrib import admin
from django.urls import include, path, re_path

from core.api.pages import no_such_address
from core.imports.views import upload as import_upload
from core.preferences import set_preference
from core.web import admin_door
from huaweicrm import health
from huaweicrm.desk.customer.entering import before, prepare
from huaweicrm.desk.customer.views import customer, relations, timeline
from huaweicrm.desk.search import results
from huaweicrm.desk.styleguide import sample_confirmation, sample_form, styleguide
from huaweicrm.desk.today.views import today
from huaweicrm.metrics import metrics

urlpatterns = [
    path("", today, name="today"),
    path("customers/<int:pk>/", customer, name="customer"),
    path("customers/<int:pk>/relations/", relations, name="customer_relations"),
    path("customers/<int:pk>/before/", before, name="customer_before"),
    path("customers/<int:pk>/prepare/", prepare, name="customer_prepare"),
    path("customers/<int:pk>/timeline/", timeline, name="customer_timeline"),
    path("search/", results, name="search"),
    path("admin/login/", admin_door),
    path("admin/", admin.site.urls),
    path("api/v1/", include("huaweicrm.api")),
    re_path(r"^api/", no_such_address),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", metrics, name="metrics"),
    path("accounts/", include("allauth.urls")),
    path("portal/", include("huaweicrm.portal.urls")),
    path("", include("expectations.urls")),
    path("", include("core.urls")),
    path("", include("relationships.urls")),
    path("", include("expectations.urls_delivery")),
    path("", include("accounts.urls")),
    path("imports/", include("core.imports.urls")),
    path("customers/import/", import_upload, {"kind": "customers"}, name="customer_import"),
    path("", include("service.urls")),
    path("preferences/<str:name>/", set_preference, name="preference"),
    path("styleguide/", styleguide, name="styleguide"),
    path("styleguide/form/", sample_form, name="sample_form"),
    path("styleguide/confirmation/", sample_confirmation, name="sample_confirmation"),
]

handler404 = "core.api.pages.not_found"
handler500 = "core.api.pages.crashed"
