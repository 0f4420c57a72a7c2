// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"context"
	"encoding/json"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/asynkron/protoactor-go/actor"
	"github.com/stretchr/testify/require"

	connect "github.com/longshore-io/connect"
	clustergateway "github.com/longshore-io/connect/cluster/gateway"
	"github.com/longshore-io/connect/cluster/generation"
	"github.com/longshore-io/connect/internal/clock"
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

// noted is a clock that tells when somebody sleeps.
type noted struct {
	clock.Clock
	slept func()
}

func (n noted) Sleep(ctx context.Context, d time.Duration) error {
	n.slept()
	return n.Clock.Sleep(ctx, d)
}

func TestACommandThatComesBeforeTheDoorIsOpenGoesThroughIt(t *testing.T) {
	keys := [][]byte{[]byte("secret")}
	asked := make(chan clustergateway.Envelope, 1)
	leader, err := clustergateway.Listen(clustergateway.Options{
		Worker: "b:8083", Bind: "127.0.0.1:0", Keys: keys, Kinds: wireKinds(),
		Handle: func(_ context.Context, e clustergateway.Envelope) (json.RawMessage, error) {
			asked <- e
			return encodeReply(Reply{})
		},
	})
	require.NoError(t, err)
	t.Cleanup(func() { leader.Close(context.Background()) })
	config, errs := ConfigFrom(memoryProps(map[string]string{"cluster.gateway.bind": "127.0.0.1:0", "cluster.advertise": "127.0.0.1"}))
	require.Empty(t, errs)
	runtime := Runtime{Log: slog.New(slog.DiscardHandler), WorkerID: "a:8083"}.withDefaults()
	waits := make(chan struct{})
	runtime.Clock = noted{runtime.Clock, sync.OnceFunc(func() { close(waits) })}
	env := newEnvironment(config, &connect.Plugins{}, runtime)
	env.agreed.Store(&agreement{state: generation.State{Leader: "b:8083"}, rpc: map[string]string{"b:8083": leader.Addr()}})
	system := quietSystem()
	pid := system.Root.Spawn(props(func() actor.Actor { return &gateway{env: env} }, stopAndTell{}))
	t.Cleanup(func() { require.NoError(t, system.Root.StopFuture(pid).Wait()) })

	done := make(chan error, 1)
	go func() {
		_, err := request(context.Background(), system, pid, carry{SetTarget{Name: "c", Target: connect.TargetPaused, Deadline: runtime.Clock.Now().Add(timeToSee)}})
		done <- err
	}()
	<-waits // it was tried
	_, err = request(t.Context(), system, pid, openDoor{keys})
	require.NoError(t, err)
	require.NoError(t, <-done)
	envelope := <-asked
	require.Equal(t, "set_target", envelope.Kind)
	require.NotEmpty(t, envelope.ID)
}
