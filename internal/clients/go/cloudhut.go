// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"slices"

	connect "github.com/cloudhut/connect-client"
)

// console is the client of Redpanda Console at play.
type console struct {
	*transcript
	stage
	*connect.Client
	ctx context.Context
}

func cloudhut(t *transcript, s stage) {
	c := &console{t, s, connect.NewClient(connect.WithHost(s.url)), context.Background()}
	c.looksAround()
	c.creates()
	c.changes()
	c.isRefused()
	c.stopsAndStarts()
	c.seesFailure()
	c.usesAnOddName()
	c.deletes()
}

func (c *console) looksAround() {
	c.gives("root", func() (any, error) { return c.GetRoot(c.ctx) })
	c.gives("plugins", func() (any, error) { return c.GetConnectorPlugins(c.ctx) })
	c.gives("list of nothing", c.list)
	c.gives("validate a source", c.validate("FileStreamSource", with(c.source(), "name", c.name("in"))))
	c.gives("validate a sink", c.validate("org.apache.kafka.connect.file.FileStreamSinkConnector", with(c.sink(), "name", c.name("out"))))
	c.gives("validate without topic", c.validate("FileStreamSource", map[string]any{"name": "x", "connector.class": "FileStreamSource",
		"tasks.max": "many"}))
	c.no("validate as another class", c.validate("FileStreamSink", with(c.source(), "name", c.name("in"))))
	c.no("validate an unknown class", c.validate("Nothing", map[string]any{"connector.class": "Nothing", "name": "x"}))
}

func (c *console) creates() {
	in, out := c.name("in"), c.name("out")
	c.gives("create the source", c.create(in, c.source()))
	c.runs(in)
	c.usesTopics(in, 1)
	c.gives("create the sink", c.create(out, c.sink()))
	c.runs(out)
	c.usesTopics(out, 1)
	c.gives("list", c.list)
	c.gives("list expanded", func() (any, error) { return c.ListConnectorsExpanded(c.ctx) })
	c.gives("get the source", func() (any, error) { return c.GetConnector(c.ctx, in) })
	c.gives("get the sink", func() (any, error) { return c.GetConnector(c.ctx, out) })
	c.gives("config of the source", c.config(in))
	c.gives("config of the sink", c.config(out))
}

func (c *console) changes() {
	in := c.name("in")
	c.gives("put a changed config", c.put(in, with(c.source(), "batch.size", 500)))
	c.runs(in)
	c.gives("changed config", c.config(in))
	c.gives("put the same config", c.put(in, with(c.source(), "batch.size", "500")))
	c.runs(in)
	c.gives("put a config for a new name", c.put(c.name("put"), with(c.source(), "topic", c.name("put"))))
	c.runs(c.name("put"))
	c.gives("delete that", done(func() error { return c.DeleteConnector(c.ctx, c.name("put")) }))
}

func (c *console) isRefused() {
	in, no := c.name("in"), c.name("nobody")
	c.no("create the source twice", c.create(in, c.source()))
	c.no("create with a bad number", c.create(no, with(c.source(), "tasks.max", "none")))
	c.no("create without topic", c.create(no, map[string]any{"connector.class": "FileStreamSource"}))
	c.no("create without class", c.create(no, map[string]any{"topic": "x"}))
	c.no("create of an unknown class", c.create(no, map[string]any{"connector.class": "Nothing"}))
	c.no("create under two names", c.create(no, with(c.source(), "name", "else")))
	c.no("put a bad config", c.put(in, with(c.source(), "errors.tolerance", "some")))
	c.no("get an unknown connector", func() (any, error) { return c.GetConnector(c.ctx, no) })
	c.no("config of an unknown connector", c.config(no))
	c.no("status of an unknown connector", c.status(no))
	c.gives("topics of an unknown connector", c.topics(no))
	c.gives("reset the topics of an unknown connector", done(func() error { return c.ResetConnectorTopics(c.ctx, no) }))
	c.no("pause an unknown connector", done(func() error { return c.PauseConnector(c.ctx, no) }))
	c.no("resume an unknown connector", done(func() error { return c.ResumeConnector(c.ctx, no) }))
	c.no("stop an unknown connector", done(func() error { return c.StopConnector(c.ctx, no) }))
	c.no("restart an unknown connector", c.restart(no, false, false))
	c.no("restart an unknown connector with its tasks", c.restart(no, true, false))
	c.no("restart a task of an unknown connector", c.restartTask(no, 0))
	c.no("restart an unknown task", c.restartTask(in, 7))
	c.no("delete an unknown connector", done(func() error { return c.DeleteConnector(c.ctx, no) }))
}

