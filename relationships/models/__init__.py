"""Tables of the relationship floor, one aggregate per file."""

from relationships.models.assessment import GridAssessment
from relationships.models.interaction import Interaction, InteractionType

__all__ = ["GridAssessment", "Interaction", "InteractionType"]
