// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"errors"
	"maps"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	connect "github.com/longshore-io/connect"
	"github.com/longshore-io/connect/actors/restart"
	"github.com/longshore-io/connect/actors/stage"
	"github.com/longshore-io/connect/cluster/protocol"
)

const jsonConverter = "org.apache.kafka.connect.json.JsonConverter"

// sampleDistributed has the properties of Kafka's connect-distributed.properties, sampleStandalone those of
// connect-standalone.properties.
func sampleDistributed() map[string]string {
	return map[string]string{
		"bootstrap.servers":                 "localhost:9092",
		"group.id":                          "connect-cluster",
		"key.converter":                     jsonConverter,
		"value.converter":                   jsonConverter,
		"key.converter.schemas.enable":      "true",
		"value.converter.schemas.enable":    "true",
		"offset.storage.topic":              "connect-offsets",
		"offset.storage.replication.factor": "1",
		"config.storage.topic":              "connect-configs",
		"config.storage.replication.factor": "1",
		"status.storage.topic":              "connect-status",
		"status.storage.replication.factor": "1",
		"offset.flush.interval.ms":          "10000",
	}
}

func sampleStandalone() map[string]string {
	return map[string]string{
		"bootstrap.servers":              "localhost:9092",
		"key.converter":                  jsonConverter,
		"value.converter":                jsonConverter,
		"key.converter.schemas.enable":   "true",
		"value.converter.schemas.enable": "true",
		"offset.storage.file.filename":   "/tmp/connect.offsets",
		"offset.flush.interval.ms":       "10000",
	}
}

func with(props map[string]string, more ...string) map[string]string {
	for i := 0; i < len(more); i += 2 {
		props[more[i]] = more[i+1]
	}
	return props
}

func TestSampleDistributedProperties(t *testing.T) {
	props := sampleDistributed()
	config, errs := ConfigFrom(props)
	require.Empty(t, errs)
	converter := stage.ConverterConfig{Class: jsonConverter, Props: map[string]string{"schemas.enable": "true"}}
	assert.Equal(t, Config{
		Raw:              props,
		BootstrapServers: []string{"localhost:9092"},
		GroupID:          "connect-cluster",
		ConfigTopic:      Topic{"connect-configs", 1, 1, map[string]string{}},
		OffsetTopic:      Topic{"connect-offsets", 25, 1, map[string]string{}},
		StatusTopic:      Topic{"connect-status", 5, 1, map[string]string{}},
		SessionTimeout:   10 * time.Second, HeartbeatInterval: 3 * time.Second,
		Cluster:      Cluster{Seeds: []string{}, Bind: ":0", GatewayBind: ":0", Timers: protocol.Defaults()},
		ExactlyOnce:  "disabled",
		KeyConverter: converter, ValueConverter: converter,
		HeaderConverter:             stage.ConverterConfig{Class: "org.apache.kafka.connect.storage.SimpleHeaderConverter", Props: map[string]string{}},
		OffsetFlushInterval:         10 * time.Second,
		OffsetFlushTimeout:          5 * time.Second,
		StartTimeout:                time.Minute,
		TaskShutdownGracefulTimeout: 5 * time.Second,
		Buffers:                     Buffers{Task: 32 << 20},
		ClientSharing:               "equal",
		Restart:                     Restart{InitialDelay: time.Second, MaxDelay: 10 * time.Minute, Reset: 5 * time.Minute},
		Listeners:                   []string{"http://:8083"},
		OverridePolicy:              "All",
		TopicCreation:               true,
		TopicTracking:               true, TopicTrackingReset: true,
	}, config)
}

func TestSampleStandaloneProperties(t *testing.T) {
	config, errs := StandaloneConfigFrom(sampleStandalone())
	require.Empty(t, errs)
	assert.True(t, config.Standalone)
	assert.Equal(t, "/tmp/connect.offsets", config.OffsetFile)
	assert.Equal(t, "disabled", config.ExactlyOnce)
	assert.Equal(t, 10*time.Second, config.OffsetFlushInterval)
	assert.Equal(t, map[string]string{"schemas.enable": "true"}, config.KeyConverter.Props)
	assert.Zero(t, config.ConfigTopic)
	assert.Empty(t, config.Warnings)
}

