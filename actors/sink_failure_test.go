// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	connect "github.com/longshore-io/connect"
)

// doomed is a sink task whose Put returns an error.
type doomed struct{ err error }

func (doomed) Start(context.Context, connect.SinkTaskContext, map[string]string) error { return nil }
func (f doomed) Put(context.Context, []connect.SinkRecord) error                       { return f.err }
func (doomed) Stop(context.Context) error                                              { return nil }

func TestTheTraceOfASinkThatFailsIsThatOfKafkaConnect(t *testing.T) {
	const connectException = "org.apache.kafka.connect.errors.ConnectException: "
	const first = connectException + "Exiting WorkerSinkTask due to unrecoverable exception."
	const place = "\n\tat actors.doomed.(TASK_PUT)"
	full := &connect.DataError{Reason: "the table is full"}
	reported := errors.New("reported")
	for name, c := range map[string]struct {
		put    error
		errant *errant
		want   string
	}{
		"its own error": {full, nil, first + ": the table is full" + place + "\nCaused by: org.apache.kafka.connect.errors.DataException: the table is full"},
		"a report that it has not returned": {nil, &errant{failed: connect.Classed(connect.Fatal, reported)},
			first + ": reported" + place + "\nCaused by: " + connectException + "reported"},
	} {
		t.Run(name, func(t *testing.T) {
			p := &sinkPump{task: doomed{c.put}, errant: c.errant, gate: newGate(gateOpen, nil), flow: newSinkFlow()}
			err := p.put(t.Context())
			require.Equal(t, c.want, traceOf(err))
			require.NotEqual(t, connect.Transient, connect.Classify(err))
		})
	}
}
