// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	connect "github.com/longshore-io/connect"
	"github.com/longshore-io/connect/actors/stage"
	"github.com/longshore-io/connect/actors/validate"
	"github.com/longshore-io/connect/internal/kafkaconfig"
)

// Config is the configuration of a worker. It comes from ConfigFrom or StandaloneConfigFrom and is not changed afterwards.
type Config struct {
	// Raw has all properties as they were given: the properties of Kafka clients are composed from them.
	Raw map[string]string
	// Warnings are sentences about properties that have no effect or look misspelt.
	Warnings []string

	// Standalone workers keep configurations and states in memory and offsets in OffsetFile; they have no topics and no group.
	Standalone bool
	// OffsetFile is offset.storage.file.filename.
	OffsetFile string

	// BootstrapServers are the addresses of brokers, as they were given.
	BootstrapServers []string
	// GroupID names the cluster of workers, ClientID the worker's own clients; "" for none.
	GroupID, ClientID string
	// The topics of a worker of a cluster.
	ConfigTopic, OffsetTopic, StatusTopic Topic
	// SessionTimeout is how long a member of the group may be silent, HeartbeatInterval the time between its signs of life.
	SessionTimeout, HeartbeatInterval time.Duration
	// Cluster is how the worker agrees with others of its group; it means nothing to a standalone one.
	Cluster Cluster
	// ExactlyOnce is disabled, preparing or enabled.
	ExactlyOnce string

	// The converters for connectors that name none. Whether the classes exist is not checked here.
	KeyConverter, ValueConverter, HeaderConverter stage.ConverterConfig

	// OffsetFlushInterval is the time between two commits, OffsetFlushTimeout how long one may take.
	OffsetFlushInterval, OffsetFlushTimeout time.Duration
	// StartTimeout is how long the worker waits for Kafka at its start.
	StartTimeout time.Duration
	// TaskShutdownGracefulTimeout is how long the tasks of a connector together may take to stop.
	TaskShutdownGracefulTimeout time.Duration
	// Restart says what follows a failure, where a connector does not say it.
	Restart Restart
	// Buffers bound the memory that records take.
	Buffers Buffers
	// ClientSharing says which source tasks may share Kafka clients: equal, those whose client properties are all equal, or none.
	ClientSharing string

	// Listeners are the URLs of the REST API, each of which connect.ParseListener reads.
	Listeners []string
	// AdminListeners are the URLs at which /admin is served: nil is with the rest of the API, none is nowhere.
	AdminListeners []string
	// AllowOrigin and AllowMethods are access.control.allow.*, ResponseHeaders is response.http.headers.config: rules that the
	// REST API reads. "" is none.
	AllowOrigin, AllowMethods, ResponseHeaders string
	// Advertised is how others reach the REST API, where the listeners do not tell.
	Advertised Advertised

	// PluginPath is plugin.path. Plugins are built in: nothing is loaded from there.
	PluginPath []string
	// OverridePolicy says which client properties connectors may override: All, None, Principal, or Kafka's class of one of them.
	OverridePolicy string
	// TopicCreation allows topic.creation.* of connectors.
	TopicCreation bool
	// TopicTracking notes the topics of each connector, and TopicTrackingReset lets users reset that.
	TopicTracking, TopicTrackingReset bool
}

// Topic is one of the worker's own topics.
type Topic struct {
	// Name of the topic.
	Name string
	// Partitions and ReplicationFactor are those with which the topic is created; -1 is the broker's default.
	Partitions, ReplicationFactor int
	// Settings are further settings with which it is created. That it is compacted goes without saying.
	Settings map[string]string
}

// Advertised are rest.advertised.*; zero values are not set.
type Advertised struct {
	// Host is a name or an address.
	Host string
	// Port is a port.
	Port int
	// Listener is http or https.
	Listener string
}

// ConfigFrom reads the properties of a worker of a cluster, as connect-distributed gets them. Each wrong key has an error of
// its own, a *connect.ConfigError or *connect.MissingConfigError with Kafka's text; the configuration is to be used only
// if there is none.
func ConfigFrom(props map[string]string) (Config, []error) {
	config, values, errs := configFrom(props, distributedDef)
	config.GroupID = values.String("group.id")
	config.ClientID = values.String("client.id")
	config.SessionTimeout = milliseconds(int64(values.Int("session.timeout.ms")))
	config.HeartbeatInterval = milliseconds(int64(values.Int("heartbeat.interval.ms")))
	config.ExactlyOnce = strings.ToLower(values.String("exactly.once.source.support"))
	config.ConfigTopic = config.topic("config", values)
	config.OffsetTopic = config.topic("offset", values)
	config.StatusTopic = config.topic("status", values)
	config.Cluster = config.clusterOf(values)
	secured, wrong := config.gatewayTLS()
	config.Cluster.TLS = secured
	return config, append(append(errs, wrong...), wrongTogether(values)...)
}

