"""Signatures: the code, the customer's act, ours, paper recorded by two, and becoming effective."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
import secrets
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F
from django.utils import translation
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.actions.guards import invalid, persons_only
from core import events, outbox, policy, timers, trail
from core.actors import Actor
from core.errors import Forbidden, Refused
from core.models import Attachment
from core.writes import add, move
from expectations import snapshot, terms
from expectations.actions.form import (
    COUNTERSIGN,
    EXPIRY,
    REMINDER,
    authority_gap,
    end_form,
    revoke_links,
    tell_owner,
)
from expectations.actions.project import end_early, put_in_fulfilment
from expectations.choices import (
    RECORDED_METHODS,
    FormStatus,
    ItemStatus,
    PriorityClass,
    ProjectStatus,
    Side,
    SignatureStatus,
    SignMethod,
)
from expectations.models import (
    ConfirmationForm,
    ExpectationItem,
    FormSignature,
    RecordedSignature,
    SigningLink,
)
from expectations.policies import (
    CODE_MAX,
    CODE_MINUTES,
    CODE_PAUSE_S,
    CODE_TRIES,
    COUNTERSIGN_H,
)

SIGNED = (
    "form_id",
    "side",
    "contact_id",
    "user_id",
    "signer_name",
    "signer_title",
    "authority",
    "method",
    "document_sha256",
    "excepted",
    "consent",
    "signed_at",
    "database_at",
    "ip",
    "agent",
    "recorded_id",
    "previous",
)


def why_closed(link: SigningLink, now: dt.datetime) -> str:
    """The sentence of a link that opens nothing: used, over or replaced; empty when it is good."""
    if link.used_at is not None:
        return _("This link was used to sign; the receipt is in the portal and in your mail.")
    if link.revoked_at is not None:
        return _(
            "This link was replaced or the form was withdrawn; ask your contact for a new one."
        )
    if link.expires_at <= now:
        return _("This link is over; ask your contact for a new one.")
    if link.form.status != FormStatus.SENT:
        return _("This form is not waiting for your signature any more.")
    return ""


def request_code(link: SigningLink, *, now: dt.datetime) -> None:
    """Mail a six-digit code to the signatory: 10 min, five tries, one a minute, ten in all."""
    refuse_closed(link, now)
    pause = dt.timedelta(seconds=policy.get(CODE_PAUSE_S, at=now))
    if link.code_sent_at is not None and now - link.code_sent_at < pause:
        raise Refused(_("A code is on its way; ask for another one in a minute."), rule="F6")
    if link.code_count >= policy.get(CODE_MAX, at=now):
        raise Refused(
            _("Too many codes were asked for; ask your contact for a new link."), rule="F6"
        )
    code = f"{secrets.randbelow(1_000_000):06d}"
    minutes = policy.get(CODE_MINUTES, at=now)
    with transaction.atomic():
        hits = SigningLink.objects.filter(pk=link.pk, code_count=link.code_count).update(
            code_digest=code_digest(link, code),
            code_sent_at=now,
            code_expires_at=now + dt.timedelta(minutes=minutes),
            code_count=F("code_count") + 1,
            tries_left=policy.get(CODE_TRIES, at=now),
        )
        if not hits:
            raise Refused(_("A code is on its way; ask for another one in a minute."), rule="F6")
        _mail_code(link, code, minutes, now)
    link.refresh_from_db()


def try_code(link: SigningLink, code: str, *, now: dt.datetime) -> str:
    """Spend one try; empty when the code is right, else the sentence. Never raises.

    The try is counted whatever comes after, so the caller's transaction must commit.
    """
    if not link.code_digest or link.code_expires_at is None or link.code_expires_at <= now:
        return _("The code is over or none was sent; ask for a new one.")
    spent = SigningLink.objects.filter(
        pk=link.pk, tries_left__gt=0, code_digest=link.code_digest
    ).update(tries_left=F("tries_left") - 1)
    link.refresh_from_db(fields=["tries_left"])
    if not spent:
        return _("Five wrong codes; ask for a new one.")
    right = hmac.compare_digest(link.code_digest, code_digest(link, code.strip()))
    if right:
        return ""
    if not link.tries_left:
        return _("Five wrong codes; ask for a new one.")
    return _("The code is wrong; %(count)d tries left.") % {"count": link.tries_left}


def sign_for_customer(
    link: SigningLink,
    *,
    excepted: Sequence[str] = (),
    by: Actor,
    now: dt.datetime,
    agent: str = "",
) -> FormSignature:
    """sent → partly signed by the contact of the link, after `try_code` said yes.

    `excepted` holds codes of items that stay open (“all but the following”): the rest is signed.
    A link signs once; a contact without the right to sign is refused (F6).
    """
    refuse_closed(link, now)
    form = link.form
    sentence = authority_gap(link.contact, form.project, now)
    if sentence:
        raise Refused(sentence, rule="F6")
    with transaction.atomic():
        used = SigningLink.objects.filter(
            pk=link.pk, used_at=None, revoked_at=None, expires_at__gt=now
        ).update(used_at=now, code_digest="", tries_left=0)
        if not used:
            raise Refused(_("This link was used a moment ago."), rule="F6")
        link.used_at = now
        signature = _customer_signed(
            form,
            contact=link.contact,
            method=SignMethod.PORTAL_OTP,
            excepted=excepted,
            by=by,
            now=now,
            agent=agent,
        )
    return signature


def comment(
    form: ConfirmationForm, text: str, *, by: Actor, now: dt.datetime, contact_id: int | None = None
) -> ConfirmationForm:
    """sent → commented: the customer asks for changes instead of signing."""
    if not text.strip():
        raise invalid("comment", _("Say what should change; one sentence is enough."))
    with transaction.atomic():
        end_form(
            form,
            FormStatus.COMMENTED,
            frm=FormStatus.SENT,
            by=by,
            now=now,
            comment=text.strip()[:4000],
        )
        facts = {"form": form.code, "version": form.version_no, "contact": contact_id}
        trail.record(form, "form.commented", by=by, now=now, scope=form.customer, facts=facts)
        tell_owner(
            form, gettext_noop("The customer asks for changes in %(code)s"), "commented", now
        )
    return form


def record_signature(
    form: ConfirmationForm,
    *,
    method: str,
    signed_on: dt.date,
    by: Actor,
    now: dt.datetime,
    excepted: Sequence[str] = (),
    note: str = "",
    file: Attachment | None = None,
) -> RecordedSignature:
    """Record a sealed scan, an e-mail reply or a signature in person; a second person checks it."""
    persons_only(by, rule="F6")
    if method not in RECORDED_METHODS:
        raise invalid("method", _("Choose e-mail reply, sealed scan or in person."))
    if form.status != FormStatus.SENT or form.contact is None:
        raise Refused(_("This form is not waiting for the customer's signature."), rule="F6")
    sentence = authority_gap(form.contact, form.project, now)
    if sentence:
        raise Refused(sentence, rule="F6")
    row = RecordedSignature(
        form=form,
        contact=form.contact,
        method=method,
        excepted=_known(form, excepted),
        signed_on=signed_on,
        note=note[:300],
        file=file,
        recorded_by=by.user,
        recorded_at=now,
    )
    with transaction.atomic():
        add(row)
        facts = {"form": form.code, "method": method, "signed_on": signed_on}
        trail.record(
            form, "form.signature_recorded", by=by, now=now, scope=form.customer, facts=facts
        )
    return row


def check_recorded(
    row: RecordedSignature, *, is_right: bool, by: Actor, now: dt.datetime
) -> FormSignature | None:
    """The second person: right → the customer has signed; wrong → declined, nothing happened."""
    persons_only(by, rule="F6")
    if by.user_id == row.recorded_by_id:
        raise Refused(
            _("The one who checks must be someone other than the one who recorded it."), rule="F6"
        )
    status = SignatureStatus.SIGNED if is_right else SignatureStatus.DECLINED
    with transaction.atomic():
        hits = RecordedSignature.objects.filter(pk=row.pk, status=SignatureStatus.PENDING).update(
            status=status, checked_by=by.user, checked_at=now
        )
        if not hits:
            raise Refused(_("Somebody checked it a moment ago."), rule="F6")
        row.refresh_from_db()
        if not is_right:
            facts = {"form": row.form.code, "method": row.method}
            trail.record(
                row.form,
                "form.signature_declined",
                by=by,
                now=now,
                scope=row.form.customer,
                facts=facts,
            )
            return None
        return _customer_signed(
            row.form,
            contact=row.contact,
            method=row.method,
            excepted=row.excepted,
            by=by,
            now=now,
            recorded=row,
        )


def countersign(
    form: ConfirmationForm, *, by: Actor, now: dt.datetime, agent: str = ""
) -> FormSignature:
    """partly signed → effective by our signatory; supersedes the version in force (F6, F7).

    Two at the same time: one effect, the other is refused.
    """
    persons_only(by, rule="b.6")
    if by.user_id != form.signatory_id or by.user is None:
        raise Forbidden(
            _("Only %(name)s signs this form for us.") % {"name": form.signatory}, rule="b.6"
        )
    first = FormSignature.objects.filter(form=form, side=Side.CUSTOMER).first()
    recorded = first.recorded if first is not None else None
    if recorded is not None and by.user_id in (recorded.recorded_by_id, recorded.checked_by_id):
        raise Refused(
            _("You recorded or checked the customer's signature; someone else signs for us."),
            rule="F6",
        )
    with transaction.atomic():
        signature = _signed(
            form,
            side=Side.OURS,
            user=by.user,
            signer_name=by.user.full_name,
            signer_title=snapshot.read(form.snapshot).get("our_signer", {}).get("title", ""),
            method=SignMethod.SESSION,
            excepted=form.excepted,
            by=by,
            now=now,
            agent=agent,
        )
        _become_effective(form, by, now)
    return signature


def refuse_closed(link: SigningLink, now: dt.datetime) -> None:
    """Raise Refused with the sentence of a link that opens nothing."""
    sentence = why_closed(link, now)
    if sentence:
        raise Refused(sentence, rule="F6")


def code_digest(link: SigningLink, code: str) -> str:
    """What is kept of a code: an HMAC bound to its link."""
    key = settings.SECRET_KEY.encode()
    return hmac.new(key, f"{link.digest}:{code}".encode(), hashlib.sha256).hexdigest()


def signature_digest(values: Sequence[Any]) -> str:
    """SHA-256 over everything a signature says, including the digest before it."""
    return hashlib.sha256(trail.canonical(list(values)).encode()).hexdigest()


def _customer_signed(
    form: ConfirmationForm,
    *,
    contact: Any,
    method: str,
    excepted: Sequence[str],
    by: Actor,
    now: dt.datetime,
    agent: str = "",
    recorded: RecordedSignature | None = None,
) -> FormSignature:
    left_open = _known(form, excepted)
    with transaction.atomic():
        move(
            form,
            FormStatus.PARTLY_SIGNED,
            frm=FormStatus.SENT,
            by=by,
            now=now,
            rule="F6",
            customer_signed_at=now,
            excepted=left_open,
        )
        revoke_links(form, now)
        timers.cancel(form, REMINDER, EXPIRY)
        due = now + dt.timedelta(hours=policy.get(COUNTERSIGN_H, at=now))
        timers.arm(COUNTERSIGN, form, due, now=now)
        signature = _signed(
            form,
            side=Side.CUSTOMER,
            contact=contact,
            signer_name=contact.name,
            signer_title=contact.title,
            authority=_authority(contact),
            method=method,
            excepted=left_open,
            by=by,
            now=now,
            agent=agent,
            recorded=recorded,
        )
        facts = {"side": "customer", "method": method, "left_open": len(left_open)}
        events.emit("form.signed", form, by=by, now=now, scope=form.customer, facts=facts)
        title = (
            gettext_noop("%(code)s: the customer signed, %(count)d items left open; sign for us")
            if left_open
            else gettext_noop("%(code)s: the customer signed; sign for us")
        )
        tell_owner(form, title, "customer_signed", now, count=len(left_open))
    return signature


def _signed(
    form: ConfirmationForm,
    *,
    side: str,
    signer_name: str,
    signer_title: str,
    method: str,
    excepted: Sequence[str],
    by: Actor,
    now: dt.datetime,
    agent: str,
    **more: Any,
) -> FormSignature:
    with translation.override(form.language):
        consent = terms.consent(
            side=side,
            code=form.code,
            version_no=form.version_no,
            sha256=form.snapshot_sha256,
            excepted=list(excepted),
        )
    before = FormSignature.objects.filter(form__code=form.code).order_by("-id").first()
    row = FormSignature(
        form=form,
        side=side,
        signer_name=signer_name,
        signer_title=signer_title[:120],
        method=method,
        document_sha256=form.snapshot_sha256,
        excepted=trail.canonical(list(excepted)),
        consent=consent,
        signed_at=now,
        database_at=_database_now(),
        ip=by.ip,
        agent="".join(filter(str.isprintable, agent))[:300],
        previous=before.digest if before else "",
        **more,
    )
    row.digest = signature_digest([getattr(row, name) for name in SIGNED])
    add(row)
    facts = {"side": side, "method": method, "sha256": form.snapshot_sha256, "digest": row.digest}
    trail.record(form, "form.signed", by=by, now=now, scope=form.customer, facts=facts)
    return row


def _become_effective(form: ConfirmationForm, by: Actor, now: dt.datetime) -> None:
    old = ConfirmationForm.objects.effective().filter(project=form.project).first()
    if old is not None:
        end_form(old, FormStatus.SUPERSEDED, frm=FormStatus.EFFECTIVE, by=by, now=now)
        trail.record(
            old, "form.superseded", by=by, now=now, scope=old.customer, facts={"by": form.pk}
        )
        events.emit("form.superseded", old, by=by, now=now, scope=old.customer)
    move(
        form,
        FormStatus.EFFECTIVE,
        frm=FormStatus.PARTLY_SIGNED,
        by=by,
        now=now,
        rule="F6",
        effective_at=now,
    )
    timers.cancel(form, COUNTERSIGN)
    confirm_items(form, by=by, now=now)
    project = form.project
    end_early(project, by=by, now=now)
    if project.status == ProjectStatus.EXECUTING:
        put_in_fulfilment(project, by=by, now=now)
    facts = {"sha256": form.snapshot_sha256, "version": form.version_no}
    trail.record(form, "form.effective", by=by, now=now, scope=form.customer, facts=facts)
    events.emit("form.effective", form, by=by, now=now, scope=form.customer, facts=facts)
    tell_owner(form, gettext_noop("%(code)s is effective"), "effective", now)
    _mail_copy(form, now)


def confirm_items(form: ConfirmationForm, *, by: Actor, now: dt.datetime) -> int:
    """The items that both sides signed are confirmed; those left open stay as they are."""
    signed = [
        item["id"]
        for item in snapshot.read(form.snapshot).get("items", ())
        if item["code"] not in form.excepted
        and item["priority_class"] in (PriorityClass.MUST, PriorityClass.NEGOTIABLE)
    ]
    return ExpectationItem.objects.filter(
        pk__in=signed, status__in=[ItemStatus.DRAFT, ItemStatus.CLARIFIED]
    ).update(
        status=ItemStatus.CONFIRMED,
        version=F("version") + 1,
        updated_at=now,
        updated_by_id=by.user_id,
    )


def _known(form: ConfirmationForm, excepted: Sequence[str]) -> list[str]:
    items = snapshot.read(form.snapshot).get("items", [])
    promised = {item["code"] for item in items if item["priority_class"] != PriorityClass.DEFERRED}
    wanted = set(excepted)
    if not wanted <= {item["code"] for item in items}:
        raise invalid("excepted", _("One of these items is not part of this form."))
    if promised <= wanted:
        raise invalid("excepted", _("Nothing is left to sign; write what should change instead."))
    return [item["code"] for item in items if item["code"] in wanted]


def _authority(contact: Any) -> str:
    until = contact.can_sign_until.isoformat() if contact.can_sign_until else ""
    return json.dumps({"attested_by": contact.can_sign_attested_by_id, "until": until})


def _database_now() -> dt.datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT CURRENT_TIMESTAMP")
        value = cursor.fetchone()[0]
    found = parse_datetime(value) if isinstance(value, str) else value
    assert found is not None
    return (found if found.tzinfo else found.replace(tzinfo=dt.timezone.utc)).replace(microsecond=0)


def _mail_code(link: SigningLink, code: str, minutes: int, now: dt.datetime) -> None:
    with translation.override(link.contact.language or link.form.language):
        outbox.post(
            "email",
            link.contact.email,
            once=f"form-code:{link.pk}:{link.code_count + 1}",
            subject=_("Your signing code for %(code)s") % {"code": link.form.code},
            body=_(
                "Your code is %(number)s. It is valid for %(minutes)d minutes and signs "
                "%(code)s version %(version)d. Whoever did not ask for it tells %(owner)s.\n"
            )
            % {
                "number": code,
                "minutes": minutes,
                "code": link.form.code,
                "version": link.form.version_no,
                "owner": link.form.project.expectation_owner.full_name,
            },
            now=now,
            to_customer=True,
            about=link.form,
        )


def _mail_copy(form: ConfirmationForm, now: dt.datetime) -> None:
    if form.contact is None or not form.contact.email:
        return
    with translation.override(form.contact.language or form.language):
        outbox.post(
            "email",
            form.contact.email,
            once=f"form-effective:{form.pk}",
            subject=_("%(code)s version %(version)d is effective")
            % {"code": form.code, "version": form.version_no},
            body=_(
                "Both sides have signed %(code)s version %(version)d.\nSHA-256: %(sha256)s\n"
                "Read and download it in the portal: %(link)s\nVerify it: %(verify)s\n"
            )
            % {
                "code": form.code,
                "version": form.version_no,
                "sha256": form.snapshot_sha256,
                "link": f"{settings.SITE_URL}/portal/forms/{form.pk}/",
                "verify": f"{settings.SITE_URL}/verify/{form.snapshot_sha256[:16]}/",
            },
            now=now,
            to_customer=True,
            about=form,
        )
