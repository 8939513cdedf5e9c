"""What the workers are woken up for: one line each, taking ids."""

from django.utils import timezone

from syncjobs import alerts, retention, schedules, sweep, turns, watchdog


def work_tenant(tenant_id: int) -> None:
    """Work the due jobs of a tenant, for one turn."""
    with watchdog.at_work():
        turns.work(tenant_id)


def finish_tenant(tenant_id: int) -> None:
    """Do the batched work of a tenant that is due: read-backs and settlements."""
    with watchdog.at_work():
        turns.finish(tenant_id)


def sweep_tenant(tenant_id: int) -> None:
    """Run the safety jobs of a tenant that are due."""
    with watchdog.at_work():
        turns.look(tenant_id)


def heal_tenant(tenant_id: int) -> None:
    """Compare and mend the webhook registrations of a tenant."""
    with watchdog.at_work():
        turns.heal(tenant_id)


def send_alerts() -> None:
    """Tell people of problems."""
    with watchdog.at_work():
        alerts.send(timezone.now())


def prune() -> None:
    """Delete what is old enough."""
    with watchdog.at_work():
        retention.prune(timezone.now())


def tick() -> None:
    """Do what is done every minute."""
    with watchdog.at_work():
        schedules.run_tick(timezone.now())


def beat() -> None:
    """Give a sign of life."""
    with watchdog.at_work():
        sweep.beat(timezone.now())
