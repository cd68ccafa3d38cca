"""Base classes of every resource: read, create, change, verbs, bulk. See docs/api-kernel.md."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from rest_framework import viewsets
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.response import Response
from rest_framework.views import APIView

from core import clock
from core.actors import Actor
from core.api import extras
from core.api.filters import refuse_unknown
from core.api.idempotency import once
from core.api.paging import NAMES as PAGING
from core.api.permissions import demand_person, may_see_confidential
from core.api.problems import MEDIA_TYPE
from core.api.reading import needs_only_columns
from core.api.shapes import Input, Shape
from core.api.verbs import Verb
from core.api.versions import demanded_version, etag_of, refuse_stale, stated_version
from core.errors import Invalid
from core.paging import plain_page_of
from core.web import actor_of, ask, found


class AlwaysJSON(BaseContentNegotiation):
    """JSON whatever Accept says."""

    def select_parser(self, request: Any, parsers: Any) -> Any:
        """The parser of the body's media type, None (415) for another."""
        words = (request.content_type or "").split(";")[0].strip().lower()
        return next((each for each in parsers if each.media_type == words), None)

    def select_renderer(self, request: Any, renderers: Any, format_suffix: Any = None) -> Any:
        """The first renderer."""
        return renderers[0], renderers[0].media_type


