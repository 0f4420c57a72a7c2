// SPDX-License-Identifier: Apache-2.0

package avro

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/converters/registry/registrytest"
)

var ctx = context.Background()

// at makes a converter of values that uses a registry, with more options as pairs of key and value.
func at(t testing.TB, url string, more ...string) *Converter {
	t.Helper()
	props := map[string]string{"schema.registry.url": url, "retries.wait.ms": "1", "max.retries": "1"}
	for i := 0; i < len(more); i += 2 {
		props[more[i]] = more[i+1]
	}
	c := New().(*Converter)
	require.NoError(t, c.Configure(props, false))
	t.Cleanup(func() { require.NoError(t, c.Close()) })
	return c
}

var person = connect.StructOf("test.Person", connect.Field("name", connect.String), connect.Field("age", connect.OptionalInt32))

func ada() *connect.Struct {
	return connect.NewStruct(person).With("name", "Ada").With("age", int32(36))
}

func TestWhatIsWrittenIsReadBackWithTheRegistrysVersion(t *testing.T) {
	server := registrytest.Start(t)
	c := at(t, server.URL)

	data, err := c.FromConnectData(ctx, "people", nil, person, ada())
	require.NoError(t, err)
	assert.Equal(t, "\x00\x00\x00\x00\x01\x06Ada\x02H", string(data))

	latest, ok := server.Latest("people-value")
	require.True(t, ok)
	assert.Equal(t, `{"type":"record","name":"Person","namespace":"test","fields":[{"name":"name","type":"string"},`+
		`{"name":"age","type":["null","int"],"default":null}],"connect.name":"test.Person"}`, latest.Text)

	got, err := c.ToConnectData(ctx, "people", nil, data)
	require.NoError(t, err)
	assert.True(t, got.Schema.Equal(person.WithVersion(1)), "%v", got.Schema)
	name, err := got.Value.(*connect.Struct).Get("name")
	require.NoError(t, err)
	assert.Equal(t, "Ada", name)
}

func TestTheRegistryIsAskedOncePerSchema(t *testing.T) {
	server := registrytest.Start(t)
	c := at(t, server.URL)
	var data []byte
	for range 100 {
		again := connect.StructOf("test.Person", connect.Field("name", connect.String), connect.Field("age", connect.OptionalInt32))
		var err error
		data, err = c.FromConnectData(ctx, "people", nil, again, connect.NewStruct(again).With("name", "Ada"))
		require.NoError(t, err)
		_, err = c.ToConnectData(ctx, "people", nil, data)
		require.NoError(t, err)
	}
	assert.Len(t, server.Requests(), 3, "one to register, one for the schema, one for its version")
}

func TestNullIsATombstoneAndRegistersNothing(t *testing.T) {
	server := registrytest.Start(t)
	c := at(t, server.URL)
	for _, s := range []*connect.Schema{nil, connect.Optional(person), connect.OptionalString} {
		data, err := c.FromConnectData(ctx, "people", nil, s, nil)
		require.NoError(t, err)
		assert.Nil(t, data)
	}
	got, err := c.ToConnectData(ctx, "people", nil, nil)
	require.NoError(t, err)
	assert.Equal(t, connect.SchemaAndValue{}, got)
	assert.Empty(t, server.Requests())

	_, err = c.FromConnectData(ctx, "people", nil, person, nil)
	require.EqualError(t, err, "Found null value for non-optional schema")
}

func TestEachMessageIsReadWithTheSchemaThatItWasWrittenWith(t *testing.T) {
	server := registrytest.Start(t)
	c := at(t, server.URL)
	grown := connect.StructOf("test.Person", connect.Field("name", connect.String), connect.Field("age", connect.OptionalInt32),
		connect.Field("email", connect.OptionalString))
	first, err := c.FromConnectData(ctx, "people", nil, person, ada())
	require.NoError(t, err)
	second, err := c.FromConnectData(ctx, "people", nil, grown, connect.NewStruct(grown).With("name", "Bob").With("email", "b@x"))
	require.NoError(t, err)

	for range 3 {
		a, err := c.ToConnectData(ctx, "people", nil, first)
		require.NoError(t, err)
		b, err := c.ToConnectData(ctx, "people", nil, second)
		require.NoError(t, err)
		assert.True(t, a.Schema.Equal(person.WithVersion(1)))
		assert.True(t, b.Schema.Equal(grown.WithVersion(2)))
		assert.Nil(t, a.Value.(*connect.Struct).Schema().Field("email"))
	}
}

