"""Columns of the customer list that need the floors above: last contact, people, what threatens.

All of them are one UNION: the list costs the same whatever columns it shows.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Sequence
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.choices import ContactStatus
from accounts.choices_health import HEALTH_TONES, HealthBand
from accounts.listing import Column
from accounts.models import AccountHealth, Contact, Customer
from accounts.models.customer import PROBE, PROBES
from accounts.models.organisation import seat_of
from accounts.queries_alike import probe_like, shape_of
from core.kept import NONE, array, slots_of
from core.lists.spec import Cell
from core.prepared import Statement
from core.wording import ago_words, due_words
from expectations.choices import NOTICE_UNTOLD
from expectations.models import CustomerNotice
from relationships.choices import CURRENT, HAPPENED, Attitude, Chain, GridStatus, MapStatus
from relationships.models import GridAssessment, Interaction, PowerMap, PowerSeat
from relationships.power import Post, figures
from relationships.queries.power import rounded, weights_at
from service.choices import OPEN
from service.models import Ticket

Part = tuple[str, list[Any]]
Said = dict[str, tuple[int, dt.datetime | None]]
_KEPT: dict[Hashable, Statement] = {}
BURNS = dt.timedelta(hours=4)


def columns(ids: Sequence[int], *, user: Any, now: dt.datetime) -> list[Column]:
    """Six columns in one query, whatever the number of rows."""
    said: dict[int, Said] = {pk: {} for pk in ids}
    if ids:
        for pk, what, number, moment in _rows(ids, user):
            said[pk][what] = (number, moment)
    return [
        Column(
            _("Last contact"),
            _cells(said, "touch", lambda pk, n, at: Cell(ago_words(at, now))),
            key="touch",
        ),
        Column(_("Key people"), _people(said), locked=True, key="people"),
        Column(_("Key index"), _seats(said, now), locked=True, key="power"),
        Column(_("Account health"), _health(said), locked=True, key="health"),
        Column(
            _("72-hour notice"),
            _cells(said, "notice", lambda pk, n, at: _notice(pk, n, at, now)),
            key="notice",
        ),
        Column(_("Open tickets"), _cells(said, "tickets", _tickets), numeric=True, key="tickets"),
    ]


_COUNTED = (
    "SELECT customer_id, '{what}', COUNT(*), {moment} FROM {table}"
    " WHERE customer_id {among} AND status IN ({states}) GROUP BY customer_id"
)
_PLACED = (
    "SELECT g.customer_id, {what}, COUNT(*), NULL FROM {grid} g JOIN {contact} c"
    " ON c.id = g.contact_id WHERE g.customer_id IN (SELECT id FROM mine)"
    " AND g.opportunity_id IS NULL AND g.status IN ({states}) AND c.status = %s GROUP BY 1, 2"
)
_SEATED = (
    "SELECT m.customer_id,"
    " 'seat:' || s.role || ':' || COALESCE(CAST(g.support AS VARCHAR(4)), ''), COUNT(*), NULL"
    " FROM {seat} s JOIN {map} m ON m.id = s.map_id"
    " LEFT JOIN {contact} c ON c.id = s.contact_id AND c.status = %s"
    " LEFT JOIN {grid} g ON g.contact_id = c.id AND g.opportunity_id IS NULL AND g.status = %s"
    " WHERE m.customer_id IN (SELECT id FROM mine) AND m.status = %s AND m.chain = %s"
    " AND m.opportunity_id IS NULL AND s.removed_at IS NULL GROUP BY 1, 2"
)


_BAND = (
    "SELECT customer_id, {what}, CAST(ROUND({figure}) AS INTEGER), NULL FROM {table}"
    " WHERE customer_id IN (SELECT id FROM mine) AND is_current AND band <> ''"
)


def _rows(ids: Sequence[int], user: Any) -> list[tuple[int, str, int, dt.datetime | None]]:
    """(customer, what, how many, when) of everything that the columns say."""
    shape = shape_of(user) if connection.vendor == "postgresql" else None
    with connection.cursor() as cursor:
        if shape is None:
            cursor.execute(*_sql(ids, user))
        else:
            kept = _KEPT.get(shape)
            if kept is None:
                kept = _KEPT[shape] = _kept_for(user)
            said = {"ids": array(ids), "user": user.pk, "path": seat_of(user)}
            kept.execute(cursor, connection, said)
        return [(pk, what, number, _moment(at)) for pk, what, number, at in cursor.fetchall()]


def _kept_for(user: Any) -> Statement:
    """The same for all who are alike, customers and person left open."""
    sql, params = _sql(NONE, probe_like(user))
    probes = {"user": PROBE.pk, "path": PROBES["path"], "ids": array(NONE)}
    return Statement(sql, slots_of(params, probes))


def _sql(ids: Sequence[int], user: Any) -> Part:
    """The statement and its parameters.

    Written out, because Django needs longer to put five parts of a UNION together than the
    database needs to read them. Whose confidential class is open is still asked of Customer, once
    for all parts: five times the same subquery took PostgreSQL longer to plan than to answer.
    """
    parts = [
        _counted("touch", Interaction, HAPPENED, ids, "MAX(starts_at)"),
        _counted("notice", CustomerNotice, NOTICE_UNTOLD, ids, "MIN(due_at)"),
        _counted("tickets", Ticket, OPEN, ids, "NULL"),
    ]
    inner = Customer.objects.confidential_to(user).filter(pk__in=ids).order_by().values("pk")
    head, with_head = "", ()
    try:
        sql, with_head = inner.query.sql_with_params()
    except EmptyResultSet:
        pass
    else:
        head = f"WITH mine(id) AS MATERIALIZED ({sql}) "
        parts.append(_placed("'grid:' || g.attitude", CURRENT))
        parts.append(_placed("'stale'", (GridStatus.STALE,)))
        parts.append(_seated())
        parts.append(_measured("'band:' || band", "total"))
        parts.append(_measured("'lost'", "lost"))
    return (
        head + " UNION ALL ".join(sql for sql, _with in parts),
        [*with_head, *(each for _sql, with_ in parts for each in with_)],
    )


def _counted(what: str, model: Any, states: Any, ids: Sequence[int], moment: str) -> Part:
    among, with_ids = f"IN ({_marks(ids)})", list(ids)
    if connection.vendor == "postgresql":
        among, with_ids = "= ANY(%s::bigint[])", [array(ids)]
    sql = _COUNTED.format(
        what=what,
        moment=moment,
        table=model._meta.db_table,
        among=among,
        states=_marks(states),
    )
    return sql, [*with_ids, *states]


def _placed(what: str, states: Any) -> Part:
    sql = _PLACED.format(
        what=what,
        grid=GridAssessment._meta.db_table,
        contact=Contact._meta.db_table,
        states=_marks(states),
    )
    return sql, [*states, ContactStatus.ACTIVE]


def _seated() -> Part:
    """Seats of the overall map in force by role and support; without one where uncovered."""
    sql = _SEATED.format(
        seat=PowerSeat._meta.db_table,
        map=PowerMap._meta.db_table,
        contact=Contact._meta.db_table,
        grid=GridAssessment._meta.db_table,
    )
    return sql, [ContactStatus.ACTIVE, GridStatus.CONFIRMED, MapStatus.ACTIVE, Chain.OVERALL]


def _measured(what: str, figure: str) -> Part:
    """A figure of the last night of account health."""
    table = AccountHealth._meta.db_table
    return _BAND.format(what=what, figure=figure, table=table), []


def _marks(values: Sequence[Any]) -> str:
    return ", ".join(["%s"] * len(values))


def _moment(value: Any) -> dt.datetime | None:
    """SQLite keeps moments as text in UTC."""
    if isinstance(value, str):
        return dt.datetime.fromisoformat(value).replace(tzinfo=dt.timezone.utc)
    return value


def _cells(said: dict[int, Said], what: str, made: Any) -> dict[int, Cell]:
    return {pk: made(pk, *found[what]) for pk, found in said.items() if what in found}


def _people(said: dict[int, Said]) -> dict[int, Cell]:
    """Counts by attitude, never an average that hides the blocker (practice.md)."""
    cells, attitudes = {}, Attitude.values
    for pk, found in said.items():
        number = {one: found.get(f"grid:{one}", (0, None))[0] for one in attitudes}
        if not any(number.values()):
            continue
        against, stale = number[Attitude.OPPONENT], found.get("stale", (0, None))[0]
        text = _("%(for)d for · %(against)d against") % {
            "for": number[Attitude.SUPPORTER],
            "against": against,
        }
        more = ngettext("%(n)d to check again", "%(n)d to check again", stale) % {"n": stale}
        cells[pk] = Cell(
            text, more if stale else "", "risk" if against else "", f"/customers/{pk}/grid/"
        )
    return cells


def _health(said: dict[int, Said]) -> dict[int, Cell]:
    """The total with its band in words, and what was lost since the last quarter end but one."""
    cells: dict[int, Cell] = {}
    for pk, found in said.items():
        band = next((what[5:] for what in found if what.startswith("band:")), "")
        if not band:
            continue
        lost = found.get("lost", (0, None))[0]
        more = _("%(n)d lost") % {"n": lost} if lost > 0 else ""
        text = f"{found[f'band:{band}'][0]} · {HealthBand(band).label}"
        cells[pk] = Cell(text, more, HEALTH_TONES[HealthBand(band)], f"/customers/{pk}/health/")
    return cells


def _seats(said: dict[int, Said], now: dt.datetime) -> dict[int, Cell]:
    """Key index and coverage, and how many are against us: never the index alone (R-R3)."""
    cells: dict[int, Cell] = {}
    weights = weights_at(now) if said else {}
    for pk, found in said.items():
        posts = [
            post
            for what, (number, _at) in found.items()
            if what.startswith("seat:")
            for post in [_post(what)] * number
        ]
        if not posts:
            continue
        shown = figures(posts, weights)
        against = ngettext("%(n)d opponent", "%(n)d opponents", shown.opponents)
        cells[pk] = Cell(
            f"{rounded(shown.index)} · {shown.covered}/{shown.seats}",
            against % {"n": shown.opponents} if shown.opponents else "",
            "risk" if shown.opponents else "",
            f"/customers/{pk}/power/",
        )
    return cells


def _post(what: str) -> Post:
    _seat, role, support = what.split(":")
    return Post(role, int(support) if support else None)


def _notice(pk: int, number: int, due: dt.datetime, now: dt.datetime) -> Cell:
    many = ngettext("%(n)d notice", "%(n)d notices", number) % {"n": number}
    tone = "breach" if due <= now + BURNS else "watch"
    return Cell(due_words(due, now), many, tone, f"/customer-notices/?customer={pk}")


def _tickets(pk: int, number: int, _at: None) -> Cell:
    return Cell(str(number), url=f"/tickets/?customer={pk}")
