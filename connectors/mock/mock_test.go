// SPDX-License-Identifier: Apache-2.0

package mock

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/connectors/conntest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestTheSinkKeepsTheContract(t *testing.T) {
	conntest.Sink(t, conntest.SinkCase{
		New: NewSink,
		Prepare: func(*testing.T) conntest.SinkSetup {
			// What a sink is given that keeps nothing is nowhere missing.
			return conntest.SinkSetup{Props: map[string]string{}, Missing: func([]connect.SinkRecord) error { return nil }}
		},
	})
}

func TestTheSourceKeepsTheContract(t *testing.T) {
	conntest.Source(t, conntest.SourceCase{
		New:     NewSource,
		Prepare: func(*testing.T) conntest.SourceSetup { return conntest.SourceSetup{Props: map[string]string{}} },
	})
}

func TestAConnectorFailsWhenItIsAskedTo(t *testing.T) {
	for name, c := range map[string]struct {
		props map[string]string
		after time.Duration
	}{
		"by default after 15 s": {map[string]string{"mock_mode": "connector-failure"}, 15 * time.Second},
		"after a delay":         {map[string]string{"mock_mode": "connector-failure", "delay_ms": "5000"}, 5 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				cc := &conntest.ConnectorContext{}
				connector := NewSource()
				require.NoError(t, connector.Start(t.Context(), cc, c.props))
				<-time.After(c.after - time.Millisecond)
				synctest.Wait()
				require.Empty(t, cc.Raised())
				<-time.After(time.Millisecond)
				synctest.Wait()
				require.Len(t, cc.Raised(), 1)
				require.EqualError(t, cc.Raised()[0], "mocked failure: mock_mode=connector-failure asks for it "+c.after.String()+" after the start")
				require.NoError(t, connector.Stop(t.Context()))
			})
		})
	}
}

func TestAConnectorThatIsStoppedFailsNoMore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cc := &conntest.ConnectorContext{}
		connector := NewSink()
		require.NoError(t, connector.Start(t.Context(), cc, map[string]string{"mock_mode": "connector-failure", "delay_ms": "10"}))
		require.NoError(t, connector.Stop(t.Context()))
		<-time.After(time.Minute)
		require.Empty(t, cc.Raised())
	})
}

func TestOneTaskIsPlannedWithTheConnectorsConfiguration(t *testing.T) {
	props := map[string]string{"mock_mode": "task-failure", "delay_ms": "7"}
	connector := NewSource()
	require.NoError(t, connector.Start(t.Context(), &conntest.ConnectorContext{}, props))
	configs, err := connector.TaskConfigs(t.Context(), 5)
	require.NoError(t, err)
	require.Equal(t, []map[string]string{props}, configs)
	require.Equal(t, connect.KafkaVersion, connector.Version())
}

func TestASourceTaskFailsWhenItIsAskedTo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		task := NewSource().NewTask()
		begun := time.Now()
		require.NoError(t, task.Start(t.Context(), &conntest.SourceContext{}, map[string]string{"mock_mode": "task-failure"}))
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		records, err := task.Poll(ctx)
		require.NoError(t, err)
		require.Empty(t, records)
		_, err = task.Poll(t.Context())
		require.EqualError(t, err, "mocked failure: mock_mode=task-failure asks for it 15s after the start")
		require.Equal(t, 15*time.Second, time.Since(begun))
		require.NoError(t, task.Stop(t.Context()))
	})
}

func TestASourceTaskThatIsNotAskedToFailWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		task := NewSource().NewTask()
		require.NoError(t, task.Start(t.Context(), &conntest.SourceContext{}, map[string]string{"mock_mode": "connector-failure"}))
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		records, err := task.Poll(ctx)
		require.NoError(t, err)
		require.Empty(t, records)
		require.Error(t, ctx.Err())
	})
}

func TestASinkTaskFailsWhenItIsAskedToWithoutAnyRecord(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tc := &conntest.SinkContext{}
		task := NewSink().NewTask()
		require.NoError(t, task.Start(t.Context(), tc, map[string]string{"mock_mode": "task-failure", "delay_ms": "1000"}))
		var err error
		calls := 0
		for ; err == nil; calls++ {
			require.Equal(t, 250*time.Millisecond, tc.Steered.After)
			tc.Steered.After = 0
			<-time.After(250 * time.Millisecond)
			err = task.Put(t.Context(), nil)
		}
		require.EqualError(t, err, "mocked failure: mock_mode=task-failure asks for it 1s after the start")
		require.Equal(t, 4, calls)
	})
}

func TestADelayThatIsNoNumberIsNamed(t *testing.T) {
	const want = `Invalid value soon for configuration delay_ms: a whole number of milliseconds is expected`
	props := map[string]string{"mock_mode": "task-failure", "delay_ms": "soon"}
	require.EqualError(t, NewSource().NewTask().Start(t.Context(), &conntest.SourceContext{}, props), want)
	require.EqualError(t, NewSink().NewTask().Start(t.Context(), &conntest.SinkContext{}, props), want)
	props["mock_mode"] = "connector-failure"
	require.EqualError(t, NewSource().Start(t.Context(), &conntest.ConnectorContext{}, props), want)
}
