"""What the ground floor may know of the floors above: names only, loaded at first use."""

from core import environment
from core.msgid import gettext_noop
from huaweicrm.registry_merging import (  # noqa: F401  looked up here by name
    MERGE_ALSO,
    MERGE_CLASHES,
    MERGE_LOCKED,
    MERGE_STAYS,
    MERGED_PERSON,
    MERGED_SEAT,
)

# kind of timer -> "module:handler", called handler(timers, now=now)
TIMERS: dict[str, str] = {
    "accounts.tier_reminder": "accounts.timers:remind_of_tier",
    "accounts.tier_expiry": "accounts.timers:expire_tiers",
    "accounts.insight_reminder": "accounts.timers_record:remind_of_insights",
    "accounts.insight_expiry": "accounts.timers_record:expire_insights",
    "accounts.warranty_reminder": "accounts.timers_record:warn_of_warranties",
    "accounts.warranty_end": "accounts.timers_record:warn_of_warranties",
    "accounts.reference_reminder": "accounts.timers_market:warn_of_consents",
    "accounts.reference_end": "accounts.timers_market:warn_of_consents",
    "accounts.assignment_until": "accounts.timers:end_assignments",
    "accounts.handover_step": "accounts.timers:handover_step",
    "accounts.erasure_due": "accounts.timers:erasures_due",
    "accounts.action_due": "accounts.timers:remind_of_items",
    "relationships.grid_expiry": "relationships.timers:expire_scores",
    "relationships.round_end": "relationships.timers:end_rounds",
    "relationships.minutes_step": "relationships.timers:minutes_step",
    "relationships.plan_end": "relationships.timers:end_plans",
    "relationships.agreement_start": "relationships.timers_agreement:agreement_start",
    "relationships.agreement_step": "relationships.timers_agreement:agreement_step",
    "service.clock": "service.timers:clocks",
    "service.escalation_repeat": "service.timers:escalation_repeats",
    "service.pause_end": "service.timers:pause_ends",
    "service.pause_review": "service.timers:pause_reviews",
    "service.silence": "service.timers:silences",
    "service.unrestored": "service.timers:unrestored",
    "service.bulletin": "service.timers:bulletin_dues",
    "service.breach_reason": "service.timers:breach_reasons",
    "service.contract": "service.timers:contract_ends",
    "expectations.early_daily": "expectations.timers_form:early_daily",
    "expectations.form_countersign": "expectations.timers_form:form_countersign",
    "expectations.form_expiry": "expectations.timers_form:form_expiry",
    "expectations.form_reminder": "expectations.timers_form:form_reminder",
    "expectations.notice_step": "expectations.timers:notice_step",
    "expectations.commitment_due": "expectations.timers:commitment_due",
    "expectations.report_step": "expectations.timers:report_step",
}

# functions that yield (kind, about_label, about_id, due_at) of every timer that must be armed now
EXPECTED_TIMERS: list[str] = [
    "accounts.timers:expected",
    "accounts.timers_record:expected",
    "accounts.timers_market:expected",
    "relationships.timers:expected",
    "relationships.timers_agreement:expected",
    "expectations.timers_form:expected",
    "expectations.timers:expected_timers",
    "expectations.timers:expected_commitments",
    "expectations.timers:expected_reports",
    "service.timers:expected",
]

# tables of what one person answers for and another can take over (core.duties.Duty)
DUTIES: list[str] = [
    "accounts.duties:DUTIES",
    "relationships.duties:DUTIES",
    "expectations.duties:DUTIES",
    "service.duties:DUTIES",
]

# when an account manager's seat changed hands: "module:function", called (old, new, by=, now=)
HANDED_OVER: tuple[str, ...] = ("relationships.actions.giving:go_stale",)

