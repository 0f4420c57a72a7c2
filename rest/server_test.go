// SPDX-License-Identifier: Apache-2.0

package rest

import (
	"context"
	"io"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	connect "github.com/longshore-io/connect"
)

// serve starts a server and returns it with a channel for the end of Serve.
func serve(t *testing.T, herder Herder, listeners ...string) (*Server, <-chan error) {
	server, err := Listen(t.Context(), Config{Listeners: listeners})
	require.NoError(t, err)
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(herder) }()
	return server, ended
}

func get(ctx context.Context, url string) (string, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return "", err
	}
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Do(r)
	if err != nil {
		return "", err
	}
	body, err := io.ReadAll(resp.Body)
	if closeErr := resp.Body.Close(); err == nil {
		err = closeErr
	}
	return string(body), err
}

func TestServeOnEveryListenerUntilShutdown(t *testing.T) {
	server, ended := serve(t, &fakeHerder{names: []string{"a"}}, "http://localhost:0", "http://127.0.0.1:0")
	for _, bound := range server.Bound() {
		assert.NotZero(t, bound.Port)
		body, err := get(t.Context(), bound.String()+"/connectors")
		require.NoError(t, err)
		assert.Equal(t, `["a"]`, body)
	}
	require.NoError(t, server.Shutdown(t.Context()))
	require.NoError(t, <-ended)
	_, err := get(t.Context(), server.Bound()[0].String())
	require.Error(t, err)
}

func TestListenersBindWhatTheyName(t *testing.T) {
	for listener, wildcard := range map[string]bool{"http://:0": true, "http://localhost:0": false, "http://127.0.0.1:0": false} {
		server, err := Listen(t.Context(), Config{Listeners: []string{listener}})
		require.NoError(t, err)
		address, ok := server.opened[0].Addr().(*net.TCPAddr)
		require.True(t, ok)
		assert.Equal(t, wildcard, address.IP.IsUnspecified(), listener)
		assert.Equal(t, !wildcard, address.IP.IsLoopback(), listener)
		require.NoError(t, server.Shutdown(t.Context()), "a server that never served is shut down as well")
	}
}

func TestShutdownWaitsForRequests(t *testing.T) {
	asked, released := make(chan struct{}), make(chan struct{})
	server, ended := serve(t, &fakeHerder{before: func(context.Context) { close(asked); <-released }}, "http://localhost:0")
	answered := make(chan string, 1)
	go func() {
		body, err := get(context.WithoutCancel(t.Context()), server.Bound()[0].String()+"/connectors")
		answered <- body + errorText(err)
	}()
	<-asked
	down := make(chan error, 1)
	go func() { down <- server.Shutdown(t.Context()) }()
	require.NoError(t, <-ended, "it stops listening at once")
	close(released)
	assert.Equal(t, `[]`, <-answered)
	require.NoError(t, <-down)
}

func TestShutdownCutsOffWhatDoesNotEnd(t *testing.T) {
	asked := make(chan struct{})
	server, ended := serve(t, &fakeHerder{before: func(ctx context.Context) { close(asked); <-ctx.Done() }}, "http://localhost:0")
	answered := make(chan error, 1)
	go func() {
		_, err := get(context.WithoutCancel(t.Context()), server.Bound()[0].String()+"/connectors")
		answered <- err
	}()
	<-asked
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	require.ErrorIs(t, server.Shutdown(ctx), context.DeadlineExceeded)
	require.Error(t, <-answered)
	require.NoError(t, <-ended)
}

func TestListenRefusesWrongListeners(t *testing.T) {
	tests := []struct {
		name      string
		listeners []string
		want      string
	}{
		{"none", nil, "Invalid value [] for configuration listeners: at least one URL is expected, ex: http://localhost:8080,https://localhost:8443."},
		{"each wrong one is named", []string{"foo", "http://localhost:0", "ftp://a:1"},
			"Invalid value foo for configuration listeners: Listener doesn't have the right format (protocol://hostname:port).\n" +
				`Invalid value ftp://a:1 for configuration listeners: Listener protocol must be either "http" or "https".`},
		{"HTTPS without a certificate", []string{"https://localhost:0"},
			"Invalid value https://localhost:0 for configuration listeners: an https listener needs a TLS configuration"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Listen(t.Context(), Config{Listeners: tt.listeners})
			require.EqualError(t, err, tt.want)
			assert.Equal(t, connect.BadConfig, connect.Classify(err))
		})
	}
}

func TestListenOnATakenAddressOpensNothing(t *testing.T) {
	taken, err := Listen(t.Context(), Config{Listeners: []string{"http://127.0.0.1:0"}})
	require.NoError(t, err)
	free, err := Listen(t.Context(), Config{Listeners: []string{"http://127.0.0.1:0"}})
	require.NoError(t, err)
	require.NoError(t, free.Shutdown(t.Context()))

	_, err = Listen(t.Context(), Config{Listeners: []string{free.Bound()[0].String(), taken.Bound()[0].String()}})
	require.ErrorContains(t, err, "open the REST listener "+taken.Bound()[0].String())

	again, err := Listen(t.Context(), Config{Listeners: []string{free.Bound()[0].String()}})
	require.NoError(t, err, "the first listener was closed again")
	require.NoError(t, again.Shutdown(t.Context()))
	require.NoError(t, taken.Shutdown(t.Context()))
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
