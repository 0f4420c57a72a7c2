// SPDX-License-Identifier: Apache-2.0

package validate_test

import (
	"context"
	"encoding/json"
	"errors"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/actors/validate"
)

// errorsOf validates a source (or a sink, where one is named) and returns all errors in order.
func errorsOf(t *testing.T, in validate.Input) []string {
	t.Helper()
	r, err := validate.Connector(t.Context(), in)
	require.NoError(t, err)
	out := []string{}
	for _, c := range r.Configs {
		if c.Value != nil {
			out = append(out, c.Value.Errors...)
		}
	}
	return out
}

func config(class string, props ...string) connect.RawConfig {
	raw := connect.RawConfig{"name": ptr("x"), "connector.class": &class, "topic": ptr("t"), "topics": ptr("t")}
	for i := 0; i < len(props); i += 2 {
		raw[props[i]] = &props[i+1]
	}
	return raw
}

func ptr(s string) *string { return &s }

func TestErrorTextsAreKafkas(t *testing.T) {
	for name, c := range map[string]struct {
		class string
		props []string
		want  []string
	}{
		"a bad number": {sourceClass, []string{"tasks.max", "x"},
			[]string{"Invalid value x for configuration tasks.max: Not a number of type INT", "Invalid value null for configuration tasks.max: Value must be non-null"}},
		"out of range":    {sourceClass, []string{"tasks.max", "0"}, []string{"Invalid value 0 for configuration tasks.max: Value must be at least 1"}},
		"a bad boolean":   {sourceClass, []string{"errors.log.enable", "p"}, []string{"Invalid value p for configuration errors.log.enable: Expected value to be either true or false"}},
		"not of the list": {sourceClass, []string{"errors.tolerance", "q"}, []string{"Invalid value q for configuration errors.tolerance: String must be one of: none, all"}},
		"an unknown class": {sourceClass, []string{"key.converter", "foo.Bar"},
			[]string{"Invalid value foo.Bar for configuration key.converter: Class foo.Bar could not be found."}},
		"an empty text": {sourceClass, []string{"topic", ""}, []string{"Invalid value  for configuration topic: String must be non-empty"}},
		"an empty name": {sourceClass, []string{"name", ""}, []string{"Invalid value  for configuration name: String may not be empty"}},
		"control characters in a name": {sourceClass, []string{"name", "a\x01b"},
			[]string{"Invalid value a\x01b for configuration name: String may not contain control sequences but had the following ASCII chars: 1"}},
		"an alias twice": {sourceClass, []string{"transforms", "a, a", "transforms.a.type", insertClass},
			[]string{"Invalid value [a, a] for configuration transforms: Duplicate alias provided."}},
		"negate without a predicate": {sourceClass, []string{"transforms", "a", "transforms.a.type", insertClass, "transforms.a.negate", "true"},
			[]string{"Config 'transforms.a.negate' was provided but there is no config 'transforms.a.predicate' defining a predicate to be negated."}},
		"a sink without topics": {sinkClass, []string{"topics", ""},
			[]string{"Must configure one of topics or topics.regex", "Must configure one of topics or topics.regex"}},
		"a sink with both": {sinkClass, []string{"topics.regex", "b"},
			[]string{"topics and topics.regex are mutually exclusive options, but both are set.", "topics and topics.regex are mutually exclusive options, but both are set."}},
		"dead letters among the topics": {sinkClass, []string{"topics", "t, d", "errors.deadletterqueue.topic.name", " d "},
			[]string{"The DLQ topic 'd' may not be included in the list of topics ('topics=[t, d]') consumed by the connector"}},
		"dead letters that the expression matches": {sinkClass, []string{"topics", "", "topics.regex", "d.*", "errors.deadletterqueue.topic.name", "dlq"},
			[]string{"The DLQ topic 'dlq' may not be matched by the regex for the topics ('topics.regex=d.*') consumed by the connector"}},
		"an expression that matches a part only": {sinkClass, []string{"topics", "", "topics.regex", "dl|x", "errors.deadletterqueue.topic.name", "dlq"}, []string{}},
		"an expression that is none":             {sinkClass, []string{"topics", "", "topics.regex", "(a"}, []string{"Invalid value (a for configuration topics.regex: Invalid regex: Unclosed group near index 2\n(a"}},
		"the workers' group by override": {sinkClass, []string{"consumer.override.group.id", "wg"},
			[]string{"Consumer group wg conflicts with Connect worker group wg"}},
		"exactly once that nobody supports": {sourceClass, []string{"exactly.once.support", "Required"},
			[]string{"This worker does not have exactly-once source support enabled.", "The connector does not support exactly-once semantics with the provided configuration."}},
		"boundaries of the connector": {sourceClass, []string{"transaction.boundary", "connector"},
			[]string{"The connector does not support connector-defined transaction boundaries with the given configuration. Please reconfigure it to use a different transaction boundary definition."}},
		"keys that nobody knows": {sourceClass, []string{"zork", "1"}, []string{}},
		"a version syntax of a converter": {sourceClass, []string{"key.converter", stringClass, "key.converter.plugin.version", "[1"},
			[]string{"Unbounded range: [1"}},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, c.want, errorsOf(t, input(config(c.class, c.props...))))
		})
	}
}

