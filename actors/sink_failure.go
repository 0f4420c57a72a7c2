// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"fmt"

	connect "github.com/longshore-io/connect"
)

// sinkFailure ends the life of a sink task: a call into it has failed for good, or records that it has rejected are not tolerated. Its
// cause is the task's own error, as in Kafka Connect.
type sinkFailure struct {
	task  connect.SinkTask
	cause error
}

// Error is Kafka Connect's text before that of the cause.
func (e *sinkFailure) Error() string {
	return fmt.Sprintf("Exiting WorkerSinkTask due to unrecoverable exception.: %v", e.cause)
}

func (e *sinkFailure) Unwrap() error { return e.cause }

// Frame is the place that the trace shows: Java has the method of the task there.
func (e *sinkFailure) Frame() string { return fmt.Sprintf("%T.(%s)", e.task, connect.StagePut) }
