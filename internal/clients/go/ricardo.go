// SPDX-License-Identifier: Apache-2.0

package main

import (
	"slices"

	"github.com/ricardo-ch/go-kafka-connect/v3/lib/connectors"
)

// terraform is the client of the Terraform provider at play. Its answers hold the status code; an unknown name is no error to
// the calls that only read.
type terraform struct {
	*transcript
	stage
	connectors.HighLevelClient
}

func ricardo(t *transcript, s stage) {
	c := &terraform{t, s, connectors.NewClient(s.url)}
	c.creates()
	c.changes()
	c.isRefused()
	c.stopsAndStarts()
	c.deploys()
	c.deletes()
}

func (c *terraform) creates() {
	in, out := c.name("in"), c.name("out")
	c.gives("list of nothing", c.list)
	c.gives("create the source and wait", c.create(in, c.source(), true))
	c.runs(in)
	c.gives("create the sink", c.create(out, c.sink(), false))
	c.runs(out)
	c.gives("list", c.list)
	c.gives("get the source", func() (any, error) { return c.GetConnector(named(in)) })
	c.gives("config of the source", c.config(in))
	c.gives("is the source up to date", func() (any, error) { return c.IsUpToDate(in, c.source()) })
	c.gives("is another config up to date", func() (any, error) { return c.IsUpToDate(in, c.sink()) })
	c.gives("tasks of the source", func() (any, error) { return c.GetAllTasks(named(in)) })
	c.gives("tasks of the sink", func() (any, error) { return c.GetAllTasks(named(out)) })
	c.gives("status of a task", c.taskStatus(in, 0))
}

// changes waits, as the provider does, until the worker gives back as many keys as were declared, and a name.
func (c *terraform) changes() {
	in := c.name("in")
	changed := with(c.source(), "batch.size", 500)
	c.gives("update and wait", c.update(in, changed, true))
	c.gives("changed config", c.config(in))
	c.gives("update with the same and wait", c.update(in, changed, true))
	c.runs(in)
}

func (c *terraform) isRefused() {
	in, no := c.name("in"), c.name("nobody")
	c.no("create the source twice", c.create(in, c.source(), false))
	c.no("create with a bad number", c.create(no, with(c.source(), "tasks.max", "none"), false))
	c.no("update with a bad config", c.update(in, with(c.source(), "errors.tolerance", "some"), false))
	c.gives("get an unknown connector", func() (any, error) { return c.GetConnector(named(no)) })
	c.gives("config of an unknown connector", c.config(no))
	c.gives("status of an unknown connector", c.status(no))
	c.gives("status of an unknown task", c.taskStatus(in, 7))
	c.no("tasks of an unknown connector", func() (any, error) { return c.GetAllTasks(named(no)) })
	c.no("pause an unknown connector", func() (any, error) { return c.PauseConnector(named(no), false) })
	c.no("resume an unknown connector", func() (any, error) { return c.ResumeConnector(named(no), false) })
	c.no("restart an unknown connector", func() (any, error) { return c.RestartConnector(named(no)) })
	c.no("restart an unknown task", c.restartTask(in, 7))
	c.no("delete an unknown connector", func() (any, error) { return c.DeleteConnector(named(no), false) })
}

func (c *terraform) stopsAndStarts() {
	in := c.name("in")
	c.gives("pause and wait", func() (any, error) { return c.PauseConnector(named(in), true) })
	c.comesTo(in, "PAUSED")
	c.gives("resume and wait", func() (any, error) { return c.ResumeConnector(named(in), true) })
	c.runs(in)
	c.gives("restart", func() (any, error) { return c.RestartConnector(named(in)) })
	c.runs(in)
	c.gives("restart a task", c.restartTask(in, 0))
	c.runs(in)
}

func (c *terraform) deploys() {
	odd, other := c.name("deployed by ?&é+:@;name"), c.name("other")
	config := with(c.source(), "topic", c.name("deployed"))
	c.gives("deploy what is new", done(func() error { return c.DeployConnector(declared(odd, config)) }))
	c.runs(odd)
	c.gives("deploy what is there", done(func() error { return c.DeployConnector(declared(odd, config)) }))
	c.gives("deploy two", done(func() error {
		return c.DeployMultipleConnector([]connectors.CreateConnectorRequest{
			declared(odd, with(config, "batch.size", 7)), declared(other, with(config, "topic", c.name("other")))})
	}))
	c.runs(odd)
	c.runs(other)
	c.gives("config of what was deployed", c.config(odd))
	c.gives("get what was deployed", func() (any, error) { return c.GetConnector(named(odd)) })
	c.gives("delete one deployed and wait", func() (any, error) { return c.DeleteConnector(named(odd), true) })
	c.gives("delete the other deployed", func() (any, error) { return c.DeleteConnector(named(other), false) })
}

func (c *terraform) deletes() {
	for _, name := range []string{c.name("in"), c.name("out")} {
		c.gives("delete "+name+" and wait", func() (any, error) { return c.DeleteConnector(named(name), true) })
	}
	c.gives("list after all", c.list)
}

func named(name string) connectors.ConnectorRequest { return connectors.ConnectorRequest{Name: name} }

func declared(name string, config map[string]any) connectors.CreateConnectorRequest {
	return connectors.CreateConnectorRequest{ConnectorRequest: named(name), Config: config}
}

// no makes a call that has to fail.
func (c *terraform) no(what string, f call) {
	c.refused(what, f, func(err error) any { return err.Error() })
}

func (c *terraform) runs(connector string) { c.comesTo(connector, "RUNNING") }

func (c *terraform) comesTo(connector, state string) {
	c.until("status of "+connector+" until "+state, c.status(connector), func(answer any) bool {
		s := answer.(connectors.GetConnectorStatusResponse)
		return s.ConnectorStatus["state"] == state && len(s.TasksStatus) == 1 && s.TasksStatus[0].State == state
	})
}

// list sorts what has no order.
func (c *terraform) list() (any, error) {
	all, err := c.GetAll()
	slices.Sort(all.Connectors)
	return all, err
}

func (c *terraform) create(name string, config map[string]any, wait bool) call {
	return func() (any, error) { return c.CreateConnector(declared(name, config), wait) }
}

func (c *terraform) update(name string, config map[string]any, wait bool) call {
	return func() (any, error) { return c.UpdateConnector(declared(name, config), wait) }
}

func (c *terraform) config(name string) call {
	return func() (any, error) { return c.GetConnectorConfig(named(name)) }
}

func (c *terraform) status(name string) call {
	return func() (any, error) { return c.GetConnectorStatus(named(name)) }
}

func (c *terraform) taskStatus(name string, task int) call {
	return func() (any, error) {
		return c.GetTaskStatus(connectors.TaskRequest{Connector: name, TaskID: task})
	}
}

func (c *terraform) restartTask(name string, task int) call {
	return func() (any, error) { return c.RestartTask(connectors.TaskRequest{Connector: name, TaskID: task}) }
}
