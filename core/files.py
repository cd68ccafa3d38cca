"""Files: taken in by what they are, kept under random names, handed out only after a check."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import secrets
import zipfile
from pathlib import PurePosixPath
from typing import Any

from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.db import models
from django.http import FileResponse
from django.utils.translation import gettext as _

from core import policies, policy, registry, trail
from core.actors import Actor
from core.errors import Invalid
from core.models import Attachment, User

ZIPPED = {"xlsx": "xl/workbook.xml", "docx": "word/document.xml"}
MAGIC = {
    "pdf": (b"%PDF-",),
    "png": (b"\x89PNG\r\n\x1a\n",),
    "jpg": (b"\xff\xd8\xff",),
    "jpeg": (b"\xff\xd8\xff",),
}
TYPES = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "csv": "text/csv",
    "txt": "text/plain",
}


def store(
    upload: File | bytes,
    *,
    name: str,
    about: models.Model,
    by: Actor,
    now: dt.datetime,
    scope: models.Model | None = None,
    portal_visible: bool = False,
) -> Attachment:
    """Keep a file about a row. Invalid when it is too large or not what its name says.

    `scope` is the customer whose visibility decides (FILE_ACCESS of the registry).
    """
    limit = policy.get(policies.FILE_MB, at=now) * 1024 * 1024
    content = upload[: limit + 1] if isinstance(upload, bytes) else upload.read(limit + 1)
    if len(content) > limit:
        raise _refused(_("The file is over %(limit)d MB.") % {"limit": limit // 1024 // 1024})
    shown = clean_name(name)
    kind = sniff(shown, content)
    path = default_storage.save(f"{now:%Y/%m}/{secrets.token_hex(16)}.{kind}", ContentFile(content))
    try:
        row = Attachment.objects.create(
            about_label=registry.label_of(about),
            about_id=about.pk,
            scope_label=registry.label_of(scope) if scope is not None else "",
            scope_id=scope.pk if scope is not None else None,
            name=shown,
            path=path,
            content_type=TYPES[kind],
            size=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
            portal_visible=portal_visible,
            created_at=now,
            created_by_id=by.user_id,
        )
        facts = {"attachment": row.pk, "sha256": row.sha256, "size": row.size}
        trail.record(about, "file.attached", by=by, now=now, scope=scope, facts=facts)
    except BaseException:
        default_storage.delete(path)
        raise
    return row


def clean_name(name: str) -> str:
    """The last part of a name, without control characters, at most 120 characters."""
    last = PurePosixPath(name.replace("\\", "/")).name
    shown = "".join(char for char in last if char.isprintable() and char not in '<>:"|?*')
    shown = shown.strip(" .")
    stem, dot, ending = shown.rpartition(".")
    return f"{stem[:100]}{dot}{ending[:10]}" if dot else shown[:100] or "file"


def sniff(name: str, content: bytes) -> str:
    """The lower-case ending, when the bytes agree with it; else Invalid."""
    kind = name.rpartition(".")[2].lower()
    if kind not in TYPES:
        raise _refused(
            _("Files of this type are not taken. Use one of: %(kinds)s.")
            % {"kinds": ", ".join(sorted(TYPES))}
        )
    if kind in MAGIC:
        right = content.startswith(MAGIC[kind])
    elif kind in ZIPPED:
        right = _is_office(content, ZIPPED[kind])
    else:
        right = _is_text(content)
    if not right:
        raise _refused(_("The content is not what the name says (.%(kind)s).") % {"kind": kind})
    return kind


def may_read(user: User, attachment: Attachment) -> bool:
    """Asked of the floor that owns what the file is about; without an answer superusers only."""
    if not user.is_active or user.is_portal:
        return False
    hooks = registry.entry("FILE_ACCESS", {})
    path = hooks.get(attachment.about_label) or hooks.get(attachment.scope_label)
    return bool(registry.load(path)(user, attachment)) if path else user.is_superuser


def response(attachment: Attachment) -> FileResponse:
    """The file as a download that no browser renders or guesses about."""
    answer = FileResponse(
        default_storage.open(attachment.path),
        as_attachment=True,
        filename=attachment.name,
        content_type=attachment.content_type,
    )
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["Cache-Control"] = "private, no-store"
    return answer


def is_intact(attachment: Attachment) -> bool:
    """True when the stored bytes are those that were taken in."""
    said = hashlib.sha256()
    try:
        with default_storage.open(attachment.path) as stored:
            for chunk in stored.chunks():
                said.update(chunk)
    except OSError:
        return False
    return said.hexdigest() == attachment.sha256


def _is_office(content: bytes, member: str) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return {"[Content_Types].xml", member} <= set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return False


def _is_text(content: bytes) -> bool:
    if b"\x00" in content:
        return False
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return True
    return False


def _refused(sentence: Any) -> Invalid:
    return Invalid(sentence, fields={"file": [sentence]})
