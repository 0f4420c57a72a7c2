// SPDX-License-Identifier: Apache-2.0

package rest

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	connect "github.com/longshore-io/connect"
)

// FuzzDecode holds the decoders against encoding/json: what they take is an object of scalars, what they refuse is answered
// with 400.
func FuzzDecode(f *testing.F) {
	for _, seed := range []string{`{"a":1.50,"b":null}`, `{"name":"x","config":{"a":true},"initial_state":"paused"}`, `{"a":{}}`, `[`, "", `{"a":1} x`, "{\"a\":\"\xff\"}", ` {"\u0061":-0e1}`, "\ufeff{}"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		config, err := DecodeConfig(body)
		requireBadRequest(t, err)
		var want map[string]any
		if json.Unmarshal(body, &want) == nil && want != nil && utf8.Valid(body) && err == nil {
			require.Len(t, config, len(want))
			for key, value := range want {
				got, has := config.Get(key)
				require.Equal(t, value != nil, has)
				if s, is := value.(string); is {
					require.Equal(t, s, got)
				}
			}
		}
		create, err := DecodeCreate(body)
		requireBadRequest(t, err)
		require.True(t, err != nil || create.Config != nil)
	})
}

// FuzzDecodePatch holds that a body is what DecodeConfig makes of a file, or is refused for what follows.
func FuzzDecodePatch(f *testing.F) {
	for _, seed := range []string{`{"a":1.50,"b":null}`, `{} {}`, "{}\n", `{"a":"b","a":null}`, "\ufeff {}]"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		patch, err := decodeConfig(body)
		requireBadRequest(t, err)
		config, fileErr := DecodeConfig(body)
		require.True(t, fileErr == nil || err != nil)
		if err == nil {
			require.Equal(t, config, patch)
			require.True(t, json.Valid(bytes.TrimPrefix(body, []byte("\ufeff"))))
		}
	})
}

// FuzzDecodeOffsets holds that what is taken stays what it is when it is shown and sent back.
func FuzzDecodeOffsets(f *testing.F) {
	for _, seed := range []string{`{"offsets":[{"partition":{"a":1,"b":1.0,"c":"d"},"offset":{"e":9007199254740993}},{"partition":null,"offset":null}]}`, `{"offsets":[]}`,
		`{"offsets":[{"partition":{"a":{}}}]}`, `{"offsets":[{"x":1}]}`, `{"offsets":[{"offset":{"a":1e400}}]}`, `{"offsets":[null]}`, `{"offsets":{}}`, `null`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		offsets, err := decodeOffsets(body)
		requireBadRequest(t, err)
		if err != nil {
			return
		}
		require.NotEmpty(t, offsets)
		answer, err := getOffsets(t.Context(), &fakeHerder{offsets: offsets}, request{})
		require.NoError(t, err)
		again, err := decodeOffsets(encode(answer.body))
		require.NoError(t, err)
		require.Equal(t, offsets, again)
	})
}

// FuzzDecodeLevel holds that a level is one of Log4j's, or refused as a mistake of the caller.
func FuzzDecodeLevel(f *testing.F) {
	for _, seed := range []string{`{"level":"DEBUG"}`, `{"level":" off ","x":1}`, `{"level":null}`, `{"level":1}`, `{"level":{}}`, `{}`, `[]`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		text, level, err := decodeLevel(body)
		if err != nil {
			require.Contains(t, []int{http.StatusBadRequest, http.StatusNotFound}, errorReply(err).status)
			return
		}
		parsed, err := connect.ParseLogLevel(text)
		require.NoError(t, err)
		require.Equal(t, parsed, level)
	})
}

func requireBadRequest(t *testing.T, err error) {
	var refused *requestError
	require.True(t, err == nil || errors.As(err, &refused) && refused.status == http.StatusBadRequest && !refused.unrouted, "%v", err)
}

// failures are what a herder may answer; the last is not the caller's.
var failures = []error{
	nil, connect.Errorf(connect.NotFound, "not there"), connect.Errorf(connect.Exists, "there"), connect.Errorf(connect.Conflict, "busy"),
	connect.Errorf(connect.BadConfig, "wrong"), connect.Errorf(connect.Forbidden, "off"), errors.New("broken"),
}

// FuzzHandler sends any request to the whole API: nothing panics, nobody is told of a mistake of the worker that is not one,
// and every error has a body that says so.
func FuzzHandler(f *testing.F) {
	for _, rt := range routes {
		e := rt.request("x")
		f.Add(rt.method, e.request[len(rt.method)+1:], jsonType, jsonType, []byte(e.body), uint8(0))
	}
	f.Add("OPTIONS", "/connectors/%2F;x=y/", "text/*;q=0.1, */*", "", []byte{}, uint8(6))
	f.Add("PUT", "/admin/loggers/a%20b?scope=%zz&scope;", "*", "application/json; charset", []byte(`{"level":"x"}`), uint8(1))
	f.Add("HEAD", "/connectors?expand=status;x&expand=info", "a/b, ,", "x", []byte("{"), uint8(4))
	silent := Config{Log: slog.New(slog.DiscardHandler)}
	f.Fuzz(func(t *testing.T, method, target, accept, contentType string, body []byte, failure uint8) {
		u, err := url.ParseRequestURI(target)
		if err != nil {
			return // net/http refuses it
		}
		r := &http.Request{Method: method, URL: u, Host: "h", Header: http.Header{"Accept": {accept}}, Body: io.NopCloser(bytes.NewReader(body)), ContentLength: int64(len(body))}
		if contentType != "" {
			r.Header.Set("Content-Type", contentType)
		}
		herder := &fakeHerder{health: connect.Healthy, restarted: &status, err: failures[int(failure)%len(failures)]}
		w := httptest.NewRecorder()
		NewHandler(herder, silent).ServeHTTP(w, r.WithContext(t.Context()))
		requireProperAnswer(t, w, herder)
	})
}

func requireProperAnswer(t *testing.T, w *httptest.ResponseRecorder, herder *fakeHerder) {
	asked := herder.asked()
	if len(asked) > 0 && asked[0] == "health" {
		return // its errors have a form of their own
	}
	require.LessOrEqual(t, len(asked), 1)
	switch {
	case w.Code < 400:
		require.True(t, len(asked) == 0 || herder.err == nil)
		return
	case w.Code >= 500:
		require.Len(t, asked, 1)
		require.Equal(t, connect.Fatal, connect.Classify(herder.err))
	}
	var view errorView
	require.NoError(t, json.Unmarshal(w.Body.Bytes(), &view), w.Body.String())
	require.Equal(t, w.Code, view.Code)
	require.NotEmpty(t, view.Message)
}
