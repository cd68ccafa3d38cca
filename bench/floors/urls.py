"""Addresses of the floors."""

from django.urls import path

from bench.floors import views

urlpatterns = [
    path("floor/customers/", views.customers),
    path("floor/customers/<int:pk>/", views.customer, name="floor_customer"),
    path("floor/tickets/", views.tickets),
    path("floor/tickets/<int:pk>/", views.ticket, name="floor_ticket"),
    path("floor/sign-in/", views.SignIn.as_view()),
    path("floor/api/customers/", views.CustomerApi.as_view()),
    path("floor/api/tickets/", views.TicketApi.as_view()),
    path("floor/raw/customers/", views.raw_customers),
]
