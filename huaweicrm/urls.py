"""All URLs: pages, portal, API, admin, health."""

from django.contrib import admin
from django.urls import include, path

from core.imports.views import upload as import_upload
from core.preferences import set_preference
from huaweicrm.desk.styleguide import styleguide

urlpatterns = [
    path("admin/", admin.site.urls),
    path("accounts/", include("allauth.urls")),
    path("imports/", include("core.imports.urls")),
    path("customers/import/", import_upload, {"kind": "customers"}, name="customer_import"),
    path("preferences/<str:name>/", set_preference, name="preference"),
    path("styleguide/", styleguide, name="styleguide"),
]
