"""What one ticket is about and how it goes: from the report to the closing, told with a pen."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass

from core.actors import Actor
from huaweicrm.demo.bulk.pen import Pen
from huaweicrm.demo.bulk.subjects import CAUSES, SUBJECTS
from service.choices import (
    BulletinStage,
    BulletinStatus,
    EventKind,
    PauseReason,
    RootCause,
    Severity,
    TicketClass,
    TicketStatus,
)
from service.clocks import Calendars
from service.models import IncidentBulletin, PauseInterval
from service.queries.terms import promised

MINUTE, HOUR, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)
LATE = 0.06


@dataclass
class Case:
    """One ticket being told: who works on it, on which hours, by which luck."""

    pen: Pen
    rng: random.Random
    calendars: Calendars
    owner: Actor
    desk: Actor

    def tell(self) -> None:
        """From the report to the closing, or as far as time has come."""
        ticket, rng = self.pen.ticket, self.rng
        subject = rng.choice(SUBJECTS[TicketClass(ticket.ticket_class)])
        ticket.title = f"{ticket.site} {subject[0]}" if ticket.site else subject[0]
        ticket.text = subject[1]
        self.pen.opened(self.desk, ticket.text)
        at = self._accepted()
        if rng.random() < 0.02 and ticket.severity > Severity.MAJOR:
            self._cancelled(at)
            return
        at = self._contacted(at)
        if ticket.ticket_class == TicketClass.PRAISE:
            self._thanked(at)
            return
        at, waited = self._paused(at)
        if ticket.ticket_class == TicketClass.FAULT:
            at = self._restored(at, waited)
        at = self._resolved(at, waited)
        self._closed(at)

    def _after(self, kind: str, share: float, otherwise: float) -> dt.datetime:
        """When `share` of a target is used up since the report; without one in hours of work."""
        ticket = self.pen.ticket
        level = ticket.level if ticket.level in ticket.terms["levels"] else "none"
        found = promised(ticket.terms, kind, ticket.severity, level)
        if found is None:
            return self._work(ticket.reported_at, otherwise * 3600 * share)
        seconds = int(found[0] * share)
        if found[1] == "24x7":
            return ticket.reported_at + dt.timedelta(seconds=seconds)
        return self._work(ticket.reported_at, seconds)

    def _work(self, start: dt.datetime, seconds: float) -> dt.datetime:
        return self.calendars.site.due(start, int(seconds))

    def _share(self, low: float = 2.0, high: float = 3.0) -> float:
        if self.rng.random() < LATE:
            return self.rng.uniform(1.02, 1.6)
        return 0.04 + 0.85 * self.rng.betavariate(low, high)

    def _soon(self, low: int, high: int) -> dt.timedelta:
        return dt.timedelta(seconds=self.rng.randrange(low * 60, high * 60))

    def _accepted(self) -> dt.datetime:
        ticket = self.pen.ticket
        at = ticket.reported_at + self._soon(1, 8)
        if ticket.severity > Severity.MAJOR:
            at = self._work(ticket.reported_at, self.rng.randrange(120, 1500))
        self.pen.step(
            EventKind.ACCEPTED,
            "ticket.accepted",
            at,
            self.desk,
            to=TicketStatus.ACCEPTED,
            event="ticket.accepted",
            accepted_at=at,
        )
        at += self._soon(1, 3)
        owner = self.owner.user
        self.pen.step(
            EventKind.CLAIMED,
            "ticket.claimed",
            at,
            self.owner,
            said={"owner": [None, owner.pk]},
            owner=owner,
        )
        return at

    def _cancelled(self, at: dt.datetime) -> None:
        reason = self.rng.choice(("重复报修", "客户撤回", "不在服务范围"))
        self.pen.step(
            EventKind.CANCELLED,
            "ticket.cancelled",
            at + self._soon(3, 40),
            self.owner,
            to=TicketStatus.CANCELLED,
            text=reason,
            said={"reason": reason},
            cancel_reason=reason,
        )

    def _contacted(self, at: dt.datetime) -> dt.datetime:
        at = max(at + MINUTE, self._after("response", self._share(), 4))
        self.pen.step(
            EventKind.CONTACTED,
            "ticket.contacted",
            at,
            self.owner,
            to=TicketStatus.IN_PROGRESS,
            text="已联系客户，确认现象与影响范围。",
            event="ticket.responded",
            responded_at=at,
        )
        return at

    def _thanked(self, at: dt.datetime) -> None:
        at = self._work(at, self.rng.randrange(1800, 20_000))
        self._finish(at, "", assumed=False, cause=RootCause.SERVICE_QUALITY)

    def _paused(self, at: dt.datetime) -> tuple[dt.datetime, dt.timedelta]:
        """One in seven waits for the customer; critical tickets do not."""
        ticket, rng = self.pen.ticket, self.rng
        if ticket.severity == Severity.CRITICAL or rng.random() > 0.14:
            return at, dt.timedelta(0)
        begin = at + self._soon(5, 60)
        length = self._soon(60, 2600)
        reason = rng.choice((PauseReason.WAITING_CUSTOMER, PauseReason.WINDOW_SET_BY_CUSTOMER))
        expected = begin + length + self._soon(30, 600)
        question = "请提供故障时段的日志。" if reason == PauseReason.WAITING_CUSTOMER else ""
        said = {"reason": str(reason), "evidence": "客户电话确认", "expected": expected}
        begun = self.pen.step(
            EventKind.PAUSED,
            "ticket.paused",
            begin,
            self.owner,
            to=TicketStatus.WAITING_CUSTOMER,
            text=question,
            event="sla.paused",
            facts={"pause": str(reason), "from": str(ticket.status)},
            said=said,
            reason="客户电话确认",
        )
        if not begun:
            return begin, length
        row = PauseInterval(
            reason=reason,
            evidence="客户电话确认",
            question=question,
            starts_at=begin,
            expected_resume_at=expected,
        )
        self.pen.waits(row, self.owner, begin)
        self._answered(row, begin + length)
        return begin + length, length

    def _answered(self, row: PauseInterval, at: dt.datetime) -> None:
        """The customer writes, and the clocks run on."""
        if self.pen.step(
            EventKind.MESSAGE_IN,
            "ticket.message",
            at,
            self.desk,
            to=TicketStatus.IN_PROGRESS,
            text="客户已回复，资料见附言。",
            event="sla.resumed",
        ):
            row.ends_at, row.resumed_by, row.version = at, self.desk.user, 2
            row.updated_at = at

    def _restored(self, at: dt.datetime, waited: dt.timedelta) -> dt.datetime:
        ticket = self.pen.ticket
        critical = ticket.severity == Severity.CRITICAL
        end = max(at + 5 * MINUTE, self._after("restore", self._share(), 14) + waited)
        if critical and ticket.outage:
            self._on_site(at, end)
        self._updates(at, end, critical)
        if critical and end > ticket.reported_at + 4 * HOUR:
            ticket.unrestored_called_at = ticket.reported_at + 4 * HOUR
        confirmed = self.rng.random() < 0.7
        self.pen.step(
            EventKind.RESTORED,
            "ticket.restored",
            end,
            self.owner,
            to=TicketStatus.RESTORED,
            text="业务已恢复，指标正常。",
            event="ticket.restored",
            facts={"unconfirmed": not confirmed},
            said={"unconfirmed": not confirmed},
            restored_at=end,
            workaround="业务已恢复，指标正常。",
            unconfirmed=not confirmed,
        )
        if critical:
            self._bulletin(BulletinStage.RESTORED, 1, end + self._soon(10, 28), end + 30 * MINUTE)
        return end

    def _on_site(self, at: dt.datetime, end: dt.datetime) -> None:
        sent = at + self._soon(2, 12)
        there = min(end - MINUTE, max(sent + 10 * MINUTE, self._after("onsite", 0.6, 4)))
        if there <= sent:
            return
        for kind, verb, moment, column in (
            (EventKind.DISPATCHED, "ticket.dispatched", sent, "dispatched_at"),
            (EventKind.ARRIVED, "ticket.arrived", there, "arrived_at"),
        ):
            self.pen.step(kind, verb, moment, self.owner, **{column: moment})

    def _updates(self, at: dt.datetime, end: dt.datetime, critical: bool) -> None:
        """Tell the customer as often as promised; of a critical ticket by bulletin."""
        ticket = self.pen.ticket
        found = promised(ticket.terms, "update", ticket.severity, ticket.level)
        last, number = at, 0
        for number in range(12):
            due = last + 30 * MINUTE if critical and not number else self._next(found, last)
            moment = last + (due - last) * self.rng.uniform(0.6, 0.92) if due else None
            if moment is None or moment >= end:
                break
            moment = moment.replace(microsecond=0)
            if critical:
                stage = BulletinStage.PROGRESS if number else BulletinStage.FIRST
                self._bulletin(stage, max(1, number), moment, due)
            else:
                self._update(moment)
            last = moment

    def _next(self, found: list | None, last: dt.datetime) -> dt.datetime | None:
        if found is None:
            return None
        if found[1] == "24x7":
            return last + dt.timedelta(seconds=found[0])
        return self._work(last, found[0])

    def _update(self, at: dt.datetime) -> None:
        self.pen.step(
            EventKind.UPDATE_SENT,
            "ticket.update_sent",
            at,
            self.owner,
            text="正在定位，下一次进展按约定时间告知。",
        )

    def _bulletin(self, stage: str, number: int, at: dt.datetime, due: dt.datetime) -> None:
        counts = stage in (BulletinStage.FIRST, BulletinStage.PROGRESS)
        late = at > due
        sent = self.pen.step(
            EventKind.UPDATE_SENT if counts else EventKind.NOTE,
            "bulletin.sent",
            at,
            self.owner,
            text="故障通报：原因、影响、进展与下一步。",
            facts={"bulletin": str(stage)},
            said={"stage": str(stage), "number": number, "late": late},
            event="bulletin.sent",
        )
        row = IncidentBulletin(
            stage=stage,
            number=number,
            due_at=due,
            text="故障通报：原因、影响、进展与下一步。" if sent else "",
            sent_at=at if sent else None,
            sent_by=self.owner.user if sent else None,
            status=_bulletin_state(sent, late),
        )
        row.stamp(by=self.owner, now=min(at, self.pen.until))
        if sent:
            self.pen.story.bulletins.append(row)

    def _resolved(self, at: dt.datetime, waited: dt.timedelta) -> dt.datetime:
        ticket = self.pen.ticket
        end = self._after("resolve", self._share(1.1, 7.0), 30) + waited
        end = max(at + self._soon(10, 240), end)
        self.pen.step(
            EventKind.RESOLVED,
            "ticket.resolved",
            end,
            self.owner,
            to=TicketStatus.RESOLVED,
            text="已处理并观察，指标正常。",
            event="ticket.resolved",
            resolved_at=end,
            fix="已处理并观察，指标正常。",
            reminders=0,
        )
        if ticket.severity == Severity.CRITICAL:
            self._bulletin(BulletinStage.ROOT_CAUSE, 1, end + self._soon(5, 90), end + 2 * DAY)
            end += 95 * MINUTE
        return end

    def _closed(self, at: dt.datetime) -> None:
        rng = self.rng
        roots, weights = zip(*CAUSES, strict=True)
        cause = rng.choices(roots, weights)[0]
        if rng.random() < 0.1:
            self._silence(cause)
            return
        said = self._work(at, rng.randrange(1200, 60_000))
        said = min(said, at + 2.5 * DAY)
        self.pen.step(
            EventKind.CONFIRMED,
            "ticket.confirmed",
            said,
            self.owner,
            text="客户电话确认已恢复。",
            confirmed_at=said,
        )
        self._finish(said + self._soon(5, 300), "按方案处理。", assumed=False, cause=cause)

    def _silence(self, cause: str) -> None:
        """Nobody answers: two reminders, then the closing."""
        system, ticket = Actor.system(), self.pen.ticket
        since = ticket.resolved_at
        if since is None:
            return
        for number, days in ((1, 3), (2, 5)):
            self.pen.step(
                EventKind.NOTE,
                "ticket.reminded",
                since + days * DAY,
                system,
                facts={"reminder": number},
                said={"reminder": number},
                reminders=number,
            )
        self._finish(since + 7 * DAY, "", assumed=True, cause=cause, by=system)

    def _finish(
        self, at: dt.datetime, text: str, *, assumed: bool, cause: str, by: Actor | None = None
    ) -> None:
        done = self.pen.step(
            EventKind.CLOSED,
            "ticket.closed",
            at,
            by or self.owner,
            to=TicketStatus.CLOSED,
            event="ticket.closed",
            facts={"unconfirmed": assumed},
            said={"assumed": assumed, "root_cause": str(cause)},
            closed_at=at,
            assumed=assumed,
            root_cause=cause,
            root_cause_text=text,
        )
        if done and self.pen.ticket.ticket_class == TicketClass.COMPLAINT:
            back = self.calendars.team.due(at, self.rng.randrange(3600, 50_000))
            self.pen.step(
                EventKind.CALLED_BACK,
                "ticket.called_back",
                back,
                self.owner,
                text="回访：客户表示满意。",
            )


def _bulletin_state(sent: bool, late: bool) -> str:
    if not sent:
        return BulletinStatus.DUE
    return BulletinStatus.LATE if late else BulletinStatus.SENT
