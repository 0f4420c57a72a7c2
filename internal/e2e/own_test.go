// SPDX-License-Identifier: Apache-2.0

//go:build kafka || real

package e2e

import (
	"context"
	"os"
	"os/exec"
	"strconv"
	"time"

	connect "github.com/longshore-io/connect"
)

// The test's binary is a worker with connectors of its own where this variable is set.
const (
	ownVariable = "LONGSHORE_TEST_WORKER"
	ownCommand  = "a worker with a slow sink"
)

func own(args ...string) *exec.Cmd {
	cmd := exec.Command(os.Args[0], args...)
	cmd.Env = append(os.Environ(), ownVariable+"=1")
	return cmd
}

func ownPlugins(p *connect.Plugins) {
	p.AddSink("org.example.SlowSink", func() connect.SinkConnector { return &slowSink{} })
}

// slowSink takes put.ms for each Put, whether it is told to end or not; with a negative one a Put that gets records never returns.
type slowSink struct{ props map[string]string }

func (*slowSink) Version() string           { return "1" }
func (*slowSink) Config() connect.ConfigDef { return nil }
func (s *slowSink) Start(_ context.Context, _ connect.ConnectorContext, props map[string]string) error {
	s.props = props
	return nil
}

func (s *slowSink) TaskConfigs(_ context.Context, most int) ([]map[string]string, error) {
	configs := make([]map[string]string, most)
	for i := range configs {
		configs[i] = s.props
	}
	return configs, nil
}
func (*slowSink) Stop(context.Context) error { return nil }
func (*slowSink) NewTask() connect.SinkTask  { return &slowTask{} }

type slowTask struct{ each time.Duration }

func (t *slowTask) Start(_ context.Context, _ connect.SinkTaskContext, props map[string]string) error {
	ms, err := strconv.Atoi(props["put.ms"])
	t.each = time.Duration(ms) * time.Millisecond
	return err
}

func (t *slowTask) Put(_ context.Context, records []connect.SinkRecord) error {
	switch {
	case len(records) == 0:
	case t.each < 0:
		select {}
	default:
		<-time.After(t.each)
	}
	return nil
}

func (*slowTask) Stop(context.Context) error { return nil }
