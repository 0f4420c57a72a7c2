// SPDX-License-Identifier: Apache-2.0

package rest

import (
	"context"
	"io"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	connect "github.com/longshore-io/connect"
)

func TestTheClusterIsShown(t *testing.T) {
	info := connect.ClusterInfo{
		Group: "g", Worker: "a:8083", Leader: "b:8083", Generation: 17, Term: 4, Protocol: 1, Reason: "c:8083 dead", Suspended: true,
		Members: []connect.ClusterMember{
			{Worker: "a:8083", URL: "http://a:8083/", State: "up", Connectors: []string{"db"}, Tasks: []connect.TaskID{{Connector: "db", Task: 1}}},
			{Worker: "b:8083", State: "unseen"},
		},
		Moving: []connect.ClusterMove{{ClusterUnit: connect.ClusterUnit{Connector: "s3", Task: 2}, From: "a:8083", Generation: 16, Since: time.Unix(1795419200, 0).UTC()}},
	}
	none := connect.Errorf(connect.NotFound, "There is no cluster")
	runAll(t, []exchange{
		{name: "who leads, who is there, what moves", request: "GET /cluster", herder: &fakeHerder{cluster: &info}, status: 200, contentType: jsonType, call: "cluster",
			answer: `{"group":"g","worker":"a:8083","leader":"b:8083","generation":17,"term":4,"protocol":1,"reason":"c:8083 dead","suspended":true,"members":[` +
				`{"worker":"a:8083","url":"http://a:8083/","state":"up","connectors":["db"],"tasks":[{"connector":"db","task":1}]},` +
				`{"worker":"b:8083","url":"","state":"unseen","connectors":[],"tasks":[]}],` +
				`"moving":[{"connector":"s3","task":2,"from":"a:8083","generation":16,"since":"2026-11-23T07:33:20Z"}],"unassigned":[]}`},
		{name: "nothing is an empty list", request: "GET /cluster", herder: &fakeHerder{cluster: &connect.ClusterInfo{}}, status: 200, contentType: jsonType, call: "cluster",
			answer: `{"group":"","worker":"","leader":"","generation":0,"term":0,"protocol":0,"reason":"","suspended":false,"members":[],"moving":[],"unassigned":[]}`},
		{name: "a worker on its own has none", request: "GET /cluster", herder: &fakeHerder{clusterErr: none}, status: 404, contentType: jsonType, call: "cluster",
			answer: `{"error_code":404,"message":"There is no cluster"}`},
	})
}

func TestProbes(t *testing.T) {
	const (
		healthy  = `{"status":"healthy","message":"Worker has completed startup and is ready to handle requests."}`
		starting = `{"status":"starting","message":"Worker is still starting up."}`
		broken   = `{"status":"unhealthy","message":"Worker was unable to handle this request and may be unable to handle other requests. It is stuck"}`
	)
	stuck := connect.Errorf(connect.Fatal, "It is stuck")
	with := func(health connect.Health) *fakeHerder { return &fakeHerder{health: health} }
	runAll(t, []exchange{
		{name: "who answers lives", request: "GET /livez", herder: with(connect.Healthy), status: 200, contentType: jsonType, answer: healthy, call: "health"},
		{name: "also at its start", request: "GET /livez", herder: with(connect.Starting), status: 200, contentType: jsonType, answer: starting, call: "health"},
		{name: "who does not answer does not live", request: "GET /livez", herder: &fakeHerder{err: stuck}, status: 500, contentType: jsonType, answer: broken, call: "health"},

		{name: "who knows a leader is ready", request: "GET /readyz", herder: with(connect.Healthy), status: 200, contentType: jsonType, answer: healthy, call: "health; cluster"},
		{name: "who starts is not", request: "GET /readyz", herder: with(connect.Starting), status: 503, contentType: jsonType, answer: starting, call: "health"},
		{name: "who is not healthy is not", request: "GET /readyz", herder: &fakeHerder{health: connect.Unhealthy, message: "Ill."}, status: 503, contentType: jsonType,
			answer: `{"status":"unhealthy","message":"Ill."}`, call: "health"},
		{name: "who knows no leader is not", request: "GET /readyz", herder: &fakeHerder{health: connect.Healthy, cluster: &connect.ClusterInfo{Group: "g", Worker: "w:8083"}},
			status: 503, contentType: jsonType, answer: `{"status":"starting","message":"Worker w:8083 knows of no leader of group g yet."}`, call: "health; cluster"},
		{name: "who is on its own needs none", request: "GET /readyz", herder: &fakeHerder{health: connect.Healthy, clusterErr: connect.Errorf(connect.NotFound, "none")},
			status: 200, contentType: jsonType, answer: healthy, call: "health; cluster"},
		{name: "who cannot tell is not", request: "GET /readyz", herder: &fakeHerder{health: connect.Healthy, clusterErr: stuck}, status: 503, contentType: jsonType,
			answer: broken, call: "health; cluster"},
		{name: "who does not answer is not", request: "GET /readyz", herder: &fakeHerder{err: stuck}, status: 503, contentType: jsonType, answer: broken, call: "health"},
	})
}

func TestAProbeIsAnsweredInTime(t *testing.T) {
	for path, code := range map[string]int{"/livez": http.StatusInternalServerError, "/readyz": http.StatusServiceUnavailable} {
		t.Run(path, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				released := make(chan struct{})
				herder := &fakeHerder{before: func(context.Context) { <-released }} // deaf to its context
				start := time.Now()
				w := do(t.Context(), NewHandler(herder, Config{}), "GET", path)
				assert.Equal(t, 10*time.Second, time.Since(start))
				assert.Equal(t, code, w.Code)
				assert.Contains(t, w.Body.String(), "Request timed out: GET "+path+" was not answered within 10s")
				close(released)
				synctest.Wait()
			})
		})
	}
}

// someMetrics is a handler that is no endpoint.
var someMetrics = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; version=0.0.4")
	_, _ = io.WriteString(w, "up 1\n")
})

func TestMetricsAreServedWhereThereAreAny(t *testing.T) {
	w := do(t.Context(), NewHandler(&fakeHerder{}, Config{}), "GET", "/metrics")
	assert.Equal(t, http.StatusNotFound, w.Code)
	assert.Equal(t, notFound, w.Body.String())

	handler := NewHandler(&fakeHerder{}, Config{Metrics: someMetrics})
	w = do(t.Context(), handler, "GET", "/metrics")
	assert.Equal(t, http.StatusOK, w.Code)
	assert.Equal(t, "text/plain; version=0.0.4", w.Header().Get("Content-Type"))
	assert.Equal(t, "up 1\n", w.Body.String())
	w = do(t.Context(), handler, "POST", "/metrics")
	assert.Equal(t, http.StatusMethodNotAllowed, w.Code)
	assert.Equal(t, "HEAD,GET,OPTIONS", w.Header().Get("Allow"))
}
