// SPDX-License-Identifier: Apache-2.0

package registry

import (
	"context"
	"net"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/converters/registry/registrytest"
)

var ctx = context.Background()

var testFormat = Format{Type: "AVRO", Name: "Avro", Writing: "writing %s", Reading: "reading %s",
	NameOf: func(s *Schema) (string, error) { return strings.Trim(s.Text, `"`), nil }}

// open makes a registry whose waits take no time but are counted, with more options as pairs of key and value.
func open(t testing.TB, urls string, more ...string) *Registry {
	t.Helper()
	props := map[string]string{urlKey: urls}
	for i := 0; i < len(more); i += 2 {
		props[more[i]] = more[i+1]
	}
	r, _, err := Parse(testFormat, ConfigDef(), props, false)
	require.NoError(t, err)
	r.client.wait = func(context.Context, time.Duration) error { return nil }
	t.Cleanup(r.Close)
	return r
}

func never(_, _ *Schema) error { return nil }

func TestRegistersASchemaOnce(t *testing.T) {
	server := registrytest.Start(t)
	r := open(t, server.URL)
	for range 3 {
		e, err := r.ForWriting(ctx, "t", &Schema{Text: `"string"`}, never)
		require.NoError(t, err)
		assert.Equal(t, 1, e.ID)
	}
	assert.Len(t, server.Requests(), 1)
	assert.Equal(t, "/subjects/t-value/versions", server.Requests()[0].Path)
	assert.Equal(t, "application/vnd.schemaregistry.v1+json", server.Requests()[0].Header.Get("Content-Type"))
}

func TestLooksUpWhereItMayNotRegister(t *testing.T) {
	server := registrytest.Start(t)
	r := open(t, server.URL, autoRegisterKey, "false", normalizeKey, "true")
	s := &Schema{Text: `"string"`}
	_, err := r.ForWriting(ctx, "t", s, never)
	require.EqualError(t, err, `Error retrieving Avro schema"string": Subject 't-value' not found.; error code: 40401`)
	assert.Equal(t, connect.BadRecord, connect.Classify(err))

	server.Register("t-value", registrytest.Schema{Text: `"string"`})
	e, err := r.ForWriting(ctx, "t", s, never)
	require.NoError(t, err, "a lookup that failed is made again")
	assert.Equal(t, 1, e.ID)
	assert.Equal(t, "normalize=true", server.Requests()[0].Query)
}

func TestUsesAPinnedSchema(t *testing.T) {
	server := registrytest.Start(t)
	id := server.Register("other", registrytest.Schema{Text: `"long"`})
	s := &Schema{Text: `"int"`}
	r := open(t, server.URL, autoRegisterKey, "false", useIDKey, "1")
	e, err := r.ForWriting(ctx, "t", s, never)
	require.NoError(t, err)
	assert.Equal(t, id, e.ID)
	assert.Equal(t, `"long"`, e.Schema.Text)

	refusing := open(t, server.URL, autoRegisterKey, "false", useIDKey, "1")
	_, err = refusing.ForWriting(ctx, "t", s, func(_, _ *Schema) error { return context.Canceled })
	require.ErrorContains(t, err, "Set id.compatibility.strict=false to disable this check")
	lax := open(t, server.URL, autoRegisterKey, "false", useIDKey, "1", idStrictKey, "false")
	_, err = lax.ForWriting(ctx, "t", s, func(_, _ *Schema) error { return context.Canceled })
	require.NoError(t, err)
}

func TestTheLatestVersionIsAskedForAgainWhenItsTimeIsOver(t *testing.T) {
	server := registrytest.Start(t)
	server.Register("t-value", registrytest.Schema{Text: `"int"`})
	s := &Schema{Text: `"int"`}
	r := open(t, server.URL, autoRegisterKey, "false", useLatestKey, "true", latestTTLKey, "60")
	now := time.Unix(0, 0)
	r.now = func() time.Time { return now }
	ids := func() int {
		e, err := r.ForWriting(ctx, "t", s, never)
		require.NoError(t, err)
		return e.ID
	}
	assert.Equal(t, 1, ids())
	server.Register("t-value", registrytest.Schema{Text: `"long"`})
	assert.Equal(t, 1, ids())
	now = now.Add(time.Minute)
	assert.Equal(t, 2, ids())
}

