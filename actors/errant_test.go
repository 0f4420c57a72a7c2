// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"errors"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	connect "github.com/longshore-io/connect"
	"github.com/longshore-io/connect/actors/stage"
	"github.com/longshore-io/connect/converters/header"
	stringconverter "github.com/longshore-io/connect/converters/string"
	"github.com/longshore-io/connect/internal/clock"
)

func sinkStage(t *testing.T, letters *deadLetters, props map[string]string) *stage.Sink {
	plugins := &connect.Plugins{}
	plugins.AddConverter(stringconverter.Class, func() connect.Converter { return picky{stringconverter.New()} })
	plugins.AddHeaderConverter(header.Class, header.NewHeader)
	text := stage.ConverterConfig{Class: stringconverter.Class}
	s, err := stage.NewSink(withLetters(stage.Config{Plugins: plugins, Clock: clock.System{}, Log: slog.New(slog.DiscardHandler), Props: props,
		Worker: stage.Converters{Key: text, Value: text, Header: stage.ConverterConfig{Class: header.Class}}}, letters))
	require.NoError(t, err)
	return s
}

func TestASinkTaskHasAReporterWhereSomebodyIsTold(t *testing.T) {
	require.Nil(t, sinkContext{pump: &sinkPump{errant: newErrant(sinkStage(t, nil, nil))}}.Errant())
	require.NotNil(t, sinkContext{pump: &sinkPump{errant: newErrant(sinkStage(t, nil, map[string]string{"errors.log.enable": "true"}))}}.Errant())
	require.NotNil(t, sinkContext{pump: &sinkPump{errant: newErrant(sinkStage(t, newLetterbox(t, false).deadLetters, nil))}}.Errant())
}

func TestARecordThatATaskRejectsGoesToTheQueueAsItWasStored(t *testing.T) {
	box := newLetterbox(t, false)
	box.letters.Context = true
	s := sinkStage(t, box.deadLetters, map[string]string{"errors.tolerance": "all"})
	e := newErrant(s)
	var record connect.SinkRecord
	_, err := s.Convert(t.Context(), &stage.Consumed{Topic: "t", Partition: 1, Offset: 5, Value: []byte("stored")}, &record)
	require.NoError(t, err)
	record.Value = "changed"
	require.NoError(t, e.Report(t.Context(), record, errors.New("no place for it")))
	require.NoError(t, e.swallowed())
	require.Len(t, box.bag.flights, 1)
	box.bag.flights[0](nil)
	letter := box.bag.last
	require.Equal(t, "stored", string(letter.Value))
	got := map[string]string{}
	for _, h := range letter.Headers {
		got[h.Key] = string(h.Value)
	}
	require.Equal(t, "TASK_PUT", got["__connect.errors.stage"])
	require.Equal(t, "org.apache.kafka.connect.sink.SinkTask", got["__connect.errors.class.name"])
	require.Equal(t, "5", got["__connect.errors.offset"])
	require.Equal(t, "no place for it", got["__connect.errors.exception.message"])
}

func TestWithoutToleranceAReportFailsTheTaskThoughItDoesNotSaySo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		box := newLetterbox(t, false)
		e := newErrant(sinkStage(t, box.deadLetters, nil))
		reported := make(chan error, 1)
		cause := connect.Retriable(errors.New("later"))
		go func() { reported <- e.Report(t.Context(), connect.SinkRecord{}, cause) }()
		synctest.Wait()
		require.Empty(t, reported, "the letter comes first")
		box.bag.flights[0](nil)
		err := <-reported
		require.ErrorIs(t, err, cause)
		require.ErrorContains(t, err, "Tolerance exceeded in error handler")
		require.Equal(t, connect.Fatal, connect.Classify(err), "the records are not offered again")
		require.Equal(t, err, e.swallowed())
	})
}

func TestARecordThatCannotBeWrittenIsNotReported(t *testing.T) {
	e := newErrant(sinkStage(t, newLetterbox(t, false).deadLetters, map[string]string{"errors.tolerance": "all"}))
	require.ErrorContains(t, e.Report(t.Context(), connect.SinkRecord{Record: connect.Record{Value: "bad"}}, errors.New("x")), "it is bad")
}

func TestOffsetsWaitForTheLettersBeforeThem(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		box := newLetterbox(t, false)
		p := &sinkPump{letters: box.deadLetters, clock: clock.System{}, patience: time.Second, log: slog.New(slog.DiscardHandler)}
		require.True(t, p.reported(t.Context()))
		require.NoError(t, box.Report(t.Context(), failureOf("1")))
		require.False(t, p.reported(t.Context()), "for a second")
		box.bag.flights[0](nil)
		require.True(t, p.reported(t.Context()))
	})
}

func TestNothingIsCommittedBehindAReportedRecordThatIsNotInTheQueue(t *testing.T) {
	box := newLetterbox(t, false)
	failed := make(chan error, 1)
	p := &sinkPump{letters: box.deadLetters, clock: clock.System{}, patience: time.Minute, log: slog.New(slog.DiscardHandler), fail: func(err error) { failed <- err }}
	e := newErrant(sinkStage(t, box.deadLetters, map[string]string{"errors.tolerance": "all"}))
	require.NoError(t, box.Report(t.Context(), failureOf("not converted")))
	require.NoError(t, e.Report(t.Context(), connect.SinkRecord{Record: connect.Record{Topic: "t", Value: "reported"}}, errors.New("no place for it")))
	refusal := errors.New("refused")
	box.bag.flights[0](refusal)
	box.bag.flights[1](nil)
	require.True(t, p.reported(t.Context()), "what the task has not reported is logged and counted")
	require.NoError(t, e.Report(t.Context(), connect.SinkRecord{Record: connect.Record{Topic: "t", Value: "reported"}}, errors.New("no place for it")))
	box.bag.flights[2](refusal)
	require.False(t, p.reported(t.Context()))
	require.ErrorIs(t, <-failed, refusal)
}
