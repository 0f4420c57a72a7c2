// SPDX-License-Identifier: Apache-2.0

package conntest_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/connectors/conntest"
)

// chest is where the example's sink writes.
type chest struct {
	mu    sync.Mutex
	texts []string
}

func (c *chest) put(text string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.texts = append(c.texts, text)
}

// missing says which of some records are not in the chest.
func (c *chest) missing(records []connect.SinkRecord) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, record := range records {
		if !slices.Contains(c.texts, record.Value.(string)) {
			return fmt.Errorf("%v is missing", record.Value)
		}
	}
	return nil
}

// stowing is a sink connector. Its tasks write at once: nothing is left for a PreCommit.
type stowing struct {
	into  *chest
	props map[string]string
}

func (*stowing) Version() string { return "1.0.0" }

func (*stowing) Config() connect.ConfigDef { return nil }

func (s *stowing) Start(_ context.Context, _ connect.ConnectorContext, props map[string]string) error {
	s.props = props
	return nil
}

func (s *stowing) TaskConfigs(_ context.Context, most int) ([]map[string]string, error) {
	configs := make([]map[string]string, most)
	for i := range configs {
		configs[i] = maps.Clone(s.props)
	}
	return configs, nil
}

func (*stowing) Stop(context.Context) error { return nil }

func (s *stowing) NewTask() connect.SinkTask { return &stowingTask{s.into} }

type stowingTask struct{ into *chest }

func (*stowingTask) Start(context.Context, connect.SinkTaskContext, map[string]string) error {
	return nil
}

func (t *stowingTask) Put(_ context.Context, records []connect.SinkRecord) error {
	for _, record := range records {
		t.into.put(record.Value.(string))
	}
	return nil
}

func (*stowingTask) Stop(context.Context) error { return nil }

// testStowing is the whole test of the connector. Each Prepare makes a destination of its own, and New connectors for the last one.
func testStowing(t *testing.T) {
	var destination *chest
	conntest.Sink(t, conntest.SinkCase{
		New: func() connect.SinkConnector { return &stowing{into: destination} },
		Prepare: func(*testing.T) conntest.SinkSetup {
			destination = &chest{}
			return conntest.SinkSetup{Missing: destination.missing}
		},
	})
}

func ExampleSink() {
	var t *testing.T // of func TestContract(t *testing.T)
	testStowing(t)
}
