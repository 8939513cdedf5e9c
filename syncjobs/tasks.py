"""What the workers are woken up for: one line each, taking ids."""

from django.utils import timezone

from syncjobs import finishing, runner, schedules, sweep, watchdog


def work_tenant(tenant_id: int) -> None:
    """Work all due jobs of a tenant."""
    with watchdog.at_work():
        runner.work_tenant(tenant_id)


def finish_tenant(tenant_id: int) -> None:
    """Do the batched work of a tenant that is due: read-backs and settlements."""
    with watchdog.at_work():
        finishing.finish_tenant(tenant_id)


def tick() -> None:
    """Do what is done every minute."""
    with watchdog.at_work():
        schedules.run_tick(timezone.now())


def beat() -> None:
    """Give a sign of life."""
    with watchdog.at_work():
        sweep.beat(timezone.now())
