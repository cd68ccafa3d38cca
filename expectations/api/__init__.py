"""API of the floor of promises, one aggregate per file."""

from __future__ import annotations

from core.api.router import Router
from expectations.api import delivery
from expectations.api.confirmation_forms import FormResource, SignatureResource
from expectations.api.items import ItemResource, ParseEndpoint
from expectations.api.projects import MemberResource, ProjectResource


def routes(router: Router) -> None:
    """Registers every resource of this floor."""
    for name, resource in [
        ("projects", ProjectResource),
        ("project-members", MemberResource),
        ("expectation-items", ItemResource),
        ("confirmation-forms", FormResource),
        ("form-signatures", SignatureResource),
    ]:
        router.register(name, resource, basename=name)
    router.address("parse-expectations", ParseEndpoint)
    delivery.routes(router)