func TestTheVersionOfAConverterCountsWhereTheConnectorNamesTheConverter(t *testing.T) {
	for name, c := range map[string]struct {
		props []string
		want  int
	}{
		"that of the worker's":                       {[]string{"key.converter.plugin.version", "9"}, 0},
		"that of the connector's":                    {[]string{"key.converter", stringClass, "key.converter.plugin.version", "9"}, 2},
		"one that cannot be read":                    {[]string{"key.converter.plugin.version", "[1"}, 1},
		"a converter's own keys do not show with it": {[]string{"key.converter", stringClass, "key.converter.plugin.version", "[1"}, 1},
	} {
		in := input(config(sourceClass, c.props...))
		require.Len(t, errorsOf(t, in), c.want, name)
		r, err := validate.Connector(t.Context(), in)
		require.NoError(t, err)
		for _, info := range r.Configs {
			require.NotEqual(t, "key.converter.converter.encoding", info.Value.Name, name)
		}
	}
}

func TestAConverterIsWhatTheConnectorSaysItIs(t *testing.T) {
	for kind, wrong := range map[string][]string{
		"header": {},
		"nope":   {"Invalid value nope for configuration converter.type: String must be one of: key, value, header"},
	} {
		in := input(config(sourceClass, "key.converter", stringClass, "key.converter.converter.type", kind))
		require.Equal(t, wrong, errorsOf(t, in))
		r, err := validate.Connector(t.Context(), in)
		require.NoError(t, err)
		shown := ""
		for _, info := range r.Configs {
			if info.Value.Name == "key.converter.converter.type" {
				shown = *info.Value.Value
			}
		}
		require.Equal(t, kind, shown)
	}
}

func TestASinkMayNotMeetTheWorkersUnderItsName(t *testing.T) {
	in := input(config(sinkClass))
	in.Worker.GroupID = "connect-x"
	assert.Equal(t, []string{"Consumer group for sink connector named x conflicts with Connect worker group connect-x"}, errorsOf(t, in))
	in.Worker.Distributed = false
	assert.Empty(t, errorsOf(t, in), "a single worker has no group")
}

func TestOnlyAClusterChecksExactlyOnce(t *testing.T) {
	in := input(config(sourceClass, "exactly.once.support", "required", "transaction.boundary", "connector"))
	in.Worker.Distributed = false
	assert.Empty(t, errorsOf(t, in))
}

func TestAConnectorThatCannotBeToldIsABadRequest(t *testing.T) {
	for name, c := range map[string]struct {
		config connect.RawConfig
		want   string
	}{
		"no class":   {connect.RawConfig{"name": ptr("x")}, "Connector config {name=x} contains no connector type"},
		"null":       {connect.RawConfig{"name": ptr("x"), "connector.class": nil}, "Connector config {connector.class=null, name=x} contains no connector type"},
		"no secrets": {connect.RawConfig{"name": ptr("x"), "password": ptr("hunter2")}, "Connector config {name=x, password=[hidden]} contains no connector type"},
		"a class that is not there": {config("FileStreamSorce"), "Failed to find any class that implements Connector and which name matches FileStreamSorce, available connectors are: " +
			sinkClass + ", " + sourceClass + ". The nearest is " + sourceClass},
		"a version that is none": {config(sourceClass, "connector.plugin.version", "[1"), "Unbounded range: [1"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := validate.Connector(t.Context(), input(c.config))
			require.EqualError(t, err, c.want)
			assert.Equal(t, connect.BadConfig, connect.Classify(err))
		})
	}
}

