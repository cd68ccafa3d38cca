"""Standing words of the form: the agreement about changes, the consent, what it is not."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext


def change_terms() -> list[str]:
    """The three default clauses in the active language: a first answer in 24 h, no more (R-E8)."""
    return [
        _(
            "When either side asks for a change, we acknowledge it and give a first answer within "
            "24 hours (accepted, what else we need to know, feasible or not at first sight); the "
            "full proposal for time and cost follows on the day both sides agree then."
        ),
        _(
            "A change becomes a new version once both signatories confirm it; earlier versions "
            "are kept and can be looked up."
        ),
        _(
            "When a delivery date, the scope or the quality may be affected, we give written "
            "notice 72 hours ahead, with at least one alternative."
        ),
    ]


def nature() -> str:
    """What kind of electronic confirmation this is, said plainly."""
    return _(
        "Signed by portal confirmation: with a one-time code sent to the signatory; name, time, "
        "version and checksum of the document are recorded. It shows that both sides confirm the "
        "content of this form. It is not a reliable electronic signature issued through a "
        "certification authority; whoever needs one, or a sealed paper copy, chooses “sealed "
        "scan” or signs in person, and that signature then prevails."
    )


def not_certified() -> str:
    """The short form of `nature` under the signatures and on the verify page."""
    return _("Electronic confirmation agreed by both sides; not a CA certificate signature.")


def consent(*, side: str, code: str, version_no: int, sha256: str, excepted: list[str]) -> str:
    """The declaration that a signatory gives; it stands in the signature row and its digest."""
    about = {"code": code, "version": version_no, "sha256": sha256}
    if side == "ours":
        return (
            _(
                "I confirm %(code)s version %(version)d (SHA-256 %(sha256)s) for our side and am "
                "authorised to do so."
            )
            % about
        )
    if not excepted:
        return (
            _(
                "I have read %(code)s version %(version)d (SHA-256 %(sha256)s), confirm all its "
                "items for our side and am authorised to do so."
            )
            % about
        )
    return _(
        "I have read %(code)s version %(version)d (SHA-256 %(sha256)s), confirm all its items "
        "except %(items)s for our side and am authorised to do so."
    ) % {**about, "items": ", ".join(excepted)}


def agreed_words(agreed: int, left_open: int) -> str:
    """`15 items agreed, 2 left open`."""
    said = ngettext("%(count)d item agreed", "%(count)d items agreed", agreed) % {"count": agreed}
    if not left_open:
        return said
    rest = ngettext("%(count)d left open", "%(count)d left open", left_open) % {"count": left_open}
    return _("%(agreed)s, %(open)s") % {"agreed": said, "open": rest}
