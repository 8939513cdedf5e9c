"""The service under an even stream of webhooks, cluster working: the answer's time, and the time until the job starts.

Open loop: calls are sent at their time whether or not earlier ones were answered, as vendors do. Gunicorn as in
docs/operator.md, two workers in the cluster, four tenants, jobs that call nobody.
"""

import json
import statistics
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import requests

from bench.clusters import make_tenants, running, wait_for
from bench.setting import LONG, on_each_database, use
from bench.table import Promise, Table, run

SECONDS = 20 if LONG else 6
FULL, QUIET = 150, 5  # calls a second
START = 0.050  # seconds from the call to the start of its job, at p50 of a quiet service
SENDERS = 32


def measure() -> Table:
    """Measure each database in a process of its own."""
    rows, promises = [], []
    for name, rates in on_each_database("bench.load"):
        for rate, took in rates.items():
            answer, start = took["answer"], took["start"]
            rows.append([f"{name}, {rate}/s", *_millis(answer), *_millis(start)])
            if int(rate) == QUIET:
                text = f"{name}: half of the jobs start within {START * 1000:g} ms"
                promises.append(Promise(text, start[0] < START))
    return Table(
        title="Webhooks at an even rate",
        columns=["", "answer p50, ms", "p99, ms", "job starts p50, ms", "p99, ms"],
        rows=rows,
        promises=promises,
    )


def _millis(pair: list[float]) -> list[str]:
    return [f"{value * 1000:,.0f}" for value in pair]


def _measure_one(url: str) -> None:
    use(url)
    from settings_app.models import Customers1stConnection
    from tests.journeys.drill.postgres import free_port

    make_tenants(4)
    hooks = [
        str(uuid) for uuid in Customers1stConnection.objects.values_list("hook_uuid", flat=True)
    ]
    port = free_port()
    web = ["-m", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{port}", "--workers", "2"]
    web += ["--threads", "4", "--log-level", "critical", "--no-control-socket"]
    addresses = [f"http://127.0.0.1:{port}/hooks/customers1st/{hook}/" for hook in hooks]
    with running(url, web), running(url, ["-m", "django", "qcluster"]):
        _stream(addresses, rate=QUIET, seconds=4, first=1)  # until both are up
        told = {}
        for number, rate in enumerate((QUIET, FULL), start=1):
            told[rate] = _stream(addresses, rate=rate, seconds=SECONDS, first=number * 100_000)
    print(json.dumps(told))


def _stream(
    addresses: list[str], *, rate: int, seconds: int, first: int
) -> dict[str, tuple[float, float]]:
    """Send calls at their times; returns p50 and p99 of the answers and of the jobs' starts, in seconds."""
    from syncjobs.models import SyncJob

    local, answers = threading.local(), []

    def send(number: int, at: float) -> None:
        time.sleep(max(at - time.perf_counter(), 0.0))
        if not hasattr(local, "session"):
            local.session = requests.Session()
        answers.append(_call(local.session, addresses[number % len(addresses)], number, at))

    begin = time.perf_counter() + 0.5
    with ThreadPoolExecutor(SENDERS) as pool:
        for count in range(rate * seconds):
            pool.submit(send, first + count, begin + count / rate)
    jobs = SyncJob.objects.filter(source_id__in=[str(first + n) for n in range(rate * seconds)])
    wait_for(lambda: not jobs.exclude(state="DONE").exists(), pause=0.2)
    starts = [
        (started - created).total_seconds()  # type: ignore[operator]  # a job that ended was started
        for created, started in jobs.values_list("created_at", "started_at")
    ]
    return {"answer": _percentiles(answers), "start": _percentiles(starts)}


def _call(session: requests.Session, address: str, number: int, at: float) -> float:
    """Send one signed call, again until somebody listens; returns the seconds since its time."""
    from integration.customers1st.signature import sign

    content = {"id": number, "paymentno": number, "text": "x" * 1500}
    body = json.dumps({"event": "pospayment.created", "content": content}).encode()
    headers = {"X-C1st-Webhook-Signature": sign("sandbox-secret", body)}
    while True:
        try:
            answer = session.post(address, data=body, headers=headers, timeout=30)
        except requests.ConnectionError:
            time.sleep(0.2)
            continue
        answer.raise_for_status()
        return time.perf_counter() - at


def _percentiles(values: list[float]) -> tuple[float, float]:
    hundredths = statistics.quantiles(values, n=100)
    return hundredths[49], hundredths[98]


if __name__ == "__main__":
    if len(sys.argv) > 1:
        _measure_one(sys.argv[1])
    else:
        run(measure)
