// SPDX-License-Identifier: Apache-2.0

package connect_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect"
)

func TestClassIsThatOfTheOutermostErrorThatNamesOne(t *testing.T) {
	boom := errors.New("boom")
	inStage := func(stage connect.Stage, err error) error {
		return &connect.StageError{Stage: stage, Plugin: "p", Err: err}
	}
	for name, c := range map[string]struct {
		err  error
		want connect.Class
	}{
		"a plain error":                             {boom, connect.Fatal},
		"a retriable error":                         {connect.Retriable(boom), connect.Transient},
		"a wrapped retriable error":                 {fmt.Errorf("put: %w", connect.Retriable(boom)), connect.Transient},
		"a class around a class":                    {connect.Classed(connect.Fatal, connect.Retriable(boom)), connect.Fatal},
		"a deadline":                                {fmt.Errorf("ask: %w", context.DeadlineExceeded), connect.TimedOut},
		"a retriable deadline":                      {connect.Retriable(context.DeadlineExceeded), connect.Transient},
		"a cancellation":                            {context.Canceled, connect.Fatal},
		"a value that does not fit":                 {&connect.DataError{Reason: "no"}, connect.BadRecord},
		"a wrong value of a key":                    {&connect.ConfigError{Key: "k"}, connect.BadConfig},
		"a missing key":                             {&connect.MissingConfigError{Key: "k"}, connect.BadConfig},
		"an unknown plugin":                         {&connect.UnknownPluginError{Name: "x"}, connect.BadConfig},
		"fenced":                                    {fmt.Errorf("write: %w", connect.ErrFenced), connect.Fenced},
		"a failed conversion is the record's fault": {inStage(connect.StageValueConverter, boom), connect.BadRecord},
		"a failed transformation too":               {inStage(connect.StageTransformation, boom), connect.BadRecord},
		"a failed poll is not":                      {inStage(connect.StagePoll, boom), connect.Fatal},
		"a transient conversion":                    {inStage(connect.StageKeyConverter, connect.Retriable(boom)), connect.Transient},
		"a fenced produce":                          {inStage(connect.StageProduce, connect.ErrFenced), connect.Fenced},
		"a panic":                                   {&connect.PanicError{Value: "x"}, connect.Fatal},
		"a panic with a retriable error":            {&connect.PanicError{Value: connect.Retriable(boom)}, connect.Fatal},
		"a panic of a converter":                    {inStage(connect.StageHeaderConverter, &connect.PanicError{Value: connect.Retriable(boom)}), connect.BadRecord},
		"a formatted error":                         {connect.Errorf(connect.NotFound, "Connector %s not found", "x"), connect.NotFound},
		"joined errors":                             {errors.Join(boom, connect.ErrFenced), connect.Fenced},
	} {
		t.Run(name, func(t *testing.T) { assert.Equal(t, c.want, connect.Classify(c.err)) })
	}
}

func TestEveryClassHasAName(t *testing.T) {
	seen := map[string]bool{}
	for c := connect.Fatal; c <= connect.Unusable; c++ {
		assert.NotEmpty(t, c.String())
		assert.False(t, seen[c.String()], c.String())
		seen[c.String()] = true
	}
}

func TestAClassDoesNotChangeTextOrCause(t *testing.T) {
	boom := errors.New("boom")
	for _, err := range []error{connect.Retriable(boom), connect.Classed(connect.Exists, boom)} {
		assert.Equal(t, "boom", err.Error())
		assert.ErrorIs(t, err, boom)
	}
	assert.ErrorIs(t, connect.Errorf(connect.Conflict, "a: %w", boom), boom)
	assert.EqualError(t, connect.Errorf(connect.NotFound, "Connector %s not found", "{x}"), "Connector {x} not found")
}

func TestErrorTexts(t *testing.T) {
	boom := errors.New("boom")
	for want, err := range map[string]error{
		"Invalid value null for configuration k":                         &connect.ConfigError{Key: "k"},
		"Invalid value  for configuration k: String must be non-empty":   &connect.ConfigError{Key: "k", Value: "", Reason: "String must be non-empty"},
		"Invalid value [a, b] for configuration k: no":                   &connect.ConfigError{Key: "k", Value: []string{"a", "b"}, Reason: "no"},
		"Invalid value [hidden] for configuration k: no":                 &connect.ConfigError{Key: "k", Value: connect.Password("secret"), Reason: "no"},
		`Missing required configuration "k" which has no default value.`: &connect.MissingConfigError{Key: "k"},
		"not JSON":       &connect.DataError{Reason: "not JSON"},
		"not JSON: boom": &connect.DataError{Reason: "not JSON", Err: boom},
		"stage VALUE_CONVERTER with class c: boom": &connect.StageError{Stage: connect.StageValueConverter, Plugin: "c", Err: boom},
		"panic: boom":                 &connect.PanicError{Value: boom},
		"Class x could not be found.": &connect.UnknownPluginError{Name: "x"},
		"Class x could not be found. The nearest that is here is y.":                        &connect.UnknownPluginError{Name: "x", Nearest: "y"},
		"Class x could not be found: the alias stands for several classes, use one of a, b": &connect.UnknownPluginError{Name: "x", Ambiguous: []string{"a", "b"}},
	} {
		assert.EqualError(t, err, want)
	}
}

func TestCausesCanBeFound(t *testing.T) {
	boom := errors.New("boom")
	require.ErrorIs(t, &connect.DataError{Err: boom}, boom)
	require.ErrorIs(t, &connect.StageError{Err: boom}, boom)
	require.ErrorIs(t, &connect.PanicError{Value: boom}, boom)
	require.NoError(t, (&connect.PanicError{Value: "text"}).Unwrap())
}

func TestOnlyConversionsAndTransformationsAreTolerated(t *testing.T) {
	for stage, want := range map[connect.Stage]bool{
		connect.StageTransformation: true, connect.StageKeyConverter: true, connect.StageValueConverter: true, connect.StageHeaderConverter: true,
		connect.StagePoll: false, connect.StagePut: false, connect.StageProduce: false, connect.StageConsume: false,
	} {
		assert.Equal(t, want, stage.Tolerable(), stage)
	}
}
