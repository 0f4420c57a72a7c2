// SPDX-License-Identifier: Apache-2.0

package registrytest_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect/converters/registry/registrytest"
)

// call makes a request and returns the status and the answer's JSON.
func call(t *testing.T, s *registrytest.Server, request, body string) (int, string) {
	t.Helper()
	method, path, _ := strings.Cut(request, " ")
	r, err := http.NewRequest(method, s.URL+path, strings.NewReader(body))
	require.NoError(t, err)
	resp, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	defer resp.Body.Close()
	assert.Equal(t, "application/vnd.schemaregistry.v1+json", resp.Header.Get("Content-Type"))
	var answer json.RawMessage
	require.NoError(t, json.NewDecoder(resp.Body).Decode(&answer))
	return resp.StatusCode, string(answer)
}

func TestAnswersAsTheContractSays(t *testing.T) {
	s := registrytest.Start(t)
	record := func(fields string) string {
		text, _ := json.Marshal(map[string]string{"schema": `{"type":"record","name":"R","fields":[` + fields + `]}`})
		return string(text)
	}
	one, two, bad := record(`{"name":"a","type":"int"}`), record(`{"name":"a","type":"long"}`), record(`{"name":"a","type":"string"}`)
	for _, step := range []struct {
		request, body string
		status        int
		answer        string
	}{
		{"GET /subjects", "", 200, `[]`},
		{"GET /subjects/s/versions", "", 404, `"error_code":40401`},
		{"POST /subjects/s/versions", one, 200, `"id":1`},
		{"POST /subjects/s/versions", one, 200, `"id":1`},
		{"POST /subjects/s/versions", two, 200, `"id":2`},
		{"POST /subjects/s/versions", bad, 409, `"error_code":409`},
		{"POST /subjects/s/versions", `{"schema":"{"}`, 422, `"error_code":42201`},
		{"POST /compatibility/subjects/s/versions/latest?verbose=true", bad, 200, `"is_compatible":false`},
		{"POST /compatibility/subjects/s/versions", two, 200, `"is_compatible":true`},
		{"POST /subjects/s", two, 200, `"version":2`},
		{"POST /subjects/s", bad, 404, `"error_code":40403`},
		{"GET /subjects/s/versions/latest", "", 200, `"version":2`},
		{"GET /subjects/s/versions/7", "", 404, `"error_code":40402`},
		{"GET /subjects/s/versions/x", "", 422, `"error_code":42202`},
		{"GET /schemas/ids/1", "", 200, `"schema"`},
		{"GET /schemas/ids/9", "", 404, `"error_code":40403`},
		{"GET /schemas/ids/2/versions", "", 200, `[{"subject":"s","version":2}]`},
		{"GET /config/s", "", 404, `"error_code":40408`},
		{"GET /config", "", 200, `"compatibilityLevel":"BACKWARD"`},
		{"PUT /config/s", `{"compatibility":"NONE"}`, 200, `NONE`},
		{"POST /subjects/s/versions", bad, 200, `"id":3`},
		{"GET /mode", "", 200, `"mode":"READWRITE"`},
		{"PUT /mode/s", `{"mode":"READONLY"}`, 200, `READONLY`},
		{"POST /subjects/s/versions", one, 422, `"error_code":42205`},
		{"DELETE /subjects/s/versions/3", "", 200, `3`},
		{"GET /subjects/s/versions", "", 200, `[1,2]`},
		{"GET /subjects/s/versions?deleted=true", "", 200, `[1,2,3]`},
		{"POST /subjects/s?deleted=true", bad, 200, `"version":3`},
		{"DELETE /subjects/s?permanent=true", "", 404, `"error_code":40405`},
		{"DELETE /subjects/s", "", 200, `[1,2]`},
		{"GET /subjects", "", 200, `[]`},
		{"DELETE /subjects/s?permanent=true", "", 200, `[1,2,3]`},
		{"GET /schemas/ids/1", "", 200, `"schema"`},
		{"GET /nothing", "", 404, `"error_code":404`},
	} {
		status, answer := call(t, s, step.request, step.body)
		assert.Equal(t, step.status, status, "%s: %s", step.request, answer)
		assert.Contains(t, answer, step.answer, step.request)
	}
	http.DefaultClient.CloseIdleConnections()
}