func TestFindsTheLatestVersionWithMetadata(t *testing.T) {
	server := registrytest.Start(t)
	server.Register("t-value", registrytest.Schema{Text: `"int"`, Metadata: &registrytest.Metadata{Properties: map[string]string{"app": "v1"}}})
	server.Register("t-value", registrytest.Schema{Text: `"long"`})
	r := open(t, server.URL, autoRegisterKey, "false", latestMetadataKey, "app=v1")
	e, err := r.ForWriting(ctx, "t", &Schema{Text: `"int"`}, never)
	require.NoError(t, err)
	assert.Equal(t, 1, e.ID)
}

func TestReadsASchemaAndItsVersionOnce(t *testing.T) {
	server := registrytest.Start(t)
	server.Register("t-value", registrytest.Schema{Text: `"int"`})
	id := server.Register("t-value", registrytest.Schema{Text: `"long"`})
	r := open(t, server.URL)
	for range 3 {
		e, err := r.ForReading(ctx, "t", id)
		require.NoError(t, err)
		v, err := r.VersionOf(ctx, "t", e)
		require.NoError(t, err)
		assert.Equal(t, 2, v)
		as, err := r.Reader(ctx, e)
		require.NoError(t, err)
		assert.Nil(t, as)
	}
	assert.Len(t, server.Requests(), 2)
}

func TestASchemaOfAnotherTypeIsABadRecord(t *testing.T) {
	server := registrytest.Start(t)
	id := server.Register("t-value", registrytest.Schema{Type: "JSON", Text: `{}`})
	_, err := open(t, server.URL).ForReading(ctx, "t", id)
	require.ErrorContains(t, err, "is of type JSON, and this converter reads AVRO")
	assert.Equal(t, connect.BadRecord, connect.Classify(err))
}

func TestFindsReferencesEachOnceInTheOrderOfUse(t *testing.T) {
	server := registrytest.Start(t)
	ref := func(name string) registrytest.Reference {
		return registrytest.Reference{Name: name, Subject: name, Version: 1}
	}
	server.Register("a", registrytest.Schema{Text: `"int"`})
	server.Register("b", registrytest.Schema{Text: `"long"`, References: []registrytest.Reference{ref("a")}})
	r := open(t, server.URL)
	s := &Schema{Text: "x", References: []Reference{{"b", "b", 1}, {"a", "a", 1}}}
	found, err := r.References(ctx, s)
	require.NoError(t, err)
	require.Len(t, found, 2)
	assert.Equal(t, "a", found[0].Name)
	assert.Equal(t, "b", found[1].Name)
	_, err = r.References(ctx, &Schema{References: []Reference{{"c", "c", 1}}})
	require.ErrorContains(t, err, `Error retrieving version 1 of subject c, to which "c" refers: Subject 'c' not found.`)
}

func TestGoesToTheNextURLAndStaysThere(t *testing.T) {
	gone := registrytest.Start(t)
	gone.Stop()
	failing, good := registrytest.Start(t), registrytest.Start(t)
	failing.Fail(registrytest.Fault{Status: 500}, registrytest.Fault{Drop: true})
	r := open(t, gone.URL+","+failing.URL+" , "+good.URL)
	for _, text := range []string{`"int"`, `"long"`} {
		_, err := r.ForWriting(ctx, "t"+text, &Schema{Text: text}, never)
		require.NoError(t, err)
	}
	assert.Len(t, failing.Requests(), 1)
	assert.Len(t, good.Requests(), 2)
}

func TestTriesAgainAsOftenAsConfiguredAndThenSaysTransient(t *testing.T) {
	server := registrytest.Start(t)
	for _, status := range []int{408, 429, 500, 502, 503} {
		r := open(t, server.URL, retriesKey, "2")
		var waits []time.Duration
		r.client.wait = func(_ context.Context, d time.Duration) error { waits = append(waits, d); return nil }
		before := len(server.Requests())
		fault := registrytest.Fault{Status: status}
		server.Fail(fault, fault, fault)
		_, err := r.ForWriting(ctx, "t", &Schema{Text: `"int"`}, never)
		assert.Equal(t, connect.Transient, connect.Classify(err), "%d: %v", status, err)
		assert.Len(t, server.Requests(), before+3)
		assert.Equal(t, []time.Duration{time.Second, 2 * time.Second}, waits)
	}
}

