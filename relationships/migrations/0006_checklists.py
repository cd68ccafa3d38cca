"""What a good interaction of each kind has; administrators edit it afterwards."""

from django.db import migrations

MEETING = (
    ["Purpose agreed beforehand", "Who decides was there or is named", "Next step has owner and date"],
    ["事先约定了目的", "能拍板的人在场,或知道是谁", "下一步有人、有日期"],
)
CALL = (
    ["Their concern in their own words", "Next step has a date"],
    ["记下了对方的原话", "下一步有日期"],
)
EXECUTIVE = (
    [
        "Topics confirmed with the customer a week before",
        "Brief with open promises given to our executive",
        "Decision layer of both sides present",
        "Promises of the executive written down with dates",
    ],
    ["提前一周与客户确认议题", "把未兑现的承诺写进了给高层的简报", "双方决策层到场", "高层的承诺写明了日期"],
)
TECHNICAL = (
    ["Questions collected beforehand", "Open technical points listed", "Answer promised with a date"],
    ["事先收集了问题", "列出了未答的技术点", "答复有日期"],
)
SERVICE = (
    ["Open tickets read before", "Site and record checked", "Report handed over and signed for"],
    ["去之前看过未关闭的工单", "查过现场与记录", "报告已交付并签收"],
)
EVENT = (
    ["Right people invited, unit and level", "Each guest had one of us beside", "Followed up within a week"],
    ["请到了对的部门和层级", "每位客人都有我们的人陪同", "一周内回访"],
)
KINDS = [
    (MEETING, ["visit", "clarification_meeting", "alignment_with_customer", "audit"]),
    (CALL, ["phone", "video", "message", "callback"]),
    (EXECUTIVE, ["benchmark_meeting", "executive_visit_out", "executive_visit_in"]),
    (TECHNICAL, ["technical_exchange", "training"]),
    (SERVICE, ["service_visit", "health_check"]),
    (EVENT, ["company_tour", "exhibition", "forum", "roundtable", "joint_trip", "hospitality", "congress"]),
]  # fmt: skip


def seed(apps, schema_editor):
    Type = apps.get_model("relationships", "InteractionType")
    for points, codes in KINDS:
        english, chinese = points
        rows = Type.objects.filter(code__in=codes, checklist="", checklist_zh="")
        rows.update(checklist="\n".join(english), checklist_zh="\n".join(chinese))


class Migration(migrations.Migration):
    dependencies = [("relationships", "0005_phone")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