# figures of scorecards: key -> (msgid, unit, "module:function"), called function(asked) with an
# accounts.scorecards.Asked; the answer is a Decimal, or None where there is no evidence
METRICS: dict[str, tuple[str, str, str]] = {
    "attainment": (
        gettext_noop("Expectation attainment"), "%", "huaweicrm.desk.metrics:attainment"
    ),
    "satisfaction": (gettext_noop("Satisfaction"), "1–10", "huaweicrm.desk.metrics:satisfaction"),
    "order_amount": (gettext_noop("Orders"), "CNY", "accounts.queries_metrics:orders"),
    "revenue": (gettext_noop("Revenue"), "CNY", "accounts.queries_metrics:revenue"),
    "gross_profit": (gettext_noop("Gross profit"), "CNY", "accounts.queries_metrics:gross_profit"),
    "cash_collected": (
        gettext_noop("Cash collected"), "CNY", "accounts.queries_metrics:cash_collected"
    ),
    "revenue_per_head": (
        gettext_noop("Revenue per head"), "CNY", "accounts.queries_metrics:revenue_per_head"
    ),
    "effective_growth": (
        gettext_noop("Effective growth"), "%", "accounts.queries_metrics:effective_growth"
    ),
    "contact_activity": (
        gettext_noop("Interactions held"), "", "huaweicrm.desk.metrics:contact_activity"
    ),
}  # fmt: skip

# parts of account health: part -> ("module:measure", "module:words", page behind it); measure is
# called function(customer_ids, now=) -> {id: accounts.health.Evidence}, words function(facts)
HEALTH_PARTS: dict[str, tuple[str, str, str]] = {
    "key_index": (
        "relationships.queries.health:key", "relationships.layer_words:key",
        "/customers/{pk}/power/",
    ),
    "universal": (
        "relationships.queries.health:universal", "relationships.layer_words:universal",
        "/customers/{pk}/coverage/",
    ),
    "organisational": (
        "relationships.queries.health:organisational",
        "relationships.layer_words:organisational",
        "/customers/{pk}/layers/",
    ),
    "attainment": (
        "expectations.queries.health:attainment", "expectations.queries.health:words",
        "/expectation-items/?customer={pk}",
    ),
    "sla": (
        "service.queries.health:sla", "service.queries.health:words", "/tickets/?customer={pk}",
    ),
}  # fmt: skip
# agreements in force and innovation centres running: "module:function", called
# function(customer_ids, now=) -> {id: relationships.queries.layers.Standing}
ORGANISATIONAL: dict[str, str] = {
    "agreement": "relationships.queries.ways:agreements",
    "innovation": "relationships.queries.ways:centres",
}

# the nine key actions in their order: key -> (msgid, "module:function"), called
# function(asked, now); the answer is a list of accounts.keyactions.Fact
KEY_ACTIONS: dict[str, tuple[str, str]] = {
    "plans": (gettext_noop("Account plans"), "huaweicrm.desk.keyactions:plans"),
    "relations": (gettext_noop("Relationship plans"), "huaweicrm.desk.keyactions:relations"),
    "information": (gettext_noop("Customer information"), "huaweicrm.desk.keyactions:information"),
    "positions": (gettext_noop("Key persons"), "huaweicrm.desk.keyactions:positions"),
    "organisation": (
        gettext_noop("Organisational relations"), "huaweicrm.desk.keyactions:organisation"
    ),
    "universal": (gettext_noop("Universal relations"), "huaweicrm.desk.keyactions:universal"),
    "interactions": (gettext_noop("Quality of contacts"), "huaweicrm.desk.keyactions:interactions"),
    "complaints": (
        gettext_noop("Complaints and low scores"), "huaweicrm.desk.keyactions:complaints"
    ),
    "minutes": (gettext_noop("Minutes in time"), "huaweicrm.desk.keyactions:minutes"),
}  # fmt: skip

# further things to reconcile: "module:function", called function(now, repair) -> sentences
RECONCILE: list[str] = [
    "service.timers:reconcile_clocks",
]

# labels of rows of the confidential class that duties may be about: such a duty is of it as well
CONFIDENTIAL_ABOUT: tuple[str, ...] = (
    "relationships.relationshipplan",
    "relationships.cadenceresult",
)

# name of consumer -> ((event names or "*",), "module:handler"), called handler(event, now=now)
CONSUMERS: dict[str, tuple] = {
    "webhooks": (("*",), "core.webhooks:fan_out", "core.webhooks:are_on"),
    "promises": (("interaction.promised", "minutes.submitted"), "expectations.consumers:promised"),
    "opinions": (("minutes.submitted",), "service.consumers:opinions"),
}

# whose timeline a webhook's user sees, by scope label -> "module:function(user, scope_id)"
VISIBLE: dict[str, str] = {"accounts.customer": "accounts.queries:sees_customer"}

# reads a token and a person, each with roles and unit at once: "module:function(digest)" and
# "module:function(pk)"
TOKEN = "accounts.models.organisation:token_of"
PERSON = "accounts.models.organisation:person_of"

