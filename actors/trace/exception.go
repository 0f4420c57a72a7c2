// SPDX-License-Identifier: Apache-2.0

package trace

import (
	"strings"

	"github.com/longshore-io/connect"
)

// javaNamed is an error that says itself which Java exception it stands for.
type javaNamed interface{ JavaClass() string }

// Exception is an error as a Java program sees an exception.
type Exception struct {
	// Class is the class name of the exception.
	Class string
	// Message is what its getMessage returns: without the causes, which Java keeps apart; "" where there is none.
	Message string

	causes []error
}

// ExceptionOf returns the exception that an error stands for: that of the outermost error in its chain that is of a known class, with what was
// said around it, so that an error that was only wrapped on its way keeps its class.
func ExceptionOf(err error) Exception {
	at := named(err)
	x := Exception{Class: ClassName(at), causes: causes(at)}
	for len(x.causes) == 1 && silent(at, x.causes[0]) {
		at = x.causes[0]
		x.causes = causes(at)
	}
	x.Message = strings.TrimSuffix(err.Error(), at.Error()) + messageOf(at)
	return x
}

// named finds the outermost error with a class of its own, err itself where none has.
func named(err error) error {
	for at, depth := err, 0; depth < maxDepth; depth++ {
		if hasClass(at) {
			return at
		}
		next := causes(at)
		if len(next) == 0 {
			break
		}
		at = next[0]
	}
	return err
}

// hasClass says whether an error, without its causes, has a class of its own.
func hasClass(err error) bool {
	switch err.(type) { //nolint:errorlint // each error of a chain is looked at by itself
	case javaNamed, interface{ Class() connect.Class }:
		return true
	}
	return false
}

// messageOf is what getMessage of the exception would return. A reason keeps the ": " that some of Kafka's end in.
func messageOf(err error) string {
	if data, ok := err.(*connect.DataError); ok { //nolint:errorlint // of this error alone
		return data.Reason
	}
	return ownText(err)
}

// line is the first of an exception's stack trace.
func (x Exception) line() string { return line(x.Class, x.Message) }

// Printed returns an error as Java's printStackTrace prints an exception: a line with class and message, lines "at" with places, then each
// cause, and a newline at the end. The places of Java code are not ours to have: at stands for them, such as the class that has failed.
func Printed(err error, at string) string {
	x := ExceptionOf(err)
	var b strings.Builder
	b.WriteString(x.line())
	if at != "" {
		b.WriteString("\n\tat " + at)
	}
	writeFrames(&b, err)
	for depth := 0; len(x.causes) > 0 && depth < maxDepth && b.Len() <= maxSize; depth++ {
		cause := x.causes[0]
		x = ExceptionOf(cause)
		b.WriteString("\nCaused by: " + x.line())
		writeFrames(&b, cause)
	}
	return bounded(b.String()) + "\n"
}