// StandaloneConfigFrom reads the properties of a worker on its own, as connect-standalone gets them. Its errors are those of
// ConfigFrom.
func StandaloneConfigFrom(props map[string]string) (Config, []error) {
	config, values, errs := configFrom(props, standaloneDef)
	config.Standalone = true
	config.OffsetFile = values.String(offsetFile)
	config.ExactlyOnce = "disabled"
	return config, errs
}

// configFrom reads what both kinds of workers have. What belongs to a wrong key is left empty.
func configFrom(props map[string]string, def connect.ConfigDef) (Config, connect.ConfigValues, []error) {
	effective, legacyErrs := withLegacyListener(props)
	values, errs := def.Parse(effective)
	return Config{
		Raw:                         maps.Clone(props),
		Warnings:                    append(warningsOf(props, def), kafkaconfig.WorkerWarnings(effective)...),
		BootstrapServers:            values.List("bootstrap.servers"),
		KeyConverter:                converterOf("key.converter", props, values),
		ValueConverter:              converterOf("value.converter", props, values),
		HeaderConverter:             converterOf("header.converter", props, values),
		OffsetFlushInterval:         milliseconds(values.Long("offset.flush.interval.ms")),
		OffsetFlushTimeout:          milliseconds(values.Long("offset.flush.timeout.ms")),
		StartTimeout:                milliseconds(int64(values.Int("default.api.timeout.ms"))),
		TaskShutdownGracefulTimeout: milliseconds(values.Long("task.shutdown.graceful.timeout.ms")),
		Restart:                     restartOf(values),
		Buffers:                     buffersOf(values),
		ClientSharing:               strings.ToLower(values.String(sharingKey)),
		Listeners:                   values.List("listeners"),
		AdminListeners:              values.List("admin.listeners"),
		AllowOrigin:                 values.String("access.control.allow.origin"),
		AllowMethods:                values.String("access.control.allow.methods"),
		ResponseHeaders:             values.String("response.http.headers.config"),
		Advertised:                  advertisedOf(values),
		PluginPath:                  values.List("plugin.path"),
		OverridePolicy:              values.String("connector.client.config.override.policy"),
		TopicCreation:               values.Bool("topic.creation.enable"),
		TopicTracking:               values.Bool("topic.tracking.enable"),
		TopicTrackingReset:          values.Bool("topic.tracking.allow.reset"),
	}, values, append(legacyErrs, errs...)
}

func advertisedOf(values connect.ConfigValues) Advertised {
	return Advertised{
		Host:     values.String("rest.advertised.host.name"),
		Port:     values.Int("rest.advertised.port"),
		Listener: strings.ToLower(values.String("rest.advertised.listener")),
	}
}

func converterOf(key string, props map[string]string, values connect.ConfigValues) stage.ConverterConfig {
	return stage.ConverterConfig{Class: values.String(key), Props: validate.WithoutPrefix(props, key+".")}
}

// converters are the worker's converters as the stages of a task take them.
func (c Config) converters() stage.Converters {
	return stage.Converters{Key: c.KeyConverter, Value: c.ValueConverter, Header: c.HeaderConverter}
}

// topic reads the properties of one of the worker's topics: what is no property of the worker is a setting of the topic.
func (c *Config) topic(kind string, values connect.ConfigValues) Topic {
	prefix := kind + ".storage."
	topic := Topic{
		Name:              values.String(prefix + "topic"),
		Partitions:        1,
		ReplicationFactor: values.Int(prefix + "replication.factor"),
		Settings:          validate.WithoutPrefix(c.Raw, prefix),
	}
	if kind != "config" {
		topic.Partitions = values.Int(prefix + "partitions")
	}
	maps.DeleteFunc(topic.Settings, func(key, _ string) bool {
		return known(prefix+key) || ignoredKeys[prefix+key] != ""
	})
	return topic
}

// wrongTogether finds values that are good on their own but not with each other.
func wrongTogether(values connect.ConfigValues) []error {
	var errs []error
	signature, verified := values.String("inter.worker.signature.algorithm"), values.List("inter.worker.verification.algorithms")
	if len(verified) > 0 && !slices.Contains(verified, signature) {
		errs = append(errs, &connect.ConfigError{Key: "inter.worker.signature.algorithm", Value: signature,
			Reason: "Signature algorithm must be present in inter.worker.verification.algorithms list"})
	}
	seen := map[string]string{}
	for _, key := range []string{"config.storage.topic", "offset.storage.topic", "status.storage.topic"} {
		name := values.String(key)
		if other := seen[name]; name != "" && other != "" {
			errs = append(errs, &connect.ConfigError{Key: key, Value: name, Reason: "each needs a topic of its own, and this is that of " + other})
		}
		seen[name] = key
	}
	return errs
}

// milliseconds makes a duration of a property. Java takes negative ones for none at all, and the longest ones for ever.
func milliseconds(ms int64) time.Duration {
	return time.Duration(min(max(ms, 0), math.MaxInt64/int64(time.Millisecond))) * time.Millisecond
}
