// SPDX-License-Identifier: Apache-2.0

package configprovider

import (
	"bytes"
	"errors"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/require"

	connect "github.com/longshore-io/connect"
)

func TestALogShowsVariablesInThePlacesOfTheirValues(t *testing.T) {
	var out bytes.Buffer
	log := slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}}))
	secrets := secretsOf(map[string]string{"hunter2000": "${v:p:k}"})
	shown := secrets.Logger(log).With("url", "db://ada:hunter2000@host", connect.LoggerAttr, "org.example.hunter2000").WithGroup("g")
	shown.Info("login with hunter2000", "error", errors.New("hunter2000 is wrong"), "all", map[string]string{"password": "hunter2000"},
		"attempt", 2, slog.Group("in", "it", "hunter2000"))
	require.Equal(t, `level=INFO msg="login with ${v:p:k}" url=db://ada:${v:p:k}@host logger=org.example.hunter2000 `+
		`g.error="${v:p:k} is wrong" g.all=map[password:${v:p:k}] g.attempt=2 g.in.it=${v:p:k}`+"\n", out.String())
	require.Same(t, log, Secrets{}.Logger(log))
}