func TestAnIncompatibleSchemaIsABadRecordWithTheRegistrysWords(t *testing.T) {
	server := registrytest.Start(t)
	c := at(t, server.URL)
	_, err := c.FromConnectData(ctx, "people", nil, person, ada())
	require.NoError(t, err)
	other := connect.StructOf("test.Person", connect.Field("name", connect.Int64))
	_, err = c.FromConnectData(ctx, "people", nil, other, connect.NewStruct(other).With("name", int64(1)))
	require.ErrorContains(t, err, "Failed to serialize Avro data from topic people :")
	require.ErrorContains(t, err, `incompatible with an earlier schema for subject "people-value"`)
	require.ErrorContains(t, err, "error code: 409")
	assert.Equal(t, connect.BadRecord, connect.Classify(err))
}

func TestARegistryThatIsAwayIsRetriedAndThenGoesOn(t *testing.T) {
	server := registrytest.Start(t)
	c := at(t, server.URL, "max.retries", "0")
	server.Fail(registrytest.Fault{Status: 503})
	_, err := c.FromConnectData(ctx, "people", nil, person, ada())
	require.ErrorContains(t, err, "Failed to serialize Avro data from topic people :")
	assert.Equal(t, connect.Transient, connect.Classify(err))
	_, err = c.FromConnectData(ctx, "people", nil, person, ada())
	require.NoError(t, err)
}

func TestAMessageThatIsNoAvroIsABadRecord(t *testing.T) {
	server := registrytest.Start(t)
	c := at(t, server.URL)
	id := server.Register("people-value", registrytest.Schema{Text: `"string"`})
	for name, data := range map[string]string{
		"Unknown magic byte!": "{}}}}}", "shorter than": "\x00\x00", "Schema 77 not found": "\x00\x00\x00\x00\x4dx",
		"in the middle": "\x00\x00\x00\x00" + string(rune(id)) + "\x06ab",
	} {
		_, err := c.ToConnectData(ctx, "people", nil, []byte(data))
		require.ErrorContains(t, err, "Failed to deserialize data for topic people to Avro: ")
		require.ErrorContains(t, err, name)
		assert.Equal(t, connect.BadRecord, connect.Classify(err))
	}
}

func TestReadsSchemasThatReferToOthers(t *testing.T) {
	server := registrytest.Start(t)
	c := at(t, server.URL)
	server.Register("inner", registrytest.Schema{Text: `{"type":"record","name":"a.Inner","fields":[{"name":"x","type":"int"}]}`})
	id := server.Register("t-value", registrytest.Schema{
		Text:       `{"type":"record","name":"a.Outer","fields":[{"name":"i","type":"a.Inner"}]}`,
		References: []registrytest.Reference{{Name: "a.Inner", Subject: "inner", Version: 1}},
	})
	got, err := c.ToConnectData(ctx, "t", nil, []byte{0, 0, 0, 0, byte(id), 10})
	require.NoError(t, err)
	inner, err := got.Value.(*connect.Struct).Get("i")
	require.NoError(t, err)
	assert.Equal(t, int32(5), inner.(*connect.Struct).At(0))
}

func TestWritesWithTheLatestVersionAndReadsAsIt(t *testing.T) {
	server := registrytest.Start(t)
	server.Register("people-value", registrytest.Schema{Text: `{"type":"record","name":"Person","namespace":"test","fields":[` +
		`{"name":"age","type":["null","int"],"default":null},{"name":"country","type":"string","default":"?"},{"name":"name","type":"string"}]}`})
	c := at(t, server.URL, "auto.register.schemas", "false", "use.latest.version", "true")
	data, err := c.FromConnectData(ctx, "people", nil, person, ada())
	require.NoError(t, err)
	assert.Equal(t, "\x00\x00\x00\x00\x01\x02H\x02?\x06Ada", string(data))

	old := server.Register("people-value", registrytest.Schema{Text: `{"type":"record","name":"Person","namespace":"test","fields":[` +
		`{"name":"name","type":"string"}]}`})
	fresh := at(t, server.URL, "use.latest.version", "true")
	got, err := fresh.ToConnectData(ctx, "people", nil, data)
	require.NoError(t, err)
	assert.Equal(t, 2, old)
	assert.Len(t, got.Schema.Fields(), 1)
	assert.Equal(t, "Ada", got.Value.(*connect.Struct).At(0))
}

