// SPDX-License-Identifier: Apache-2.0

package stage_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/actors/stage"
	"github.com/longshore-io/connect/actors/trace"
)

func TestConvertersOfConnectorAndWorkerAreNotMixed(t *testing.T) {
	w := newWorld("value.converter", " StringConverter ", "value.converter.own", "yes", "key.converter.own", "ignored")
	source(t, w)
	assert.Equal(t, map[string]string{"of": "worker", "converter.type": "key"}, w.key.props)
	assert.True(t, w.key.isKey)
	assert.Equal(t, map[string]string{"own": "yes", "converter.type": "value"}, w.value.props)
	assert.False(t, w.value.isKey)
	assert.Equal(t, map[string]string{"of": "worker", "converter.type": "header"}, w.header.props)
	assert.Equal(t, map[string]string{"of": "worker"}, w.cfg.Worker.Key.Props, "the worker's keys are not changed")
}

func TestErrorsNameTheKey(t *testing.T) {
	for name, c := range map[string]struct {
		props []string
		want  string
	}{
		"a transform without type": {[]string{"transforms", "a"}, `Missing required configuration "transforms.a.type" which has no default value.`},
		"a transform of an unknown class": {[]string{"transforms", "a", "transforms.a.type", "Uper"},
			"Invalid value Uper for configuration transforms.a.type: Class Uper could not be found. The nearest that is here is example.Upper."},
		"a duplicate transform": {[]string{"transforms", "a,a", "transforms.a.type", "Upper"}, "Invalid value [a, a] for configuration transforms: Duplicate alias provided."},
		"a negate that is neither": {[]string{"transforms", "a", "transforms.a.type", "Upper", "transforms.a.negate", "maybe"},
			"Invalid value maybe for configuration transforms.a.negate: Expected value to be either true or false"},
		"a predicate that is not there": {[]string{"transforms", "a", "transforms.a.type", "Upper", "transforms.a.predicate", "p"},
			`transforms.a.predicate: Missing required configuration "predicates.p.type" which has no default value.`},
		"a converter that refuses its keys": {[]string{"key.converter", stringClass, "key.converter.refuse", "x"},
			"configure key.converter, class example.StringConverter: Invalid value x for configuration refuse"},
		"an unknown converter":        {[]string{"header.converter", "x.Y"}, "Invalid value x.Y for configuration header.converter: Class x.Y could not be found."},
		"a converter without a class": {[]string{"value.converter", ""}, `Missing required configuration "value.converter" which has no default value.`},
		"a tolerance that is neither": {[]string{"errors.tolerance", "some"}, "Invalid value some for configuration errors.tolerance: String must be one of: none, all"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := stage.NewSource(newWorld(c.props...).cfg)
			require.EqualError(t, err, c.want)
			assert.Equal(t, connect.BadConfig, connect.Classify(err))
			_, err = stage.NewSink(newWorld(c.props...).cfg)
			require.EqualError(t, err, c.want)
		})
	}
}

func TestWhatWasMadeIsClosedWhenTheRestFails(t *testing.T) {
	w := newWorld("transforms", "a,b", "transforms.a.type", "Upper", "transforms.a.predicate", "p", "predicates.p.type", "TopicIs")
	_, err := stage.NewSource(w.cfg)
	require.Error(t, err)
	assert.Equal(t, []string{"transform", "predicate"}, w.closed)
}

func TestErrorsOfCloseNameTheTransform(t *testing.T) {
	w := newWorld("transforms", "a", "transforms.a.type", "Closing")
	w.cfg.Plugins.AddTransformation("example.Closing", func() connect.Transformation { return &closing{} })
	require.EqualError(t, source(t, w).Close(), "close transforms.a: panic: still open")
}

type closing struct{ change }

func (*closing) Configure(map[string]string) error { return nil }
func (*closing) Close() error                      { panic("still open") }

func TestAPanicOfConfigureIsAnError(t *testing.T) {
	w := newWorld("transforms", "a", "transforms.a.type", "Refusing")
	w.cfg.Plugins.AddTransformation("example.Refusing", func() connect.Transformation { return &refusing{} })
	_, err := stage.NewSource(w.cfg)
	require.EqualError(t, err, "org.apache.kafka.connect.errors.ConnectException: panic: no keys")
	assert.Contains(t, trace.Of(err), "\n\tat example.Refusing.configure(transforms.a.type)\n", "the trace says which one")
}

type refusing struct{ change }

func (*refusing) Configure(map[string]string) error { panic("no keys") }

func TestTheLogHasKafkasLine(t *testing.T) {
	for name, c := range map[string]struct {
		props []string
		run   func(*testing.T, *world)
		want  string
	}{
		"nothing without errors.log.enable": {nil, convertBadSource, ""},
		"without the record": {[]string{"errors.log.enable", "true"}, convertBadSource,
			"Error encountered in task orders-3. Executing stage 'VALUE_CONVERTER' with class 'example.StringConverter'."},
		"with the source record": {[]string{"errors.log.enable", "true", "errors.log.include.messages", "true"}, convertBadSource,
			"where source record is = SourceRecord{sourcePartition={file=a}, sourceOffset={position=4}} " +
				"ConnectRecord{topic='orders', kafkaPartition=null, key=k, keySchema=null, value=v, valueSchema=null, timestamp=5, " +
				"headers=ConnectHeaders(headers=[ConnectHeader(key=a, value=1, schema=null), ConnectHeader(key=a, value=null, schema=null)])}."},
		"with the consumed record": {[]string{"errors.log.enable", "true", "errors.log.include.messages", "true"}, convertBadSink,
			"Executing stage 'VALUE_CONVERTER' with class 'example.StringConverter', where consumed record is {topic='orders', partition=2, offset=77, timestamp=9, timestampType=CreateTime}."},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(append(c.props, "errors.tolerance", "all")...)
			w.value.fault = times(1, errors.New("boom"))
			c.run(t, w)
			if c.want == "" {
				assert.Empty(t, w.log.String())
				return
			}
			assert.Contains(t, w.log.String(), c.want)
			assert.Contains(t, w.log.String(), "error=boom")
		})
	}
}

func convertBadSource(t *testing.T, w *world) {
	r := orderRecord()
	r.SourcePartition = connect.MustPartition(map[string]any{"file": "a"})
	r.SourceOffset = connect.OffsetMap{"position": int64(4)}
	s := source(t, w)
	_, err := s.Convert(t.Context(), r, &stage.Message{})
	require.NoError(t, err)
	assert.Equal(t, w.log.Len() > 0, s.Operator().Counters.Logged.Load() == 1)
}

func convertBadSink(t *testing.T, w *world) {
	_, err := sink(t, w).Convert(t.Context(), consumed(), &connect.SinkRecord{})
	require.NoError(t, err)
}

func TestOperatorSaysWhetherAnybodyIsTold(t *testing.T) {
	w := newWorld()
	w.cfg.Reporters = nil
	o, err := stage.NewOperator(w.cfg)
	require.NoError(t, err)
	assert.False(t, o.Reports())
	require.Error(t, o.Reject(context.Background(), stage.Failure{Err: &connect.StageError{Err: errors.New("x")}}))
	w.cfg.Props["errors.log.enable"] = "true"
	o, err = stage.NewOperator(w.cfg)
	require.NoError(t, err)
	assert.True(t, o.Reports())
}
