# SPDX-License-Identifier: Apache-2.0
"""Runs the server of kafka-connect-healthcheck on a worker, and asks it how that worker is while connectors come, run and fail.

The server knows which connectors and tasks are of its worker by comparing worker ids, so it is run for the worker's own address,
and then for one that no worker has.
"""

import contextlib
import http.server
import os
import subprocess
import sys
import threading
from urllib.parse import urlsplit

import requests
from kafka_connect import KafkaConnect
from kafka_connect_healthcheck import main as healthcheck

from transcript import Transcript, comes_to, stage_of_arguments, task_failed


class Loopback(http.server.HTTPServer):
    """Listens on a port of the loopback interface that the kernel chose, and says which. The server itself listens everywhere."""

    def __init__(self, _, handler):
        super().__init__(("127.0.0.1", 0), handler)
        print(self.server_port, flush=True)


def serve(arguments):
    """Runs the server until standard input ends, as it does when the process that started this one is gone."""
    threading.Thread(target=lambda: os._exit(len(sys.stdin.read())), daemon=True).start()
    healthcheck.HTTPServer = Loopback
    sys.argv[1:] = arguments
    healthcheck.main()


@contextlib.contextmanager
def server(url, worker):
    """Runs serve in a process of its own and gives the address of the server."""
    child = subprocess.Popen([sys.executable, __file__, "serve", "--connect-url", url, "--connect-worker-id", worker,
                              "--log-level", "ERROR"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield f"http://127.0.0.1:{int(child.stdout.readline())}"
    finally:
        child.stdin.close()
        if child.wait(timeout=20) != 0:
            raise RuntimeError(f"the server ended with {child.returncode}")


def tell(e):
    """What the client that makes connectors here raises; the server's own answers are none."""
    if not isinstance(e, requests.exceptions.HTTPError):
        raise e
    return {"said": str(e), "body": e.response.json()}


def ask(address):
    """The server's own answer: 200 when all is well, else 503."""
    answer = requests.get(address, timeout=30)
    return {"status": answer.status_code, "body": answer.json()}


def has_failures(n):
    return lambda answer: len(answer["body"].get("failures", [])) == n


def play(stage):
    t, c, worker = Transcript(tell), KafkaConnect(url=stage.url), urlsplit(stage.url).netloc
    names = [stage.name(of) for of in ("in", "out", "bad")]
    with server(stage.url, worker) as own, server(stage.url, "elsewhere:1") as other:
        t.gives("no connectors", lambda: ask(own))
        for name, config in zip(names, (stage.source(), stage.sink())):
            t.gives("create " + name, lambda: c.create_connector({"name": name, "config": config}))
            t.gives("status of " + name, lambda: c.get_connector_status(name), comes_to("RUNNING"))
        t.gives("all run", lambda: ask(own))
        t.gives("nothing is of another worker", lambda: ask(other))
        t.gives("create a failing sink", lambda: c.create_connector({"name": names[2], "config": stage.failing()}))
        t.gives("status of what has failed", lambda: c.get_connector_status(names[2]), task_failed)
        t.gives("one has failed", lambda: ask(own), has_failures(1))
        t.gives("nothing has failed of another worker", lambda: ask(other))
        for name in reversed(names):
            t.gives("delete " + name, lambda: c.delete_connector(name))
        t.gives("no connectors again", lambda: ask(own))
    return t.print()


if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        serve(sys.argv[2:])
    else:
        sys.exit(play(stage_of_arguments()))
