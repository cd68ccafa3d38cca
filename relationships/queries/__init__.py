"""Reads of the relationship floor: the board of one customer, and what the desk shows."""

from relationships.queries.board import Board, Person, Wish, board
from relationships.queries.desk import (
    GridSummary,
    Turns,
    grid_summary,
    interactions_this_week,
    last_touch,
    recent_moves,
    turns_of,
)

__all__ = [
    "Board",
    "GridSummary",
    "Person",
    "Turns",
    "Wish",
    "board",
    "grid_summary",
    "interactions_this_week",
    "last_touch",
    "recent_moves",
    "turns_of",
]
