// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	connect "github.com/longshore-io/connect"
	"github.com/longshore-io/connect/rest"
)

// knowing is a worker that knows of a cluster and of nothing else.
type knowing struct {
	rest.Herder
	info connect.ClusterInfo
	err  error
}

func (k knowing) Cluster(context.Context) (connect.ClusterInfo, error) { return k.info, k.err }

func askCluster(t *testing.T, worker knowing, args ...string) (out, complaint string, code int) {
	t.Helper()
	server := httptest.NewServer(rest.NewHandler(worker, rest.Config{}))
	defer server.Close()
	defer http.DefaultClient.CloseIdleConnections()
	return ask(t, server.URL, append([]string{"cluster"}, args...)...)
}

func TestClusterPrintsWhoRunsWhat(t *testing.T) {
	worker := knowing{info: connect.ClusterInfo{
		Group: "g", Worker: "a:8083", Leader: "b:8083", Generation: 17, Term: 4, Reason: "c:8083 dead", Suspended: true,
		Members: []connect.ClusterMember{
			{Worker: "a:8083", URL: "http://a:8083/", State: "up", Connectors: []string{"db"}, Tasks: []connect.TaskID{{Connector: "db", Task: 0}, {Connector: "db", Task: 1}}},
			{Worker: "b:8083", URL: "http://b:8083/", State: "leaving"},
			{Worker: "d:8083", State: "unseen"},
		},
		Moving: []connect.ClusterMove{
			{ClusterUnit: connect.ClusterUnit{Connector: "s3", Task: -1}, From: "b:8083", Generation: 16, Since: time.Unix(1795419200, 0)},
			{ClusterUnit: connect.ClusterUnit{Connector: "s3", Task: 2}, From: "b:8083", Generation: 17, Since: time.Unix(1795419201, 0)},
		},
		Unassigned: []connect.ClusterUnit{{Connector: "x", Task: 5}},
	}}
	out, complaint, code := askCluster(t, worker)
	require.Equal(t, exitDone, code, complaint)
	require.Equal(t, `group g, leader b:8083, generation 17: c:8083 dead
the tasks of a:8083 wait: it cannot confirm its share against Kafka

WORKER  STATE    LEADS  CONNECTORS  TASKS  MOVING  URL
a:8083  up              1           2      0       http://a:8083/
b:8083  leaving  yes    0           0      2       http://b:8083/
d:8083  unseen          0           0      0       -

Being moved:
WHAT          FROM    SINCE                 GENERATION
connector s3  b:8083  2026-11-23T07:33:20Z  16
task 2 of s3  b:8083  2026-11-23T07:33:21Z  17

Run by nobody:
task 5 of x
`, out)

	out, complaint, code = askCluster(t, knowing{info: connect.ClusterInfo{Group: "g"}}, "--json")
	require.Equal(t, exitDone, code, complaint)
	require.Equal(t, `{
  "group": "g",
  "worker": "",
  "leader": "",
  "generation": 0,
  "term": 0,
  "protocol": 0,
  "reason": "",
  "suspended": false,
  "members": [],
  "moving": [],
  "unassigned": []
}
`, out)

	out, _, code = askCluster(t, knowing{info: connect.ClusterInfo{Group: "g"}})
	require.Equal(t, exitDone, code)
	require.Contains(t, out, "group g, leader none, generation 0\n")
}

func TestClusterSaysThatAWorkerIsOnItsOwn(t *testing.T) {
	_, complaint, code := askCluster(t, knowing{err: connect.Errorf(connect.NotFound, "This worker is on its own")})
	require.Equal(t, exitWrong, code)
	require.Equal(t, "longshore: This worker is on its own\n", complaint)
}
