"""The part of the registry that merging two records of a customer or of a person reads."""

# core.merging: references that stay with a merged record, and why; ids without a label that move;
# how a row fits that a unique constraint refuses
MERGE_STAYS: dict[str, str] = {
    "accounts.customermerge.customer_id": "history",
    "accounts.customermerge.merged_id": "history",
    "accounts.accounthealth.customer_id": "history: how that record was then",
    "relationships.layersnapshot.customer_id": "history: how that record was then",
    "core.event.about_id": "history: what was said then",
    "core.event.scope_id": "history: what was said then",
    "core.importrow.about_id": "the import made this row",
    "core.notification.about_id": "history; its link leads on",
    "core.notification.scope_id": "history; its link leads on",
    "core.outboxmessage.about_id": "history: what was sent then",
    "accounts.contactmerge.contact_id": "history",
    "accounts.contactmerge.merged_id": "history",
    "accounts.erasurerequest.contact_id": "history: what was asked about that record",
    "expectations.formsignature.contact_id": "sealed evidence: who signed, as they signed",
    "relationships.cadenceresult.contact_id": "history: what was judged then",
    "relationships.cadenceresult.customer_id": "history: what was judged then",
    "relationships.coveragecell.customer_id": "derived: counted anew each night",
    "core.timer.about_id": "about the record itself",
    "core.trailentry.about_id": "append-only; read under both codes",
    "core.trailentry.scope_id": "append-only; read under both codes",
}
MERGE_ALSO: dict[str, tuple] = {
    "accounts.customer": (
        ("core.customvalue", "about_id", {"field__entity": "accounts.customer"}),
        ("core.searchentry", "scope_id", {}),
    ),
    "accounts.contact": (("core.customvalue", "about_id", {"field__entity": "accounts.contact"}),),
}
_CLASH = "accounts.actions.merging:clash"
MERGE_CLASHES: dict[str, str] = {
    "accounts.accountassignment": _CLASH,
    "accounts.customerunit": _CLASH,
    "accounts.asset": _CLASH,
    "accounts.referencesite": _CLASH,
    "accounts.competitorposition": _CLASH,
    "accounts.accountplan": _CLASH,
    "accounts.customerinsight": _CLASH,
    "accounts.buyingprofile": _CLASH,
    "accounts.portalmembership": "accounts.actions.merging_people:clash",
    "relationships.powermap": "relationships.actions.giving:clash",
}
# rows of the confidential class that move with a person: counted for nobody else
MERGE_LOCKED: tuple[str, ...] = (
    "accounts.personaldetail",
    "relationships.competitorstance",
    "relationships.giftrecord",
    "relationships.gridassessment",
    "relationships.powerseat",
    "relationships.ratinground",
    "relationships.relationshipplan",
)

# when a record with an account manager of its own is merged into another one with one, before
# anything moves: "module:function", called function(old, new, journal, by=, now=) with the two
# seats; it writes with core.merging
MERGED_SEAT: tuple[str, ...] = ("relationships.actions.giving:merged_stale",)

# the same for two records of a person: function(contact, other, journal, by=, now=), or Refused
MERGED_PERSON: tuple[str, ...] = ("relationships.actions.merging:merged_person",)
