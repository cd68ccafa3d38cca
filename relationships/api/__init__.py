"""The API of the relationship floor, one aggregate per file."""

from __future__ import annotations

from typing import Any

from relationships.api.agreements import LockedProjectResource, StrategicAgreementResource
from relationships.api.assessments import GridAssessmentResource
from relationships.api.cadence import CadenceResultResource, CadenceRuleResource
from relationships.api.coverage import CoverageCellResource
from relationships.api.gifts import GiftRecordResource
from relationships.api.innovation import InnovationTopicResource, JointInnovationCentreResource
from relationships.api.interactions import InteractionResource, InteractionTypeResource
from relationships.api.layers import LayerSnapshotResource
from relationships.api.minutes import MinutesResource
from relationships.api.plans import RelationshipPlanResource
from relationships.api.power import (
    InfluenceEdgeResource,
    PowerMapResource,
    PowerSeatResource,
)
from relationships.api.ratings import RatingRoundResource
from relationships.api.stances import CompetitorStanceResource


def routes(router: Any) -> None:
    """Register the resources of this floor."""
    for name, resource in [
        ("rating-rounds", RatingRoundResource),
        ("grid-assessments", GridAssessmentResource),
        ("relationship-plans", RelationshipPlanResource),
        ("power-maps", PowerMapResource),
        ("power-seats", PowerSeatResource),
        ("influence-edges", InfluenceEdgeResource),
        ("competitor-stances", CompetitorStanceResource),
        ("cadence-rules", CadenceRuleResource),
        ("cadence-results", CadenceResultResource),
        ("coverage-cells", CoverageCellResource),
        ("strategic-agreements", StrategicAgreementResource),
        ("locked-projects", LockedProjectResource),
        ("innovation-centres", JointInnovationCentreResource),
        ("innovation-topics", InnovationTopicResource),
        ("gift-records", GiftRecordResource),
        ("interactions", InteractionResource),
        ("interaction-types", InteractionTypeResource),
        ("minutes", MinutesResource),
        ("layer-snapshots", LayerSnapshotResource),
    ]:
        router.register(name, resource, basename=name)
