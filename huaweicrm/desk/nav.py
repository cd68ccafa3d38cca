"""The navigation of the staff pages: what, in which order, with which counts."""

from django.http import HttpRequest
from django.utils.translation import gettext as _

from core.context import NavItem


def items(request: HttpRequest) -> list[NavItem]:
    """The lines of the side bar, in the order of a working day."""
    return [
        NavItem("today", _("Today"), "/", "today", go="t", mobile=True),
        NavItem("customers", _("Customers"), "/customers/", "account", go="a", mobile=True),
        NavItem("grid", _("Nine-grid"), "/grid/", "grid", go="n", mobile=True),
        NavItem("forms", _("Confirmation forms"), "/confirmation-forms/", "confirm"),
        NavItem("expectations", _("Expectations"), "/expectations/", "matrix"),
        NavItem("projects", _("Projects and reports"), "/projects/", "report", go="r"),
        NavItem("tickets", _("ITR tickets"), "/tickets/", "ticket", go="i", mobile=True),
        NavItem("satisfaction", _("Satisfaction"), "/surveys/", "smile"),
        NavItem("cases", _("Case library"), "/cases/", "book"),
    ]
