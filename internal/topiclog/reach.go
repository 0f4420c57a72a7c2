// SPDX-License-Identifier: Apache-2.0

package topiclog

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

// lostAfter is how many failures in a row, without any broker's answer between them, count as unreachable. One alone is a connection
// that the broker closed for idleness, or one broker of several that restarts.
const lostAfter = 3

// reach watches the connections of a client and tells when brokers are lost and when one is back: each once.
type reach struct {
	topic string
	log   *slog.Logger
	tell  func(reachable bool)

	mu       sync.Mutex
	failures int
	lost     bool
}

var (
	_ kgo.HookBrokerConnect = (*reach)(nil)
	_ kgo.HookBrokerE2E     = (*reach)(nil)
)

// OnBrokerConnect counts refused and failed connections.
func (r *reach) OnBrokerConnect(_ kgo.BrokerMetadata, _ time.Duration, _ net.Conn, err error) {
	if err != nil {
		r.failed(err)
	}
}

// OnBrokerE2E takes each answer as a sign of life.
func (r *reach) OnBrokerE2E(_ kgo.BrokerMetadata, _ int16, e2e kgo.BrokerE2E) {
	if err := e2e.Err(); err != nil {
		r.failed(err)
		return
	}
	r.answered()
}

func (r *reach) failed(err error) {
	if errors.Is(err, context.Canceled) || errors.Is(err, kgo.ErrClientClosed) || errors.Is(err, net.ErrClosed) {
		return // our own doing
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.failures++
	if r.lost || r.failures < lostAfter {
		return
	}
	r.lost = true
	r.log.Warn("Kafka cannot be reached; trying again until it can", "topic", r.topic, "error", err)
	if r.tell != nil {
		r.tell(false)
	}
}

func (r *reach) answered() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.failures = 0
	if !r.lost {
		return
	}
	r.lost = false
	r.log.Info("Kafka answers again", "topic", r.topic)
	if r.tell != nil {
		r.tell(true)
	}
}
