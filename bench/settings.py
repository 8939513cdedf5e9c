"""The settings of measured processes: the service's own, with the views and flows that it is compared with."""

from config.settings import *  # noqa: F403 - settings are names

INSTALLED_APPS = [*INSTALLED_APPS, "bench"]  # noqa: F405
ROOT_URLCONF = "bench.least"
