// SPDX-License-Identifier: Apache-2.0

package connect

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestParseListener(t *testing.T) {
	tests := []struct {
		name, text string
		want       Listener
		url        string
		wildcard   bool
	}{
		{"every address", "http://:8083", Listener{"http", "", 8083}, "http://:8083", true},
		{"a name", "HTTPS://a-b_c.example:0", Listener{"https", "a-b_c.example", 0}, "https://a-b_c.example:0", false},
		{"every IPv4 address", "http://0.0.0.0:1", Listener{"http", "0.0.0.0", 1}, "http://0.0.0.0:1", true},
		{"IPv6", "http://[::1]:8083", Listener{"http", "::1", 8083}, "http://[::1]:8083", false},
		{"every IPv6 address", "http://[::]:65535", Listener{"http", "::", 65535}, "http://[::]:65535", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := ParseListener(tt.text)
			require.NoError(t, err)
			assert.Equal(t, tt.want, got)
			assert.Equal(t, tt.url, got.String())
			assert.Equal(t, tt.wildcard, got.Wildcard())
		})
	}
}

func TestParseListenerRefuses(t *testing.T) {
	const format = "Listener doesn't have the right format (protocol://hostname:port)."
	tests := []struct{ name, text, want string }{
		{"a word", "foo", format},
		{"no port", "http://a", format},
		{"a path", "http://a:1/x", format},
		{"another protocol", "ftp://a:1", `Listener protocol must be either "http" or "https".`},
		{"a port out of range", "http://a:65536", "Listener port must be between 0 and 65535."},
		{"a negative port", "http://a:-1", "Listener port must be between 0 and 65535."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := ParseListener(tt.text)
			require.EqualError(t, err, tt.want)
		})
	}
}

func TestParseInitialState(t *testing.T) {
	for text, want := range map[string]TargetState{"running": TargetStarted, "Paused": TargetPaused, "STOPPED": TargetStopped} {
		got, err := ParseInitialState(text)
		require.NoError(t, err)
		assert.Equal(t, want, got)
	}
	_, err := ParseInitialState(" running")
	require.EqualError(t, err, `initial_state " running" is not known: it must be RUNNING, PAUSED or STOPPED`)
	assert.Equal(t, BadConfig, Classify(err))
}