func TestAnAliasOfTwoConnectorsIsRefused(t *testing.T) {
	in := input(config("FileStreamSource"))
	in.Plugins.AddSource("other.FileStreamSource", func() connect.SourceConnector { return fakeConnector{} })
	_, err := validate.Connector(t.Context(), in)
	require.EqualError(t, err, "More than one connector matches alias FileStreamSource. Please use full package and class name instead. Classes found: "+sourceClass+", other.FileStreamSource")
}

func TestErrSaysEverythingThatIsWrong(t *testing.T) {
	r, err := validate.Connector(t.Context(), input(config(sourceClass, "name", "", "errors.tolerance", "q")))
	require.NoError(t, err)
	require.EqualError(t, r.Err(), "Connector configuration is invalid and contains the following 2 error(s):\n"+
		"Invalid value  for configuration name: String may not be empty\n"+
		"Invalid value q for configuration errors.tolerance: String must be one of: none, all\n"+
		"You can also find the above list of errors at the endpoint `/connector-plugins/{connectorType}/config/validate`")
	assert.Equal(t, connect.BadConfig, connect.Classify(r.Err()))

	r, err = validate.Connector(t.Context(), input(config(sourceClass)))
	require.NoError(t, err)
	require.NoError(t, r.Err())
}

func TestTheJSONHasKafkasFieldsInOrder(t *testing.T) {
	in := input(config(sourceClass, "zork", "1"))
	in.Config["gone"] = nil
	r, err := validate.Connector(t.Context(), in)
	require.NoError(t, err)
	data, err := json.Marshal(r)
	require.NoError(t, err)
	assert.Regexp(t, regexp.MustCompile(`^{"name":"`+regexp.QuoteMeta(sourceClass)+`","error_count":1,"groups":\["Common",.*\],"configs":\[`+
		`{"definition":null,"value":{"name":"gone","value":null,"recommended_values":\[\],"errors":\["Null value can not be supplied as the configuration value."\],"visible":true}},`+
		`{"definition":{"name":"name","type":"STRING","required":true,"default_value":null,"importance":"HIGH","documentation":"[^"]+","group":"Common","width":"MEDIUM","display_name":"Connector name","dependents":\[\],"order":1},"value":{"name":"name","value":"x",`), string(data))
	assert.NotContains(t, string(data), "zork")
}

// strict is a connector with rules between its keys.
type strict struct {
	fakeConnector
	validate func(ctx context.Context, props map[string]string, values map[string]*connect.ConfigValue) error
}

func (s strict) ValidateConfig(ctx context.Context, props map[string]string, values map[string]*connect.ConfigValue) error {
	return s.validate(ctx, props, values)
}

func strictInput(validate func(context.Context, map[string]string, map[string]*connect.ConfigValue) error, props ...string) validate.Input {
	in := input(config("example.Strict", props...))
	def := connect.ConfigDef{
		{Name: "tasks.max", Type: connect.IntType, Default: 7, Importance: connect.Low, Doc: "Mine."},
		{Name: "password", Type: connect.PasswordType, Importance: connect.High},
		{Name: "hidden.key", Type: connect.IntType, Default: 1, Internal: true, Importance: connect.Low},
	}
	in.Plugins.AddSource("example.Strict", func() connect.SourceConnector { return strict{fakeConnector{def}, validate} })
	return in
}

func TestTheConnectorsOwnRulesCount(t *testing.T) {
	type key struct{}
	in := strictInput(func(ctx context.Context, props map[string]string, values map[string]*connect.ConfigValue) error {
		assert.Equal(t, "here", ctx.Value(key{}))
		assert.Equal(t, "hunter2", props["password"])
		values["password"].Errors = append(values["password"].Errors, "too short")
		values["new"] = &connect.ConfigValue{Name: "new", Value: "v", Errors: []string{"not known"}}
		return nil
	}, "password", "hunter2", "tasks.max", "0")
	r, err := validate.Connector(context.WithValue(t.Context(), key{}, "here"), in)
	require.NoError(t, err)
	assert.Equal(t, 2, r.ErrorCount)
	assert.ErrorContains(t, r.Err(), "not known\ntoo short\n")
	data, err := json.Marshal(r)
	require.NoError(t, err)
	assert.NotContains(t, string(data), "hunter2")
	assert.NotContains(t, string(data), "hidden.key")
	assert.Contains(t, string(data), `"documentation":"Mine."`, "a connector's own definition replaces ours in its place")
	assert.Equal(t, "tasks.max", r.Configs[4].Definition.Name)
	assert.Equal(t, "0", *r.Configs[4].Value.Value, "and its rules")
}

