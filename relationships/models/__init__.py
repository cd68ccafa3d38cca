"""Tables of the relationship floor, one aggregate per file."""

from relationships.models.agreement import LockedProject, StrategicAgreement
from relationships.models.assessment import GridAssessment
from relationships.models.cadence import CadenceResult, CadenceRule
from relationships.models.coverage import CoverageCell
from relationships.models.feed import CalendarFeed
from relationships.models.gift import GiftRecord
from relationships.models.innovation import InnovationTopic, JointInnovationCentre
from relationships.models.interaction import Interaction, InteractionType
from relationships.models.layer import LayerSnapshot
from relationships.models.minutes import Minutes, MinutesLine
from relationships.models.plan import RelationshipPlan
from relationships.models.power import InfluenceEdge, PowerMap, PowerSeat
from relationships.models.rating import Rating, RatingRound
from relationships.models.stance import CompetitorStance

__all__ = [
    "CadenceResult",
    "CadenceRule",
    "CalendarFeed",
    "CompetitorStance",
    "CoverageCell",
    "GiftRecord",
    "GridAssessment",
    "InfluenceEdge",
    "InnovationTopic",
    "Interaction",
    "InteractionType",
    "JointInnovationCentre",
    "LockedProject",
    "LayerSnapshot",
    "Minutes",
    "MinutesLine",
    "PowerMap",
    "PowerSeat",
    "Rating",
    "RatingRound",
    "RelationshipPlan",
    "StrategicAgreement",
]
