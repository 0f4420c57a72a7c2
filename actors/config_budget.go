// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"math"

	connect "github.com/longshore-io/connect"
	"github.com/longshore-io/connect/actors/budget"
)

// The keys of the memory budgets. The task's is the worker's to set, and a connector's for itself.
const (
	taskBufferKey   = "task.max.buffered.bytes"
	workerBufferKey = "worker.max.buffered.bytes"
)

// defaultTaskBuffer is the buffer.memory of Kafka's producers: what a source task of Kafka Connect may have in flight.
const defaultTaskBuffer = int64(32 << 20)

// taskBufferSetting is a setting of the worker and of connectors.
var taskBufferSetting = connect.ConfigKey{Name: taskBufferKey, Type: connect.LongType, Default: defaultTaskBuffer, Validator: connect.AtLeast(1), Importance: connect.Medium,
	Doc: "How many bytes of records one task may hold: those of a source that Kafka has not acknowledged, those of a sink that were fetched and not accepted yet."}

// bufferKeys bound the memory that records take.
var bufferKeys = connect.ConfigDef{
	taskBufferSetting,
	{Name: workerBufferKey, Type: connect.LongType, Validator: anyOrAtLeastOne, Importance: connect.Medium,
		Doc: "How many bytes of records all tasks of the worker may hold together. Where it is not set, a quarter of the memory that the process may use (GOMEMLIMIT, its control group, the machine), 16 to 512 MiB."},
}

var anyOrAtLeastOne = connect.ValidatorFunc(func(name string, value any) error {
	if value == nil {
		return nil
	}
	return connect.AtLeast(1).Check(name, value)
})

// Buffers bound the bytes of records that tasks hold: *.max.buffered.bytes.
type Buffers struct {
	// Task is what one task may hold, where its connector does not say it.
	Task int64
	// Worker is what all tasks may hold together; 0 is for the memory of the process to decide.
	Worker int64
}

func buffersOf(values connect.ConfigValues) Buffers {
	return Buffers{Task: values.Long(taskBufferKey), Worker: values.Long(workerBufferKey)}
}

// With returns what a task of a connector may hold. If the connector's setting is wrong, that is a *connect.ConfigError.
func (b Buffers) With(connector map[string]string) (int64, error) {
	if _, set := connector[taskBufferKey]; !set {
		return b.Task, nil
	}
	values, errs := connect.ConfigDef{taskBufferSetting}.Parse(connector)
	if len(errs) > 0 {
		return 0, errs[0]
	}
	return values.Long(taskBufferKey), nil
}

// budgetOf is the budget of a worker.
func budgetOf(config Config, runtime Runtime) *budget.Worker {
	limit := config.Buffers.Worker
	if limit == 0 {
		limit = budget.Default(runtime.Memory)
	}
	worker := budget.New(limit)
	runtime.Meters.buffer(worker)
	return worker
}

// budget is that of one life of a task.
func (l lifeOf) budget(connector map[string]string) (*budget.Task, error) {
	return l.budgetWithin(connector, math.MaxInt64)
}

// budgetWithin is that of one life of a task which may have no more than so many bytes.
func (l lifeOf) budgetWithin(connector map[string]string, most int64) (*budget.Task, error) {
	limit, err := l.env.config.Buffers.With(connector)
	if err != nil {
		return nil, err
	}
	task := l.env.buffers.Task(min(limit, most))
	l.env.meters.of(l.id.taskID()).buffer.Store(task)
	return task, nil
}
