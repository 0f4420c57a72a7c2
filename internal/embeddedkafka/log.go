// SPDX-License-Identifier: Apache-2.0

package embeddedkafka

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"

	"github.com/twmb/franz-go/pkg/kfake"
)

// brokerLog takes what kfake logs. It also turns into an error what kfake can only log: that it could not save its state at the end.
type brokerLog struct {
	log *slog.Logger

	mu         sync.Mutex
	collecting bool
	errs       []error
}

var levels = map[kfake.LogLevel]slog.Level{
	kfake.LogLevelError: slog.LevelError,
	kfake.LogLevelWarn:  slog.LevelWarn,
	kfake.LogLevelInfo:  slog.LevelDebug, // clients that come and go
	kfake.LogLevelDebug: slog.LevelDebug,
}

// Logf implements kfake.Logger.
func (l *brokerLog) Logf(level kfake.LogLevel, text string, args ...any) {
	if level == kfake.LogLevelError && l.collected(text, args) {
		return
	}
	ctx := context.Background()
	if !l.log.Enabled(ctx, levels[level]) {
		return
	}
	l.log.Log(ctx, levels[level], "embedded Kafka: "+fmt.Sprintf(text, args...)) //nolint:sloglint // the message is the broker's own
}

// collect keeps errors from now on instead of logging them.
func (l *brokerLog) collect() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.collecting = true
}

func (l *brokerLog) collected(text string, args []any) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.collecting {
		l.errs = append(l.errs, fmt.Errorf("close the embedded Kafka: "+text, args...))
	}
	return l.collecting
}

// failed is what was collected.
func (l *brokerLog) failed() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return errors.Join(l.errs...)
}