func TestAWrongInternalKeyIsShown(t *testing.T) {
	ok := func(context.Context, map[string]string, map[string]*connect.ConfigValue) error { return nil }
	assert.Equal(t, []string{"Invalid value x for configuration hidden.key: Not a number of type INT"}, errorsOf(t, strictInput(ok, "hidden.key", "x")))
}

func TestKeysThatKafkaConnectDoesNotKnowAreCheckedWhereTheyAreSet(t *testing.T) {
	own := connect.ConfigDef{{Name: "task.room", Type: connect.LongType, Default: int64(1), Validator: connect.AtLeast(1)}}
	for name, c := range map[string]struct {
		class string
		props []string
		want  []string
	}{
		"not set":                    {sourceClass, nil, []string{}},
		"right":                      {sinkClass, []string{"task.room", "7"}, []string{}},
		"no number":                  {sourceClass, []string{"task.room", "x"}, []string{"Invalid value x for configuration task.room: Not a number of type LONG"}},
		"too small":                  {sinkClass, []string{"task.room", "0"}, []string{"Invalid value 0 for configuration task.room: Value must be at least 1"}},
		"dead letters of a source":   {sourceClass, []string{"errors.deadletterqueue.context.headers.enable", "x"}, []string{"Invalid value x for configuration errors.deadletterqueue.context.headers.enable: Expected value to be either true or false"}},
		"dead letters that can be":   {sourceClass, []string{"errors.deadletterqueue.topic.replication.factor", "1"}, []string{}},
		"dead letters without limit": {sinkClass, []string{"errors.deadletterqueue.topic.replication.factor", "x"}, []string{"Invalid value x for configuration errors.deadletterqueue.topic.replication.factor: Not a number of type SHORT"}},
	} {
		in := input(config(c.class, c.props...))
		in.Worker.Own = own
		assert.Equal(t, c.want, errorsOf(t, in), name)
	}
	in := input(config(sourceClass, "task.room", "x"))
	in.Worker.Own = own
	r, err := validate.Connector(t.Context(), in)
	require.NoError(t, err)
	assert.Equal(t, "x", *r.Configs[0].Value.Value)
}

func TestAConnectorThatFailsToValidateIsAnError(t *testing.T) {
	boom := errors.New("no connection")
	for name, c := range map[string]struct {
		do   func() error
		want string
	}{
		"an error": {func() error { return boom }, "validate the configuration of example.Strict: no connection"},
		"a panic":  {func() error { panic("kaboom") }, "validate the configuration of example.Strict: panic: kaboom"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := validate.Connector(t.Context(), strictInput(func(context.Context, map[string]string, map[string]*connect.ConfigValue) error { return c.do() }))
			require.EqualError(t, err, c.want)
			assert.Equal(t, connect.Fatal, connect.Classify(err))
		})
	}
}

// broken panics when it is asked for its keys.
type broken struct{ fakePlugin }

func (broken) Config() connect.ConfigDef { panic("no keys") }

func TestAPluginThatFailsToDefineItsKeysIsAnError(t *testing.T) {
	in := input(config(sourceClass, "transforms", "a", "transforms.a.type", "example.Broken"))
	in.Plugins.AddTransformation("example.Broken", func() connect.Transformation { return broken{} })
	_, err := validate.Connector(t.Context(), in)
	require.EqualError(t, err, "definition of example.Broken: panic: no keys")

	in = input(config(sourceClass, "header.converter", "example.Broken"))
	in.Plugins.AddHeaderConverter("example.Broken", func() connect.HeaderConverter { return broken{} })
	_, err = validate.Connector(t.Context(), in)
	require.EqualError(t, err, "definition of example.Broken: panic: no keys")
}

