"""Pages of imports that have begun; each kind has its own upload page."""

from django.urls import path

from core.imports import views

urlpatterns = [
    path("<int:pk>/columns/", views.columns, name="import_columns"),
    path("<int:pk>/words/", views.words, name="import_words"),
    path("<int:pk>/preview/", views.preview, name="import_preview"),
    path("<int:pk>/commit/", views.commit, name="import_commit"),
    path("<int:pk>/", views.result, name="import_result"),
    path("<int:pk>/undo/", views.undo, name="import_undo"),
]
