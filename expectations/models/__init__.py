"""Tables of the floor of promises, one aggregate per file."""

from expectations.models.commitment import Commitment
from expectations.models.form import (
    ConfirmationForm,
    FormSignature,
    RecordedSignature,
    SigningLink,
)
from expectations.models.item import ExpectationItem
from expectations.models.milestone import Milestone
from expectations.models.notice import Alternative, CustomerNotice, NoticeRecord
from expectations.models.project import Project, ProjectMember
from expectations.models.report import ReportRevision, WeeklyReport
from expectations.models.risk import Risk, RiskImpact

__all__ = [
    "Alternative",
    "Commitment",
    "ConfirmationForm",
    "CustomerNotice",
    "ExpectationItem",
    "FormSignature",
    "Milestone",
    "NoticeRecord",
    "Project",
    "ProjectMember",
    "ReportRevision",
    "RecordedSignature",
    "Risk",
    "RiskImpact",
    "SigningLink",
    "WeeklyReport",
]
