"""Carries out the erasure of a person: everywhere at once, or not at all (R-P3)."""

from __future__ import annotations

import dataclasses
import datetime as dt
import io
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.contrib.sessions.models import Session
from django.core.files.storage import default_storage
from django.db import models, transaction

from accounts.actions import erasure
from accounts.models import Contact, ErasureRequest, PortalMembership
from core.actors import Actor
from core.models import (
    Attachment,
    CustomValue,
    IdempotencyRecord,
    ImportBatch,
    LoginAttempt,
    OutboxMessage,
    SearchEntry,
    Tagging,
    TrailPersonal,
    User,
)
from huaweicrm.privacy import mentions, sweep
from huaweicrm.privacy.sweep import Wanted

CONTACT = "accounts.contact"
PART_MOST = 20 * 1024**2
"""Bytes of one part of a zip that are looked through; what is larger is reported."""


@transaction.atomic
def carry_out(row: ErasureRequest, *, by: Actor, now: dt.datetime) -> dict[str, Any]:
    """Erase the person of a request, by somebody who did not ask for it.

    Every contact that is the same person goes, as far as both see its customer; those apart stay
    whole, with the words that they share. The report counts by table what was replaced and
    what stays under legal hold, and names files that still speak of them.
    """
    erasure.second(row, by)
    assert by.user is not None  # `second` let only persons through
    people, apart = erasure.reach(row, by.user)
    shared = set(words_of(apart))
    words = [word for word in words_of(people) if word not in shared]
    wanted = Wanted(words, erasure.tombstone(row.contact), longer_names(people))
    users = list(guests(people))
    kept = namesakes(people)
    if kept:
        names = {one.name for one in people}
        words = [word for word in wanted.words if word not in names]
        wanted = dataclasses.replace(wanted, words=words)
    erasure.blank(people, by=by, now=now)
    dropped = _drop(people, users, wanted)
    replaced = sweep.replace(wanted)
    files, unread = _files(people, wanted)
    report = {
        "contacts": len(people),
        "apart": len(apart),
        "replaced": dict(replaced),
        "dropped": dict(dropped),
        "held": dict(sweep.left_over(wanted)),
        "files": files,
        "unread": unread,
        "namesakes": kept,
    }
    erasure.close(row, report, by=by, now=now)
    return report


def words_of(people: list[Contact]) -> list[str]:
    """What a person is found by: names, numbers and addresses of all their contacts."""
    said = []
    for one in people:
        said += [("name", one.name), ("phone", one.phone)]
        said += [("email", one.email), ("wechat", one.wechat)]
        account = PortalMembership.objects.filter(contact=one).select_related("user").first()
        if account is not None and account.user.is_portal:
            said += [("email", account.user.email), ("name", account.user.full_name)]
            said += [("phone", account.user.phone)]
    return mentions.needles(said)


def guests(people: list[Contact]) -> models.QuerySet:
    """Portal accounts that are theirs alone."""
    theirs = PortalMembership.objects.filter(contact__in=people).values("user")
    others = PortalMembership.objects.exclude(contact__in=people).values("user")
    return User.objects.filter(pk__in=theirs, is_portal=True).exclude(pk__in=others)


def namesakes(people: list[Contact]) -> int:
    """How many others bear the name: then it is not replaced in texts, which may speak of them."""
    names, ids = {one.name for one in people}, [one.pk for one in people]
    others = Contact.objects.filter(name__in=names).exclude(pk__in=ids).count()
    return others + User.objects.filter(full_name__in=names, is_portal=False).count()


def longer_names(people: list[Contact]) -> list[str]:
    """Names of others that hold the name: 王伟东 is not 王伟."""
    found: set[str] = set()
    for name in {one.name for one in people if one.name}:
        for model, field in ((Contact, "name"), (User, "full_name")):
            rows = model._base_manager.filter(**{f"{field}__icontains": name})
            found |= set(rows.values_list(field, flat=True))
    return sorted(found - {one.name for one in people}, key=len, reverse=True)


