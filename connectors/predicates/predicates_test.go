// SPDX-License-Identifier: Apache-2.0

package predicates

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect"
)

func predicate(t *testing.T, name string, props map[string]string) connect.Predicate {
	t.Helper()
	for _, e := range All() {
		if strings.HasSuffix(e.Class, "."+name) {
			p := e.New()
			require.NoError(t, p.Configure(props))
			return p
		}
	}
	require.Fail(t, "no predicate "+name)
	return nil
}

func TestPredicatesChooseWhatKafkaConnectChooses(t *testing.T) {
	headers := connect.Headers{{Key: "a", Schema: connect.String, Value: "x"}, {Key: "nothing"}}
	full := &connect.Record{Topic: "orders-1", ValueSchema: connect.String, Value: "v", Headers: headers}
	tombstone := &connect.Record{Topic: "orders", ValueSchema: connect.OptionalString}
	for _, c := range []struct {
		name      string
		props     map[string]string
		full, del bool
	}{
		{"HasHeaderKey", map[string]string{"name": "a"}, true, false},
		{"HasHeaderKey", map[string]string{"name": "nothing"}, true, false},
		{"HasHeaderKey", map[string]string{"name": "A"}, false, false},
		{"RecordIsTombstone", nil, false, true},
		{"TopicNameMatches", map[string]string{"pattern": "orders"}, false, true},
		{"TopicNameMatches", map[string]string{"pattern": "orders-\\d"}, true, false},
		{"TopicNameMatches", map[string]string{"pattern": "(?i)ORDERS.*"}, true, true},
		{"TopicNameMatches", map[string]string{"pattern": "orders|orders-1"}, true, true},
	} {
		p := predicate(t, c.name, c.props)
		got, err := p.Test(t.Context(), full)
		require.NoError(t, err)
		assert.Equal(t, c.full, got, "%s %v", c.name, c.props)
		got, err = p.Test(t.Context(), tombstone)
		require.NoError(t, err)
		assert.Equal(t, c.del, got, "%s %v of a tombstone", c.name, c.props)
		require.NoError(t, p.Close())
	}
}

func TestAWrongConfigurationHasKafkasText(t *testing.T) {
	for _, c := range []struct {
		name  string
		props map[string]string
		want  string
	}{
		{"HasHeaderKey", nil, `Missing required configuration "name" which has no default value.`},
		{"HasHeaderKey", map[string]string{"name": " "}, "Invalid value  for configuration name: String must be non-empty"},
		{"TopicNameMatches", map[string]string{"pattern": ""}, "Invalid value  for configuration pattern: String must be non-empty"},
		{"TopicNameMatches", map[string]string{"pattern": "a("}, "Invalid value a( for configuration pattern: Invalid regex: Unclosed group near index 2\na("},
	} {
		for _, e := range All() {
			if strings.HasSuffix(e.Class, "."+c.name) {
				err := e.New().Configure(c.props)
				require.EqualError(t, err, c.want)
				assert.Equal(t, connect.BadConfig, connect.Classify(err))
			}
		}
	}
}

func TestEveryKeyIsDocumented(t *testing.T) {
	for _, e := range All() {
		for _, k := range e.New().Config() {
			assert.NotEmpty(t, k.Doc, "%s %s", e.Class, k.Name)
			assert.Equal(t, k.Name, k.DisplayName)
			assert.Equal(t, connect.Medium, k.Importance)
		}
	}
}

func TestAPredicateRemembersABoundedNumberOfTopics(t *testing.T) {
	p := predicate(t, "TopicNameMatches", map[string]string{"pattern": ".*5"}).(*topicNameMatches)
	for range 2 {
		for i := range maxTopics + 10 {
			got, err := p.Test(t.Context(), &connect.Record{Topic: fmt.Sprint("t", i)})
			require.NoError(t, err)
			require.Equal(t, i%10 == 5, got)
			require.LessOrEqual(t, len(p.known), maxTopics)
		}
	}
}

func BenchmarkTest(b *testing.B) {
	record := &connect.Record{Topic: "orders", Value: "v", Headers: connect.Headers{{Key: "trace", Value: "1"}}}
	for _, e := range All() {
		b.Run(strings.TrimPrefix(e.Class, prefix), func(b *testing.B) {
			p := e.New()
			_ = p.Configure(map[string]string{"name": "trace", "pattern": "orders.*"})
			b.ReportAllocs()
			for b.Loop() {
				if _, err := p.Test(b.Context(), record); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