// The defaults of Kafka Connect 4.1's DistributedConfig and StandaloneConfig, as its own classes print them; "" is null or
// empty, REQ has no default.
const kafkaDefaults = `
bootstrap.servers=localhost:9092 client.dns.lookup=use_all_dns_ips key.converter=REQ value.converter=REQ
header.converter=org.apache.kafka.connect.storage.SimpleHeaderConverter key.converter.plugin.version= value.converter.plugin.version=
header.converter.plugin.version= task.shutdown.graceful.timeout.ms=5000 offset.flush.interval.ms=60000 offset.flush.timeout.ms=5000
plugin.path= plugin.discovery=hybrid_warn config.providers= connector.client.config.override.policy=All topic.creation.enable=true
topic.tracking.enable=true topic.tracking.allow.reset=true metrics.sample.window.ms=30000 metrics.num.samples=2
metrics.recording.level=INFO metric.reporters=org.apache.kafka.common.metrics.JmxReporter listeners=http://:8083
rest.advertised.host.name= rest.advertised.port= rest.advertised.listener= admin.listeners= rest.extension.classes=
access.control.allow.origin= access.control.allow.methods= response.http.headers.config= ssl.client.auth=none
ssl.keystore.location= ssl.keystore.type=JKS ssl.truststore.type=JKS ssl.protocol=TLSv1.3 ssl.enabled.protocols=TLSv1.2,TLSv1.3
ssl.keymanager.algorithm=SunX509 ssl.trustmanager.algorithm=PKIX ssl.endpoint.identification.algorithm=https`

const kafkaGroupDefaults = `
group.id=REQ config.storage.topic=REQ config.storage.replication.factor=3 offset.storage.topic=REQ offset.storage.partitions=25
offset.storage.replication.factor=3 status.storage.topic=REQ status.storage.partitions=5 status.storage.replication.factor=3
session.timeout.ms=10000 heartbeat.interval.ms=3000 rebalance.timeout.ms=60000 worker.sync.timeout.ms=3000
worker.unsync.backoff.ms=300000 connect.protocol=sessioned exactly.once.source.support=disabled
inter.worker.key.generation.algorithm=HmacSHA256 inter.worker.key.size= inter.worker.key.ttl.ms=3600000
inter.worker.signature.algorithm=HmacSHA256 inter.worker.verification.algorithms=HmacSHA256 client.id= metadata.max.age.ms=300000
metadata.recovery.strategy=rebootstrap metadata.recovery.rebootstrap.trigger.ms=300000 send.buffer.bytes=131072
receive.buffer.bytes=32768 reconnect.backoff.ms=50 reconnect.backoff.max.ms=1000 retry.backoff.ms=100 retry.backoff.max.ms=1000
request.timeout.ms=40000 connections.max.idle.ms=540000 socket.connection.setup.timeout.ms=10000
socket.connection.setup.timeout.max.ms=30000 security.protocol=PLAINTEXT sasl.mechanism=GSSAPI sasl.kerberos.kinit.cmd=/usr/bin/kinit
sasl.login.refresh.window.factor=0.8 sasl.login.refresh.buffer.seconds=300 sasl.oauthbearer.scope.claim.name=scope`

func TestDefaultsAreThoseOfKafkaConnect(t *testing.T) {
	tests := []struct {
		name     string
		def      connect.ConfigDef
		defaults string
	}{
		{"distributed", distributedDef, kafkaDefaults + kafkaGroupDefaults},
		{"standalone", standaloneDef, kafkaDefaults + " offset.storage.file.filename=REQ"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, pair := range strings.Fields(tt.defaults) {
				name, want, _ := strings.Cut(pair, "=")
				key := tt.def.Key(name)
				require.NotNil(t, key, name)
				got, _ := connect.FormatConfigValue(key.Default)
				if key.Required {
					got = "REQ"
				}
				assert.Equal(t, want, got, name)
			}
		})
	}
	assert.Equal(t, 0, distributedDef.Key("scheduled.rebalance.max.delay.ms").Default, "the one default that is ours")
}

func TestDefinitionsAreSound(t *testing.T) {
	for _, def := range []connect.ConfigDef{distributedDef, standaloneDef} {
		seen := map[string]bool{}
		for _, key := range def {
			assert.False(t, seen[key.Name], "%s is defined twice", key.Name)
			seen[key.Name] = true
			assert.Regexp(t, `^[A-Z].*\.$`, key.Doc, key.Name)
			if text, set := connect.FormatConfigValue(key.Default); set {
				parsed, err := connect.ParseConfigValue(key.Name, text, key.Type)
				require.NoError(t, err)
				assert.Equal(t, key.Default, parsed, key.Name)
				if key.Validator != nil {
					require.NoError(t, key.Validator.Check(key.Name, parsed))
				}
			}
		}
	}
}

