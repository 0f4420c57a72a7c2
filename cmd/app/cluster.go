// SPDX-License-Identifier: Apache-2.0

package app

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"

	connect "github.com/longshore-io/connect"
)

func (p *program) cluster(args []string) int {
	c, err := p.asClient("cluster", "", args, 0, 0)
	if err != nil {
		return afterUsage(err)
	}
	return c.finish(c.showCluster())
}

func (c *client) showCluster() error {
	var answer json.RawMessage
	if err := c.call(http.MethodGet, "/cluster", nil, &answer); err != nil {
		return err
	}
	if c.asJSON {
		return c.printJSON(answer)
	}
	var info connect.ClusterInfo
	if err := json.Unmarshal(answer, &info); err != nil {
		return fmt.Errorf("%s does not answer as Longshore does: %w", c.base, err)
	}
	c.clusterHead(info)
	if err := c.table(memberRows(info)); err != nil {
		return err
	}
	if len(info.Moving) > 0 {
		c.say("\nBeing moved:")
		if err := c.table(moveRows(info.Moving)); err != nil {
			return err
		}
	}
	if len(info.Unassigned) > 0 {
		c.say("\nRun by nobody:")
		for _, unit := range info.Unassigned {
			c.say("%s", unitName(unit))
		}
	}
	return nil
}

// printJSON prints an answer as it came, with every field that the worker knows.
func (c *client) printJSON(answer json.RawMessage) error {
	var b bytes.Buffer
	if err := json.Indent(&b, answer, "", "  "); err != nil {
		return fmt.Errorf("print: %w", err)
	}
	c.say("%s", b.String())
	return nil
}

func (c *client) clusterHead(info connect.ClusterInfo) {
	leader := info.Leader
	if leader == "" {
		leader = "none"
	}
	reason := ""
	if info.Reason != "" {
		reason = ": " + info.Reason
	}
	c.say("group %s, leader %s, generation %d%s", info.Group, leader, info.Generation, reason)
	if info.Suspended {
		c.say("the tasks of %s wait: it cannot confirm its share against Kafka", info.Worker)
	}
	c.say("")
}

func memberRows(info connect.ClusterInfo) [][]string {
	rows := [][]string{{"WORKER", "STATE", "LEADS", "CONNECTORS", "TASKS", "MOVING", "URL"}}
	moving := map[string]int{}
	for _, move := range info.Moving {
		moving[move.From]++
	}
	for _, m := range info.Members {
		leads, url := "", m.URL
		if m.Worker == info.Leader {
			leads = "yes"
		}
		if url == "" {
			url = "-"
		}
		rows = append(rows, []string{m.Worker, m.State, leads, strconv.Itoa(len(m.Connectors)), strconv.Itoa(len(m.Tasks)), strconv.Itoa(moving[m.Worker]), url})
	}
	return rows
}

func moveRows(moves []connect.ClusterMove) [][]string {
	rows := [][]string{{"WHAT", "FROM", "SINCE", "GENERATION"}}
	for _, m := range moves {
		rows = append(rows, []string{unitName(m.ClusterUnit), m.From, m.Since.UTC().Format(time.RFC3339), strconv.FormatInt(m.Generation, 10)})
	}
	return rows
}

func unitName(unit connect.ClusterUnit) string {
	if unit.Task < 0 {
		return "connector " + unit.Connector
	}
	return fmt.Sprintf("task %d of %s", unit.Task, unit.Connector)
}
