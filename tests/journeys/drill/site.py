"""A site: both vendors in this process, a database, web and one or two clusters as processes of their own."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

from sandbox.server import Addresses, Sandbox
from sandbox.web import App, Reply, Request
from tests.journeys.drill import postgres
from tests.journeys.drill.processes import Cluster, NotThere, Role, Unit, end, when_there
from tests.journeys.processes import Service, children, wait_until
from tests.journeys.tenant_files import SALE_HOOKS, SHOP

WORKERS = 2  # in each cluster
START = 90.0  # seconds until a site stands, on a busy machine
SET_UP = """
from django.core.management import call_command
call_command("migrate", verbosity=0)
call_command("tenant", "apply", "{file}")
call_command("hooks", "nordlys", "--repair")
"""


class Boundaries:
    """Where calls to the vendors begin and end, as the vendors see them; the drill may act there."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._passed = 0
        self.latency = 0.0  # seconds that each call takes
        self._acts: dict[int, Callable[[], None]] = {}

    def at(self, steps: int, act: Callable[[], None]) -> None:
        """Do this at the boundary that comes `steps` from now."""
        with self._lock:
            self._acts[self._passed + steps] = act

    def passes(self) -> None:
        """A call stands at a boundary."""
        with self._lock:
            self._passed += 1
            act = self._acts.pop(self._passed, None)
        if act is not None:
            act()


class _Watched:
    """A vendor's server whose calls pass boundaries."""

    def __init__(self, app: App, boundaries: Boundaries) -> None:
        self._app, self._boundaries = app, boundaries

    def handle(self, request: Request) -> Reply:
        """Answer one request: a boundary before the work, one after it."""
        self._boundaries.passes()
        time.sleep(self._boundaries.latency)
        reply = self._app.handle(request)
        self._boundaries.passes()
        return reply

    def expire_token(self, request: Request) -> Reply:
        """Leave the token alone: no fault of a drill asks for it."""
        return self._app.expire_token(request)


class WatchedSandbox(Sandbox):
    """Both vendors, with boundaries."""

    def __init__(self) -> None:
        self.boundaries = Boundaries()
        super().__init__()
        self.customers1st.set_bucket(None)

    def app(self, name: str) -> App:
        """Return a server without its sockets."""
        app = super().app(name)
        return app if name == "control" else _Watched(app, self.boundaries)


class Site:
    """What runs, and how it is hurt."""

    def __init__(
        self,
        sandbox: WatchedSandbox,
        service: Service,
        *,
        web: Unit,
        clusters: list[Cluster],
        server: postgres.Server | None,
    ) -> None:
        self.sandbox, self.service = sandbox, service
        self.web, self.clusters, self.server = web, clusters, server

    def roles(self) -> list[Role]:
        """Return what can be killed here."""
        return [role for role in Role if role is not Role.DATABASE or self.server is not None]

    def kill(self, role: Role, *, cluster: int = 0, patience: float = 5.0) -> bool:
        """Kill one; False when nothing had that role in time."""
        if role is Role.DATABASE:
            assert self.server is not None
            self.server.kill_and_start()
        elif role is Role.WEB:
            end(self.web.process.pid)
        elif role is Role.CLUSTER:
            self.clusters[cluster].unit.kill_all()
        else:
            pid = when_there(lambda: self._pid(role, cluster), seconds=patience)
            if pid is None:
                return False
            end(pid)
        return True

    def wait_until_whole(self) -> None:
        """Wait until every process is there."""
        wait_until(
            lambda: children(self.web.process.pid) and all(c.is_whole() for c in self.clusters),
            seconds=START,
            what="web and workers",
        )

    def value(self, sql: str) -> Any:
        """Return the first value that a query finds."""
        return self.service.value(sql)

    def hooks_due(self) -> bool:
        """Tell whether the till is still sending; what was refused comes again in half an hour."""
        outbox, now = self.sandbox.customers1st.outbox, self.sandbox.clock.now()
        return any(each.is_due(now) for each in outbox.waiting())

    def _pid(self, role: Role, cluster: int) -> int:
        if role is Role.WEB_WORKER:
            workers = children(self.web.process.pid)
            if not workers:
                raise NotThere
            return workers[0]
        if role is Role.BUSY_WORKER:  # whichever cluster it is in
            return _busy_worker(self.clusters)
        return self.clusters[cluster].pid_of(role)


def _busy_worker(clusters: Sequence[Cluster]) -> int:
    for cluster in clusters:
        with suppress(NotThere):
            return cluster.pid_of(Role.BUSY_WORKER)
    raise NotThere


@contextmanager
def open_site(
    folder: Path,
    *,
    postgresql: bool,
    clusters: int = 1,
    scale: float = 1.0,
    tenant_file: str = SHOP + SALE_HOOKS,
    sandbox: WatchedSandbox | None = None,
) -> Iterator[Site]:
    """Give a live shop whose webhooks are registered; everything ends with the block.

    `scale` is RETRY_TIME_SCALE; times of a drill are real seconds.
    """
    sandbox = sandbox or WatchedSandbox()
    with ExitStack() as stack:
        server = stack.enter_context(postgres.own_server()) if postgresql else None
        stack.callback(sandbox.stop)
        addresses = sandbox.serve()
        port = postgres.free_port()
        service = Service(server.url if server else f"sqlite:///{folder / 'site.sqlite3'}")
        service.environment |= {
            "RETRY_TIME_SCALE": f"{scale}",
            "Q_WORKERS": f"{WORKERS}",
            "PUBLIC_BASE_URL": f"http://127.0.0.1:{port}",
        }
        web = _unit(stack, service, folder / "web.log", *_gunicorn(port))
        workers = [  # they wait for the tables
            Cluster(
                _unit(stack, service, folder / f"worker{number}.log", "manage.py", "worker"),
                workers=WORKERS,
            )
            for number in range(clusters)
        ]
        site = Site(sandbox, service, web=web, clusters=workers, server=server)
        file = folder / "tenant.yaml"
        file.write_text(_addressed(tenant_file, addresses))
        service.python(SET_UP.format(file=file))
        site.wait_until_whole()
        yield site


def _gunicorn(port: int) -> list[str]:
    words = ["-m", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{port}", "--workers", "2"]
    return [*words, "--threads", "4", "--log-level", "warning", "--no-control-socket"]


def _unit(stack: ExitStack, service: Service, log: Path, *command: str) -> Unit:
    unit = Unit(command, service.environment, log)
    stack.callback(unit.stop)
    return unit


def _addressed(tenant_file: str, addresses: Addresses) -> str:
    return tenant_file.replace("http://127.0.0.1:8700/api", addresses.customers1st).replace(
        "http://127.0.0.1:8701", addresses.uniconta
    )