# reads the first rows of a list, or those after a position, by SQL that is kept for people alike:
# "module:function(what, user, make, order, size, most, after)"
ALIKE = "accounts.queries_alike:first_alike"

# who reads a file, by label of what it is about -> "module:function(user, attachment)"
FILE_ACCESS: dict[str, str] = {
    "core.job": "core.jobs:reads_file",
    "accounts.customer": "accounts.queries:reads_file",
}

# modules that declare policies at import
POLICIES: list[str] = [
    "huaweicrm.desk.policies",
    "core.policies",
    "core.policies_signin",
    "accounts.policies",
    "accounts.policies_health",
    "accounts.policies_value",
    "accounts.policies_market",
    "accounts.policies_plan",
    "accounts.policies_leave",
    "relationships.policies",
    "relationships.policies_cadence",
    "relationships.policies_layers",
    "expectations.policies",
    "expectations.policies_delivery",
    "service.policies",
]

# tables whose rows the database itself refuses to change, or where their guards are declared
# (migrations: core.engine_sql.guarding)
GUARDED: tuple[str, ...] = (
    "expectations_formsignature",
    "accounts.guards:GUARDS",
    "service.guards:GUARDS",
    "relationships.guards:GUARDS",
    "relationships.guards:RESULTS",
    "relationships.guards:LAYERS",
)

# functions that verify further evidence: "module:function" yields a sentence per problem
EVIDENCE: list[str] = ["expectations.evidence:verify"]

# token scopes -> English label (gettext_noop)
SCOPES: dict[str, str] = {}

# search sources: "module:function", called function(user, query, limit) -> list[core.search.Hit]
SEARCH: list[str] = [
    "accounts.findable:find",
]

# kinds of vectors of check_worktime beyond working time -> "module:function"
VECTOR_KINDS: dict[str, str] = {
    "notice": "expectations.notices:vector",
    "alerts": "service.ladders:vector",
}

# kind of import_data -> "module:importer"
IMPORTS: dict[str, str] = {
    "assets": "accounts.imports_assets:IMPORTER",
    "customers": "accounts.imports:IMPORTER",
    "tickets": "service.imports:IMPORTER",
    "revenue": "accounts.imports_revenue:IMPORTER",
}

# lists that take saved views, columns, bulk and export: key -> "module:SPEC" (core.lists.spec)
LISTS: dict[str, str] = {
    "account-plans": "accounts.lists_sales:ACCOUNT_PLANS",
    "agreements": "relationships.lists_papers:AGREEMENTS",
    "commitments": "expectations.lists_delivery:COMMITMENTS",
    "contacts": "accounts.lists_people:CONTACTS",
    "customers": "accounts.lists:CUSTOMERS",
    "gifts": "relationships.lists_closed:GIFTS",
    "interactions": "relationships.lists:INTERACTIONS",
    "minutes": "relationships.lists_papers:MINUTES",
    "opportunities": "accounts.lists_sales:OPPORTUNITIES",
    "projects": "expectations.lists:PROJECTS",
    "relationship-plans": "relationships.lists_closed:PLANS",
    "tickets": "service.lists:TICKETS",
}

# entities that take own fields and tags: label -> name; whose timeline their rows belong to
CUSTOM: dict[str, str] = {
    "accounts.customer": gettext_noop("Customer"),
    "accounts.contact": gettext_noop("Contact"),
    "expectations.project": gettext_noop("Project"),
    "service.ticket": gettext_noop("Ticket"),
}
CUSTOM_SCOPE = "customer"
# who may set own fields and tags of a row, and who may define them
CUSTOM_MAY: dict[str, str] = {
    "accounts.customer": "accounts.rules:may_edit_customer",
    "accounts.contact": "accounts.rules:may_edit_contact",
    "expectations.project": "expectations.rules:may_edit_project",
    "service.ticket": "service.rules:may_work",
}
MAY_DEFINE = "accounts.rules:administers"

# sharing of views: units that a person belongs to, units that one shares with, who may share
VIEW_UNITS = "accounts.queries:unit_ids_of"
SHARE_UNITS = "accounts.queries:units_to_share"
MAY_SHARE = "accounts.rules:may_share_views"

# columns of the customer list from floors above: "module:function", see accounts.listing
CUSTOMER_EXTRAS: list[str] = ["huaweicrm.desk.columns:columns"]

# what floors above know of the lifecycle of customers: "module:function", see
# accounts.queries_lifecycle
LIFECYCLE_FACTS = "relationships.queries.touched:facts"

