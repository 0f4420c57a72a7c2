// SPDX-License-Identifier: Apache-2.0

package connect

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"strings"
)

// Class says what is to be done about an error. It is decided in one place, Classify, and read by the pumps, the
// supervisors, the dead letter queue and the REST API.
type Class int

// The classes, from the mildest to those that stop a worker.
const (
	// Fatal is any error of a plugin that is nothing else: the task or connector becomes FAILED with a trace.
	Fatal Class = iota
	// Transient errors are retried with backoff.
	Transient
	// BadRecord is a record that cannot be handled: errors.tolerance decides.
	BadRecord
	// Fenced means that a newer owner has taken over: stop quietly and write nothing.
	Fenced
	// BadConfig is a wrong configuration: nothing is started.
	BadConfig
	// NotFound, Exists and Conflict answer a request that does not fit the state.
	NotFound
	// Exists answers the creation of what is there already.
	Exists
	// Conflict answers a request that another operation forbids for now.
	Conflict
	// Forbidden answers a request for what the worker's configuration has turned off.
	Forbidden
	// TimedOut answers a request that was not done in time and will not be carried out later.
	TimedOut
	// Unusable is a state of Kafka that the worker cannot run on: it refuses to start and says what to mend.
	Unusable
)

var classNames = map[Class]string{
	Fatal: "fatal", Transient: "transient", BadRecord: "bad record", Fenced: "fenced", BadConfig: "config", NotFound: "not found",
	Exists: "exists", Conflict: "conflict", Forbidden: "forbidden", TimedOut: "timed out", Unusable: "unusable",
}

// String names the class for logs.
func (c Class) String() string { return classNames[c] }

// Classify says which class an error is of: that of the outermost error in its chain that names one, else Fatal.
// A nil error must not be classified.
func Classify(err error) Class {
	var classed interface{ Class() Class }
	if errors.As(err, &classed) {
		return classed.Class()
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return TimedOut
	}
	return Fatal
}

// ErrFenced says that a newer owner has taken over what the caller wanted to write.
var ErrFenced error = classed{Fenced, errors.New("fenced by a newer owner")}

// Retriable marks an error as Transient: the same call is made again after a backoff. Returned by SinkTask.Put it makes
// the runtime offer the same records again; by SourceTask.Poll, converters and transforms it makes the runtime retry
// until errors.retry.timeout.
func Retriable(err error) error { return classed{Transient, err} }

// Classed gives an error a class without changing its text.
func Classed(class Class, err error) error { return classed{class, err} }

// Errorf makes an error of a class; its text is exactly what is formatted, as REST clients compare it.
func Errorf(class Class, format string, args ...any) error {
	return classed{class, fmt.Errorf(format, args...)}
}

type classed struct {
	class Class
	error
}

func (e classed) Class() Class  { return e.class }
func (e classed) Unwrap() error { return e.error }

// DataError is a value that does not fit its schema or format; it is of class BadRecord.
type DataError struct {
	// Reason is the whole message. Some of Kafka's end in ": ", and dead letters show them so.
	Reason string
	// Err is the cause, nil where there is none.
	Err error
}

// Error returns the reason, and the cause where there is one.
func (e *DataError) Error() string {
	if e.Err != nil {
		return strings.TrimSuffix(e.Reason, ": ") + ": " + e.Err.Error()
	}
	return e.Reason
}

// Class is BadRecord.
func (e *DataError) Class() Class { return BadRecord }

// Unwrap returns the cause.
func (e *DataError) Unwrap() error { return e.Err }

// schemaBuilderError is a DataError that Kafka Connect has a class of its own for, which dead letters show.
type schemaBuilderError struct{ *DataError }

func (e schemaBuilderError) Unwrap() error { return e.DataError }

// JavaClass returns the class name of Kafka Connect's exception. Any error may have such a method.
func (schemaBuilderError) JavaClass() string {
	return "org.apache.kafka.connect.errors.SchemaBuilderException"
}

