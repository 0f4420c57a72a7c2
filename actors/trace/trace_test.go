// SPDX-License-Identifier: Apache-2.0

package trace_test

import (
	"errors"
	"fmt"
	"runtime/debug"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/actors/trace"
)

const connectException = "org.apache.kafka.connect.errors.ConnectException"

func TestTracesHaveTheShapeOfJava(t *testing.T) {
	data := &connect.DataError{Reason: "not JSON", Err: errors.New("unexpected end")}
	stage := &connect.StageError{Stage: connect.StageValueConverter, Plugin: "example.Json", Err: data}
	for name, c := range map[string]struct {
		err  error
		want string
	}{
		"no error":                   {nil, connectException + ": no error is known"},
		"a plain error":              {errors.New("boom"), connectException + ": boom"},
		"bytes that are no text":     {errors.New("a\xffb"), connectException + ": a\uFFFDb"},
		"an empty text":              {errors.New(""), connectException},
		"a wrong value":              {&connect.ConfigError{Key: "k", Value: "v"}, "org.apache.kafka.common.config.ConfigException: Invalid value v for configuration k"},
		"a missing value":            {&connect.MissingConfigError{Key: "k"}, `org.apache.kafka.common.config.ConfigException: Missing required configuration "k" which has no default value.`},
		"a class alone adds no line": {connect.Retriable(errors.New("later")), "org.apache.kafka.connect.errors.RetriableException: later"},
		"a chain of causes, each with its own text": {fmt.Errorf("Tolerance exceeded in error handler: %w", stage),
			connectException + ": Tolerance exceeded in error handler: stage VALUE_CONVERTER with class example.Json: not JSON: unexpected end" +
				"\nCaused by: " + connectException + ": stage VALUE_CONVERTER with class example.Json\n\tat example.Json.(VALUE_CONVERTER)" +
				"\nCaused by: org.apache.kafka.connect.errors.DataException: not JSON" +
				"\nCaused by: " + connectException + ": unexpected end"},
		"a class alone hides no cause": {fmt.Errorf("put: %w", connect.Classed(connect.Fatal, fmt.Errorf("report: %w", errors.New("bad")))),
			connectException + ": put: report: bad\nCaused by: " + connectException + ": report\nCaused by: " + connectException + ": bad"},
		"a place of its own":    {fmt.Errorf("put: %w", at("example.Sink.put")), connectException + ": put: boom\nCaused by: " + connectException + ": boom\n\tat example.Sink.put"},
		"a cause inside a text": {fmt.Errorf("open %w now", errors.New("file")), connectException + ": open file now\nCaused by: " + connectException + ": file"},
		"several causes": {errors.Join(errors.New("a"), errors.New("b")),
			connectException + ": a\nb\nCaused by: " + connectException + ": a\n\tSuppressed: " + connectException + ": b"},
	} {
		t.Run(name, func(t *testing.T) { assert.Equal(t, c.want, trace.Of(c.err)) })
	}
}

// at is an error of a place.
type at string

func (at) Error() string { return "boom" }

func (a at) Frame() string { return string(a) }

func TestAnErrorThatOnlyCarriesAnotherHasItsClass(t *testing.T) {
	wrong := &connect.ConfigError{Key: "acks", Value: "7"}
	head := "org.apache.kafka.common.config.ConfigException: Invalid value 7 for configuration acks"
	assert.Equal(t, head, trace.Of(errors.Join(wrong)))
	assert.Equal(t, head, trace.Of(errors.Join(errors.Join(wrong))))
	assert.Equal(t, "org.apache.kafka.connect.errors.ConnectException: start: Invalid value 7 for configuration acks\nCaused by: "+head, trace.Of(fmt.Errorf("start: %w", wrong)))
}

func TestAPanicShowsTheFramesOfThePlugin(t *testing.T) {
	stack := "goroutine 7 [running]:\n" +
		"runtime/debug.Stack()\n\t/go/src/runtime/debug/stack.go:26 +0x5e\n" +
		"github.com/longshore-io/connect/actors/stage.caught(...)\n\t/src/guard.go:15\n" +
		"panic({0x1?, 0x2?})\n\t/go/src/runtime/panic.go:785 +0x132\n" +
		"runtime.panicmem(...)\n\t/go/src/runtime/panic.go:262\n" +
		"example.com/plugin.(*Task).parse(0xc000, {0x1, 0x2})\n\t/home/someone/plugin/parse.go:42 +0x1d\n" +
		"example.com/plugin.read[...](0x1)\n\tC:/plugin/read.go:7 +0x1d\n" +
		"github.com/longshore-io/connect/actors/stage.(*pipeline).run(0xc)\n\t/src/pipeline.go:9 +0x1\n" +
		"created by github.com/longshore-io/connect/actors.start in goroutine 1\n\t/src/pump.go:3 +0x1\n"
	err := &connect.PanicError{Value: "index out of range", Stack: []byte(stack)}
	assert.Equal(t, connectException+": panic: index out of range\n\tat example.com/plugin.(*Task).parse(parse.go:42)\n\tat example.com/plugin.read[...](read.go:7)", trace.Of(err))
}

func TestARealPanicNamesItsFunction(t *testing.T) {
	got := trace.Of(fmt.Errorf("poll: %w", panicked(func() { explode(nil) })))
	first, rest, _ := strings.Cut(got, "\n")
	assert.Equal(t, connectException+": poll: panic: runtime error: invalid memory address or nil pointer dereference", first)
	assert.Contains(t, rest, "Caused by: "+connectException+": panic")
	assert.NotContains(t, rest, "debug.Stack")
}

func explode(s *strings.Builder) { s.WriteString("x") }

func panicked(f func()) (err error) {
	defer func() { err = &connect.PanicError{Value: recover(), Stack: debug.Stack()} }()
	f()
	return nil
}

func TestAStackThatCannotBeReadIsLeftOut(t *testing.T) {
	for _, stack := range []string{"", "\n", "panic(", "panic(x)\n\ty", "goroutine 1", "goroutine 1\n(", "panic(\n\t\nf(\n"} {
		assert.Contains(t, trace.Of(&connect.PanicError{Value: "x", Stack: []byte(stack)}), "panic: x")
	}
}

func TestErrorsThatAreTheirOwnCauseEnd(t *testing.T) {
	assert.NotEmpty(t, trace.Of(&loop{}))
}

type loop struct{ depth int }

func (l *loop) Error() string { return fmt.Sprintf("round %d", l.depth) }
func (l *loop) Unwrap() error { return &loop{l.depth + 1} }

func TestTracesAreNeverEmptyAndBounded(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		err := errors.New(rapid.StringN(0, 40, -1).Draw(t, "text"))
		for range rapid.IntRange(0, 30).Draw(t, "depth") {
			err = fmt.Errorf("%s: %w", strings.Repeat("ä", rapid.IntRange(0, 2000).Draw(t, "more")), err)
		}
		got := trace.Of(err)
		if got == "" || len(got) > 32<<10 || !utf8.ValidString(got) {
			t.Fatalf("%d bytes", len(got))
		}
	})
}

func TestALongTraceSaysThatItWasCut(t *testing.T) {
	got := trace.Of(errors.New(strings.Repeat("ä", 40_000)))
	require.LessOrEqual(t, len(got), 32<<10)
	assert.True(t, strings.HasSuffix(got, "\n\t... cut"))
}
