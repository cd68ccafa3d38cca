"""What a developer writes on the first day: no rights, no words, no states, no product."""

from __future__ import annotations

import json
from typing import Any

from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import LoginView
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from rest_framework import generics, pagination, serializers
from rest_framework.authentication import SessionAuthentication
from rest_framework.permissions import IsAuthenticated
from rest_framework.renderers import JSONRenderer

from bench.floors.models import Customer, Ticket

ROWS = 50


@login_required
def customers(request: HttpRequest) -> HttpResponse:
    """Fifty rows in a template, with the session of the reader."""
    rows = Customer.objects.select_related("owning_unit").order_by("-id")[:ROWS]
    return render(request, "floor/customers.html", {"rows": rows}, using="floor")


@login_required
def tickets(request: HttpRequest) -> HttpResponse:
    """Fifty open tickets in a template, with the session of the reader."""
    rows = Ticket.objects.select_related("customer", "owner").order_by("queue_at", "id")
    rows = rows.exclude(status__in=["closed", "cancelled"])[:ROWS]
    return render(request, "floor/tickets.html", {"rows": rows}, using="floor")


@login_required
def customer(request: HttpRequest, pk: int) -> HttpResponse:
    """One row and its fields."""
    row = get_object_or_404(Customer.objects.select_related("owning_unit"), pk=pk)
    return render(request, "floor/customer.html", {"row": row}, using="floor")


@login_required
def ticket(request: HttpRequest, pk: int) -> HttpResponse:
    """One row and its fields."""
    row = get_object_or_404(Ticket.objects.select_related("customer"), pk=pk)
    return render(request, "floor/customer.html", {"row": row}, using="floor")


class SignIn(LoginView):
    """Django's own sign-in form in a bare page."""

    template_name = "floor/sign_in.html"
    template_engine = "floor"


class CustomerShape(serializers.ModelSerializer):
    """All fields, as the framework makes them."""

    class Meta:
        model = Customer
        fields = "__all__"


class TicketShape(serializers.ModelSerializer):
    """All fields, as the framework makes them."""

    class Meta:
        model = Ticket
        fields = "__all__"


class Pages(pagination.CursorPagination):
    """Fifty rows a page."""

    page_size = ROWS
    ordering = "-id"


class CustomerApi(generics.ListAPIView):
    """A list of fifty rows with the session of the caller."""

    queryset = Customer.objects.all()
    serializer_class = CustomerShape
    authentication_classes = [SessionAuthentication]
    permission_classes = [IsAuthenticated]
    pagination_class = Pages
    renderer_classes = [JSONRenderer]
    filter_backends: list[Any] = []
    throttle_classes: list[Any] = []


class Anyone(SessionAuthentication):
    """The session without the CSRF check, which a token has not either."""

    def enforce_csrf(self, request: Any) -> None:
        """Nothing."""


class TicketApi(generics.CreateAPIView):
    """One insert, as the framework makes it."""

    queryset = Ticket.objects.all()
    serializer_class = TicketShape
    authentication_classes = [Anyone]
    permission_classes = [IsAuthenticated]
    renderer_classes = [JSONRenderer]
    throttle_classes: list[Any] = []

    def perform_create(self, serializer: Any) -> None:
        """The code is not the caller's to choose, so the floor makes one."""
        serializer.save(code=f"F{self.request.META['HTTP_X_BENCH_NUMBER']}")


def raw_customers(request: HttpRequest) -> HttpResponse:
    """Fifty rows from a cursor, as JSON: the least that Python can do."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM accounts_customer ORDER BY id DESC LIMIT %s", [ROWS])
        names = [column[0] for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return HttpResponse(json.dumps(rows, default=str), content_type="application/json")
