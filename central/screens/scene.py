"""What every component needs to draw itself: the words, the time, the place's time zone."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from central.screens.i18n import Translator

LOCAL_ZONE = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class Scene:
    """The language, the server's time (UTC) and how fast its clock runs; handed to every component.

    `ticking` says that the page's script counts ages and timers, so that markup stays the same while only time passes.
    """

    t: Translator
    now: datetime
    clock_speed: float = 1.0
    ticking: bool = False
    zone: ZoneInfo = LOCAL_ZONE

    def clock_text(self, moment: datetime) -> str:
        """Local clock time: `10:42:05` today, `11-23 10:42` this year, `2025-11-23 10:42` before."""
        local, today = moment.astimezone(self.zone), self.now.astimezone(self.zone)
        if local.date() == today.date():
            return f"{local:%H:%M:%S}"
        return f"{local:%m-%d %H:%M}" if local.year == today.year else f"{local:%Y-%m-%d %H:%M}"

    def limit_text(self, due: datetime) -> str:
        """When a limit is over: one that ends with a day names that day, for nobody reads `12-03 00:00` as the second."""
        if due.astimezone(self.zone).time() != time.min:
            return self.clock_text(due)
        last, today = (due - timedelta(microseconds=1)).astimezone(self.zone), self.now.astimezone(self.zone)
        day = f"{last:%m-%d}" if last.year == today.year else f"{last:%Y-%m-%d}"
        return self.t("age.last_day", day=day)

    def age_text(self, moment: datetime) -> str:
        """How long ago, or how long until, in the largest whole unit."""
        passed = self.now - moment
        tense = "ago" if passed >= timedelta(0) else "ahead"
        seconds = int(abs(passed).total_seconds())
        for unit, size in (("days", 86400), ("hours", 3600), ("minutes", 60)):
            if seconds >= size:
                return self.t.count(f"age.{tense}.{unit}", seconds // size)
        return self.t.count(f"age.{tense}.seconds", seconds)
