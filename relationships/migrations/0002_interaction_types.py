"""The seeded kinds of interaction (b.2.1), editable afterwards."""

from django.db import migrations

# code, English, Chinese, executive level, owes minutes
TYPES = [
    ("visit", "Visit", "拜访", False, True),
    ("phone", "Phone call", "电话", False, False),
    ("video", "Video call", "视频沟通", False, False),
    ("message", "Message", "消息", False, False),
    ("technical_exchange", "Technical exchange", "技术交流", False, True),
    ("clarification_meeting", "Clarification meeting", "需求澄清会", False, True),
    ("alignment_with_customer", "Alignment with the customer", "与客户对齐会", False, True),
    ("benchmark_meeting", "Strategic benchmark meeting", "战略对标会议", True, True),
    ("executive_visit_out", "Executive visit to the customer", "高层拜访", True, True),
    ("executive_visit_in", "Executive visit to us", "高层来访", True, True),
    ("company_tour", "Company tour", "公司参观", False, True),
    ("exhibition", "Exhibition", "展会", False, True),
    ("forum", "Forum", "论坛", False, True),
    ("roundtable", "Round table", "圆桌会", False, True),
    ("training", "Training", "培训", False, True),
    ("joint_trip", "Joint trip", "共同考察", False, True),
    ("hospitality", "Hospitality", "商务接待", False, True),
    ("service_visit", "Service visit", "服务回访", False, True),
    ("health_check", "Health check", "健康检查", False, True),
    ("callback", "Callback", "主动回访", True, False),
    ("audit", "Customer audit", "客户认证审核", False, True),
    ("congress", "User congress", "用户大会", False, True),
]


def seed(apps, schema_editor):
    Type = apps.get_model("relationships", "InteractionType")
    for position, (code, name, name_zh, executive, meeting) in enumerate(TYPES, start=1):
        Type.objects.update_or_create(
            code=code,
            defaults={
                "name": name,
                "name_zh": name_zh,
                "is_executive": executive,
                "is_meeting": meeting,
                "position": position * 10,
            },
        )


class Migration(migrations.Migration):
    dependencies = [("relationships", "0001_initial")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
