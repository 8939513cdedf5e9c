"""How tenants stand, from our own rows alone: never a remote call, and as many queries for a hundred tenants as for one."""

from syncjobs.overview.standing import Standing, standings
from syncjobs.overview.tenant import TenantOverview, overview_of

__all__ = ["Standing", "TenantOverview", "overview_of", "standings"]
