"""Tables of the floor of promises, one aggregate per file."""

from expectations.models.commitment import Commitment
from expectations.models.form import ConfirmationForm, FormSignature, SigningLink
from expectations.models.item import ExpectationItem
from expectations.models.milestone import Milestone
from expectations.models.project import Project, ProjectMember

__all__ = [
    "Commitment",
    "ConfirmationForm",
    "ExpectationItem",
    "FormSignature",
    "Milestone",
    "Project",
    "ProjectMember",
    "SigningLink",
]
