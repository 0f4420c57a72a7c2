// SPDX-License-Identifier: Apache-2.0

package transforms

import "github.com/longshore-io/connect"

// Java's exceptions that Kafka's transforms throw by mistake or for want of a better one.
const (
	illegalArgument = "java.lang.IllegalArgumentException"
	nullPointer     = "java.lang.NullPointerException"
	classCast       = "java.lang.ClassCastException"
)

// javaError is an error for which Kafka Connect has neither a DataException nor a ConfigException. Its class name shows in
// traces and in the headers of dead letter queues.
type javaError struct{ class, text string }

// Error returns Java's message.
func (e *javaError) Error() string { return e.text }

// Class is BadRecord: the record does not fit the transform.
func (e *javaError) Class() connect.Class { return connect.BadRecord }

// JavaClass returns the class name of the exception.
func (e *javaError) JavaClass() string { return e.class }

// notAString is what the Java virtual machine says of a map's key that a transform takes for the name of a field.
func notAString(key any) error {
	name := className(key)
	return &javaError{classCast, "class " + name + " cannot be cast to class java.lang.String (" + name +
		" and java.lang.String are in module java.base of loader 'bootstrap')"}
}
