"""The lines of the ticket queue, drawn in Python: a page has fifty with five clocks each."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django import template
from django.template import Context
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.templatetags.account_ui import tier_seal
from core import svg
from core.markup import format_html, format_html_join
from core.templatetags.ui import avatar, moment_when
from service.models import Ticket
from service.queries.queue import Cell, Line
from service.templatetags.service_ui import service_level, severity, sla_cell, support_line

register = template.Library()


@register.simple_tag(takes_context=True)
def queue_row(context: Context, line: Line) -> SafeString:
    """One ticket: severity, title and customer, five clocks, line, management, owner, steps."""
    ticket, language = line.ticket, get_language()
    mine = ticket.pk in context["workable"]
    return format_html(
        _frame(language),
        format_html(' data-s="{}"', line.tone) if line.tone else svg.NOTHING,
        ticket.pk,
        ticket.code,
        severity(line.severity),
        ticket.get_absolute_url(),
        ticket.title,
        ticket.title,
        tier_seal(context, line.tier, "xs") if line.tier else svg.NOTHING,
        ticket.customer.display_name,
        ticket.code,
        service_level(ticket.level),
        format_html_join("\n", "{}", [(_clock(cell, language),) for cell in line.cells]),
        support_line(ticket.line, line.line_words),
        management(line, context["now"], language),
        owner(ticket) if ticket.owner_id else _free(context, ticket, language, mine=mine),
        format_html(_keys(language), *[ticket.pk] * 3) if mine else svg.NOTHING,
    )


@lru_cache(maxsize=8)
def _keys(language: str) -> SafeString:
    """What the keys U, P and E press, for who may work on the ticket."""
    return format_html(
        '<a class="vh" href="/tickets/{{}}/update/" data-dialog data-key="u">{}</a>'
        '<a class="vh" href="/tickets/{{}}/pause/" data-dialog data-key="p">{}</a>'
        '<a class="vh" href="/tickets/{{}}/escalate/" data-dialog data-key="e">{}</a>',
        *(_("Send an update"), _("Pause the clocks"), _("Call management")),
    )


@lru_cache(maxsize=8)
def _frame(language: str) -> SafeString:
    """A line with its headings in one language, open where a ticket speaks."""
    return format_html(
        '<tr data-row{{}}><td class="skip-s"><input class="box box16" type="checkbox" name="id"'
        ' value="{{}}" form="bulk" aria-label="{}"></td><td>{{}}</td>\n'
        '<th scope="row" class="full"><a class="nm trunc blk" href="{{}}" title="{{}}">{{}}</a>'
        '<span class="meta l2 row g1 nowrap">{{}}{{}}<span class="num">{{}}</span>{{}}</span></th>'
        '\n{{}}\n<td data-l="{}">{{}}</td>\n<td data-l="{}">{{}}</td>\n<td>{{}}{{}}</td></tr>',
        *(_("Select %(name)s") % {"name": "{}"}, _("Support line"), _("Management")),
    )


def _clock(cell: Cell, language: str) -> SafeString:
    if cell.state == "none":
        return _no_clock(cell.label, language)
    drawn = sla_cell(cell.state, cell.text, cell.used, cell.tone, due=cell.due)
    return format_html('<td data-l="{}">{}</td>', cell.label, drawn)


@lru_cache(maxsize=32)
def _no_clock(label: str, language: str) -> SafeString:
    return format_html('<td data-l="{}" class="na">{}</td>', label, sla_cell("none"))


def management(line: Line, now: Any, language: str = "") -> SafeString:
    """Who of the management was called, and whether they took note."""
    call = line.management
    if call is None:
        return _not_escalated(language or get_language())
    noted = call.acknowledged_at is not None
    return format_html(
        '<span class="mark wrap2" data-s="{}">{}<span>{} {} {}</span></span>',
        "ok" if noted else "risk",
        svg.icon("s-ok" if noted else "s-none"),
        line.told,
        moment_when(call.acknowledged_at if noted else call.at, now),
        _("took note") if noted else _("told"),
    )


@lru_cache(maxsize=8)
def _not_escalated(language: str) -> SafeString:
    return format_html('<span class="meta">{}</span>', _("not escalated"))


def owner(ticket: Ticket) -> SafeString:
    """Who has the ticket, with picture."""
    return _person(ticket.owner.full_name, str(ticket.owner))


@lru_cache(maxsize=2048)
def _person(full_name: str, name: str) -> SafeString:
    return format_html(
        '<span class="row g1">{}<span class="nowrap">{}</span></span>',
        avatar(full_name, "sm"),
        name,
    )


def _free(context: Context, ticket: Ticket, language: str, *, mine: bool) -> SafeString:
    """Nobody has it: the button that claims it, for who may."""
    if not mine:
        return format_html('<span class="meta">{}</span>', _("nobody has it"))
    return format_html(
        '<form method="post" action="/tickets/{}/claim/">'
        '<input type="hidden" name="csrfmiddlewaretoken" value="{}">'
        '<input type="hidden" name="next" value="{}">'
        '<button class="btn sm" data-key="c">{}<span class="vh"> {}</span></button></form>',
        ticket.pk,
        context.get("csrf_token", ""),
        context["request"].get_full_path(),
        _claim_words(language),
        ticket.code,
    )


@lru_cache(maxsize=8)
def _claim_words(language: str) -> str:
    return _("Claim")
