# SPDX-License-Identifier: Apache-2.0
"""Drives kafka-connect-py through the life of some connectors. It puts names into URLs as they are."""

import sys

import requests
from kafka_connect import KafkaConnect

from transcript import Transcript, comes_to, stage_of_arguments, task_failed


def tell(e):
    """The client raises what requests raises; one call has no response in it, only the body as text."""
    if not isinstance(e, requests.exceptions.HTTPError):
        raise e
    if e.response is None:
        return {"said": str(e)}
    return {"said": str(e), "body": e.response.json()}


class Play:
    def __init__(self, stage):
        self.s, self.t, self.c = stage, Transcript(tell), KafkaConnect(url=stage.url)

    def run(self):
        self.looks_around()
        self.creates()
        self.changes()
        self.is_refused()
        self.stops_and_starts()
        self.does_all_at_once()
        self.sees_failure()
        self.uses_an_odd_name()
        self.deletes()
        return self.t.print()

    def looks_around(self):
        s, t, c = self.s, self.t, self.c
        t.gives("root", c.get_cluster_info)
        t.gives("plugins", c.list_connector_plugins)
        t.gives("list of nothing", c.list_connectors)
        t.gives("expand status of nothing", lambda: c.list_connectors(expand="status"))
        t.gives("validate a source", lambda: c.validate_connector_config("FileStreamSource", s.source(name="x")))
        t.gives("validate a sink", lambda: c.validate_connector_config("FileStreamSinkConnector", s.sink(name="x")))
        t.gives("validate a sink without topics", lambda: c.validate_connector_config(
            "FileStreamSink", {"connector.class": "FileStreamSink", "name": "x", "tasks.max": 0}))
        t.refused("validate an unknown class", lambda: c.validate_connector_config("Nothing", {"connector.class": "Nothing"}))

    def creates(self):
        s, t, c = self.s, self.t, self.c
        n, out = s.name("in"), s.name("out")
        t.gives("create the source", lambda: c.create_connector({"name": n, "config": s.source()}))
        self.comes_to(n, "RUNNING")
        t.gives("topics of the source", lambda: c.list_connector_topics(n), lambda a: len(a[n]["topics"]) == 1)
        t.gives("create the sink", lambda: c.create_connector({"name": out, "config": s.sink()}))
        self.comes_to(out, "RUNNING")
        t.gives("topics of the sink", lambda: c.list_connector_topics(out), lambda a: len(a[out]["topics"]) == 1)
        t.gives("list", lambda: sorted(c.list_connectors()))
        t.gives("list what runs", lambda: sorted(c.list_connectors(state="running")))
        t.gives("list by pattern", lambda: c.list_connectors(pattern=".*out"))
        t.gives("expand info", lambda: c.list_connectors(expand="info"))
        t.gives("expand status", lambda: c.list_connectors(expand="status"))
        t.gives("expand nonsense", lambda: c.list_connectors(expand="nonsense"))
        for name in (n, out):
            t.gives("get " + name, lambda: c.get_connector(name))
            t.gives("config of " + name, lambda: c.get_connector_config(name))
            t.gives("tasks of " + name, lambda: c.list_connector_tasks(name))
            t.gives("status of a task of " + name, lambda: c.get_connector_task_status(name, 0))

    def changes(self):
        s, t, c = self.s, self.t, self.c
        n = s.name("in")
        t.gives("update", lambda: c.update_connector(n, s.source(**{"batch.size": 500, "errors.log.enable": True})))
        self.comes_to(n, "RUNNING")
        t.gives("updated config", lambda: c.get_connector_config(n))

    def is_refused(self):
        s, t, c = self.s, self.t, self.c
        n, no = s.name("in"), s.name("nobody")
        t.refused("create twice", lambda: c.create_connector({"name": n, "config": s.source()}))
        t.refused("create with a bad number", lambda: c.create_connector({"name": no, "config": s.source(**{"tasks.max": "none"})}))
        t.refused("create without config", lambda: c.create_connector({"name": no}))
        t.refused("create with a field too many", lambda: c.create_connector({"name": no, "config": s.source(), "more": 1}))
        t.refused("update with an object for a value", lambda: c.update_connector(n, s.source(file={"a": 1})))
        t.refused("update with two errors", lambda: c.update_connector(n, s.source(topic="", **{"errors.retry.timeout": "x"})))
        for call in (c.get_connector, c.get_connector_config, c.get_connector_status, c.list_connector_tasks, c.pause_connector,
                     c.resume_connector, c.stop_connector, c.restart_connector, c.delete_connector):
            t.refused(call.__name__ + " of an unknown connector", lambda: call(no))
        t.refused("restart with tasks of an unknown connector", lambda: c.restart_connector(no, include_tasks=True))
        t.refused("status of an unknown task", lambda: c.get_connector_task_status(n, 7))
        t.refused("status of a task without number", lambda: c.get_connector_task_status(n, "first"))
        t.refused("restart an unknown task", lambda: c.restart_connector_task(n, 7))
        t.gives("topics of an unknown connector", lambda: c.list_connector_topics(no))

    def stops_and_starts(self):
        t, c, n = self.t, self.c, self.s.name("in")
        t.gives("pause", lambda: c.pause_connector(n))
        self.comes_to(n, "PAUSED")
        t.gives("resume", lambda: c.resume_connector(n))
        self.comes_to(n, "RUNNING")
        t.gives("restart", lambda: c.restart_connector(n))
        self.comes_to(n, "RUNNING")
        t.gives("restart with tasks", lambda: c.restart_connector(n, include_tasks=True))
        self.comes_to(n, "RUNNING")
        t.gives("restart a task", lambda: c.restart_connector_task(n, 0))
        self.comes_to(n, "RUNNING")
        t.gives("stop", lambda: c.stop_connector(n))
        self.comes_to(n, "STOPPED", tasks=0)
        t.gives("tasks of what is stopped", lambda: c.list_connector_tasks(n))
        t.gives("reset topics", lambda: c.reset_connector_topics(n))
        t.gives("topics after reset", lambda: c.list_connector_topics(n), lambda a: a[n]["topics"] == [])
        t.gives("list what is stopped", lambda: c.list_connectors(state="stopped"))
        t.gives("resume from stopped", lambda: c.resume_connector(n))
        self.comes_to(n, "RUNNING")

    def does_all_at_once(self):
        t, c = self.t, self.c
        both = (self.s.name("in"), self.s.name("out"))
        for call, state in ((c.pause_all_connectors, "PAUSED"), (c.resume_all_connectors, "RUNNING")):
            t.gives(call.__name__, call)
            for name in both:
                self.comes_to(name, state)
        t.gives("restart all", lambda: c.restart_all_connectors(include_tasks=True, only_failed=True))
        for name in both:
            self.comes_to(name, "RUNNING")

    def sees_failure(self):
        t, c, bad = self.t, self.c, self.s.name("bad")
        t.gives("create a failing sink", lambda: c.create_connector({"name": bad, "config": self.s.failing()}))
        t.gives("status of what has failed", lambda: c.get_connector_status(bad), task_failed)
        t.gives("status of the failed task", lambda: c.get_connector_task_status(bad, 0))
        t.gives("restart what has not failed", lambda: c.restart_connector(self.s.name("in"), include_tasks=True, only_failed=True))
        t.gives("restart what has failed", lambda: c.restart_connector(bad, include_tasks=True, only_failed=True))
        t.gives("status of what has failed again", lambda: c.get_connector_status(bad), task_failed)
        t.gives("delete the failing sink", lambda: c.delete_connector(bad))

    def uses_an_odd_name(self):
        s, t, c = self.s, self.t, self.c
        odd = s.name("odd é+&=name")
        t.gives("create with an odd name", lambda: c.create_connector({"name": odd, "config": s.source(topic=s.name("odd"))}))
        self.comes_to(odd, "RUNNING")
        t.gives("get the odd name", lambda: c.get_connector(odd))
        t.gives("topics of the odd name", lambda: c.list_connector_topics(odd), lambda a: len(a[odd]["topics"]) == 1)
        t.gives("delete the odd name", lambda: c.delete_connector(odd))

    def deletes(self):
        t, c = self.t, self.c
        t.gives("delete by pattern", lambda: c.delete_all_connectors(pattern=".*in$"))
        t.refused("get what was deleted", lambda: c.get_connector(self.s.name("in")))
        t.gives("delete the rest", c.delete_all_connectors)
        t.gives("list after all", c.list_connectors)

    def comes_to(self, name, state, tasks=1):
        self.t.gives(f"status of {name} until {state}", lambda: self.c.get_connector_status(name), comes_to(state, tasks))


if __name__ == "__main__":
    sys.exit(Play(stage_of_arguments()).run())