// exact supports exactly-once delivery.
type exact struct{ fakeConnector }

func (exact) SupportsExactlyOnce(props map[string]string) bool { return props["topic"] == "t" }

func TestAConnectorMaySupportExactlyOnce(t *testing.T) {
	in := input(config("example.Exact", "exactly.once.support", "required", "admin.override.x", "1"))
	in.Plugins.AddSource("example.Exact", func() connect.SourceConnector { return exact{} })
	in.Worker.ExactlyOnce = true
	in.Worker.Override = func(c validate.Client, key, value string) error {
		return errors.New(strings.Join([]string{string(c), key, value}, " "))
	}
	assert.Equal(t, []string{"admin x 1"}, errorsOf(t, in))
}

// boundless defines transactions where its topic says so, supports nothing else, and does not survive some questions.
type boundless struct{ fakeConnector }

func (boundless) SupportsExactlyOnce(map[string]string) bool { panic("no idea") }

func (boundless) DefinesTransactions(props map[string]string) bool { return props["topic"] == "t" }

func TestAConnectorMayDefineTransactionsAndMayFailToAnswer(t *testing.T) {
	in := input(config("example.Boundless", "transaction.boundary", "Connector"))
	in.Plugins.AddSource("example.Boundless", func() connect.SourceConnector { return boundless{} })
	in.Worker.ExactlyOnce = true
	assert.Empty(t, errorsOf(t, in))
	in.Config["topic"] = ptr("u")
	assert.Len(t, errorsOf(t, in), 1)
	in.Config["topic"], in.Config["exactly.once.support"] = ptr("t"), ptr("required")
	assert.Equal(t, []string{"An unexpected error occurred during validation: panic: no idea"}, errorsOf(t, in))
}

func TestAConnectorMaySayNothingOfExactlyOnce(t *testing.T) {
	in := input(config("example.Silent", "exactly.once.support", "required"))
	in.Plugins.AddSource("example.Silent", func() connect.SourceConnector { return fakeConnector{} })
	in.Worker.ExactlyOnce = true
	assert.Equal(t, []string{"The connector does not implement the API required for preflight validation of exactly-once " +
		"source support. Please consult the documentation for the connector to determine whether it supports exactly-once semantics, and then consider reconfiguring " +
		"the connector to use the value \"requested\" for this property (which will disable this preflight check and allow the connector to be created)."}, errorsOf(t, in))
}

func TestAConnectorMayRefuseExactlyOnce(t *testing.T) {
	in := input(config("example.Exact", "exactly.once.support", "required", "topic", "u"))
	in.Plugins.AddSource("example.Exact", func() connect.SourceConnector { return exact{} })
	in.Worker.ExactlyOnce = true
	assert.Equal(t, []string{"The connector does not support exactly-once semantics with the provided configuration."}, errorsOf(t, in))
}

func TestRecommendedValuesOfATransformAreItsOwn(t *testing.T) {
	in := input(config(sourceClass, "transforms", "a", "transforms.a.type", "example.Choosy", "transforms.a.color", "red"))
	in.Plugins.AddTransformation("example.Choosy", func() connect.Transformation {
		return fakePlugin{connect.ConfigDef{{Name: "color", Type: connect.StringType, Importance: connect.High, Group: "Looks", Recommender: colors{}, Dependents: []string{"shade"}},
			{Name: "shade", Type: connect.StringType, Importance: connect.High, Group: "Looks", OrderInGroup: 1}}}
	})
	r, err := validate.Connector(t.Context(), in)
	require.NoError(t, err)
	for _, c := range r.Configs {
		if c.Value != nil && c.Value.Name == "transforms.a.color" {
			assert.Equal(t, []string{"color", "red"}, c.Value.RecommendedValues)
			assert.False(t, c.Value.Visible)
			assert.Equal(t, "Transforms: a: Looks", *c.Definition.Group)
			assert.Equal(t, []string{"transforms.a.shade"}, c.Definition.Dependents)
			return
		}
	}
	t.Fatal("transforms.a.color is missing")
}

type colors struct{}

func (colors) ValidValues(name string, parsed map[string]any) ([]any, error) {
	return []any{name, parsed["color"]}, nil
}
func (colors) Visible(_ string, parsed map[string]any) bool { return len(parsed) == 0 }
