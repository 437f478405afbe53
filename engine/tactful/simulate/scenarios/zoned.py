"""The clock on a person's wall: moments of a scenario read and shown in one zone."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from tactful.language.scenes import Occasion
from tactful.values import Instant, moment
from tactful.zones import shown, zone


class WallClock:
    """Reads and shows moments in the zone of a person; UTC when none is known."""

    def __init__(self, zones: tuple[str, ...] = ()) -> None:
        self._zone = zone(zones[0]) if zones else zone("UTC")

    def moment(self, occasion: Occasion) -> Instant:
        """Return the moment of an occasion that names its day."""
        assert occasion.day is not None
        return shown(occasion.day, occasion.at, self._zone_of(occasion))

    def is_at(self, at: Instant, occasion: Occasion) -> bool:
        """Return whether a moment lies in the minute of an occasion."""
        shown = self._shown(at, occasion)
        day_fits = occasion.day is None or shown.date() == occasion.day
        return day_fits and (shown.hour, shown.minute) == (occasion.at.hour, occasion.at.minute)

    def shown(self, at: Instant) -> str:
        """Return a moment as people read it, with seconds only when there are any."""
        here = moment(at).astimezone(self._zone)
        here = (here + timedelta(milliseconds=500)).replace(microsecond=0)
        return f"{here:%Y-%m-%d %H:%M}" + (f":{here:%S}" if here.second else "")

    def _shown(self, at: Instant, occasion: Occasion) -> datetime:
        return moment(at).astimezone(self._zone_of(occasion))

    def _zone_of(self, occasion: Occasion) -> ZoneInfo:
        return self._zone if occasion.zone is None else zone(occasion.zone)
