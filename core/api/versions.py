"""Optimistic locking over HTTP: ETag out, If-Match or `version` in."""

from __future__ import annotations

import re
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.errors import Invalid, PreconditionMissing, Stale

_ETAG = re.compile(r'^"([0-9]{1,9})"$')


def etag_of(row: Any) -> str | None:
    """`"7"` for a row with a version."""
    version = getattr(row, "version", None)
    return f'"{version}"' if isinstance(version, int) else None


def stated_version(request: Any) -> int | None:
    """The version in If-Match or in the body, None without; Invalid when they are wrong."""
    header = request.headers.get("If-Match", "")
    body = request.data.get("version") if isinstance(request.data, dict) else None
    said = _from_header(header) if header else None
    if body is None:
        return said
    if isinstance(body, bool) or not isinstance(body, int) or not 0 < body < 2**31:
        raise Invalid(
            _("The version is a whole number."),
            fields={"version": [_("A whole number is expected.")]},
        )
    if said is not None and said != body:
        raise Invalid(_("If-Match and version disagree."), fields={"version": [str(body)]})
    return body


def demanded_version(request: Any) -> int:
    """The stated version; PreconditionMissing (428) without one."""
    version = stated_version(request)
    if version is None:
        raise PreconditionMissing(_("Say which version you saw: If-Match, or version in the body."))
    return version


def refuse_stale(row: Any, version: int | None, current: Any) -> None:
    """Stale (409) with what was saved when the row has moved on since `version`."""
    if version is None:
        return
    if etag_of(row) is None:
        raise Invalid(
            _("These rows have no version; leave it out."),
            fields={"version": [_("Leave it out.")]},
        )
    if version != row.version:
        raise Stale(
            _("Someone saved in between. Read the row again and repeat your change."),
            extra={"current_version": row.version, "current": current()},
        )


def _from_header(header: str) -> int:
    match = _ETAG.match(header.strip())
    if match is None:
        raise Invalid(
            _('If-Match takes one version in quotes, like "3".'),
            fields={"If-Match": [_('One version in quotes, like "3".')]},
        )
    return int(match[1])