func TestEachWrongKeyHasItsOwnError(t *testing.T) {
	tests := []struct{ name, key, value, want string }{
		{"not a number", "offset.flush.interval.ms", "x", "Invalid value x for configuration offset.flush.interval.ms: Not a number of type LONG"},
		{"an interval that would never end", "offset.flush.interval.ms", "0", "Invalid value 0 for configuration offset.flush.interval.ms: Value must be at least 1"},
		{"not a boolean", "topic.creation.enable", "yes", "Invalid value yes for configuration topic.creation.enable: Expected value to be either true or false"},
		{"no replicas", "config.storage.replication.factor", "0", "Invalid value 0 for configuration config.storage.replication.factor: Replication factor must be positive and not larger than the number of brokers in the Kafka cluster, or -1 to use the broker's default"},
		{"fewer than no partitions", "offset.storage.partitions", "-2", "Invalid value -2 for configuration offset.storage.partitions: Number of partitions must be positive, or -1 to use the broker's default"},
		{"unknown support", "exactly.once.source.support", "maybe", "Invalid value maybe for configuration exactly.once.source.support: String must be one of (case insensitive): DISABLED, ENABLED, PREPARING"},
		{"unknown protocol", "connect.protocol", "x", "Invalid value x for configuration connect.protocol: Invalid Connect protocol compatibility"},
		{"unknown security", "security.protocol", "foo", "Invalid value foo for configuration security.protocol: String must be one of (case insensitive): SASL_SSL, PLAINTEXT, SSL, SASL_PLAINTEXT"},
		{"unknown discovery", "plugin.discovery", "x", "Invalid value x for configuration plugin.discovery: String must be one of (case insensitive): ONLY_SCAN, SERVICE_LOAD, HYBRID_WARN, HYBRID_FAIL"},
		{"unknown policy", "connector.client.config.override.policy", "x", "Invalid value x for configuration connector.client.config.override.policy: use All, None or Principal; Java classes cannot be loaded"},
		{"no listener", "listeners", " ", "Invalid value [] for configuration listeners: at least one URL is expected, ex: http://localhost:8080,https://localhost:8443."},
		{"a listener without port", "listeners", "http://:8083, http://a", "Invalid value http://a for configuration listeners: Listener doesn't have the right format (protocol://hostname:port)."},
		{"an empty listener", "admin.listeners", "http://a:1,", "Invalid value  for configuration admin.listeners: Empty URL found when parsing admin.listeners list."},
		{"an admin listener without port", "admin.listeners", "http://a", "Invalid value http://a for configuration admin.listeners: Listener doesn't have the right format (protocol://hostname:port)."},
		{"a listener of another protocol", "listeners", "ftp://a:1", `Invalid value ftp://a:1 for configuration listeners: Listener protocol must be either "http" or "https".`},
		{"an advertised protocol", "rest.advertised.listener", "ftp", `Invalid value ftp for configuration rest.advertised.listener: Listener protocol must be either "http" or "https".`},
		{"a port out of range", "rest.advertised.port", "65536", "Invalid value 65536 for configuration rest.advertised.port: Port must be between 0 and 65535"},
		{"an older port", "rest.port", "x", "Invalid value x for configuration rest.port: Not a number of type INT"},
		{"an extension", "rest.extension.classes", "a.B", "Invalid value [a.B] for configuration rest.extension.classes: REST extensions cannot be loaded: leave the key out and put what they protect behind a proxy"},
		{"no algorithms", "inter.worker.verification.algorithms", "", "Invalid value [] for configuration inter.worker.verification.algorithms: At least one signature verification algorithm must be provided"},
		{"another algorithm", "inter.worker.signature.algorithm", "HmacMD5", "Invalid value HmacMD5 for configuration inter.worker.signature.algorithm: Signature algorithm must be present in inter.worker.verification.algorithms list"},
		{"an empty group", "group.id", "", "Invalid value  for configuration group.id: String must be non-empty"},
		{"one topic for two", "status.storage.topic", "connect-offsets", "Invalid value connect-offsets for configuration status.storage.topic: each needs a topic of its own, and this is that of offset.storage.topic"},
		{"a part above one", "sasl.login.refresh.window.factor", "1.5", "Invalid value 1.5 for configuration sasl.login.refresh.window.factor: Value must be no more than 1.0"},
		{"a part too small", "sasl.login.refresh.window.factor", "0.1", "Invalid value 0.1 for configuration sasl.login.refresh.window.factor: Value must be at least 0.5"},
		{"restarts", "task.restart.max.attempts", "-2", "Invalid value -2 for configuration task.restart.max.attempts: Value must be at least -1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, errs := ConfigFrom(with(sampleDistributed(), tt.key, tt.value))
			require.Len(t, errs, 1)
			require.EqualError(t, errs[0], tt.want)
			var wrong *connect.ConfigError
			require.ErrorAs(t, errs[0], &wrong)
			assert.Equal(t, tt.key, wrong.Key)
		})
	}
}

