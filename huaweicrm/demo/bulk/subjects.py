"""What tickets are about, how often which kind comes, by which channel, and why it happened."""

from __future__ import annotations

from dataclasses import dataclass

from service.choices import Channel, RootCause, Severity, TicketClass

SUBJECTS = {
    TicketClass.FAULT: (
        ("基站退服", "网管显示多个站点脱管，现场设备无告警灯。"),
        ("板卡告警频繁", "主控板反复上报温度告警，风扇转速正常。"),
        ("链路丢包", "汇聚到核心丢包率升高，高峰时段明显。"),
        ("电源模块异常", "一路电源输出电压波动，已切到另一路。"),
        ("数据库主备切换失败", "演练时备机未能接管业务。"),
        ("存储扩展框离线", "扩展框无法识别，业务盘只读。"),
        ("视频会议回声", "主会场回声严重，换话筒无改善。"),
        ("无线覆盖变差", "三楼信号弱，上周调整天线以后出现。"),
    ),
    TicketClass.TECHNICAL_QUESTION: (
        ("咨询版本升级步骤", "想知道是否需要中断业务。"),
        ("咨询许可证到期影响", "许可证月底到期，是否影响现有用户。"),
        ("咨询备件型号替代", "原型号停产，询问替代型号。"),
        ("咨询日志导出方法", "审计需要半年的操作日志。"),
    ),
    TicketClass.COMPLAINT: (
        ("投诉响应不及时", "上周报修两次才有人联系。"),
        ("投诉备件到货延误", "答应三天到货，现在已经一周。"),
    ),
    TicketClass.PRAISE: (("表扬割接保障", "节日割接全程守护，感谢。"),),
}
CAUSES = (
    (RootCause.HARDWARE, 24),
    (RootCause.SOFTWARE, 20),
    (RootCause.CONFIGURATION, 22),
    (RootCause.OPERATION, 12),
    (RootCause.ENVIRONMENT, 8),
    (RootCause.THIRD_PARTY, 6),
    (RootCause.NO_FAULT_FOUND, 8),
)
CHANNELS = ((Channel.PHONE, 50), (Channel.EMAIL, 25), (Channel.PORTAL, 20), (Channel.FIELD, 5))


@dataclass(frozen=True)
class Kind:
    """Class and severity of a ticket, and how often it comes."""

    ticket_class: str
    severity: int
    share: int


KINDS = (
    Kind(TicketClass.FAULT, Severity.CRITICAL, 2),
    Kind(TicketClass.FAULT, Severity.MAJOR, 13),
    Kind(TicketClass.FAULT, Severity.MINOR, 50),
    Kind(TicketClass.TECHNICAL_QUESTION, Severity.QUESTION, 25),
    Kind(TicketClass.TECHNICAL_QUESTION, Severity.MINOR, 4),
    Kind(TicketClass.COMPLAINT, Severity.MINOR, 4),
    Kind(TicketClass.PRAISE, Severity.QUESTION, 2),
)
