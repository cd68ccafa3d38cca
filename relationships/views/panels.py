"""Turns a board into what the templates draw: tokens, two panels, the list, the person aside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from accounts.choices import OPEN_STAGES
from accounts.models import Opportunity
from core.wording import signed
from relationships import grid
from relationships.choices import Attitude, SeatRole
from relationships.plane import Token
from relationships.queries import Board, Person

KEY_WEIGHT = 4
"""Approvers and deciders weigh this much or more."""
CROWD = 60
"""Above this the table has its own tab only: the page stays light."""
MOST_NAMES = 5
"""More names than this in one sentence are counted."""
FOLD = 8
"""A cell shows so many people at once; the lighter seats open on demand."""
TURNED = 12
"""So many who turned are named at once, the heaviest seats first."""
GHOSTS = 5
"""A cell names so many people who are planned to come."""
FEW = 4
"""More people than this in a cell stand as a compact list."""


@dataclass(frozen=True)
class CellView:
    """One cell of a panel."""

    name: str
    point: str
    css: str
    tokens: Sequence[Token]
    coming: Sequence[Token] = ()
    """Who is planned to come here from another cell."""

    @property
    def ghosts(self) -> Sequence[Token]:
        """Those of them that are named; the chosen one is always among them."""
        return sorted(self.coming, key=lambda token: not token.selected)[:GHOSTS]

    @property
    def more_ghosts(self) -> int:
        """How many more are planned to come."""
        return len(self.coming) - len(self.ghosts)

    @property
    def shown(self) -> Sequence[Token]:
        """Those who stand in the cell at once; the chosen one is always among them."""
        return [token for k, token in enumerate(self.tokens) if k < FOLD or token.selected]

    @property
    def folded(self) -> Sequence[Token]:
        """The rest, behind a line that opens."""
        return [token for k, token in enumerate(self.tokens) if k >= FOLD and not token.selected]

    @property
    def is_crowded(self) -> bool:
        """Drawn as a compact list."""
        return len(self.tokens) > FEW


@dataclass(frozen=True)
class RowView:
    """One row of a panel: its support values, their words, three cells."""

    figure: str
    words: str
    cells: Sequence[CellView]


@dataclass(frozen=True)
class PanelView:
    """One of the two panels."""

    key: str
    css: str
    zone: str
    sentence: str
    rows: Sequence[RowView]


def tokens_of(board: Board, *, chosen: int | None, may_move: bool, keep: str) -> list[Token]:
    """Everybody with a position as both views draw him; `keep` is the query of the page."""
    labels = {role: str(role.label) for role in SeatRole}
    return [
        Token(
            contact=person.contact.pk,
            name=person.contact.name,
            title=person.contact.title,
            role=person.role,
            role_label=labels[person.role],
            weight=person.weight,
            cell=person.row.point,
            previous=person.before if person.before != person.row.point else None,
            move=person.move.words if person.move else "",
            better=person.move.better if person.move else True,
            stale=person.stale_days,
            target=person.plan.target if person.plan else None,
            target_on=f"{person.plan.due_on:%m-%d}" if person.plan else "",
            selected=person.contact.pk == chosen,
            apart=board.opportunity is not None and not person.is_of_deal,
            url=f"?{keep}person={person.contact.pk}#person",
            move_url=assess_url(person, board) if may_move and board.is_today else "",
        )
        for person in board.people
    ]


def assess_url(person: Person, board: Board) -> str:
    """The evidence form of a person, for the deal that the board shows."""
    deal = f"?opportunity={board.opportunity.pk}" if takes_scores(board.opportunity) else ""
    return f"/contacts/{person.contact.pk}/assess/{deal}"


def takes_scores(deal: Opportunity | None) -> bool:
    """People are judged for a deal while it is open."""
    return deal is not None and deal.stage in OPEN_STAGES


def panels_of(board: Board, tokens: Sequence[Token]) -> list[PanelView]:
    """The positive and the negative panel with everybody in one of 18 cells."""
    crowd: dict[str, list[Token]] = {}
    coming: dict[str, list[Token]] = {}
    for token in tokens:
        here = grid.cell_of(token.cell)
        crowd.setdefault(here, []).append(token)
        if token.target and grid.cell_of(token.target) != here:
            coming.setdefault(grid.cell_of(token.target), []).append(token)
    said = board.counts
    positive = _("Support ≥ 0: %(p)s supporters, %(z)s neutral") % {
        "p": said[Attitude.SUPPORTER],
        "z": said[Attitude.NEUTRAL],
    }
    negative = _("Support < 0: %(n)s opponents, met as agreed") % {"n": said[Attitude.OPPONENT]}
    rows = _row_words()
    return [
        PanelView(
            key,
            css,
            pgettext("grid", "P") if key == "P" else pgettext("grid", "N"),
            sentence,
            [RowView(*rows[key, row], _cells(key, row, crowd, coming)) for row in order],
        )
        for key, css, sentence, order in (
            ("P", "pos", positive, (3, 2, 1)),
            ("N", "neg", negative, (1, 2, 3)),
        )
    ]


def _cells(
    key: str, row: int, crowd: dict[str, list[Token]], coming: dict[str, list[Token]]
) -> list[CellView]:
    return [
        CellView(
            name=str(grid.PLAYBOOK[cell].name),
            point="{},{}".format(*grid.middle_of(cell)),
            css=f"s{row}",
            tokens=crowd.get(cell, []),
            coming=coming.get(cell, []),
        )
        for cell in (f"{key}{row}{column}" for column in grid.COLUMNS)
    ]


def _row_words() -> dict[tuple[str, int], tuple[str, str]]:
    return {
        ("P", 3): ("+3", pgettext("row", "coach")),
        ("P", 2): ("+2", pgettext("row", "exclusive")),
        ("P", 1): ("+1, 0", pgettext("row", "supports, neutral")),
        ("N", 1): ("−1", pgettext("row", "doubts")),
        ("N", 2): ("−2", pgettext("row", "opposes")),
        ("N", 3): ("−3", pgettext("row", "blocks")),
    }


def columns() -> list[str]:
    """Heads of the three columns."""
    return [grid.column_words(column) for column in grid.COLUMNS]


@dataclass(frozen=True)
class LineView:
    """One row of the table that says the same as the picture."""

    person: Person
    token: Token
    cell: str
    attitude: str
    target: str = ""


SORTS = {
    "name": lambda line: line.person.contact.name,
    "weight": lambda line: line.person.weight,
    "support": lambda line: line.person.row.support,
    "intimacy": lambda line: line.person.row.intimacy,
    "assessed_on": lambda line: line.person.row.checked_on or line.person.row.assessed_on,
}


def lines_of(board: Board, tokens: Sequence[Token], ordering: str) -> list[LineView]:
    """The table; `ordering` is a key of SORTS, with - for descending, else by weight."""
    cells = cache(grid.cell_words)
    attitudes = {each.value: str(each.label) for each in Attitude}
    lines = [
        LineView(
            person,
            token,
            cells(person.row.cell),
            attitudes[person.row.attitude],
            cells(person.plan.target_cell) if person.plan else "",
        )
        for person, token in zip(board.people, tokens, strict=True)
    ]
    key = SORTS.get(ordering.lstrip("-"))
    return sorted(lines, key=key, reverse=ordering.startswith("-")) if key else lines


def attitude_counts(board: Board) -> list[dict[str, Any]]:
    """Supporters, neutral, opponents now and a period ago: never a sum of supports."""
    css = {Attitude.SUPPORTER: "p", Attitude.NEUTRAL: "z", Attitude.OPPONENT: "n"}
    return [
        {
            "css": css[attitude],
            "label": attitude.label,
            "count": board.counts[attitude],
            "before": board.counts_before[attitude],
        }
        for attitude in Attitude
    ]


def key_seats(board: Board) -> tuple[int, str]:
    """How many deciders and approvers there are, and where they stand, in words."""
    held = [person for person in board.people if person.is_key]
    unknown = [person for person in board.unassessed if person.is_key]
    against = [p.contact.name for p in held if p.row.attitude == Attitude.OPPONENT]
    open_ = [p.contact.name for p in held if p.row.attitude == Attitude.NEUTRAL]
    parts = []
    if against:
        parts.append(_("against: %(names)s") % {"names": _names(against)})
    if open_:
        parts.append(_("neutral: %(names)s") % {"names": _names(open_)})
    if unknown:
        names = _names([person.contact.name for person in unknown])
        parts.append(_("not assessed: %(names)s") % {"names": names})
    if held and not parts:
        parts.append(_("all support us"))
    return len(held) + len(unknown), "; ".join(parts)


def _names(names: Sequence[str]) -> str:
    said = pgettext("between names", ", ").join(names[:MOST_NAMES])
    if len(names) > MOST_NAMES:
        said += _(" and %(n)s more") % {"n": len(names) - MOST_NAMES}
    return said


def headlines(board: Board) -> list[dict[str, str]]:
    """The line under the title: people, not assessed, to re-check; conversions; who got worse."""
    total = len(board.people) + len(board.unassessed)
    facts = [ngettext("%(n)s key person", "%(n)s key people", total) % {"n": total}]
    if board.unassessed:
        facts.append(_("%(n)s not assessed") % {"n": len(board.unassessed)})
    if board.stale:
        facts.append(_("%(n)s to re-check") % {"n": len(board.stale)})
    lines = [*_of_deal(board), {"text": _(", ").join(facts)}]
    turned = []
    if board.converted:
        turned.append(_("%(n)s from opponent to supporter") % {"n": len(board.converted)})
    if board.neutralised:
        turned.append(_("%(n)s from opponent to neutral") % {"n": len(board.neutralised)})
    if board.lost:
        turned.append(_("%(n)s to opponent") % {"n": len(board.lost)})
    if turned:
        what = {"period": board.period.label, "what": _(", ").join(turned)}
        lines.append({"text": _("Within %(period)s: %(what)s") % what})
    lines += _warnings(board)
    for person in board.worse[:2]:
        text = f"{person.contact.name} {person.move.words}"
        lines.append({"text": text, "tone": "risk"})
    return lines


def _of_deal(board: Board) -> list[dict[str, str]]:
    """Which deal the positions speak of, and of how many people."""
    if board.opportunity is None:
        return []
    said = {"deal": board.opportunity.name, "n": len(board.of_deal)}
    return [{"text": _("For the opportunity %(deal)s: %(n)s judged") % said}]


def _warnings(board: Board) -> list[dict[str, str]]:
    number = len(board.without_plan)
    said = ngettext("%(n)s opponent without a plan", "%(n)s opponents without a plan", number)
    return [{"text": said % {"n": number}, "tone": "risk"}] if number else []


def turns(board: Board, keep: str) -> list[dict[str, Any]]:
    """Who turned within the period, by name and in words: conversions, neutralised, lost (C113)."""
    kinds = [
        ("ok", _("Opponent turned supporter"), board.converted),
        ("info", _("Opponent turned neutral"), board.neutralised),
        ("risk", _("Turned opponent"), board.lost),
    ]
    return [
        {
            "tone": tone,
            "label": label,
            "count": len(people),
            "people": [_turned(person, keep) for person in people[:TURNED]],
            "rest": [_turned(person, keep) for person in people[TURNED:]],
        }
        for tone, label, people in kinds
    ]


def _turned(person: Person, keep: str) -> dict[str, Any]:
    return {
        "name": person.contact.name,
        "words": person.move.words if person.move else "",
        "url": f"?{keep}person={person.contact.pk}#person",
        "on": person.row.assessed_on if person.row else None,
    }


def axis(name: str, now: int, was: int | None, goal: int | None = None) -> dict[str, Any]:
    """The seven steps of one axis: `at` now, `was` before, `to` the goal of the plan."""
    steps = [
        {
            "text": signed(value),
            "css": "at" if value == now else "to" if value == goal else _was(value, was),
        }
        for value in range(grid.LOWEST, grid.HIGHEST + 1)
    ]
    said = _("%(name)s: now %(now)s") % {"name": name, "now": signed(now)}
    if was is not None:
        said += _(", before %(was)s") % {"was": signed(was)}
    if goal is not None:
        said += _(", target %(goal)s") % {"goal": signed(goal)}
    return {"name": name, "label": said, "steps": steps}


def _was(value: int, was: int | None) -> str:
    return "was" if value == was else ""


def seats() -> list[SeatRole]:
    """The roles of the legend."""
    return list(SeatRole)