class Endpoint(APIView):
    """A single address of the API: `scope`, then `get(self, request)` or `post`."""

    scope = ""
    confidential = False
    content_negotiation_class = AlwaysJSON
    metadata_class = None
    http_method_names = ["get", "head", "post", "patch"]
    input: type[Input] | None = None
    output: type | None = None
    """What POST takes and what is answered, for the schema."""
    parameters: tuple[str, ...] = ()
    """Query parameters that a GET takes; others are 400."""

    def initial(self, request: Any, *args: Any, **kwargs: Any) -> None:
        """Sign-in, scope, throttle, then strict parameters."""
        super().initial(request, *args, **kwargs)
        if not self.takes_filters():
            refuse_unknown(request, self.known_parameters())

    def takes_filters(self) -> bool:
        """True where a filter backend judges the parameters."""
        return False

    def known_parameters(self) -> set[str]:
        """Names of the query parameters of this address."""
        return set(self.parameters)

    def by(self, request: Any) -> Actor:
        """The actor of this call."""
        return actor_of(request, "api")

    def values_of(self, request: Any, input: type[Input], **more: Any) -> dict[str, Any]:
        """The checked body; ValidationError (400) with sentences per field."""
        body = request.data
        if not isinstance(body, dict):
            raise Invalid(_("The body is an object."), fields={"__all__": [_("An object.")]})
        return input(data=body, context={"request": request, "view": self}, **more).checked()

    def write(
        self, request: Any, effect: Callable[[], Response], *, whole: bool = False
    ) -> Response:
        """Run an effect in one transaction under its Idempotency-Key; `whole`: the effect is one
        transaction already."""
        return once(request, clock.now(), effect, whole=whole)

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Problems keep their media type."""
        response = super().finalize_response(request, response, *args, **kwargs)
        if response.status_code >= 400:
            response.content_type = MEDIA_TYPE
            response["Content-Type"] = MEDIA_TYPE
        return response


class ReadResource(Endpoint, viewsets.GenericViewSet):
    """List and retrieve. A subclass gives `scope`, `shape`, `orderings` and `rows(user)`."""

    shape: type[Shape]
    orderings: tuple[str, ...] = ("-id",)
    search_fields: tuple[str, ...] = ()
    filterset_class: Any = None
    lookup_value_regex = "[0-9]{1,18}"
    tag = ""
    alike = False
    """True where `rows` hangs on nothing but the roles, the unit and the id of the person and on
    whether a token may see the confidential class: the SQL of the plain list is kept."""

    @classmethod
    def get_extra_actions(cls) -> list[Callable]:
        """As the framework's, without a look at `schema`: that would load the schema tool."""
        members = (getattr(cls, name, None) for name in dir(cls) if name != "schema")
        return [member for member in members if hasattr(member, "mapping")]

    def rows(self, user: Any) -> models.QuerySet:
        """What a person may see, ready to show: `Customer.objects.visible_to(user)`."""
        raise NotImplementedError

    def get_queryset(self) -> models.QuerySet:
        """The rows of the caller."""
        if getattr(self, "swagger_fake_view", False):
            return self.shape.Meta.model._default_manager.none()
        return self.rows(self.request.user)

    def get_serializer_class(self) -> type:
        """The shape."""
        return self.shape

    def takes_filters(self) -> bool:
        """Lists have a filter backend."""
        return self.action == "list"

    def known_parameters(self) -> set[str]:
        """A reading of many rows is paged."""
        made = getattr(getattr(self, self.action or "", None), "verb", None)
        return set(self.parameters) | (PAGING if made is not None and made.many else set())

    def row_of(self, request: Any) -> Any:
        """The row of this address within sight, else 404."""
        return found(self.rows(request.user), pk=self.kwargs["pk"])

    def shown(self, row: Any, output: type | None = None) -> Any:
        """A row as the caller sees it."""
        return (output or self.shape)(row, context=self.get_serializer_context()).data

    def answer(self, row: Any, status: int = 200) -> Response:
        """A row with its ETag."""
        tag = etag_of(row)
        return Response(self.shown(row), status=status, headers={"ETag": tag} if tag else {})

    def list(self, request: Any) -> Response:
        """One page of rows."""
        plain = self.alike and not set(request.query_params) - {"cursor"}
        page = self.paginate_queryset(None if plain else self._narrowed())
        extras.fetch(page)
        shape = self.shape(page, many=True, context=self.get_serializer_context())
        return self.get_paginated_response(shape.data)

    def paginate_queryset(self, queryset: models.QuerySet | None) -> Any:
        """One page; None stands for the plain list, which is asked as all who are alike ask it."""
        if queryset is None:
            inside = int(may_see_confidential(self.request))
            page = plain_page_of(
                f"{type(self).__module__}.{type(self).__qualname__}:{inside}",
                self.request.user,
                self._narrowed_for,
                model=self.shape.Meta.model,
                ordering=self.orderings[0],
                cursor=self.request.query_params.get("cursor", ""),
            )
            if page is not None:
                return self.paginator.take(page, self.request)
            queryset = self._narrowed()
        return super().paginate_queryset(queryset)

    def _narrowed(self) -> models.QuerySet:
        """The rows of the caller that the parameters leave, joined where the shape wants it."""
        rows = self.filter_queryset(self.get_queryset())
        return rows.select_related(None) if needs_only_columns(self.shape) else rows

    def _narrowed_for(self, somebody: Any) -> models.QuerySet:
        """The same for somebody else: nothing of the caller goes into what is kept, and the request
        of the caller stays whose it is, also for those who ask at the same time."""
        like = copy.copy(self)
        like.request = copy.copy(self.request)
        like.request._request = copy.copy(self.request._request)
        like.request.user = somebody
        return like._narrowed()

    def retrieve(self, request: Any, pk: str) -> Response:
        """One row with its ETag."""
        return self.answer(self.row_of(request))

    def run_verb(self, request: Any, made: Verb, method: Callable) -> Response:
        """Fetch, ask, parse, act, answer."""
        row = self.row_of(request)
        if made.people_only:
            demand_person(request, _("Only a person may do this."))
        if made.may is not None:
            ask(made.may(request.user, row), made.sentence, rule=first(made.rules))
        values = self.values_of(request, made.input)
        version = stated_version(request)

        def effect() -> Response:
            refuse_stale(row, version, lambda: self.shown(row))
            result = method(row, values, by=self.by(request), now=clock.now())
            if made.output is not None:
                return Response(self.shown(result, made.output), status=made.status)
            same = isinstance(result, type(row))
            return self.answer(self._again(request, result if same else row), made.status)

        return self.write(request, effect)

    def run_reading(self, request: Any, made: Verb, method: Callable) -> Response:
        """Fetch, read, answer: who sees a row may read what hangs on it."""
        result = method(self.row_of(request))
        if not made.many:
            return Response(self.shown(result, made.output))
        self.orderings = made.orderings
        page = self.paginate_queryset(result)
        rows = made.output(page, many=True, context=self.get_serializer_context())
        return self.get_paginated_response(rows.data)

    def _again(self, request: Any, row: Any) -> Any:
        """The row as it is now, prepared as for reading; as it stands when it went out of sight."""
        fresh = self.rows(request.user).filter(pk=row.pk).first()
        if fresh is None:
            row.refresh_from_db()
        return fresh or row


