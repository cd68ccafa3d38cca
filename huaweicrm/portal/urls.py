"""Addresses of the customer portal."""

from django.urls import path

from huaweicrm.portal import signing, views
from huaweicrm.portal.invitation import invitation

urlpatterns = [
    path("", views.home, name="portal"),
    path("sign-in/", views.sign_in, name="portal_sign_in"),
    path("sign-out/", views.sign_out, name="portal_sign_out"),
    path("invitation/<int:pk>/<str:uid>/<str:token>/", invitation, name="portal_invitation"),
    path("sign/<str:token>/", signing.sign, name="portal_sign"),
    path("sign/<str:token>/pdf/", signing.sign_pdf, name="portal_sign_pdf"),
    path("forms/<int:pk>/", views.form, name="portal_form"),
    path("forms/<int:pk>/pdf/", views.form_pdf, name="portal_form_pdf"),
]
