"""How much of all customers a person sees, which decides how PostgreSQL is asked for it."""

from __future__ import annotations

import math
from enum import Enum

OF_SO_MANY = 10_000
"""Customers among whom the bounds of few and some hold as they are."""


class Sight(Enum):
    """What is done with the customers in sight while a list of rows of theirs is read."""

    FEW = "few customers: they are read first"
    SOME = "a part of all: read first where a list is counted or begun"
    MANY = "asked for one by one where a list is begun, else as the database likes"


def sight_among(count: int, every: float, few: int, some: int) -> Sight:
    """Of `count` customers among `every` (-1: nobody knows).

    What is few grows with the root of all from ten thousand on: to find the first rows of a list by
    its order takes as many steps as there are customers for each of theirs, by the index of these
    as many as they have rows.
    """
    few_here = few * math.sqrt(max(every, OF_SO_MANY) / OF_SO_MANY)
    return Sight.FEW if count <= few_here else Sight.SOME if count <= some else Sight.MANY
