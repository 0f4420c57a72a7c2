// SPDX-License-Identifier: Apache-2.0

package stage

import (
	"fmt"
	"runtime/debug"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/actors/trace"
)

// caught makes an error of what recover returned, with the stack of the panic: it is called in the deferred function.
func caught(value any) error { return &connect.PanicError{Value: value, Stack: debug.Stack()} }

// configure calls a plugin's Configure; its error says which key names the plugin.
func configure(key, class string, do func() error) error {
	if err := connect.Guard(do); err != nil {
		return fmt.Errorf("configure %s, class %s: %w", key, class, err)
	}
	return nil
}

// configureLink is configure for a transform or predicate.
func configureLink(key, class string, do func() error) error {
	if err := connect.Guard(do); err != nil {
		return &unconfigured{key, class, err}
	}
	return nil
}

// unconfigured is a transform or predicate that refused its keys. Kafka Connect wraps the exception in one whose text is the class and the text of
// the cause; which key names the plugin stands in a frame.
type unconfigured struct {
	key, class string
	err        error
}

func (e *unconfigured) Error() string {
	x := trace.ExceptionOf(e.err)
	return x.Class + ": " + x.Message
}

func (e *unconfigured) Unwrap() error { return e.err }

// JavaClass keeps the class of the cause from being taken for that of the whole.
func (*unconfigured) JavaClass() string { return "org.apache.kafka.connect.errors.ConnectException" }

// Frame says which plugin it was.
func (e *unconfigured) Frame() string { return fmt.Sprintf("%s.configure(%s)", e.class, e.key) }