func TestAllErrorsAreToldAtOnce(t *testing.T) {
	_, errs := ConfigFrom(map[string]string{"config.storage.topic": "one", "status.storage.topic": "one", "offset.flush.timeout.ms": "soon", "rest.port": "-1"})
	var keys []string
	for _, err := range errs {
		var missing *connect.MissingConfigError
		var wrong *connect.ConfigError
		if errors.As(err, &missing) {
			keys = append(keys, "no "+missing.Key)
		} else if assert.ErrorAs(t, err, &wrong) {
			keys = append(keys, wrong.Key)
		}
		assert.Equal(t, connect.BadConfig, connect.Classify(err))
	}
	assert.Equal(t, []string{"rest.port", "no key.converter", "no value.converter", "offset.flush.timeout.ms", "no group.id", "no offset.storage.topic", "status.storage.topic"}, keys)

	_, errs = StandaloneConfigFrom(nil)
	require.Len(t, errs, 3)
	assert.EqualError(t, errs[2], `Missing required configuration "offset.storage.file.filename" which has no default value.`)
}

func TestWhatTheRESTAPIIsTold(t *testing.T) {
	config, errs := StandaloneConfigFrom(sampleStandalone())
	require.Empty(t, errs)
	assert.Nil(t, config.AdminListeners, "where nothing is said, /admin is with the rest")
	assert.Empty(t, config.AllowOrigin+config.AllowMethods+config.ResponseHeaders)

	config, errs = StandaloneConfigFrom(with(sampleStandalone(), "admin.listeners", " "))
	require.Empty(t, errs)
	assert.NotNil(t, config.AdminListeners, "what is set to nothing is nowhere")
	assert.Empty(t, config.AdminListeners)

	config, errs = ConfigFrom(with(sampleDistributed(), "admin.listeners", "http://localhost:1 , https://:2",
		"access.control.allow.origin", "*", "access.control.allow.methods", "GET,PUT", "response.http.headers.config", "set A:b"))
	require.Empty(t, errs)
	assert.Equal(t, []string{"http://localhost:1", "https://:2"}, config.AdminListeners)
	assert.Equal(t, "*", config.AllowOrigin)
	assert.Equal(t, "GET,PUT", config.AllowMethods)
	assert.Equal(t, "set A:b", config.ResponseHeaders)
	assert.Empty(t, config.Warnings)
}

func TestTopicSettings(t *testing.T) {
	config, errs := ConfigFrom(with(sampleDistributed(),
		"config.storage.max.message.bytes", "2000000", "config.storage.partitions", "4", "offset.storage.partitions", "-1",
		"offset.storage.cleanup.policy", "delete", "offset.storage.file.filename", "/tmp/x", "status.storage.min.insync.replicas", "2"))
	require.Empty(t, errs)
	assert.Equal(t, Topic{"connect-configs", 1, 1, map[string]string{"max.message.bytes": "2000000"}}, config.ConfigTopic)
	assert.Equal(t, Topic{"connect-offsets", -1, 1, map[string]string{}}, config.OffsetTopic)
	assert.Equal(t, Topic{"connect-status", 5, 1, map[string]string{"min.insync.replicas": "2"}}, config.StatusTopic)
	assert.Equal(t, []string{
		"config.storage.partitions has no effect: the topic of configurations always has one partition",
		"offset.storage.cleanup.policy has no effect: the worker's own topics are always compacted",
		"offset.storage.file.filename has no effect: a worker of a cluster keeps its offsets in the topic offset.storage.topic",
	}, config.Warnings)
}

func TestListenersOfOlderFiles(t *testing.T) {
	tests := []struct {
		name  string
		props []string
		want  string
	}{
		{"a port", []string{"rest.port", "9999"}, "http://:9999"},
		{"a host", []string{"rest.host.name", "localhost"}, "http://localhost:8083"},
		{"both", []string{"rest.host.name", "::1", "rest.port", " 1 "}, "http://[::1]:1"},
		{"listeners win", []string{"rest.port", "x", "listeners", "http://a:2"}, "http://a:2"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			config, errs := StandaloneConfigFrom(with(sampleStandalone(), tt.props...))
			require.Empty(t, errs)
			assert.Equal(t, []string{tt.want}, config.Listeners)
			assert.NotEmpty(t, config.Warnings)
		})
	}
}

