"""Every column with text of every table: may it speak of a customer's person, and what then.

A column that nobody named here is swept as well; a test asks for its place in this table.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

SWEPT: Mapping[str, str] = {
    # texts of people, and what is made of them: mentions are replaced by the tombstone
    "admin.logentry": "object_repr change_message",
    "core.attachment": "name",
    "core.customvalue": "text",
    "core.event": "facts",
    "core.eventdelivery": "last_error",
    "core.importbatch": "filename report",
    "core.importmapping": "name values",
    "core.importrow": "before",
    "core.job": "title facts report",
    "core.notification": "title params",
    "core.outboxmessage": "address subject body extra last_error",
    "core.savedview": "name query",
    "core.tag": "name",
    "core.timer": "facts last_error",
    "accounts.accountassignment": "source_label",
    "accounts.actionitem": "text evidence",
    "accounts.asset": "site note",
    "accounts.referencesite": "highlights consent_proof retired_because site",
    "accounts.competitorposition": "strengths weaknesses open_issues swap_plan source",
    "accounts.productpenetration": "note",
    "accounts.referencevisit": "visitors outcome",
    "accounts.buyingprofile": "budget_cycle payment_habit",
    "accounts.cashflowdesignation": "evidence note",
    "accounts.revenuerecord": "note",
    "accounts.buyingstep": "name",
    "accounts.customer": "notes",
    "accounts.customerinfluence": "note",
    "accounts.accountplan": "performance_gap opportunity_gap market_insight strategic_intent"
    " innovation_focus business_design critical_tasks organisation talent culture decision_note",
    "accounts.objective": "metric unit note",
    "accounts.customerinsight": "industry_analysis customer_plan direction pains competitor_view",
    "accounts.contactmerge": "journal",
    "accounts.customermerge": "journal",
    "accounts.erasurerequest": "note report",
    "accounts.handover": "letter note",
    "accounts.lifecycleproposal": "note",
    "accounts.keyactionscore": "comment",
    "accounts.scorecardtemplate": "name",
    "accounts.opportunity": "name note close_reason lost_to",
    "accounts.strategyfitassessment": "evidence decision_note",
    "accounts.tierassessment": "evidence decision_note override_reason",
    "relationships.giftrecord": "receipt note",
    "relationships.strategicagreement": "title clauses exclusivity documents compliance_note note",
    "relationships.lockedproject": "note",
    "relationships.jointinnovationcentre": "name charter ip_terms awards note",
    "relationships.innovationtopic": "title question outcome",
    "relationships.competitorstance": "evidence",
    "relationships.gridassessment": "evidence decision_note",
    "relationships.interaction": "place purpose summary promise cancel_reason",
    "relationships.minutes": "decisions",
    "relationships.minutesline": "text",
    "relationships.powermap": "name",
    "relationships.powerseat": "title",
    "relationships.rating": "evidence",
    "relationships.ratinground": "question",
    "relationships.relationshipplan": "strategy note proof",
    "expectations.alternative": "text effect_on_date effect_on_cost effect_on_scope",
    "expectations.commitment": "text explanation",
    "expectations.confirmationform": "findings options terms comment reason excepted",
    "expectations.customernotice": "what effect no_alternative_reason",
    "expectations.expectationitem": "raw_words statement metric unit proof override_reason"
    " verdict_conditions alternative internal_note outcome_note",
    "expectations.milestone": "name delivery_steps",
    "expectations.noticerecord": "evidence",
    "expectations.project": "name major_reason status_reason early_reason",
    "expectations.recordedsignature": "excepted note",
    "expectations.reportrevision": "body",
    "expectations.risk": "title detail contingency trigger closing_note",
    "expectations.riskimpact": "reason",
    "expectations.weeklyreport": "done next issues customer_feedback ar_section sr_section"
    " portal_summary snapshot returned_reason",
    "service.breach": "reason_text waiver_text",
    "service.escalation": "text outcome",
    "service.incidentbulletin": "text",
    "service.pauseinterval": "evidence question agreed_by",
    "service.servicecontract": "name",
    "service.slaoverride": "reason",
    "service.ticket": "site asset_serial title text terms root_cause_text fix workaround"
    " cancel_reason outcome_label",
    "service.vocitem": "text product_line note",
}
DROPPED: Mapping[str, str] = {
    # rows that go as a whole when they mention the person, or are theirs
    "account.emailaddress": "email",
    "core.idempotencyrecord": "body",
    "core.loginattempt": "login ip",
    "core.searchentry": "title subtitle codes haystack grams",
    "core.trailpersonal": "name value salt",
    "accounts.personaldetail": "interests dietary notes purpose",
    "sessions.session": "session_data",
    "usersessions.usersession": "user_agent data",
}
EMPTIED: Mapping[str, str] = {
    # columns of the person themselves, emptied by accounts.actions.erasure
    "accounts.contact": "external_source external_ref name title phone email wechat purpose source",
    "core.user": "password username email full_name phone",
}
HELD: Mapping[str, tuple[str, Any]] = {
    # kept under legal hold, with the reason; a report counts what stays
    "core.trailentry": ("facts about_code", _("sealed evidence of who did what")),
    "expectations.confirmationform": ("snapshot", _("what was signed")),
    "expectations.formsignature": (
        "signer_name signer_title authority excepted consent ip agent",
        _("who signed"),
    ),
    "relationships.giftrecord": ("item purpose", _("the gift register, kept seven years (R-G3)")),
    "service.ticketevent": ("reason text facts", _("evidence of the clocks of a ticket")),
}
NEVER: Mapping[str, str] = {
    # keys, codes, hashes, addresses of our own, reference data, our own organisation
    "auth.permission": "name codename",
    "auth.group": "name",
    "contenttypes.contenttype": "app_label model",
    "sessions.session": "session_key",
    "admin.logentry": "object_id",
    "account.emailconfirmation": "key",
    "mfa.authenticator": "data",
    "usersessions.usersession": "session_key",
    "core.apitoken": "name prefix digest scopes",
    "core.attachment": "about_label scope_label path content_type sha256",
    "core.calendar": "code name zone week extra_hours",
    "core.calendarexception": "hours name",
    "core.calendarversion": "body",
    "core.customfield": "entity key name options help",
    "core.event": "about_label name about_code scope_label actor_kind changed",
    "core.eventconsumer": "name",
    "core.eventdelivery": "consumer state",
    "core.heartbeat": "name facts",
    "core.idempotencyrecord": "principal method path key fingerprint headers",
    "core.importbatch": "kind sha256 mapping state counts path",
    "core.importmapping": "kind columns",
    "core.importrow": "about_label outcome",
    "core.job": "kind listing",
    "core.notification": "about_label kind url once scope_label",
    "core.notificationchannel": "name address",
    "core.outboxmessage": "about_label channel once lease_token",
    "core.policyvalue": "key scope value reason",
    "core.savedview": "listing",
    "core.searchentry": "label url",
    "core.sequence": "series",
    "core.tagging": "about_label",
    "core.timer": "about_label kind",
    "core.trailentry": "about_label url verb channel request_id scope_label nonce key_id mac",
    "core.trailpersonal": "subject",
    "core.trailseal": "members digest previous mac key_id",
    "core.user": "language timezone",
    "core.viewdefault": "listing",
    "core.webhookendpoint": "url secret events",
    "accounts.accounthealth": "facts",
    "accounts.actionitem": "about_label",
    "accounts.asset": "contract external_ref external_source model product serial",
    "accounts.referencesite": "product",
    "accounts.competitorposition": "competitor product",
    "accounts.productpenetration": "product",
    "accounts.buyingprofile": "currency",
    "accounts.cashflowdesignation": "currency grounds",
    "accounts.buyingstep": "roles",
    "accounts.contact": "language",
    "accounts.customer": "external_source external_ref code name short_name path industry country"
    " region website",
    "accounts.contactmerge": "taken",
    "accounts.customermerge": "taken",
    "accounts.handover": "given",
    "accounts.customerunit": "external_source external_ref name",
    "accounts.scorecardtemplate": "weights targets",
    "accounts.keyactionscore": "action evidence",
    "accounts.metricvalue": "metric",
    "accounts.opportunity": "external_source external_ref code currency left_stage",
    "accounts.orgunit": "external_source external_ref name path timezone",
    "accounts.portalmembership": "rights",
    "accounts.revenuerecord": "currency external_ref external_source product_line",
    "accounts.userprofile": "title grade",
    "relationships.cadencerule": "rule subject_key",
    "relationships.calendarfeed": "digest",
    "relationships.competitorstance": "competitor",
    "relationships.gridassessment": "cell",
    "relationships.strategicagreement": "external_source external_ref code",
    "relationships.lockedproject": "currency",
    "relationships.layersnapshot": "inputs",
    "relationships.interaction": "external_source external_ref ticked entry_key",
    "relationships.interactiontype": "code name name_zh checklist checklist_zh",
    "expectations.commitment": "external_source external_ref about_label code",
    "expectations.confirmationform": "code language snapshot_sha256",
    "expectations.customernotice": "code",
    "expectations.expectationitem": "external_source external_ref code",
    "expectations.formsignature": "document_sha256 previous digest",
    "expectations.milestone": "external_source external_ref",
    "expectations.project": "external_source external_ref code contract_ref currency",
    "expectations.risk": "external_source external_ref code",
    "expectations.signinglink": "digest code_digest",
    "service.breach": "in_charge",
    "service.escalation": "roles",
    "service.servicecontract": "external_source external_ref code scope currency",
    "service.servicelevel": "name",
    "service.slaoverride": "about_label",
    "service.ticket": "external_source external_ref code entitlement_basis",
    "service.ticketevent": "channel",
    "service.vocitem": "code about_label",
}


def named(table: Mapping[str, str]) -> set[str]:
    """`label.column` of a table of this module."""
    return {f"{label}.{name}" for label, names in table.items() for name in names.split()}


def held() -> dict[str, Any]:
    """`label.column` of what stays, with the reason."""
    return {
        f"{label}.{name}": why for label, (names, why) in HELD.items() for name in names.split()
    }
