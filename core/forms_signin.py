"""The second step of a sign-in: wrong codes lock an account for an address, as passwords do."""

from __future__ import annotations

from allauth.core import context
from allauth.mfa.base import forms
from django.core.exceptions import ValidationError

from core import clock, signin
from core.errors import Refused
from core.web import client_ip


class LockedCode:
    """Counts wrong codes in the database, apart from wrong passwords: a right password that
    comes between must not forget them."""

    def clean_code(self) -> str:
        """The code, or why it is not taken."""
        name, ip, now = f"code:{self.user.pk}", client_ip(context.request), clock.now()
        try:
            signin.refuse_locked(name, ip, now)
            code = super().clean_code()
        except Refused as refusal:
            raise ValidationError(str(refusal.sentence)) from refusal
        except ValidationError:
            signin.failed(name, ip, now)
            raise
        signin.succeeded(name, ip)
        return code


class AuthenticateForm(LockedCode, forms.AuthenticateForm):
    """The code after the password."""


class ReauthenticateForm(LockedCode, forms.ReauthenticateForm):
    """The code instead of a password, to make a sign-in fresh."""
