// SPDX-License-Identifier: Apache-2.0

package gateway

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// soon bounds what has to happen in a moment, however busy the machine is.
const soon = 20 * time.Second

var secret = [][]byte{[]byte("the secret of the cluster")}

// echo answers a request with its own body.
func echo(_ context.Context, e Envelope) (json.RawMessage, error) { return e.Body, nil }

// opened is a gateway of worker w1:8083, unless adjusted, that is closed with the test.
func opened(t *testing.T, adjust func(*Options)) *Gateway {
	t.Helper()
	o := Options{Worker: "w1:8083", Boot: "boot1", Bind: "127.0.0.1:0", Keys: secret, Handle: echo}
	if adjust != nil {
		adjust(&o)
	}
	g, err := Listen(o)
	require.NoError(t, err)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), soon)
		defer cancel()
		g.Close(ctx)
	})
	return g
}

// caller is a gateway of worker w2:8083.
func caller(t *testing.T, adjust func(*Options)) *Gateway {
	t.Helper()
	return opened(t, func(o *Options) {
		o.Worker, o.Boot = "w2:8083", "boot2"
		if adjust != nil {
			adjust(o)
		}
	})
}

// to is a request for worker w1:8083.
func to(body string) Envelope {
	return Envelope{Kind: "echo", To: "w1:8083", Body: json.RawMessage(body)}
}

func within(t *testing.T, d time.Duration) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), d)
	t.Cleanup(cancel)
	return ctx
}

// logged is a log that tests read.
type logged struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func (l *logged) log() *slog.Logger { return slog.New(slog.NewTextHandler(l, nil)) }