def first(rules: tuple[str, ...]) -> str:
    """The leading rule id, or nothing."""
    return rules[0] if rules else ""


class CreateRow:
    """`POST /things/`: `input` and `create_row(values, *, by, now)`; upsert by external_ref."""

    input: type[Input]
    create_people_only = False
    answers_as_made = False
    """True where creating (and editing by external_ref) is one transaction of its own and gives
    the row as it will be read, to somebody who sees it: nothing is asked twice."""

    def create_row(self, values: dict[str, Any], *, by: Actor, now: Any) -> models.Model:
        """Call the action that makes the row."""
        raise NotImplementedError

    def may_create(self, user: Any, values: dict[str, Any]) -> bool:
        """Who may create this; 403 otherwise."""
        return True

    def may_change(self, user: Any, row: Any) -> bool:
        """Who may edit this row; 403 otherwise."""
        return True

    def create(self: Any, request: Any) -> Response:
        """Create a row, 201; or edit the one with the same external_ref, 200."""
        if self.create_people_only:
            demand_person(request, _("Only a person may do this."))
        values = self.values_of(request, self.input)
        whole = self.answers_as_made and not any(name in values for name in extras.NAMES)
        return self.write(request, lambda: self.created(request, values), whole=whole)

    def created(self: Any, request: Any, values: dict[str, Any]) -> Response:
        """The effect of a create."""
        now, by = clock.now(), self.by(request)
        more = extras.taken(values)
        old = self._known(request, values)
        if old is not None:
            if getattr(self, "change_people_only", False):
                demand_person(request, _("Only a person may do this."))
            ask(self.may_change(request.user, old), rule="0.2")
            values.pop("external_source", None)
            self.change_row(old, values, by=by, now=now, version=old.version)
            extras.give(old, more, by=by, now=now)
            return self.answer(self._again(request, old))
        ask(self.may_create(request.user, values), rule="0.2")
        extras.demand(self.shape.Meta.model, more)
        row = self.create_row(values, by=by, now=now)
        extras.give(row, more, by=by, now=now)
        as_made = self.answers_as_made and not more
        response = self.answer(extras.bare(row) if as_made else self._again(request, row), 201)
        response["Location"] = f"{request.path.removesuffix('bulk/')}{row.pk}/"
        return response

    def _known(self: Any, request: Any, values: dict[str, Any]) -> Any:
        """The row that the caller's system knows by this external_ref."""
        if not values.get("external_ref"):
            values.pop("external_ref", None)
            return None
        values["external_source"] = source_of(request)
        if not hasattr(self, "change_row"):
            return None
        return (
            self.rows(request.user)
            .filter(external_source=values["external_source"], external_ref=values["external_ref"])
            .first()
        )


def source_of(request: Any) -> str:
    """The external source of a caller: the name of the token, or the user of a session."""
    return request.auth.name if request.auth is not None else f"user:{request.user.pk}"


class ChangeRow:
    """`PATCH /things/7/`: `change_row(row, values, *, by, now, version)` under If-Match."""

    change_input: type[Input] | None = None
    change_people_only = False

    def change_row(
        self, row: Any, values: dict[str, Any], *, by: Actor, now: Any, version: int
    ) -> Any:
        """Call the action that edits the row."""
        raise NotImplementedError

    def may_change(self, user: Any, row: Any) -> bool:
        """Who may edit this row; 403 otherwise."""
        return True

    def partial_update(self: Any, request: Any, pk: str) -> Response:
        """Edit a row: 428 without its version, 409 with the current values when stale."""
        row = self.row_of(request)
        if self.change_people_only:
            demand_person(request, _("Only a person may do this."))
        ask(self.may_change(request.user, row), rule="0.2")
        version = demanded_version(request)
        values = self.values_of(request, self.change_input or self.input, partial=True)
        more = extras.taken(values)

        def effect() -> Response:
            refuse_stale(row, version, lambda: self.shown(row))
            by, now = self.by(request), clock.now()
            if values or not more:
                self.change_row(row, values, by=by, now=now, version=version)
            extras.give(row, more, by=by, now=now)
            return self.answer(self._again(request, row))

        return self.write(request, effect)
