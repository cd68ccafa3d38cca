"""Reads of the relationship floor: the board of one customer, and what the desk shows."""

from relationships.queries.board import Board, Person, Wish, board
from relationships.queries.desk import (
    GridSummary,
    grid_summary,
    interactions_this_week,
    last_touch,
    recent_moves,
)

__all__ = [
    "Board",
    "GridSummary",
    "Person",
    "Wish",
    "board",
    "grid_summary",
    "interactions_this_week",
    "last_touch",
    "recent_moves",
]
