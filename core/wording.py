"""Says moments and time left the way people say them; pure, in the language that is active."""

from datetime import date, datetime, timedelta, tzinfo

from django.utils.timezone import localtime
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

HOUR, DAY = 3600, 86400
LONG = 96 * HOUR
"""Above this time left is said in days and hours, below it in hours."""


def _weekday(day: date) -> str:
    names = (
        pgettext("weekday", "Mon"),
        pgettext("weekday", "Tue"),
        pgettext("weekday", "Wed"),
        pgettext("weekday", "Thu"),
        pgettext("weekday", "Fri"),
        pgettext("weekday", "Sat"),
        pgettext("weekday", "Sun"),
    )
    return names[day.weekday()]


def _english() -> bool:
    return (get_language() or "").startswith("en")


def _calendar_day(day: date, today: date) -> str:
    if day.year != today.year:
        return day.isoformat()
    if _english():
        return f"{day.day} {day:%b}"
    return f"{day:%m-%d}"


def day_words(day: date, today: date) -> str:
    """Today, tomorrow, the weekday within six days, else 11-24 (the year if it differs)."""
    gap = (day - today).days
    near = {-1: _("yesterday"), 0: _("today"), 1: _("tomorrow")}
    if gap in near:
        return near[gap]
    if 1 < gap < 7:
        return _weekday(day)
    return _calendar_day(day, today)


def moment_words(moment: datetime, now: datetime, zone: tzinfo | None = None) -> str:
    """A day in words and HH:MM, both in `zone` (the active one without it)."""
    local, today = localtime(moment, zone), localtime(now, zone).date()
    return f"{day_words(local.date(), today)} {local:%H:%M}"


def full_day(day: date) -> str:
    """A date with its weekday, as a page title says it."""
    if _english():
        return f"{day:%A}, {day.day} {day:%B}"
    return _("{month}-{day}, {weekday}").format(month=day.month, day=day.day, weekday=_weekday(day))


def left_number(seconds: float) -> tuple[str, str]:
    """Number and unit of time left: 66 and hours above 24 h, else 2:18 and h:min."""
    seconds = max(0, int(abs(seconds)))
    if seconds > DAY:
        return str(seconds // HOUR), _("hours")
    return f"{seconds // HOUR}:{seconds % HOUR // 60:02d}", _("h:min")


def left_words(seconds: float, *, precise: bool = False) -> str:
    """Time left in words: 6 d 5 h, 43 hours, 2:18, 0:41; `precise` adds the seconds below a day."""
    seconds = max(0, int(abs(seconds)))
    if precise:
        days, clock = seconds // DAY, seconds % DAY
        if days:
            short = f"{clock // HOUR:02d}:{clock % HOUR // 60:02d}"
            return _("{days} d {clock}").format(days=days, clock=short)
        return f"{seconds // HOUR}:{seconds % HOUR // 60:02d}:{seconds % 60:02d}"
    if seconds >= LONG:
        days, hours = seconds // DAY, seconds % DAY // HOUR
        return _("{days} d {hours} h").format(days=days, hours=hours)
    if seconds > DAY:
        hours = seconds // HOUR
        return ngettext("{hours} hour", "{hours} hours", hours).format(hours=hours)
    return f"{seconds // HOUR}:{seconds % HOUR // 60:02d}"


def due_words(due: datetime, now: datetime, *, precise: bool = False) -> str:
    """Time left until `due`, or how far past it ("over 0:12")."""
    seconds = (due - now).total_seconds()
    words = left_words(seconds, precise=precise)
    return words if seconds >= 0 else _("over {time}").format(time=words)


def ago_words(moment: datetime, now: datetime) -> str:
    """How long ago, rounded down: just now, 5 min ago, 3 h ago, 12 days ago."""
    gap = now - moment
    if gap < timedelta(minutes=1):
        return _("just now")
    if gap < timedelta(hours=1):
        return _("{minutes} min ago").format(minutes=int(gap.total_seconds() // 60))
    if gap < timedelta(days=1):
        return _("{hours} h ago").format(hours=int(gap.total_seconds() // HOUR))
    days = gap.days
    return ngettext("{days} day ago", "{days} days ago", days).format(days=days)


def signed(value: float) -> str:
    """A whole number with + or the true minus sign; zero without one."""
    if value > 0:
        return f"+{value:g}"
    return f"−{abs(value):g}" if value < 0 else "0"
