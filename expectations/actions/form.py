"""Writes of confirmation forms up to sending, and what ends them without signatures."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
import zoneinfo
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.actions.guards import in_ids, invalid, only, persons_only
from accounts.choices import ContactStatus
from accounts.models import Contact
from core import events, notify, outbox, policy, timers, trail
from core.actors import Actor
from core.errors import Refused
from core.models import User
from core.sequences import next_code
from core.writes import edit, insert, move
from expectations import completeness, snapshot, terms
from expectations.choices import FORM_OPEN, FormStatus
from expectations.models import ConfirmationForm, Project, SigningLink
from expectations.policies import (
    AUTHORITY_VALUE,
    FORM_EXPIRES_D,
    FORM_REMINDER_DAYS,
    VERDICT_MAX_D,
)
from expectations.queries.form import (
    content_of,
    effective_form,
    form_items,
    lines_of,
    open_form,
)

REMINDER = "expectations.form_reminder"
EXPIRY = "expectations.form_expiry"
COUNTERSIGN = "expectations.form_countersign"
EDITABLE = ("contact", "signatory", "language", "findings", "options", "terms")


def draft_form(project: Project, *, by: Actor, now: dt.datetime, **fields: Any) -> ConfirmationForm:
    """A new draft: the first version, or the next one of the same number with its content.

    Refused while another version is on its way.
    """
    only(fields, EDITABLE)
    if open_form(project) is not None:
        raise Refused(
            _("This project has a form on its way; finish or withdraw that one first."), rule="F7"
        )
    last = ConfirmationForm.objects.filter(project=project).order_by("-version_no").first()
    values = _inherited(last) if last is not None else _fresh(project)
    values |= {name: value for name, value in fields.items() if value not in (None, "")}
    if not values.get("terms"):
        with translation.override(values["language"]):
            values["terms"] = terms.change_terms()
    with transaction.atomic():
        form = ConfirmationForm(
            code=last.code if last else next_code("CEF", year=_local(project, now).year),
            version_no=last.version_no + 1 if last else 1,
            customer=project.customer,
            project=project,
            supersedes=effective_form(project),
            **values,
        )
        insert(form, by=by, now=now)
        _record(form, "form.drafted", by, now, {"version": form.version_no})
    return form


def edit_form(
    form: ConfirmationForm,
    changes: Mapping[str, Any],
    *,
    by: Actor,
    now: dt.datetime,
    version: int | None = None,
) -> ConfirmationForm:
    """Change a draft: who signs, findings, options, terms."""
    only(dict(changes), EDITABLE)
    if form.status != FormStatus.DRAFT:
        raise Refused(_("Only a draft can be edited; take the form back first."), rule="F5")
    with transaction.atomic():
        differs = edit(form, changes, by=by, now=now, version=version)
        if differs:
            _record(form, "form.edited", by, now, {"changes": in_ids(differs)})
    return form


def submit(form: ConfirmationForm, *, by: Actor, now: dt.datetime) -> ConfirmationForm:
    """draft → internal review; refused with every gap of F1–F4 and of the signatories named."""
    persons_only(by, rule="b.3.1")
    refuse_gaps(form, now)
    with transaction.atomic():
        move(
            form,
            FormStatus.INTERNAL_REVIEW,
            frm=FormStatus.DRAFT,
            by=by,
            now=now,
            rule="b.3.1",
            submitted_by=by.user,
            reviewed_by=None,
            reviewed_at=None,
            reason="",
        )
        _record(form, "form.submitted", by, now, {})
    return form


def approve(form: ConfirmationForm, *, by: Actor, now: dt.datetime) -> ConfirmationForm:
    """internal review → ready by a second person; the content is fixed and hashed here."""
    persons_only(by, rule="b.3.1")
    if by.user_id == form.submitted_by_id:
        raise Refused(
            _("The reviewer must be someone other than the one who submitted the form."),
            rule="b.3.1",
        )
    text, sha256 = _frozen(form, now)
    with transaction.atomic():
        move(
            form,
            FormStatus.READY,
            frm=FormStatus.INTERNAL_REVIEW,
            by=by,
            now=now,
            rule="b.3.1",
            reviewed_by=by.user,
            reviewed_at=now,
            snapshot=text,
            snapshot_sha256=sha256,
        )
        _record(form, "form.approved", by, now, {"sha256": sha256})
    return form


def take_back(
    form: ConfirmationForm, *, by: Actor, now: dt.datetime, reason: str = ""
) -> ConfirmationForm:
    """internal review or ready → draft, to be edited again."""
    frm = [FormStatus.INTERNAL_REVIEW, FormStatus.READY]
    with transaction.atomic():
        move(
            form,
            FormStatus.DRAFT,
            frm=frm,
            by=by,
            now=now,
            rule="b.3.1",
            reason=reason[:300],
            reviewed_by=None,
            reviewed_at=None,
            snapshot="",
            snapshot_sha256="",
        )
        _record(form, "form.taken_back", by, now, {"reason": reason[:300]})
    return form


def send(form: ConfirmationForm, *, by: Actor, now: dt.datetime) -> str:
    """ready → sent: freeze, mail the one-time link to the signatory, start reminders (R-E3).

    Returns the link's path (shown once, for handing over in person). Refused when something
    changed since the review, or when F1–F4 or the right to sign do not hold any more.
    """
    persons_only(by, rule="b.6")
    refuse_gaps(form, now)
    text, sha256 = _frozen(form, form.reviewed_at or now)
    if form.status == FormStatus.READY and sha256 != form.snapshot_sha256:
        raise Refused(
            _("Expectations changed after the review; take the form back and review it again."),
            rule="F5",
        )
    expires = now + dt.timedelta(days=policy.get(FORM_EXPIRES_D, at=now))
    with transaction.atomic():
        move(
            form,
            FormStatus.SENT,
            frm=FormStatus.READY,
            by=by,
            now=now,
            rule="b.3.1",
            sent_by=by.user,
            sent_at=now,
            expires_at=expires,
        )
        path = issue_link(form, now=now)
        timers.arm(EXPIRY, form, expires, now=now)
        _arm_reminder(form, now)
        _record(form, "form.sent", by, now, {"sha256": sha256, "contact": form.contact_id})
        _emit(form, "form.sent", by, now)
    return path


def issue_link(form: ConfirmationForm, *, now: dt.datetime) -> str:
    """Revoke older links of a form, mail a new one to its signatory; returns its path."""
    assert form.contact is not None and form.expires_at is not None
    revoke_links(form, now)
    token = secrets.token_urlsafe(32)
    link = SigningLink.objects.create(
        form=form,
        contact=form.contact,
        digest=link_digest(token),
        created_at=now,
        expires_at=form.expires_at,
    )
    path = f"/portal/sign/{token}/"
    with translation.override(form.contact.language or form.language):
        subject = _("Confirmation form %(code)s version %(version)d for your signature")
        body = _(
            "%(name)s,\n\nthe confirmation form for “%(project)s” is ready. Read it, leave single "
            "items open where you want to, and sign:\n\n%(link)s\n\nThe link is yours alone and "
            "valid until %(day)s. Opening it commits you to nothing; a code in a second mail is "
            "needed to sign.\n\n%(owner)s\n"
        )
        outbox.post(
            "email",
            form.contact.email,
            once=f"form-link:{link.pk}",
            subject=subject % {"code": form.code, "version": form.version_no},
            body=body
            % {
                "name": form.contact.name,
                "project": form.project.name,
                "link": f"{settings.SITE_URL}{path}",
                "day": _local(form.project, form.expires_at).isoformat(),
                "owner": form.project.expectation_owner.full_name,
            },
            now=now,
            to_customer=True,
            about=form,
        )
    return path


def link_digest(token: str) -> str:
    """What is kept of a link."""
    return hashlib.sha256(token.encode()).hexdigest()


def revoke_links(form: ConfirmationForm, now: dt.datetime) -> None:
    """Older links of a form open nothing any more."""
    SigningLink.objects.filter(form=form, used_at=None, revoked_at=None).update(revoked_at=now)


def withdraw(
    form: ConfirmationForm, *, reason: str, by: Actor, now: dt.datetime
) -> ConfirmationForm:
    """Any open state → withdrawn, with a reason; the customer's link says so."""
    persons_only(by, rule="b.3.1")
    if not reason.strip():
        raise invalid("reason", _("Say why in one sentence; the customer may ask."))
    with transaction.atomic():
        before = end_form(
            form, FormStatus.WITHDRAWN, frm=FORM_OPEN, by=by, now=now, reason=reason.strip()[:300]
        )
        _record(form, "form.withdrawn", by, now, {"from": before, "reason": reason.strip()})
    return form


