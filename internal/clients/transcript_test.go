// SPDX-License-Identifier: Apache-2.0

//go:build real

package clients

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// step is one call of a client, as the programs print them.
type step struct {
	Call, Unexpected string
	Gives, Refused   any
}

// text is the step as JSON, its keys in alphabetical order.
func (s step) text(t *testing.T) string {
	t.Helper()
	text, err := json.Marshal(s)
	require.NoError(t, err)
	return string(text)
}

// deliberate are the calls whose refusals differ on purpose, with what each says: a mistake in a body or in the class is the
// caller's, so it is 400 and not 500, in words that need no knowledge of Java; and the value of a setting whose meaning is
// unknown, which may be a password, is not repeated.
var deliberate = map[string]struct{ java, ours string }{
	"create from broken JSON":              {`code":500`, `code":400,"message":"The request body is not valid JSON`},
	"create without config":                {`code":500`, `code":400,"message":"The field \"config\" is missing`},
	"create with a field too many":         {`code":500`, `code":400,"message":"Unrecognized field \"more\"`},
	"update with an object for a value":    {`code":500`, `code":400,"message":"The value of \"file\" must be a string`},
	"create with a name that is not ASCII": {`code":500`, `code":400,"message":"The request body is not valid UTF-8`},
	"validate an unknown class":            {`code":500`, `code":400,"message":"Failed to find any class`},
	"create without class":                 {`topic=x} contains no connector type`, `topic=[hidden]} contains no connector type`},
}

// parse reads the transcript, with what differs from one worker to another replaced.
func (p *play) parse(t *testing.T) []step {
	t.Helper()
	alike := strings.NewReplacer(p.folder, "FOLDER", p.prefix, "NAME", p.worker, "URL", strings.TrimPrefix(p.worker, "http://"), "WORKER")
	text := alike.Replace(p.stdout.String())
	var steps []step
	require.NoError(t, json.Unmarshal([]byte(text), &steps), "%s printed %q, and said: %s", p.prefix, text, p.stderr.String())
	for i := range steps {
		steps[i].Gives, steps[i].Refused = withoutOwn(steps[i].Gives), withoutOwn(steps[i].Refused)
	}
	return steps
}

// withoutOwn is an answer without what is each server's own: its version, the words of its documentation, what a stack trace
// says after the class of the exception, and the plugins that only one of them has.
func withoutOwn(answer any) any {
	switch a := answer.(type) {
	case map[string]any:
		for k, v := range a {
			a[k] = fieldWithoutOwn(k, v)
		}
	case []any:
		kept := a[:0]
		for _, v := range a {
			if !isOwnPlugin(v) {
				kept = append(kept, withoutOwn(v))
			}
		}
		return kept
	}
	return answer
}

func fieldWithoutOwn(key string, value any) any {
	text, isText := value.(string)
	switch {
	case !isText:
		return withoutOwn(value)
	case key == "version" || key == "commit":
		return "VERSION"
	case key == "documentation":
		return "DOCUMENTATION"
	case key == "trace":
		class, _, _ := strings.Cut(text, ":")
		return class
	}
	// Kafka Connect puts the class of the exception in front of this text when it has been asked for the class before.
	if before, _, found := strings.Cut(text, "available connectors are: "); found {
		return strings.TrimPrefix(before, "org.apache.kafka.connect.errors.ConnectException: ")
	}
	return text
}

// isOwnPlugin says whether a value is a plugin other than the two connectors that both servers ship, or the class of one that only we have.
func isOwnPlugin(v any) bool {
	if class, ok := v.(string); ok {
		return strings.HasPrefix(class, "io.confluent.connect.") || strings.HasPrefix(class, "io.debezium.") || strings.HasPrefix(class, "io.longshore.connect.")
	}
	fields, _ := v.(map[string]any)
	for _, key := range []string{"class", "className"} {
		class, _ := fields[key].(string)
		if class != "" && !strings.HasPrefix(class, "org.apache.kafka.connect.file.") {
			return true
		}
	}
	return false
}
