// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/asynkron/protoactor-go/actor"
	"github.com/stretchr/testify/require"

	connect "github.com/longshore-io/connect"
)

func TestACommandThatNobodyCarriesOutIsTriedLessAndLessOften(t *testing.T) {
	var pauses []time.Duration
	for attempt := range 7 {
		pauses = append(pauses, routeDelay(attempt, 0))
	}
	ms := time.Millisecond
	require.Equal(t, []time.Duration{20 * ms, 40 * ms, 80 * ms, 160 * ms, 320 * ms, 320 * ms, 320 * ms}, pauses)
	require.Equal(t, 320*ms, routeDelay(1000, 0))
	require.Equal(t, 17500*time.Microsecond, routeDelay(0, 0.5), "those that wait together do not come back together")
}

// TestACreationThatAWorkerDiedWithIsDone is about a command that a leader has carried out and did not answer: the next one says that
// the connector exists, and this worker has not read that yet.
func TestACreationThatAWorkerDiedWithIsDone(t *testing.T) {
	config := connect.Raw(map[string]string{"connector.class": "x"})
	command := CreateConnector{CreateRequest: connect.CreateRequest{Name: "c", Config: config}}
	exists := connect.Errorf(connect.Exists, "Connector c already exists")
	for name, tt := range map[string]struct {
		there connect.RawConfig
		done  bool
	}{
		"it has the same configuration": {config, true},
		"somebody else has made it":     {connect.Raw(map[string]string{"connector.class": "y"}), false},
	} {
		t.Run(name, func(t *testing.T) {
			read := false
			system := quietSystem()
			pid := system.Root.Spawn(actor.PropsFromProducer(func() actor.Actor {
				return probe(func(c actor.Context) {
					if _, asked := c.Message().(GetConnector); !asked {
						return
					}
					if !read {
						c.Respond(Reply{Err: notFound("c")})
						return
					}
					c.Respond(Reply{Value: connect.ConnectorInfo{Name: "c", Config: tt.there}})
				})
			}))
			t.Cleanup(func() { require.NoError(t, system.Root.StopFuture(pid).Wait()) })
			env := newEnvironment(Config{Standalone: true}, &connect.Plugins{}, Runtime{Log: slog.New(slog.DiscardHandler)}.withDefaults())
			env.herder = pid
			env.confirm = func(context.Context) error { read = true; return nil }
			value, err := env.asDoneBefore(t.Context(), system, command, nil, exists)
			if !tt.done {
				require.ErrorIs(t, err, exists)
				return
			}
			require.NoError(t, err)
			require.Equal(t, "c", value.(connect.ConnectorInfo).Name)
		})
	}
}