// ConfigError is a wrong value of one configuration key; it is of class BadConfig. The text is Kafka's ConfigException.
type ConfigError struct {
	// Key is the configuration key, as the user wrote it.
	Key string
	// Value is the wrong value; nil prints as null. It must not be a secret.
	Value any
	// Reason says what would be right; "" leaves it out.
	Reason string
}

// Error returns `Invalid value <v> for configuration <k>: <reason>`.
func (e *ConfigError) Error() string {
	text := fmt.Sprintf("Invalid value %s for configuration %s", displayValue(e.Value), e.Key)
	if e.Reason != "" {
		text += ": " + e.Reason
	}
	return text
}

// Class is BadConfig.
func (e *ConfigError) Class() Class { return BadConfig }

// MissingConfigError is a key that has to be set and is not; it is of class BadConfig.
type MissingConfigError struct{ Key string }

// Error returns Kafka's text for a required key that is missing.
func (e *MissingConfigError) Error() string {
	return fmt.Sprintf("Missing required configuration %q which has no default value.", e.Key)
}

// Class is BadConfig.
func (e *MissingConfigError) Class() Class { return BadConfig }

// StageError says in which stage of the data path a record failed, and in which plugin. Its class is that of its cause,
// but a Fatal cause of a conversion or transformation is a BadRecord: the record is at fault, or the plugin for it.
type StageError struct {
	// Stage is Kafka's name of the stage.
	Stage Stage
	// Plugin is the class name of the plugin that failed.
	Plugin string
	// Err is the cause.
	Err error
}

// Error names the stage, the plugin and the cause.
func (e *StageError) Error() string {
	return fmt.Sprintf("stage %s with class %s: %v", e.Stage, e.Plugin, e.Err)
}

// Class is that of the cause, and BadRecord for a Fatal cause in a stage that errors.tolerance covers.
func (e *StageError) Class() Class {
	if c := Classify(e.Err); c != Fatal || !e.Stage.Tolerable() {
		return c
	}
	return BadRecord
}

// Unwrap returns the cause.
func (e *StageError) Unwrap() error { return e.Err }

// Stage is a step of the data path, by the names that Kafka's error reports use.
type Stage string

// The stages.
const (
	StagePoll            Stage = "TASK_POLL"
	StagePut             Stage = "TASK_PUT"
	StageTransformation  Stage = "TRANSFORMATION"
	StageKeyConverter    Stage = "KEY_CONVERTER"
	StageValueConverter  Stage = "VALUE_CONVERTER"
	StageHeaderConverter Stage = "HEADER_CONVERTER"
	StageProduce         Stage = "KAFKA_PRODUCE"
	StageConsume         Stage = "KAFKA_CONSUME"
)

// Tolerable says whether errors.tolerance=all covers every error of this stage, as in Kafka Connect, or only transient ones.
func (s Stage) Tolerable() bool {
	switch s {
	case StageTransformation, StageKeyConverter, StageValueConverter, StageHeaderConverter:
		return true
	}
	return false
}

// PanicError is a panic of user code, caught at the boundary; it is Fatal.
type PanicError struct {
	// Value is what was panicked with.
	Value any
	// Stack is the stack of the goroutine that panicked, as debug.Stack prints it.
	Stack []byte
}

// Error names the panic without its stack; traces print the stack.
func (e *PanicError) Error() string { return fmt.Sprintf("panic: %v", e.Value) }

// Class is Fatal, whatever was panicked with.
func (e *PanicError) Class() Class { return Fatal }

// Unwrap returns the panic's value where it is an error.
func (e *PanicError) Unwrap() error {
	err, _ := e.Value.(error)
	return err
}

// Guard calls user code and returns a panic of it as a *PanicError, with the stack where it happened.
func Guard(call func() error) (err error) {
	defer func() {
		if value := recover(); value != nil {
			err = &PanicError{Value: value, Stack: debug.Stack()}
		}
	}()
	return call()
}