# how often each objective of account plans was served: "module:function", called function(ids)
# -> {id: number}
OBJECTIVES_TOUCHED = "relationships.queries.objectives:touched"

# sums of the customer tree from floors above: "module:function", see accounts.queries_tree
TREE_FIGURES: list[str] = ["huaweicrm.desk.tree:figures"]

# tabs of every page of a customer: (key, msgid, tail of the address, confidential)
CUSTOMER_TABS: tuple[tuple[str, str, str, bool], ...] = (
    ("overview", "Overview", "", False),
    ("grid", "Nine-grid", "grid/", True),
    ("power", "Power map", "power/", True),
    ("health", "Account health", "health/", True),
    ("layers", "Three layers", "layers/", True),
    ("tier", "Tier", "tier/", True),
    ("fit", "Strategy fit", "fit/", True),
    ("opportunities", "Opportunities", "opportunities/", False),
    ("account-plans", "Account plans", "account-plans/", False),
    ("agreements", "Agreements", "agreements/", False),
    ("value", "Customer value", "value/", True),
    ("contacts", "Contacts", "contacts/", False),
    ("departments", "Departments", "departments/", False),
    ("team", "Team", "team/", False),
    ("record", "Customer record", "record/", False),
    ("tree", "Tree", "tree/", False),
    ("coverage", "Coverage matrix", "coverage/", False),
    ("action-items", "Action items", "action-items/", False),
)

# days of the relationship calendar beside meetings: "module:function", see
# relationships.queries.marks
CALENDAR_MARKS: tuple[str, ...] = (
    "relationships.queries.marks:touches",
    "relationships.queries.marks:birthdays_near",
    "relationships.queries.marks:agreements",
)

# navigation of the shell: "module:function", called function(request) -> list[core.context.NavItem]
NAV = "huaweicrm.desk.nav:items"
USER_ROLE = "huaweicrm.desk.nav:role_label"

# so often timers are looked at, events heard and messages sent: SWEEP_S, 1 to 5 seconds
PACE_S = min(5, max(1, environment.number("SWEEP_S", 5, least=None)))
# periodic jobs: name -> (seconds, "module:function"), called function(now=now)
HEARTBEAT: dict[str, tuple[int, str]] = {
    "reports": (300, "expectations.timers:draft_reports"),
    "sweep": (PACE_S, "core.timers:keep_up"),
    "replan": (60, "service.actions.replanning:replan"),
    "consume": (PACE_S, "core.events:consume"),
    "deliver": (PACE_S, "core.delivery:deliver"),
    "seal": (60, "core.sealing:seal"),
    "rotation": (3600, "accounts.timers:remind_of_rotation"),
    "plans": (3600, "relationships.timers:remind_of_plans"),
    "locked projects": (300, "relationships.timers_agreement:follow_locked"),
    "retention": (86_400, "huaweicrm.privacy.retention:run"),
    "birthdays": (3600, "accounts.timers:remind_of_birthdays"),
    "account plans": (3600, "accounts.timers_plan:look_at_plans"),
    "record": (3600, "accounts.timers_record:ask_for_insights"),
    "cash flow": (1800, "accounts.timers_value:propose_cash_flow"),
    "touches": (86_400, "relationships.actions.touches:ask"),
    "touched": (900, "relationships.actions.touches:close"),
    "cadence": (3600, "relationships.actions.cadence:judge"),
    "coverage": (86_400, "relationships.actions.coverage:count_all"),
    "lifecycle": (86_400, "accounts.timers_lifecycle:propose_steps"),
    "health": (1800, "accounts.timers_health:measure"),
    "layers": (3600, "relationships.timers_layers:measure"),
    "tidy": (3600, "core.housekeeping:tidy"),
    "jobs": (5, "core.jobs:work"),
}

# who counts answered requests: "module:function", see core.requestlog
OBSERVE_REQUEST = "huaweicrm.metrics:observe"

# how a job is asked for at once: "module:function", called function(name of job)
NUDGE = "huaweicrm.tasks:nudge"
# who is what, and whose timelines a person reads: asked by the API of the ground floor
ROUTERS = ("huaweicrm.api:router",)
TWO_STEP = "accounts.rules:needs_two_step"
ROLES_OF = "accounts.rules:roles_of"
TRAIL_VISIBLE = "accounts.queries:timelines_seen_by"
