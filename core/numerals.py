"""Whole numbers that an address or a form says."""

from __future__ import annotations

from typing import Any

DIGITS = 18
"""As many as every column of ids holds."""


def whole_in(said: Any) -> int | None:
    """The whole number that a text says, from 0; None for anything else.

    `isdigit` would let ² pass, which `int` refuses, and a text of 5,000 digits is none either.
    """
    text = str("" if said is None else said)
    return int(text) if len(text) <= DIGITS and text.isdecimal() else None
