"""The settings of measured processes: the service's own, with the views and flows that it is compared with."""

from config.settings import *  # noqa: F403 - settings are names

INSTALLED_APPS = [*INSTALLED_APPS, "bench"]  # noqa: F405
ROOT_URLCONF = "bench.least"

if env.bool("BENCH_PLAIN", default=False):  # noqa: F405 - django-q2 as it comes, every result kept as our jobs are
    Q_CLUSTER = {**Q_CLUSTER, "name": "plain", "save_limit": 0}  # noqa: F405
    del Q_CLUSTER["broker_class"]
