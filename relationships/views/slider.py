"""The time slider below the grid: any day until today, twelve months in one sweep."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from relationships.choices import Attitude
from relationships.months import ONE, end_before, end_of, month_ends
from relationships.queries import Board

ORDER = (Attitude.SUPPORTER, Attitude.NEUTRAL, Attitude.OPPONENT)


def slider_of(board: Board) -> dict[str, Any]:
    """Columns of each month, the position of the day shown, the days one month back and on.

    Positions count days from the first end of a month; an older day stands at 0.
    """
    ends = month_ends(board.today)
    names = [name for name, _counts in board.months]
    shown = f"{board.on:%Y-%m-%d}"
    back, earliest = end_before(board.on), min(ends[0], board.since or ends[0])
    month_over = end_of(board.on) == board.on
    forward = end_of(board.on + ONE) if month_over else end_of(board.on)
    return {
        "columns": [tuple(counts[each] for each in ORDER) for _name, counts in board.months],
        "index": names.index(shown[:7]) if shown[:7] in names else -1,
        "position": max(0, (board.on - ends[0]).days),
        "last": (board.today - ends[0]).days,
        "stops": ",".join(str((day - ends[0]).days) for day in ends),
        "from": f"{ends[0]:%Y-%m-%d}",
        "today": f"{board.today:%Y-%m-%d}",
        "first_name": names[0],
        "middle_name": names[len(names) // 2],
        "last_name": names[-1],
        "shown": shown,
        "previous": f"{back:%Y-%m-%d}" if back >= earliest else "",
        "next": "" if board.is_today else f"{min(forward, board.today):%Y-%m-%d}",
        "words": _("%(day)s, now") % {"day": shown} if board.is_today else shown,
    }
