"""Which zone the API's times without one are in, told by a webhook: it carries its own time with an offset [A1]."""

from datetime import UTC, datetime, timedelta, tzinfo

from integration.customers1st.events import HookEvent

FRESH = timedelta(minutes=10)  # a webhook is initiated this soon after the change it tells of


def told_zone(event: HookEvent, *, store_zone: tzinfo) -> tzinfo | None:
    """Return UTC or the store's zone, None when the webhook does not tell: no time of its own, or not a fresh change."""
    initiated = _moment(event.initiated)
    changed = _moment(event.content.get("updated_at") or event.content.get("date"))
    if initiated is None or initiated.tzinfo is None or changed is None or changed.tzinfo:
        return None
    fitting = [
        zone for zone in (UTC, store_zone) if abs(changed.replace(tzinfo=zone) - initiated) <= FRESH
    ]
    return fitting[0] if len(fitting) == 1 else None


def _moment(value: object) -> datetime | None:
    try:
        return datetime.fromisoformat(str(value).strip())
    except ValueError:
        return None
