"""Rows of the permission table of the floor of promises."""

from expectations.tests import permissions_delivery, permissions_form

ROWS = [*permissions_form.ROWS, *permissions_delivery.ROWS]
