// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"context"
	cryptorand "crypto/rand"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"time"

	connect "github.com/longshore-io/connect"
	"github.com/longshore-io/connect/actors/budget"
	"github.com/longshore-io/connect/internal/clock"
)

// Runtime is what a worker takes from outside, apart from its configuration: clock, randomness, network and log are
// inputs, so that tests and simulations drive them.
type Runtime struct {
	// Clock is the time; nil is the machine's.
	Clock clock.Clock
	// Instant reads a clock that never goes back and goes on while the machine is suspended, as far as the system has such a one;
	// nil is clock.SinceBoot. The worker's lease is measured by it.
	Instant func() time.Duration
	// Random returns a number in [0,1); nil is the machine's randomness.
	Random func() float64
	// Entropy is where keys and the names of processes come from; nil is the machine's.
	Entropy io.Reader
	// Dial opens connections to Kafka; nil dials TCP.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
	// Log takes the worker's log; nil is slog's default logger.
	Log *slog.Logger
	// Loggers are those of Log, whose levels the REST API shows and sets; nil is none.
	Loggers connect.Loggers
	// URL is that of the REST API, for whoever looks at the cluster.
	URL string
	// WorkerID is the advertised host:port of the REST API, by which status names this worker.
	WorkerID string
	// Commit names the build in the answer to GET /.
	Commit string
	// Memory is how many bytes of memory the process may use, of which records get a part; 0 asks the system.
	Memory int64
	// Meters take the counts of the worker's tasks, for whoever shows progress; nil counts for nobody.
	Meters *Meters
}

// Option changes what a worker takes from outside.
type Option func(*Runtime)

// WithRuntime gives all of it.
func WithRuntime(runtime Runtime) Option {
	return func(to *Runtime) { *to = runtime }
}

func (r Runtime) withDefaults() Runtime {
	if r.Clock == nil {
		r.Clock = clock.System{}
	}
	if r.Instant == nil {
		r.Instant = clock.SinceBoot
	}
	if r.Random == nil {
		r.Random = rand.Float64
	}
	if r.Entropy == nil {
		r.Entropy = cryptorand.Reader
	}
	if r.Log == nil {
		r.Log = slog.Default()
	}
	if r.Loggers == nil {
		r.Loggers = noLoggers{}
	}
	if r.Meters == nil {
		r.Meters = &Meters{}
	}
	if r.Memory == 0 {
		r.Memory = budget.Memory()
	}
	if r.WorkerID == "" {
		r.WorkerID = "localhost:8083"
	}
	return r
}

// noLoggers is a log whose levels nobody can change.
type noLoggers struct{}

func (noLoggers) Levels() map[string]connect.LoggerLevel { return map[string]connect.LoggerLevel{} }

func (noLoggers) Level(string) (connect.LoggerLevel, bool) { return connect.LoggerLevel{}, false }

func (noLoggers) SetLevel(string, connect.LogLevel) []string { return []string{} }
