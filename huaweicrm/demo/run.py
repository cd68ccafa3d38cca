"""Loads the demo in one transaction and says who can sign in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from django.db import transaction

from core import policy
from huaweicrm.demo import customers, promises
from huaweicrm.demo.world import PASSWORD, PEOPLE, World, build

Say = Callable[[str], object]
SCENES: list[Callable[[World], None]] = [customers.tell, promises.tell]


def run(size: str, *, seed: int, now: dt.datetime, say: Say) -> World:
    """Tell the story; larger sizes add bulk beside it. All or nothing."""
    with transaction.atomic():
        world = build(now)
        for scene in SCENES:
            scene(world)
    policy.forget()
    _say_who(world, say)
    return world


def _say_who(world: World, say: Say) -> None:
    say(f"Sign in with one of these names, password {PASSWORD}")
    for _key, username, full_name, _unit, _function, title, roles in PEOPLE:
        say(f"  {username:<8} {full_name}  {title}  ({', '.join(roles)})")
    for key, user in world.made.items():
        if key.startswith("portal:"):
            say(f"  {user.username}  {user.full_name}  (/portal/)")