func TestWarnings(t *testing.T) {
	tests := []struct{ name, key, value, want string }{
		{"a removed key", "internal.key.converter", "x", "internal.key.converter has no effect: the internal topics always have JSON without schemas, as since Kafka 3.0"},
		{"a part of a removed key", "internal.value.converter.schemas.enable", "false", "internal.value.converter.schemas.enable has no effect: the internal topics always have JSON without schemas, as since Kafka 3.0"},
		{"an older key", "rest.port", "8084", "rest.port is an older spelling: write listeners=http://host:port"},
		{"a letter too many", "offset.flush.intervall.ms", "1", "offset.flush.intervall.ms is not known: was offset.flush.interval.ms meant?"},
		{"a letter too few", "bootstrap.server", "a:1", "bootstrap.server is not known: was bootstrap.servers meant?"},
		{"two letters swapped", "gruop.id", "x", "gruop.id is not known: was group.id meant?"},
		{"the case counts", "Group.id", "x", "Group.id is not known: was group.id meant?"},
		{"a topic's setting", "status.storage.replicaton.factor", "1", "status.storage.replicaton.factor is not known: was status.storage.replication.factor meant?"},
		{"a key of clients", "linger.ms", "5", ""},
		{"a key of the producers", "producer.client.idd", "5", "producer.client.idd has no effect: no Kafka client has such a property"},
		{"a key of another kind of worker", "group.id", "x", ""},
		{"a key of a converter", "key.converter.schemas.enable", "false", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			config, errs := StandaloneConfigFrom(with(sampleStandalone(), tt.key, tt.value))
			require.Empty(t, errs)
			assert.Equal(t, tt.want, strings.Join(config.Warnings, "\n"))
		})
	}
}

func TestKnownKeysAreNeverTakenForMisspellings(t *testing.T) {
	for _, def := range []connect.ConfigDef{distributedDef, standaloneDef} {
		for _, key := range def {
			assert.Empty(t, misspelt(key.Name))
		}
	}
}

func TestRestartWithAConnectorsOwnSettings(t *testing.T) {
	worker := Restart{MaxAttempts: 3, InitialDelay: time.Second, MaxDelay: time.Minute, Reset: time.Hour}
	tests := []struct {
		name      string
		connector map[string]string
		want      restart.Policy
		wantErr   string
	}{
		{"none", map[string]string{"name": "c"}, restart.Policy(worker), ""},
		{"some", map[string]string{"task.restart.max.attempts": "-1", "task.restart.max.delay.ms": "5"},
			restart.Policy{MaxAttempts: -1, InitialDelay: time.Second, MaxDelay: 5 * time.Millisecond, Reset: time.Hour}, ""},
		{"all", map[string]string{"task.restart.max.attempts": "0", "task.restart.initial.delay.ms": "1", "task.restart.max.delay.ms": "2", "task.restart.reset.ms": "3"},
			restart.Policy{InitialDelay: time.Millisecond, MaxDelay: 2 * time.Millisecond, Reset: 3 * time.Millisecond}, ""},
		{"a wrong one leaves the worker's", map[string]string{"task.restart.max.attempts": "many", "task.restart.reset.ms": "3"}, restart.Policy(worker),
			"Invalid value many for configuration task.restart.max.attempts: Not a number of type INT"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := worker.With(tt.connector)
			assert.Equal(t, tt.want, got)
			if tt.wantErr == "" {
				require.NoError(t, err)
				return
			}
			require.EqualError(t, err, tt.wantErr)
		})
	}
}

func TestMillisecondsKeepWithinADuration(t *testing.T) {
	assert.Equal(t, time.Duration(0), milliseconds(-5))
	assert.Equal(t, 1500*time.Millisecond, milliseconds(1500))
	assert.Positive(t, milliseconds(math.MaxInt64))
}

func TestConfigDoesNotShareTheGivenProperties(t *testing.T) {
	props := sampleDistributed()
	before := maps.Clone(props)
	config, _ := ConfigFrom(with(props, "rest.port", "1"))
	props["group.id"] = "changed"
	assert.Equal(t, with(before, "rest.port", "1"), config.Raw)
}
