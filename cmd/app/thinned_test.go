// SPDX-License-Identifier: Apache-2.0

package app

import (
	"errors"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect/internal/clock"
)

// thinnedLog logs without times.
func thinnedLog(buf *screen) *slog.Logger {
	text := slog.NewTextHandler(buf, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}})
	return slog.New(newThinned(text, clock.System{}))
}

func TestTheSameErrorIsLoggedOnceASecondWithACount(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		buf := &screen{}
		log := thinnedLog(buf).With("connector", "x", "task", 0)
		boom := errors.New("boom")
		for range 5 {
			log.Error("failed", "error", boom)
		}
		line := `level=ERROR msg=failed connector=x task=0 error=boom`
		require.Equal(t, line+"\n", buf.String(), "the first goes through at once")

		wait(thinEvery)
		require.Equal(t, line+"\n"+line+" times=4\n", buf.String(), "the rest is counted")

		log.Error("failed", "error", boom)
		wait(thinEvery)
		require.Equal(t, 3, strings.Count(buf.String(), "\n"), "the second after that has a line too")
		require.Contains(t, buf.String(), line+" times=1\n")

		wait(thinEvery)
		log.Error("failed", "error", boom)
		require.Equal(t, 4, strings.Count(buf.String(), "\n"), "after a quiet second it is new again")
		require.True(t, strings.HasSuffix(buf.String(), line+"\n"))
		wait(2 * thinEvery)
	})
}

// wait lets time pass in a bubble.
func wait(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}

func TestOtherErrorsAreNotHeldBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		buf := &screen{}
		log := thinnedLog(buf)
		x, y := log.With("connector", "x"), log.With("connector", "y")
		x.Error("failed", "task", 0, "error", "boom")
		x.Error("failed", "task", 1, "error", "boom")
		y.Error("failed", "task", 0, "error", "boom")
		y.Error("failed", "task", 0, "error", "bang")
		y.Error("failed again", "task", 0, "error", "bang")
		require.Equal(t, 5, strings.Count(buf.String(), "\n"))
		wait(2 * thinEvery)
		require.Equal(t, 5, strings.Count(buf.String(), "\n"))
	})
}

func TestNewsAreNotHeldBack(t *testing.T) {
	buf := &screen{}
	log := thinnedLog(buf)
	for range 3 {
		log.Info("state", "state", "RUNNING")
	}
	require.Equal(t, 3, strings.Count(buf.String(), "\n"))
}
