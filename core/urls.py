"""Pages of the ground floor: the outbox and files."""

from django.urls import path

from core import outbox_pages as pages

urlpatterns = [
    path("outbox/", pages.outbox_list, name="outbox"),
    path("outbox/<int:pk>/", pages.outbox_message, name="outbox_message"),
    path("outbox/<int:pk>/retry/", pages.outbox_retry, name="outbox_retry"),
    path("outbox/<int:pk>/release/", pages.outbox_release, name="outbox_release"),
    path("files/<int:pk>/", pages.download, name="file_download"),
]
