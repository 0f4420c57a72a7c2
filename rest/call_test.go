// SPDX-License-Identifier: Apache-2.0

package rest

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	connect "github.com/longshore-io/connect"
)

func do(ctx context.Context, handler http.Handler, method, path string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, httptest.NewRequestWithContext(ctx, method, path, nil))
	return w
}

func TestAHangingHerderIsAnsweredInTime(t *testing.T) {
	tests := []struct {
		name, method, path string
		cfg                Config
		after              time.Duration
		want               string
	}{
		{"an operation has 90 seconds", "PUT", "/connectors/a%2Fb/pause", Config{}, 90 * time.Second,
			`{"error_code":500,"message":"Request timed out: PUT /connectors/a%2Fb/pause was not answered within 1m30s"}`},
		{"the time can be set", "GET", "/connectors", Config{OperationTimeout: time.Second}, time.Second,
			`{"error_code":500,"message":"Request timed out: GET /connectors was not answered within 1s"}`},
		{"health has 10 seconds", "GET", "/health", Config{}, 10 * time.Second,
			`{"status":"unhealthy","message":"Worker was unable to handle this request and may be unable to handle other requests. ` +
				`Request timed out: GET /health was not answered within 10s"}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				released := make(chan struct{})
				herder := &fakeHerder{before: func(context.Context) { <-released }} // deaf to its context
				start := time.Now()
				w := do(t.Context(), NewHandler(herder, tt.cfg), tt.method, tt.path)
				assert.Equal(t, tt.after, time.Since(start))
				assert.Equal(t, http.StatusInternalServerError, w.Code)
				assert.Equal(t, tt.want, w.Body.String())
				close(released)
				synctest.Wait()
			})
		})
	}
}

func TestAHerderThatGivesUpInTimeSaysWhatItIsDoing(t *testing.T) {
	// The herder's answer and the end of the time come at the same instant; without one of its own it could be either.
	for name, herderSays := range map[string]error{
		"the error of the context":  context.DeadlineExceeded,
		"a wrapped error":           fmt.Errorf("ask the worker: %w", context.DeadlineExceeded),
		"Kafka Connect's own words": connect.Errorf(connect.TimedOut, "Request timed out."),
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				herder := &fakeHerder{err: herderSays, before: func(ctx context.Context) { <-ctx.Done() }}
				w := do(t.Context(), NewHandler(herder, Config{}), "GET", "/connectors/x")
				assert.JSONEq(t, `{"error_code":500,"message":"Request timed out: GET /connectors/x was not answered within 1m30s"}`, w.Body.String())
			})
		})
	}
}

func TestAHangingCallDelaysNoOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, leave := context.WithCancel(t.Context())
		hang := true
		herder := &fakeHerder{before: func(ctx context.Context) {
			if hang {
				<-ctx.Done()
			}
		}}
		handler := NewHandler(herder, Config{})
		go do(ctx, handler, "GET", "/connectors/x")
		synctest.Wait()
		hang = false
		start := time.Now()
		assert.Equal(t, http.StatusOK, do(t.Context(), handler, "GET", "/connectors").Code)
		assert.Zero(t, time.Since(start))
		leave() // a client that goes away ends its call
		synctest.Wait()
	})
}

func TestAPanicIsAnsweredAndLogged(t *testing.T) {
	var log bytes.Buffer
	panics := true
	herder := &fakeHerder{before: func(context.Context) {
		if panics {
			panic("boom")
		}
	}}
	handler := NewHandler(herder, Config{Log: slog.New(slog.NewTextHandler(&log, nil))})
	w := do(t.Context(), handler, "GET", "/connectors/x")
	require.Equal(t, http.StatusInternalServerError, w.Code)
	assert.Equal(t, `{"error_code":500,"message":"the worker failed to handle GET /connectors/:connector: panic: boom"}`, w.Body.String())
	assert.Contains(t, log.String(), "level=ERROR")
	assert.Contains(t, log.String(), "call_test.go")
	panics = false
	assert.Equal(t, http.StatusOK, do(t.Context(), handler, "GET", "/connectors/x").Code)
}