def _drop(people: list[Contact], users: list[User], wanted: Wanted) -> Counter[str]:
    ids = [one.pk for one in people]
    emails = [word for word in wanted.words if "@" in word]
    rows: list[models.QuerySet] = [
        CustomValue.objects.filter(field__entity=CONTACT, about_id__in=ids),
        Tagging.objects.filter(about_label=CONTACT, about_id__in=ids),
        SearchEntry.objects.filter(label=CONTACT, about_id__in=ids),
        LoginAttempt.objects.filter(login__in=emails),
        Session.objects.filter(session_key__in=[key for user in users for key in _sessions(user)]),
        _mentioning(IdempotencyRecord, "body", wanted),
        _kept_of(wanted),
        OutboxMessage.objects.filter(address__in=emails).exclude(state="sent"),
    ]
    counted: Counter[str] = Counter()
    for each in rows:
        for label, count in each.delete()[1].items():
            counted[label.lower()] += count
    return counted


def _sessions(user: User) -> list[str]:
    return list(user.usersession_set.values_list("session_key", flat=True))


def _kept_of(wanted: Wanted) -> models.QuerySet:
    """Values of the trail that name the person, and not somebody whose name holds theirs."""
    rows = _mentioning(TrailPersonal, "value", wanted).values_list("pk", "value")
    how = (wanted.words, wanted.stone, wanted.spared)
    hits = [pk for pk, said in rows if mentions.covered(said, *how) != said]
    return TrailPersonal.objects.filter(pk__in=hits)


def _mentioning(model: type[models.Model], name: str, wanted: Wanted) -> models.QuerySet:
    return sweep.mentioning(model, [model._meta.get_field(name)], wanted.words)


def _files(people: list[Contact], wanted: Wanted) -> tuple[list[int], list[str]]:
    """Delete their files, uploads and exported lists that speak of them; ids of what stays, and
    `label:id` of what could not be read whole."""
    ids, left, unread = [one.pk for one in people], [], []
    spelt = [word.encode(code) for word in wanted.words for code in ("utf-8", "gb18030")]
    for file in Attachment.objects.all():
        theirs = file.about_label == CONTACT and file.about_id in ids
        speaks, whole = (True, True) if theirs else _speaks(file.path, spelt)
        if not whole and not speaks:
            unread.append(f"core.attachment:{file.pk}")
        if not speaks:
            continue
        if theirs or file.about_label == "core.job":
            transaction.on_commit(lambda path=file.path: default_storage.delete(path))
            file.delete()
        else:
            left.append(file.pk)
    for batch in ImportBatch.objects.exclude(path=""):
        speaks, whole = _speaks(batch.path, spelt)
        if not whole and not speaks:
            unread.append(f"core.importbatch:{batch.pk}")
        if speaks:
            transaction.on_commit(lambda path=batch.path: default_storage.delete(path))
            ImportBatch.objects.filter(pk=batch.pk).update(path="")
    return left, unread


def _speaks(path: str, spelt: list[bytes]) -> tuple[bool, bool]:
    """Whether the bytes of a file, unpacked where it is a zip, hold one of the words, and whether
    all of it was read."""
    if not default_storage.exists(path):
        return False, True
    with default_storage.open(path, "rb") as file:
        content = file.read()
    whole = True
    for part in unpacked(content):
        whole = whole and part is not None
        if part is not None and any(word in part for word in spelt):
            return True, whole
    return False, whole


def unpacked(content: bytes) -> Iterator[bytes | None]:
    """The content, and one by one what lies in it when it is a zip (xlsx, docx); None for a part
    that is larger than PART_MOST or that cannot be read."""
    yield content
    if not content.startswith(b"PK"):
        return
    try:
        packed = zipfile.ZipFile(io.BytesIO(content))
    except zipfile.BadZipFile:
        return
    with packed:
        for entry in packed.infolist():
            yield _part(packed, entry)


def _part(packed: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes | None:
    if entry.file_size > PART_MOST:
        return None
    try:
        return packed.read(entry)  # never more than it says
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError):
        return None  # damaged, locked with a password, or packed in a way unknown here
