"""Taking a call in, against a view that does nothing and against the least view that keeps the promise.

In one process and without sockets, one call of each in turn: what the machine does beside it hits all three alike.
"""

import io
import json
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

from bench.setting import LONG, on_each_database, use
from bench.table import Promise, Table, run

ROUNDS = 3000 if LONG else 600
LEAST_SHARE = 0.9  # of the least view's speed
CONTENT = "x" * 1500  # a receipt is about so long


def measure() -> Table:
    """Measure each database in a process of its own."""
    rows, promises = [], []
    for name, took in on_each_database("bench.intake"):
        share = took["least"] / took["ours"]
        micros = [f"{took[each] * 1e6:,.0f}" for each in ("bare", "least", "ours")]
        rows.append([name, *micros, f"{took['bare'] / took['ours']:.2f}", f"{share:.2f}"])
        promises.append(
            Promise(f"{name}: at least {LEAST_SHARE} of the least view", share >= LEAST_SHARE)
        )
    return Table(
        title="Taking a webhook in",
        columns=["", "204 view, µs", "least view, µs", "ours, µs", "204 / ours", "least / ours"],
        rows=rows,
        promises=promises,
        note="The least view knows its tenant by heart, checks the signature, and inserts, folds and enqueues in one "
        "transaction. Ours reads tenant, switch and secret anew each time, so nothing a consultant changes is late.",
    )


def _measure_one(url: str) -> None:
    """Print the median seconds of each view on one database."""
    use(url)
    from django.core.wsgi import get_wsgi_application

    from integration.customers1st.signature import sign
    from settings_app.models import Customers1stConnection
    from settings_app.services import apply_file
    from tests.journeys.tenant_files import TENANT_FILE

    apply_file(TENANT_FILE)
    hook = Customers1stConnection.objects.get().hook_uuid
    application = get_wsgi_application()
    paths = {
        "bare": "/bench/bare/",
        "least": f"/bench/least/{hook}/",
        "ours": f"/hooks/customers1st/{hook}/",
    }
    taken: dict[str, list[float]] = {name: [] for name in paths}
    for number in range(ROUNDS):
        for place, (name, path) in enumerate(paths.items()):
            content = {"id": 3 * number + place + 1, "paymentno": 1, "text": CONTENT}
            body = json.dumps({"event": "pospayment.created", "content": content}).encode()
            taken[name].append(_call(application, path, body, sign("sandbox-secret", body)))
    warm = ROUNDS // 10
    print(json.dumps({name: statistics.median(times[warm:]) for name, times in taken.items()}))


def _call(application: Callable[..., Any], path: str, body: bytes, signature: str) -> float:
    statuses: list[str] = []
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": path,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "HTTP_HOST": "127.0.0.1",
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_X_C1ST_WEBHOOK_SIGNATURE": signature,
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.url_scheme": "http",
    }
    started = time.perf_counter()
    answer = application(environ, lambda status, headers: statuses.append(status))
    b"".join(answer)
    answer.close()
    seconds = time.perf_counter() - started
    assert statuses[0][:3] in {"200", "204"}, statuses  # noqa: S101 - a measurement of refusals is none
    return seconds


if __name__ == "__main__":
    if len(sys.argv) > 1:
        _measure_one(sys.argv[1])
    else:
        run(measure)