def terminate(
    form: ConfirmationForm, *, reason: str, by: Actor, now: dt.datetime
) -> ConfirmationForm:
    """effective → terminated, with a reason: nothing is promised any more."""
    persons_only(by, rule="b.3.1")
    if not reason.strip():
        raise invalid("reason", _("Say why in one sentence; the customer may ask."))
    with transaction.atomic():
        end_form(
            form,
            FormStatus.TERMINATED,
            frm=FormStatus.EFFECTIVE,
            by=by,
            now=now,
            reason=reason.strip()[:300],
        )
        _record(form, "form.terminated", by, now, {"reason": reason.strip()})
    return form


def expire(form: ConfirmationForm, *, now: dt.datetime) -> bool:
    """sent → expired when its time is over (R-E3); False when that is not so any more."""
    if form.status != FormStatus.SENT or form.expires_at is None or form.expires_at > now:
        return False
    by = Actor.system()
    with transaction.atomic():
        end_form(form, FormStatus.EXPIRED, frm=FormStatus.SENT, by=by, now=now)
        _record(form, "form.expired", by, now, {})
        _emit(form, "form.expired", by, now)
        tell_owner(form, gettext_noop("%(code)s expired unsigned"), "expired", now)
    return True


def remind(form: ConfirmationForm, day: int, *, now: dt.datetime) -> bool:
    """Remind the signatory on day 3, 7, 14, 25 (R-E3) and arm the next reminder."""
    if form.status != FormStatus.SENT or form.contact is None or form.sent_at is None:
        return False
    with translation.override(form.contact.language or form.language):
        outbox.post(
            "email",
            form.contact.email,
            once=f"form-reminder:{form.pk}:{day}",
            subject=_("%(code)s still waits for your signature") % {"code": form.code},
            body=_(
                "%(name)s,\n\n%(code)s version %(version)d waits for you since %(day)s. The link "
                "is in our first mail; if it is gone, ask %(owner)s for a new one.\n"
            )
            % {
                "name": form.contact.name,
                "code": form.code,
                "version": form.version_no,
                "day": _local(form.project, form.sent_at).isoformat(),
                "owner": form.project.expectation_owner.full_name,
            },
            now=now,
            to_customer=True,
            about=form,
        )
    _record(form, "form.reminded", Actor.system(), now, {"day": day})
    _arm_reminder(form, now)
    return True