func TestARefusalIsNotTriedAgain(t *testing.T) {
	server := registrytest.Start(t)
	server.Require("ann", "secret")
	for user, password := range map[string]string{"ann": "wrong", "bob": "secret"} {
		r := open(t, server.URL, basicSourceKey, fromUserInfo, basicUserKey, user+":"+password)
		before := len(server.Requests())
		_, err := r.ForWriting(ctx, "t", &Schema{Text: `"int"`}, never)
		require.ErrorContains(t, err, "Unauthorized; error code: 401")
		assert.Equal(t, connect.BadRecord, connect.Classify(err))
		assert.Len(t, server.Requests(), before+1)
	}
}

func TestAWaitEndsWithTheContext(t *testing.T) {
	server := registrytest.Start(t)
	r := open(t, server.URL)
	server.Fail(registrytest.Fault{Until: make(chan struct{})})
	short, cancel := context.WithCancel(ctx)
	r.client.wait = connect.Sleep
	time.AfterFunc(time.Millisecond, cancel)
	_, err := r.ForWriting(short, "t", &Schema{Text: `"int"`}, never)
	require.ErrorIs(t, err, context.Canceled)
	assert.NotEqual(t, connect.BadRecord, connect.Classify(err))
}

func TestTakesCredentialsFromWhereConfigured(t *testing.T) {
	server := registrytest.Start(t)
	server.Require("ann", "p:w")
	inURL := strings.Replace(server.URL, "http://", "http://"+url.UserPassword("ann", "p:w").String()+"@", 1)
	jaas := `org.apache.kafka.common.security.plain.PlainLoginModule required username="ann" password="p:w";`
	for name, r := range map[string]*Registry{
		"URL":       open(t, inURL),
		"user info": open(t, server.URL, basicSourceKey, fromUserInfo, basicUserKey, "ann:p:w"),
		"old key":   open(t, server.URL, basicSourceKey, fromUserInfo, basicOldUserKey, "ann:p:w"),
		"SASL":      open(t, server.URL, basicSourceKey, fromSASL, "sasl.jaas.config", jaas),
	} {
		_, err := r.ForWriting(ctx, "t", &Schema{Text: `"int"`}, never)
		require.NoError(t, err, name)
	}
	server.RequireToken("tok")
	r := open(t, server.URL, bearerSourceKey, staticToken, bearerTokenKey, "tok", bearerPoolKey, "pool", "request.header.X-Mine", "yes")
	_, err := r.ForWriting(ctx, "t", &Schema{Text: `"int"`}, never)
	require.NoError(t, err)
	last := server.Requests()[len(server.Requests())-1]
	assert.Equal(t, "pool", last.Header.Get("Confluent-Identity-Pool-Id"))
	assert.Equal(t, "yes", last.Header.Get("X-Mine"))
}

func TestCredentialsAppearInNoError(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	at := listener.Addr().String()
	require.NoError(t, listener.Close())
	r := open(t, "http://ann:secret@"+at, retriesKey, "0")
	_, err = r.ForWriting(ctx, "t", &Schema{Text: `"int"`}, never)
	require.Error(t, err)
	assert.Equal(t, connect.Transient, connect.Classify(err))
	assert.NotContains(t, err.Error(), "secret")
	for _, text := range []string{"ftp://ann:secret@x", "ann:secret@x:8081", "http://ann:sec ret@x", "mock://secret@x"} {
		_, _, err := Parse(testFormat, ConfigDef(), map[string]string{urlKey: text}, false)
		require.Error(t, err)
		assert.Equal(t, connect.BadConfig, connect.Classify(err))
		assert.NotContains(t, err.Error(), "sec")
	}
	_, _, err = Parse(testFormat, ConfigDef(), map[string]string{urlKey: "http://x", basicSourceKey: fromUserInfo, basicUserKey: "secret"}, false)
	require.ErrorContains(t, err, "[hidden]")
	assert.NotContains(t, err.Error(), "secret")
}

func TestSplitsWhatStandsInFrontOfAMessage(t *testing.T) {
	id, body, err := SplitHeader(AppendHeader(nil, 1<<30+7))
	require.NoError(t, err)
	assert.Equal(t, 1<<30+7, id)
	assert.Empty(t, body)
	for _, data := range []string{"", "\x00", "\x00\x00\x00\x01", "\x01\x00\x00\x00\x01x"} {
		_, _, err := SplitHeader([]byte(data))
		require.Error(t, err, "%q", data)
	}
}