func (c *console) stopsAndStarts() {
	in := c.name("in")
	c.gives("pause", done(func() error { return c.PauseConnector(c.ctx, in) }))
	c.comesTo(in, "PAUSED", 1)
	c.gives("resume", done(func() error { return c.ResumeConnector(c.ctx, in) }))
	c.runs(in)
	c.gives("restart", c.restart(in, false, false))
	c.runs(in)
	c.gives("restart with tasks", c.restart(in, true, false))
	c.runs(in)
	c.gives("restart a task", c.restartTask(in, 0))
	c.runs(in)
	c.gives("stop", done(func() error { return c.StopConnector(c.ctx, in) }))
	c.comesTo(in, "STOPPED", 0)
	c.gives("get the stopped source", func() (any, error) { return c.GetConnector(c.ctx, in) })
	c.gives("reset its topics", done(func() error { return c.ResetConnectorTopics(c.ctx, in) }))
	c.usesTopics(in, 0)
	c.gives("resume from stopped", done(func() error { return c.ResumeConnector(c.ctx, in) }))
	c.runs(in)
}

func (c *console) seesFailure() {
	bad := c.name("bad")
	c.gives("create a failing sink", c.create(bad, c.failing()))
	c.fails(bad)
	c.gives("restart what failed", c.restart(bad, true, true))
	c.fails(bad)
	c.gives("delete the failing sink", done(func() error { return c.DeleteConnector(c.ctx, bad) }))
}

// usesAnOddName has a name whose letters all mean something in a URL; the client escapes them.
func (c *console) usesAnOddName() {
	odd := c.name("odd name?a=b&c#d+é:@;,[x]")
	c.gives("create with an odd name", c.create(odd, with(c.source(), "topic", c.name("odd"))))
	c.runs(odd)
	c.gives("get the odd name", func() (any, error) { return c.GetConnector(c.ctx, odd) })
	c.gives("config of the odd name", c.config(odd))
	c.usesTopics(odd, 1)
	c.gives("put the odd name", c.put(odd, with(c.source(), "topic", c.name("odd2"))))
	c.gives("pause the odd name", done(func() error { return c.PauseConnector(c.ctx, odd) }))
	c.comesTo(odd, "PAUSED", 1)
	c.gives("delete the odd name", done(func() error { return c.DeleteConnector(c.ctx, odd) }))
}

func (c *console) deletes() {
	in, out := c.name("in"), c.name("out")
	c.gives("delete the source", done(func() error { return c.DeleteConnector(c.ctx, in) }))
	c.gives("delete the sink", done(func() error { return c.DeleteConnector(c.ctx, out) }))
	c.no("get the deleted source", func() (any, error) { return c.GetConnector(c.ctx, in) })
	c.gives("list after all", c.list)
}

// no makes a call that has to fail.
func (c *console) no(what string, f call) {
	c.refused(what, f, func(err error) any {
		var refusal connect.ApiError
		if errors.As(err, &refusal) {
			return refusal
		}
		return err.Error()
	})
}

func (c *console) runs(connector string) { c.comesTo(connector, "RUNNING", 1) }

func (c *console) comesTo(connector, state string, tasks int) {
	c.until("status of "+connector+" until "+state, c.status(connector), func(answer any) bool {
		s := answer.(connect.ConnectorStateInfo)
		other := func(t connect.TaskState) bool { return t.State != state }
		return s.Connector.State == state && len(s.Tasks) == tasks && !slices.ContainsFunc(s.Tasks, other)
	})
}

func (c *console) fails(connector string) {
	c.until("status of "+connector+" until its task has failed", c.status(connector), func(answer any) bool {
		s := answer.(connect.ConnectorStateInfo)
		return s.Connector.State == "RUNNING" && len(s.Tasks) == 1 && s.Tasks[0].State == "FAILED"
	})
}

func (c *console) usesTopics(connector string, n int) {
	c.until("topics of "+connector, c.topics(connector), func(answer any) bool {
		return len(answer.(map[string]connect.ConnectorTopics)[connector].Topics) == n
	})
}

// list sorts what has no order.
func (c *console) list() (any, error) {
	names, err := c.ListConnectors(c.ctx)
	slices.Sort(names)
	return names, err
}

func (c *console) validate(class string, config map[string]any) call {
	return func() (any, error) {
		return c.PutValidateConnectorConfig(c.ctx, class, connect.ValidateConnectorConfigOptions{Config: config})
	}
}

func (c *console) create(name string, config map[string]any) call {
	return func() (any, error) {
		return c.CreateConnector(c.ctx, connect.CreateConnectorRequest{Name: name, Config: config})
	}
}

func (c *console) put(name string, config map[string]any) call {
	return func() (any, error) {
		return c.PutConnectorConfig(c.ctx, name, connect.PutConnectorConfigOptions{Config: config})
	}
}

func (c *console) config(name string) call {
	return func() (any, error) { return c.GetConnectorConfig(c.ctx, name) }
}

func (c *console) status(name string) call {
	return func() (any, error) { return c.GetConnectorStatus(c.ctx, name) }
}

func (c *console) topics(name string) call {
	return func() (any, error) { return c.GetConnectorTopics(c.ctx, name) }
}

func (c *console) restart(name string, tasks, failed bool) call {
	return done(func() error {
		return c.RestartConnector(c.ctx, name, connect.RestartConnectorOptions{IncludeTasks: tasks, OnlyFailed: failed})
	})
}

func (c *console) restartTask(name string, task int) call {
	return done(func() error { return c.RestartConnectorTask(c.ctx, name, task) })
}
