"""Signs people in for the bench: sessions and tokens are rows, made without the form."""

from __future__ import annotations

from importlib import import_module

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

from core import clock
from core.actions_tokens import create_token
from core.actors import Actor
from core.models import User


def person(username: str) -> User:
    """Somebody of the cast of the demo."""
    return User.objects.get(username=username)


def session(user: User) -> dict[str, str]:
    """The Cookie header of a person who signed in a moment ago."""
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    at = int(clock.now().timestamp())
    store.update(
        {
            SESSION_KEY: str(user.pk),
            BACKEND_SESSION_KEY: "django.contrib.auth.backends.ModelBackend",
            HASH_SESSION_KEY: user.get_session_auth_hash(),
            "signed_in_at": at,
            "seen_at": at,
        }
    )
    store.create()
    return {"Cookie": f"{settings.SESSION_COOKIE_NAME}={store.session_key}"}


def token(user: User, *scopes: str) -> dict[str, str]:
    """The Authorization header of a machine that acts for a person."""
    _row, text = create_token(
        user, name="bench", scopes=scopes, days=2, by=Actor.system("command"), now=clock.now()
    )
    return {"Authorization": f"Bearer {text}"}
