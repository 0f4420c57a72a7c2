// SPDX-License-Identifier: Apache-2.0

package quietlog_test

import (
	"bytes"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect/internal/quietlog"
)

func TestWhatALibraryDoesIsForThoseWhoLookForAFault(t *testing.T) {
	var out bytes.Buffer
	log := quietlog.Quiet(slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{Level: slog.LevelInfo}))).With("client", "c").WithGroup("g")
	log.Info("joined the group")
	require.Empty(t, out.String())
	log.Warn("cannot connect")
	require.Contains(t, out.String(), "level=WARN")

	out.Reset()
	log = quietlog.Quiet(slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{Level: slog.LevelDebug})))
	log.Info("joined the group")
	require.Contains(t, out.String(), "level=DEBUG")
}