def end_form(
    form: ConfirmationForm, to: str, *, frm: Any, by: Actor, now: dt.datetime, **columns: Any
) -> str:
    """Move a form to an end state, close its links and cancel its timers."""
    before = move(form, to, frm=frm, by=by, now=now, rule="b.3.1", ended_at=now, **columns)
    revoke_links(form, now)
    timers.cancel(form, REMINDER, EXPIRY, COUNTERSIGN)
    return before


def refuse_gaps(form: ConfirmationForm, now: dt.datetime) -> None:
    """Raise Refused with every gap of F1–F4, F6 that this form still has."""
    found = gaps_of(form, now)
    if found:
        sentences = [gap.sentence for gap in found]
        raise Refused(
            sentences[0]
            if len(found) == 1
            else _("%(count)d things are missing: %(first)s")
            % {"count": len(found), "first": sentences[0]},
            rule=found[0].rule,
            fields={"items": sentences},
            extra={"gaps": [[gap.rule, gap.code, gap.sentence] for gap in found]},
        )


def gaps_of(form: ConfirmationForm, now: dt.datetime) -> list[completeness.Gap]:
    """What still stands between this form and its sending."""
    lines = lines_of(form_items(form.project))
    days = policy.get(VERDICT_MAX_D, at=now)
    found = completeness.gaps(lines, now=now, verdict_max_d=days)
    if form.signatory_id is None:
        found.append(completeness.Gap("F6", "", _("Name who signs for us.")))
    sentence = authority_gap(form.contact, form.project, now)
    if sentence:
        found.append(completeness.Gap("F6", "", sentence))
    return found


