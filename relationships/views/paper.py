"""The nine-grid on paper: a PDF in the reader's language, marked with who took it and when."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import formats, timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from accounts.models import Customer
from core import clock
from core.preferences import is_presenting
from core.typeset import typeset
from core.web import actor_of, ask, staff_page
from core.wording import signed
from relationships.actions.readings import log_paper
from relationships.plane import Token
from relationships.queries import Board
from relationships.views import panels
from relationships.views.grid import customer_of, shown_of


@staff_page
@require_safe
def grid_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The grid as it is on the page, with its filters and its day; each paper is noted."""
    customer = customer_of(request, pk)
    ask(not is_presenting(request), _("Scores are hidden while presenting."))
    now = clock.now()
    board, _form = shown_of(request, customer, now)
    deal = {"opportunity": board.opportunity.pk} if board.opportunity else {}
    log_paper(customer, by=actor_of(request), now=now, facts={"on": board.on, **deal})
    tokens = panels.tokens_of(board, chosen=None, may_move=False, keep="")
    data = document_of(customer, board, tokens) | {"footer": _footer(request.user, now)}
    response = HttpResponse(typeset("ninegrid.typ", data), content_type="application/pdf")
    name = f"{customer.code}-grid-{board.on:%Y%m%d}.pdf"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def document_of(customer: Customer, board: Board, tokens: list[Token]) -> dict[str, Any]:
    """What the template sets: words only, all of them translated."""
    shown = panels.panels_of(board, tokens)
    return {
        "title": _("%(customer)s: key people on the nine-grid") % {"customer": customer.name},
        "language": (translation.get_language() or "zh")[:2],
        "on": formats.date_format(board.on, "Y-m-d"),
        "headlines": [line["text"] for line in panels.headlines(board)],
        "columns": panels.columns(),
        "panels": [_panel(panel) for panel in shown],
        "unassessed": [person.contact.name for person in board.unassessed],
        "turns": [_turn(kind) for kind in panels.turns(board, "")],
        "heads": _heads(),
        "lines": [_line(line) for line in panels.lines_of(board, tokens, "")],
        "words": {
            "unassessed": _("Not assessed"),
            "nobody": _("nobody"),
            "legend": _legend(board),
        },
    }


def _legend(board: Board) -> str:
    said = _("Filled: decides or approves. Dashed: to re-check.")
    if board.opportunity is None:
        return said
    return f"{said} {_('In brackets: in general, not judged for this opportunity.')}"


def _panel(panel: panels.PanelView) -> dict[str, Any]:
    rows = [
        {
            "figure": row.figure,
            "words": row.words,
            "step": int(row.cells[0].css[1]),
            "cells": [
                {"name": cell.name, "people": [_person(token) for token in cell.tokens]}
                for cell in row.cells
            ],
        }
        for row in panel.rows
    ]
    return {"key": panel.key, "zone": panel.zone, "sentence": panel.sentence, "rows": rows}


def _name(token: Token) -> str:
    return f"({token.name})" if token.apart else token.name


def _person(token: Token) -> dict[str, Any]:
    return {
        "name": _name(token),
        "words": token.move,
        "key": token.weight >= panels.KEY_WEIGHT,
        "stale": bool(token.stale),
    }


def _turn(kind: dict[str, Any]) -> dict[str, Any]:
    people = [f"{each['name']} {each['words']} {each['on']:%Y-%m-%d}" for each in kind["people"]]
    return {"label": kind["label"], "count": len(people), "people": people}


def _heads() -> list[str]:
    return [
        _("Key person"), _("Title"), _("Seat"), _("Cell"), _("Attitude"), _("Support"),
        _("Intimacy"), pgettext("grid", "Change"), _("Target"), _("Checked"),
    ]  # fmt: skip


def _line(line: panels.LineView) -> list[str]:
    row, token = line.person.row, line.token
    checked = f"{row.checked_on or row.assessed_on:%Y-%m-%d}" if row else ""
    return [
        _name(token), token.title, token.role_label, line.cell, line.attitude,
        signed(token.cell[1]), signed(token.cell[0]), token.move,
        f"{line.target} {token.target_on}".strip(), checked,
    ]  # fmt: skip


def _footer(user: Any, now: Any) -> str:
    when = timezone.localtime(now)
    return _("Confidential. Taken by %(name)s on %(when)s; not for the customer.") % {
        "name": user.full_name,
        "when": f"{when:%Y-%m-%d %H:%M}",
    }
