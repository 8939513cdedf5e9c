"""Problems are noticed every minute and told by mail and web address: what is wrong, since when, and the cure."""

from syncjobs.alerts.detect import SILENT, look
from syncjobs.alerts.message import send

__all__ = ["SILENT", "look", "send"]
