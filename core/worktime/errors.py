"""What working time refuses, each with a sentence that a person can act on."""


class WorktimeError(ValueError):
    """Base of every refusal of this package. `str(error)` is the English sentence; edges translate
    `msgid` and fill in `params`."""

    def __init__(self, msgid: str, **params: object) -> None:
        self.msgid, self.params = msgid, params
        super().__init__(msgid % params if params else msgid)


class CalendarError(WorktimeError):
    """A calendar contradicts itself: overlapping hours, an unknown zone, a bad date."""


class NeverReached(WorktimeError):
    """The clock would never get there: the calendar stays closed or the pause has no end."""
