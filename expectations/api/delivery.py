"""Routes of commitments, milestones, risks, notices, alternatives and weekly reports."""

from __future__ import annotations

from core.api.router import Router
from expectations.api.commitment import CommitmentResource, MilestoneResource
from expectations.api.notice import AlternativeResource, NoticeResource
from expectations.api.report import ReportResource
from expectations.api.risk import RiskResource


def routes(router: Router) -> None:
    """Registers the resources of this half of the floor."""
    router.register("commitments", CommitmentResource, basename="commitments")
    router.register("milestones", MilestoneResource, basename="milestones")
    router.register("risks", RiskResource, basename="risks")
    router.register("customer-notices", NoticeResource, basename="customer-notices")
    router.register("alternatives", AlternativeResource, basename="alternatives")
    router.register("weekly-reports", ReportResource, basename="weekly-reports")
