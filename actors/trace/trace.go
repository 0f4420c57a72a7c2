// SPDX-License-Identifier: Apache-2.0

package trace

import (
	"fmt"
	"strings"

	"github.com/longshore-io/connect"
)

// maxSize bounds a trace in bytes: it is stored in a topic and shown in pages.
const maxSize = 32 << 10

// maxDepth bounds the chain of causes, should an error be its own cause.
const maxDepth = 64

const cutMark = "\n\t... cut"

// Of returns the trace of an error in the shape of a Java stack trace, as tools read its first line and split it at
// newlines and at "Caused by: ". The first line has the error's whole text. Each cause follows with the part of the text
// that is its own, and a panic with the frames of the code that panicked. It is never empty and at most 32 KiB long.
func Of(err error) string {
	if err == nil {
		return connectException + ": no error is known"
	}
	var b strings.Builder
	b.WriteString(line(headClass(err), err.Error()))
	writeFrames(&b, err)
	writeCauses(&b, err, 0)
	return bounded(b.String())
}

// headClass is the class of an error, or of its cause where the error has no class of its own and says no more than the cause: errors.Join of one.
func headClass(err error) string {
	for at, depth := err, 0; depth < maxDepth; depth++ {
		next := causes(at)
		if hasClass(at) || len(next) != 1 || !silent(at, next[0]) {
			return ClassName(at)
		}
		at = next[0]
	}
	return ClassName(err)
}

func line(class, text string) string {
	if text == "" {
		return class
	}
	return class + ": " + text
}

// writeCauses leaves out errors that add no text, such as those that only give a class.
func writeCauses(b *strings.Builder, err error, depth int) {
	if depth == maxDepth || b.Len() > maxSize {
		return
	}
	for i, cause := range causes(err) {
		if silent(err, cause) {
			writeFrames(b, cause)
			writeCauses(b, cause, depth+1)
			continue
		}
		label := "\nCaused by: "
		if i > 0 {
			label = "\n\tSuppressed: "
		}
		b.WriteString(label + line(ClassName(cause), ownText(cause)))
		writeFrames(b, cause)
		writeCauses(b, cause, depth+1)
	}
}

func causes(err error) []error {
	switch e := err.(type) { //nolint:errorlint // one step of the walk that errors.As would make
	case interface{ Unwrap() error }:
		if cause := e.Unwrap(); cause != nil {
			return []error{cause}
		}
	case interface{ Unwrap() []error }:
		return e.Unwrap()
	}
	return nil
}

// silent says whether a cause repeats what was printed for err. Nothing is lost: the class of the outer one is printed.
func silent(err, cause error) bool { return cause.Error() == err.Error() }

// ownText is an error's text without that of its causes, which have lines of their own.
func ownText(err error) string {
	text := err.Error()
	for at, depth := causes(err), 0; len(at) > 0 && depth < maxDepth; depth++ {
		for _, cause := range at {
			if own, found := strings.CutSuffix(text, ": "+cause.Error()); found {
				return own
			}
		}
		if len(at) > 1 || !silent(err, at[0]) {
			break
		}
		at = causes(at[0])
	}
	return text
}

// framed is an error that says where it has come from.
type framed interface{ Frame() string }

func writeFrames(b *strings.Builder, err error) {
	switch e := err.(type) { //nolint:errorlint // of this error alone: its causes have frames of their own
	case *connect.StageError:
		fmt.Fprintf(b, "\n\tat %s.(%s)", e.Plugin, e.Stage)
	case framed:
		b.WriteString("\n\tat " + e.Frame())
	case *connect.PanicError:
		for _, f := range frames(e.Stack) {
			b.WriteString("\n\tat " + f)
		}
	}
}

// bounded also mends texts that are not UTF-8: a trace is stored as JSON.
func bounded(text string) string {
	text = strings.ToValidUTF8(text, "\uFFFD")
	if len(text) <= maxSize {
		return text
	}
	return strings.ToValidUTF8(text[:maxSize-len(cutMark)], "") + cutMark
}
