"""Both vendors in one process: for unit tests without sockets, for people over HTTP."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from wsgiref.types import WSGIApplication

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from sandbox.call_log import CallLog
from sandbox.clock import Clock
from sandbox.control import Control
from sandbox.customers1st.hooks import DeliveryThread
from sandbox.customers1st.state import BASE_PATH, Customers1st
from sandbox.faults import Faults
from sandbox.seed import seed
from sandbox.switches import Switches
from sandbox.uniconta.state import UnicontaState
from sandbox.web import App, Reply, Request, answer, wsgi

CUSTOMERS1ST = "customers1st"
UNICONTA = "uniconta"
CONTROL = "control"
POLL_S = 0.05  # how soon a server notices that it shall end


@dataclass(frozen=True)
class Addresses:
    """Where the running servers listen; the first two are base URLs for a tenant's settings."""

    customers1st: str
    uniconta: str
    control: str


class _QuietHandler(WSGIRequestHandler):
    """Serves without a line per request; the call log has them all."""

    def log(self, type: str, message: str, *args: object) -> None:
        """Say nothing."""

    def send_header(self, keyword: str, value: str) -> None:
        """Send a header; the Date of a fault takes the place of the server's own, which stands there already."""
        if keyword.lower() == "date":
            kept: list[bytes] = getattr(self, "_headers_buffer", [])
            kept[:] = [line for line in kept if not line.lower().startswith(b"date:")]
        super().send_header(keyword, value)


class Sandbox:
    """The whole sandbox: two vendors, one clock, one set of switches and faults, one call log."""

    def __init__(
        self, *, clock: Clock | None = None, seeded: bool = True, products: int = 0
    ) -> None:
        """Start with the seed shop unless `seeded` is false."""
        self.clock = clock or Clock()
        self.switches = Switches()
        self.faults = Faults()
        self.calls = CallLog()
        self.customers1st = Customers1st(
            clock=self.clock, switches=self.switches, faults=self.faults
        )
        self.uniconta = UnicontaState(clock=self.clock, switches=self.switches, faults=self.faults)
        self.control = Control(self)
        self._servers: list[BaseWSGIServer] = []
        self._threads: list[threading.Thread] = []
        self._hooks: DeliveryThread | None = None
        if seeded:
            seed(self, products=products)

    def app(self, name: str) -> App:
        """Return a server without its sockets: `customers1st`, `uniconta` or `control`."""
        apps: dict[str, App] = {
            CUSTOMERS1ST: self.customers1st,
            UNICONTA: self.uniconta,
            CONTROL: self.control,
        }
        return apps[name]

    def answer(self, name: str, request: Request, *, wait: Callable[[float], None]) -> Reply:
        """Answer a request as the named server would; ConnectionCut when it hangs up."""
        if name == CONTROL:
            return self.control.handle(request)
        return answer(
            self.app(name), request, name=name, faults=self.faults, calls=self.calls, wait=wait
        )

    def wsgi(self, name: str) -> WSGIApplication:
        """Return the WSGI callable of a server; the control API stays out of the call log."""
        calls = CallLog() if name == CONTROL else self.calls
        return wsgi(self.app(name), name, self.faults, calls)

    def deliver_hooks(self) -> int:
        """Send every due hook and change-URL call of both vendors now; return the number."""
        return self.customers1st.outbox.deliver_due() + self.uniconta.change_urls.deliver()

    def reset(self, *, products: int = 0) -> None:
        """Go back to the seed: records, switches, faults and calls."""
        self.switches.reset()
        self.faults.clear()
        self.calls.clear()
        self.customers1st.clear()
        self.uniconta.clear()
        seed(self, products=products)

    def serve(
        self,
        host: str = "127.0.0.1",
        c1st_port: int = 0,
        uni_port: int = 0,
        control_port: int = 0,
    ) -> Addresses:
        """Listen on three ports (0: any free one) and deliver hooks in the background."""
        ports = {CUSTOMERS1ST: c1st_port, UNICONTA: uni_port, CONTROL: control_port}
        urls = {name: self._listen(name, host, port) for name, port in ports.items()}
        self._hooks = DeliveryThread(self.customers1st.outbox)
        self._hooks.start()
        self.uniconta.change_urls.start()
        base = f"{urls[CUSTOMERS1ST]}{BASE_PATH}"
        return Addresses(base, urls[UNICONTA], urls[CONTROL])

    def stop(self) -> None:
        """Stop listening and delivering."""
        if self._hooks is not None:
            self._hooks.stop()
            self._hooks = None
            self.uniconta.change_urls.stop()
        for server in self._servers:
            server.shutdown()
            server.server_close()
        for thread in self._threads:
            thread.join(timeout=5)
        self._servers.clear()
        self._threads.clear()

    def _listen(self, name: str, host: str, port: int) -> str:
        server = make_server(
            host, port, self.wsgi(name), threaded=True, request_handler=_QuietHandler
        )
        thread = threading.Thread(
            target=server.serve_forever,
            kwargs={"poll_interval": POLL_S},
            name=f"sandbox-{name}",
            daemon=True,
        )
        self._servers.append(server)
        self._threads.append(thread)
        thread.start()
        return f"http://{host}:{server.server_port}"