func TestALatestVersionThatCannotReadItIsRefused(t *testing.T) {
	server := registrytest.Start(t)
	server.Register("people-value", registrytest.Schema{Text: `{"type":"record","name":"Person","namespace":"test","fields":[{"name":"id","type":"long"}]}`})
	strict := at(t, server.URL, "auto.register.schemas", "false", "use.latest.version", "true")
	_, err := strict.FromConnectData(ctx, "people", nil, person, ada())
	require.ErrorContains(t, err, "Set latest.compatibility.strict=false to disable this check")
	assert.Equal(t, connect.BadRecord, connect.Classify(err))

	lax := at(t, server.URL, "auto.register.schemas", "false", "use.latest.version", "true", "latest.compatibility.strict", "false")
	_, err = lax.FromConnectData(ctx, "people", nil, person, ada())
	require.ErrorContains(t, err, "Field id has no value and no default")
}

func TestReadsAndWritesSchemasThatContainThemselves(t *testing.T) {
	server := registrytest.Start(t)
	c := at(t, server.URL)
	id := server.Register("t-value", registrytest.Schema{Text: `{"type":"record","name":"a.Tree","doc":"d","fields":[{"name":"v","type":"int"},` +
		`{"name":"next","type":["null","a.Tree"],"default":null},{"name":"all","type":{"type":"array","items":"Tree"}}]}`})
	body := []byte{0, 0, 0, 0, byte(id), 2, 2, 4, 0, 0, 2, 6, 0, 0, 0}
	got, err := c.ToConnectData(ctx, "t", nil, body)
	require.NoError(t, err)
	require.True(t, got.Schema.Recursive())
	next := got.Value.(*connect.Struct).At(1).(*connect.Struct)
	assert.Equal(t, int32(2), next.At(0))
	require.NoError(t, got.Value.(*connect.Struct).Validate())

	again := at(t, server.URL)
	other, err := again.ToConnectData(ctx, "t", nil, body)
	require.NoError(t, err)
	assert.True(t, got.Schema.Equal(other.Schema), "equal schemas that contain themselves are found to be so")
	assert.True(t, connect.Equal(got.Value, other.Value))

	data, err := c.FromConnectData(ctx, "other", nil, got.Schema, got.Value)
	require.NoError(t, err)
	assert.Equal(t, body[5:], data[5:])
	text, _ := server.Latest("other-value")
	assert.Contains(t, text.Text, `{"name":"next","type":["null","Tree"],"default":null},{"name":"all","type":{"type":"array","items":"Tree"}}`)
}

func TestNamesSubjectsAsConfigured(t *testing.T) {
	server := registrytest.Start(t)
	for strategy, subject := range map[string]string{"RecordNameStrategy": "test.Person", "TopicRecordNameStrategy": "people-test.Person"} {
		c := at(t, server.URL, "value.subject.name.strategy", "io.confluent.kafka.serializers.subject."+strategy)
		data, err := c.FromConnectData(ctx, "people", nil, person, ada())
		require.NoError(t, err)
		_, ok := server.Latest(subject)
		require.True(t, ok, subject)
		_, err = c.ToConnectData(ctx, "people", nil, data)
		require.NoError(t, err)
		_, err = c.FromConnectData(ctx, "people", nil, connect.String, "x")
		require.ErrorContains(t, err, "the message value must only be a record schema")
	}
}

func TestDefinesItsConfiguration(t *testing.T) {
	c := New()
	def := c.Config()
	for _, key := range []string{"schema.registry.url", "auto.register.schemas", "enhanced.avro.schema.support", "schemas.cache.config",
		"basic.auth.user.info", "schema.registry.ssl.truststore.location", "value.subject.name.strategy"} {
		require.NotNil(t, def.Key(key), key)
	}
	for i := range def {
		assert.NotEmpty(t, def[i].Doc, def[i].Name)
	}
	err := c.Configure(map[string]string{}, true)
	require.ErrorContains(t, err, `Missing required configuration "schema.registry.url" which has no default value.`)
	err = c.Configure(map[string]string{"schema.registry.url": "http://x", "key.subject.name.strategy": "com.x.Mine"}, true)
	require.ErrorContains(t, err, "Invalid value com.x.Mine for configuration key.subject.name.strategy")
}
