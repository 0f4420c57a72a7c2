// SPDX-License-Identifier: Apache-2.0

package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"
)

// answering is a worker that has one answer.
func answering(t *testing.T, status int, body string) *worker {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body) // the test sees what did not arrive
	}))
	t.Cleanup(server.Close)
	return &worker{url: server.URL}
}

func TestAllRunWhenEveryConnectorAndTaskSaysSo(t *testing.T) {
	const running, failed = `{"state":"RUNNING"}`, `{"state":"FAILED"}`
	for name, c := range map[string]struct {
		body string
		want bool
	}{
		"all run":                {`{"a":{"status":{"connector":` + running + `,"tasks":[` + running + `,` + running + `]}}}`, true},
		"a task failed":          {`{"a":{"status":{"connector":` + running + `,"tasks":[` + running + `,` + failed + `]}}}`, false},
		"a task is not there":    {`{"a":{"status":{"connector":` + running + `,"tasks":[` + running + `]}}}`, false},
		"the connector failed":   {`{"a":{"status":{"connector":` + failed + `,"tasks":[` + running + `,` + running + `]}}}`, false},
		"nothing is there":       {`{}`, false},
		"one more than expected": {`{"a":{"status":{"connector":` + running + `,"tasks":[` + running + `,` + running + `,` + running + `]}}}`, false},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := answering(t, http.StatusOK, c.body).allRun(1, 2)(t.Context())
			require.NoError(t, err)
			require.Equal(t, c.want, got)
		})
	}
}

func TestAListIsRightOnlyWhenItIsComplete(t *testing.T) {
	want := []string{"a", "b"}
	require.NoError(t, answering(t, http.StatusOK, `["b","a"]`).lists(want)(t.Context()))
	require.Error(t, answering(t, http.StatusOK, `["a"]`).lists(want)(t.Context()))
	require.Error(t, answering(t, http.StatusOK, `[]`).lists(want)(t.Context()))
	require.NoError(t, answering(t, http.StatusOK, `[]`).lists(nil)(t.Context()))
	require.Error(t, answering(t, http.StatusServiceUnavailable, `{}`).lists(nil)(t.Context()))
}
