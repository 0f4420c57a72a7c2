// SPDX-License-Identifier: Apache-2.0

package app

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"text/tabwriter"

	connect "github.com/longshore-io/connect"
)

// client is a command that asks a worker: its flags, and what follows them.
type client struct {
	*program
	*api
	args                     []string
	includeTasks, onlyFailed bool
	asJSON                   bool
}

// asClient parses a client's flags and arguments, of which there have to be as many as usage names.
func (p *program) asClient(command, usage string, args []string, least, most int) (*client, error) {
	c := &client{program: p}
	flags := flag.NewFlagSet(p.name+" "+command, flag.ContinueOnError)
	flags.SetOutput(p.stderr)
	base := flags.String("url", "http://localhost:8083", "the worker's REST API")
	if command == "connectors" {
		flags.BoolVar(&c.includeTasks, "include-tasks", false, "restart: the tasks too")
		flags.BoolVar(&c.onlyFailed, "only-failed", false, "restart: only what is FAILED")
	}
	if command == "cluster" {
		flags.BoolVar(&c.asJSON, "json", false, "print the worker's answer as it is")
	}
	flags.Usage = func() {
		fmt.Fprintf(p.stderr, "Usage: %s %s [flags] %s\n", p.name, command, usage)
		flags.PrintDefaults()
	}
	var err error
	if c.args, err = parseMixed(flags, args); err != nil {
		return nil, err
	}
	if len(c.args) < least || len(c.args) > most {
		flags.Usage()
		return nil, errors.New("wrong number of arguments")
	}
	if c.api, err = newAPI(*base); err != nil {
		p.complain(err)
	}
	return c, err
}

func (p *program) connectors(args []string) int {
	c, err := p.asClient("connectors", "[get NAME | create FILE | config NAME | pause NAME | resume NAME | stop NAME | restart NAME | delete NAME]", args, 0, 2)
	if err != nil {
		return afterUsage(err)
	}
	if len(c.args) == 0 {
		return c.finish(c.list())
	}
	does := map[string]func(string) error{
		"get": c.get, "create": c.create, "config": c.config, "restart": c.restart, "delete": c.delete,
		"pause": c.put("pause"), "resume": c.put("resume"), "stop": c.put("stop"),
	}
	do, known := does[c.args[0]]
	if !known || len(c.args) != 2 {
		return c.complain(fmt.Errorf("%q: one of %s and a name are expected", strings.Join(c.args, " "), strings.Join(slices.Sorted(maps.Keys(does)), ", ")))
	}
	return c.finish(do(c.args[1]))
}

func (p *program) tasks(args []string) int {
	c, err := p.asClient("tasks", "CONNECTOR", args, 1, 1)
	if err != nil {
		return afterUsage(err)
	}
	return c.finish(c.showTasks(c.args[0]))
}

func (p *program) listPlugins(args []string) int {
	c, err := p.asClient("plugins", "", args, 0, 0)
	if err != nil {
		return afterUsage(err)
	}
	return c.finish(c.showPlugins())
}

func (c *client) finish(err error) int {
	if err != nil {
		return c.complain(err)
	}
	return exitDone
}

// table prints rows in columns; the first row is the heading.
func (c *client) table(rows [][]string) error {
	w := tabwriter.NewWriter(c.stdout, 0, 0, 2, ' ', 0)
	for _, row := range rows {
		fmt.Fprintln(w, strings.Join(row, "\t"))
	}
	if err := w.Flush(); err != nil {
		return fmt.Errorf("print: %w", err)
	}
	return nil
}

// list shows all connectors, also those that have no state yet.
func (c *client) list() error {
	var digests map[string]connect.ConnectorDigest
	if err := c.call(http.MethodGet, "/connectors?expand=info&expand=status", nil, &digests); err != nil {
		return err
	}
	rows := [][]string{{"NAME", "TYPE", "STATE", "TASKS", "WORKER", "CLASS"}}
	for _, name := range slices.Sorted(maps.Keys(digests)) {
		rows = append(rows, digestRow(name, digests[name]))
	}
	return c.table(rows)
}

func digestRow(name string, digest connect.ConnectorDigest) []string {
	row := []string{name, "-", "-", "-", "-", "-"}
	if info := digest.Info; info != nil {
		row[1] = string(info.Type)
		if class, has := info.Config.Get("connector.class"); has {
			row[5] = class
		}
	}
	if status := digest.Status; status != nil {
		row[1], row[2], row[3], row[4] = string(status.Type), string(status.Connector.State), countStates(status.Tasks), status.Connector.WorkerID
	}
	return row
}

