"""All URLs: pages, portal, API, admin, health."""

from django.contrib import admin
from django.urls import include, path, re_path

from core.api.pages import no_such_address
from core.imports.views import upload as import_upload
from core.preferences import set_preference
from core.routing import by_first_word
from core.web import admin_door
from huaweicrm import health
from huaweicrm.desk.customer.entering import before, prepare
from huaweicrm.desk.customer.views import customer, relations, timeline
from huaweicrm.desk.handover import pack as handover_pack
from huaweicrm.desk.handover import steps as handover_steps
from huaweicrm.desk.handover import views as handovers
from huaweicrm.desk.search import results
from huaweicrm.desk.styleguide import sample_confirmation, sample_form, styleguide
from huaweicrm.desk.today.views import today
from huaweicrm.metrics import metrics
from huaweicrm.privacy import pages as privacy

_PAGES = [
    path("", today, name="today"),
    path("customers/<int:pk>/", customer, name="customer"),
    path("customers/<int:pk>/relations/", relations, name="customer_relations"),
    path("customers/<int:pk>/before/", before, name="customer_before"),
    path("customers/<int:pk>/prepare/", prepare, name="customer_prepare"),
    path("customers/<int:pk>/timeline/", timeline, name="customer_timeline"),
    path("customers/<int:pk>/handover/new/", handovers.handover_new, name="handover_new"),
    path("handovers/", handovers.handover_list, name="handovers"),
    path("handovers/<int:pk>/", handovers.handover_page, name="handover"),
    path("handovers/<int:pk>/begin/", handover_steps.begin, name="handover_begin"),
    path("handovers/<int:pk>/introduce/", handover_steps.introduce, name="handover_introduce"),
    path("handovers/<int:pk>/give/", handover_steps.give, name="handover_give"),
    path("handovers/<int:pk>/letter/", handover_steps.letter, name="handover_letter"),
    path("handovers/<int:pk>/complete/", handover_steps.complete, name="handover_complete"),
    path("handovers/<int:pk>/cancel/", handover_steps.cancel, name="handover_cancel"),
    path("handovers/<int:pk>/pack/", handover_pack.pack, name="handover_pack"),
    path("handovers/<int:pk>/pack/pdf/", handover_pack.pack_pdf, name="handover_pack_pdf"),
    path("contacts/<int:pk>/export/", privacy.export, name="person_export"),
    path("contacts/<int:pk>/erase/", privacy.ask_for, name="erasure_new"),
    path("erasure-requests/", privacy.request_list, name="erasures"),
    path("erasure-requests/<int:pk>/", privacy.request_page, name="erasure"),
    path("erasure-requests/<int:pk>/carry-out/", privacy.carry_out, name="erasure_carry_out"),
    path("erasure-requests/<int:pk>/refuse/", privacy.refuse, name="erasure_refuse"),
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
    path("assets/import/", import_upload, {"kind": "assets"}, name="asset_import"),
    path("", include("service.urls")),
    path("preferences/<str:name>/", set_preference, name="preference"),
    path("styleguide/", styleguide, name="styleguide"),
    path("styleguide/form/", sample_form, name="sample_form"),
    path("styleguide/confirmation/", sample_confirmation, name="sample_confirmation"),
]
urlpatterns = [by_first_word(_PAGES)]

handler404 = "core.api.pages.not_found"
handler500 = "core.api.pages.crashed"