def authority_gap(contact: Contact | None, project: Project, now: dt.datetime) -> str:
    """Why this contact may not sign for the customer; empty when they may (F6)."""
    if contact is None:
        return _("Name who signs for the customer.")
    who = {"name": contact.name}
    if contact.customer_id != project.customer_id or contact.status != ContactStatus.ACTIVE:
        return _("%(name)s is no active contact of this customer.") % who
    if not contact.can_sign:
        return _("%(name)s has no attested right to sign; the account manager attests it.") % who
    if contact.can_sign_until and contact.can_sign_until < _local(project, now):
        return _("The right to sign of %(name)s is over; renew it first.") % who
    above = project.value is not None and project.value >= policy.get(AUTHORITY_VALUE, at=now)
    if above and contact.can_sign_until is None:
        return _("For this contract value the right to sign of %(name)s needs an end date.") % who
    if not contact.email:
        return _("%(name)s has no e-mail address for the link.") % who
    return ""


def tell_owner(
    form: ConfirmationForm, title: str, key: str, now: dt.datetime, **params: Any
) -> None:
    """Tell the expectation owner and our signatory what happened to the form."""
    people: list[User | None] = [form.project.expectation_owner, form.signatory]
    notify.tell(
        [person for person in people if person is not None],
        kind=f"form.{key}",
        title=title,
        params={"code": str(form), **params},
        once=f"form:{form.pk}:{key}",
        url=form.get_absolute_url(),
        urgency=notify.Urgency.SOON,
        about=form,
        scope=form.customer,
        now=now,
    )


def next_reminder(form: ConfirmationForm, now: dt.datetime) -> tuple[int, dt.datetime] | None:
    """(day, instant) of the next reminder after `now`, None when no one is left."""
    assert form.sent_at is not None and form.expires_at is not None
    for day in sorted(policy.get(FORM_REMINDER_DAYS, at=form.sent_at)):
        at = form.sent_at + dt.timedelta(days=int(day))
        if now < at < form.expires_at:
            return int(day), at
    return None


def _arm_reminder(form: ConfirmationForm, now: dt.datetime) -> None:
    found = next_reminder(form, now)
    if found is not None:
        timers.arm(REMINDER, form, found[1], now=now, facts={"day": found[0]})


def _frozen(form: ConfirmationForm, at: dt.datetime) -> tuple[str, str]:
    return snapshot.freeze(content_of(form, dated=_local(form.project, at)))


def _fresh(project: Project) -> dict[str, Any]:
    return {
        "contact": Contact.objects.active()
        .filter(customer=project.customer, can_sign=True)
        .order_by("-is_decision_layer", "id")
        .first(),
        "signatory": project.expectation_owner,
        "language": "zh-hans",
        "findings": [],
        "options": {},
        "terms": [],
    }


def _inherited(last: ConfirmationForm) -> dict[str, Any]:
    return {name: getattr(last, name) for name in EDITABLE}


def _local(project: Project, now: dt.datetime) -> dt.date:
    return now.astimezone(zoneinfo.ZoneInfo(project.expectation_owner.timezone)).date()


def _record(
    form: ConfirmationForm, verb: str, by: Actor, now: dt.datetime, facts: dict[str, Any]
) -> None:
    said = {"form": form.code, "version": form.version_no, **facts}
    trail.record(form, verb, by=by, now=now, scope=form.customer, facts=said)


def _emit(form: ConfirmationForm, name: str, by: Actor, now: dt.datetime) -> None:
    facts = {"project": form.project_id, "version": form.version_no}
    events.emit(name, form, by=by, now=now, scope=form.customer, facts=facts)