// countStates says "3 RUNNING, 1 FAILED".
func countStates(tasks []connect.TaskStatus) string {
	counts := map[connect.State]int{}
	for _, task := range tasks {
		counts[task.State]++
	}
	var parts []string
	for _, state := range slices.Sorted(maps.Keys(counts)) {
		parts = append(parts, fmt.Sprintf("%d %s", counts[state], state))
	}
	if len(parts) == 0 {
		return "none"
	}
	return strings.Join(parts, ", ")
}

func (c *client) get(name string) error {
	var status connect.ConnectorStatus
	if err := c.call(http.MethodGet, connectorPath(name, "status"), nil, &status); err != nil {
		return err
	}
	rows := [][]string{{"WHAT", "STATE", "WORKER"}, {string(status.Type) + " " + status.Name, string(status.Connector.State), status.Connector.WorkerID}}
	for _, task := range status.Tasks {
		rows = append(rows, []string{fmt.Sprintf("task %d", task.ID), string(task.State), task.WorkerID})
	}
	if err := c.table(rows); err != nil {
		return err
	}
	c.traces("connector", status.Connector.Trace)
	c.taskTraces(status.Tasks)
	return nil
}

func (c *client) showTasks(name string) error {
	var status connect.ConnectorStatus
	if err := c.call(http.MethodGet, connectorPath(name, "status"), nil, &status); err != nil {
		return err
	}
	rows := [][]string{{"TASK", "STATE", "WORKER"}}
	for _, task := range status.Tasks {
		rows = append(rows, []string{fmt.Sprint(task.ID), string(task.State), task.WorkerID})
	}
	if err := c.table(rows); err != nil {
		return err
	}
	c.taskTraces(status.Tasks)
	return nil
}

func (c *client) taskTraces(tasks []connect.TaskStatus) {
	for _, task := range tasks {
		c.traces(fmt.Sprintf("task %d", task.ID), task.Trace)
	}
}

func (c *client) traces(of, trace string) {
	if trace != "" {
		fmt.Fprintf(c.stdout, "\n%s:\n%s\n", of, strings.TrimRight(trace, "\n"))
	}
}

func (c *client) create(path string) error {
	file, err := readConnectorFile(path)
	if err != nil {
		return err
	}
	body := createBody{Name: file.request.Name, Config: file.request.Config}
	if state := file.request.InitialState; state != nil {
		initial := initialState(*state)
		body.InitialState = &initial
	}
	if err := c.call(http.MethodPost, "/connectors", body, nil); err != nil {
		return err
	}
	c.say("connector %s created", body.Name)
	return nil
}

func (c *client) config(name string) error {
	var config connect.RawConfig
	if err := c.call(http.MethodGet, connectorPath(name, "config"), nil, &config); err != nil {
		return err
	}
	encoder := json.NewEncoder(c.stdout)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(config); err != nil {
		return fmt.Errorf("print: %w", err)
	}
	return nil
}

// put makes a verb that is a PUT without a body.
func (c *client) put(verb string) func(string) error {
	return func(name string) error {
		if err := c.call(http.MethodPut, connectorPath(name, verb), nil, nil); err != nil {
			return err
		}
		c.say("connector %s: %s requested", name, verb)
		return nil
	}
}

func (c *client) restart(name string) error {
	path := fmt.Sprintf("%s?includeTasks=%t&onlyFailed=%t", connectorPath(name, "restart"), c.includeTasks, c.onlyFailed)
	if err := c.call(http.MethodPost, path, nil, nil); err != nil {
		return err
	}
	c.say("connector %s: restart requested", name)
	return nil
}

func (c *client) delete(name string) error {
	if err := c.call(http.MethodDelete, connectorPath(name), nil, nil); err != nil {
		return err
	}
	c.say("connector %s deleted; its offsets stay", name)
	return nil
}

func (c *client) showPlugins() error {
	var plugins []connect.PluginInfo
	if err := c.call(http.MethodGet, "/connector-plugins?connectorsOnly=false", nil, &plugins); err != nil {
		return err
	}
	rows := [][]string{{"TYPE", "CLASS", "VERSION"}}
	for _, plugin := range plugins {
		rows = append(rows, []string{string(plugin.Type), plugin.Class, plugin.Version})
	}
	return c.table(rows)
}

func (c *client) say(format string, args ...any) { fmt.Fprintf(c.stdout, format+"\n", args...) }
