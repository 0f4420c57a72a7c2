// SPDX-License-Identifier: Apache-2.0

package actors

import connect "github.com/longshore-io/connect"

// The tables in these files define the properties of a worker: Kafka Connect 4.1's, with its types, defaults and checks, and
// task.restart.*, *.max.buffered.bytes and client.sharing, which are our own. The one default that differs is scheduled.rebalance.max.delay.ms: 0, where Kafka
// Connect waits five minutes for a worker that has gone. Keys that mean something to Java workers only are checked as there, so that a file is
// good for both or for neither.

// distributedDef defines the properties of a worker of a cluster, standaloneDef those of a worker on its own.
var (
	distributedDef = joined(workerKeys, bufferKeys, sharingKeys, restKeys, groupKeys, clusterKeys, clientKeys, sslKeys, saslKeys, oauthKeys)
	standaloneDef  = joined(workerKeys, bufferKeys, sharingKeys, restKeys, standaloneKeys, sslKeys)
)

func joined(parts ...connect.ConfigDef) connect.ConfigDef {
	var def connect.ConfigDef
	for _, part := range parts {
		def = append(def, part...)
	}
	return def
}

// workerKeys are those of every worker, apart from the REST API and TLS.
var workerKeys = connect.ConfigDef{
	{Name: "bootstrap.servers", Type: connect.ListType, Default: []string{"localhost:9092"}, Importance: connect.High,
		Doc: "Kafka brokers to begin with, as host:port; the others are learned from them."},
	{Name: "key.converter", Type: connect.ClassType, Required: true, Importance: connect.High,
		Doc: "Converter of record keys for connectors that name none."},
	{Name: "value.converter", Type: connect.ClassType, Required: true, Importance: connect.High,
		Doc: "Converter of record values for connectors that name none."},
	{Name: "header.converter", Type: connect.ClassType, Default: "org.apache.kafka.connect.storage.SimpleHeaderConverter", Importance: connect.Low,
		Doc: "Converter of record headers for connectors that name none."},
	{Name: "key.converter.plugin.version", Type: connect.StringType, Importance: connect.Low,
		Doc: "Version of the key converter that is wanted."},
	{Name: "value.converter.plugin.version", Type: connect.StringType, Importance: connect.Low,
		Doc: "Version of the value converter that is wanted."},
	{Name: "header.converter.plugin.version", Type: connect.StringType, Importance: connect.Low,
		Doc: "Version of the header converter that is wanted."},
	{Name: "task.shutdown.graceful.timeout.ms", Type: connect.LongType, Default: int64(5000), Importance: connect.Low,
		Doc: "How long, in milliseconds, the tasks of one connector together may take to stop."},
	{Name: "offset.flush.interval.ms", Type: connect.LongType, Default: int64(60000), Validator: connect.AtLeast(1), Importance: connect.Low,
		Doc: "Time between two commits of offsets, in milliseconds."},
	{Name: "default.api.timeout.ms", Type: connect.IntType, Default: 60000, Validator: connect.AtLeast(0), Importance: connect.Low,
		Doc: "How long, in milliseconds, the worker waits for Kafka at its start before it gives up."},
	{Name: "offset.flush.timeout.ms", Type: connect.LongType, Default: int64(5000), Importance: connect.Low,
		Doc: "How long, in milliseconds, a commit waits for records to be acknowledged and offsets to be written."},
	{Name: "plugin.path", Type: connect.ListType, Importance: connect.Low,
		Doc: "Where a Java worker looks for plugins. Longshore has its plugins built in."},
	{Name: "plugin.discovery", Type: connect.StringType, Default: "hybrid_warn", Validator: connect.OneOfFold("ONLY_SCAN", "SERVICE_LOAD", "HYBRID_WARN", "HYBRID_FAIL"), Importance: connect.Low,
		Doc: "How a Java worker looks for plugins. Longshore has its plugins built in."},
	{Name: "config.providers", Type: connect.ListType, Default: []string{}, Importance: connect.Low,
		Doc: "Names of the providers of variables in configurations; config.providers.<name>.class says which each is."},
	{Name: "connector.client.config.override.policy", Type: connect.StringType, Default: "All", Validator: overridePolicy, Importance: connect.Medium,
		Doc: "Which client properties connectors may override: All, None or Principal."},
	{Name: "topic.creation.enable", Type: connect.BooleanType, Default: true, Importance: connect.Low,
		Doc: "Whether source connectors may have their topics created with the settings topic.creation.*."},
	{Name: "topic.tracking.enable", Type: connect.BooleanType, Default: true, Importance: connect.Low,
		Doc: "Whether the topics that each connector uses are noted."},
	{Name: "topic.tracking.allow.reset", Type: connect.BooleanType, Default: true, Importance: connect.Low,
		Doc: "Whether the note of a connector's topics may be reset."},
	{Name: "task.restart.max.attempts", Type: connect.IntType, Default: 0, Validator: connect.AtLeast(-1), Importance: connect.Medium,
		Doc: "How many times in a row a failed task or connector is started again; -1 is without end."},
	{Name: "task.restart.initial.delay.ms", Type: connect.LongType, Default: int64(1000), Validator: connect.AtLeast(0), Importance: connect.Low,
		Doc: "Pause before the first restart, in milliseconds; it doubles with each one that follows."},
	{Name: "task.restart.max.delay.ms", Type: connect.LongType, Default: int64(600000), Validator: connect.AtLeast(0), Importance: connect.Low,
		Doc: "Longest pause before a restart, in milliseconds."},
	{Name: "task.restart.reset.ms", Type: connect.LongType, Default: int64(300000), Validator: connect.AtLeast(0), Importance: connect.Low,
		Doc: "How long, in milliseconds, a task has to run well for the count of restarts to begin anew."},
	{Name: "metrics.sample.window.ms", Type: connect.LongType, Default: int64(30000), Validator: connect.AtLeast(0), Importance: connect.Low,
		Doc: "Window of a metric's sample in a Java worker, in milliseconds."},
	{Name: "metrics.num.samples", Type: connect.IntType, Default: 2, Validator: connect.AtLeast(1), Importance: connect.Low,
		Doc: "Samples of a metric that a Java worker keeps."},
	{Name: "metrics.recording.level", Type: connect.StringType, Default: "INFO", Validator: connect.OneOf("INFO", "DEBUG"), Importance: connect.Low,
		Doc: "Which metrics a Java worker records."},
	{Name: "metric.reporters", Type: connect.ListType, Default: []string{"org.apache.kafka.common.metrics.JmxReporter"}, Importance: connect.Low,
		Doc: "Classes that report the metrics of a Java worker."},
	{Name: "client.dns.lookup", Type: connect.StringType, Default: "use_all_dns_ips", Validator: connect.OneOf("use_all_dns_ips", "resolve_canonical_bootstrap_servers_only"), Importance: connect.Medium,
		Doc: "How the addresses of bootstrap.servers are looked up."},
}

// restKeys are about the REST API.
var restKeys = connect.ConfigDef{
	{Name: "listeners", Type: connect.ListType, Default: []string{"http://:8083"}, Validator: atLeastOneListener, Importance: connect.Low,
		Doc: "URLs at which the REST API is served; without a host at every address of the machine."},
	{Name: "rest.advertised.host.name", Type: connect.StringType, Importance: connect.Low,
		Doc: "Host by which others reach the REST API, where it is not that of the listener."},
	{Name: "rest.advertised.port", Type: connect.IntType, Validator: portNumber, Importance: connect.Low,
		Doc: "Port by which others reach the REST API, where it is not that of the listener."},
	{Name: "rest.advertised.listener", Type: connect.StringType, Validator: advertisedScheme, Importance: connect.Low,
		Doc: "Whether others reach the REST API by http or https."},
	{Name: "admin.listeners", Type: connect.ListType, Validator: listenerURLs, Importance: connect.Low,
		Doc: "URLs at which /admin is served, where it is not with the rest; empty is nowhere."},
	{Name: "rest.extension.classes", Type: connect.ListType, Default: []string{}, Validator: noExtensions, Importance: connect.Low,
		Doc: "Classes that extend the REST API, such as for authentication."},
	{Name: "access.control.allow.origin", Type: connect.StringType, Default: "", Importance: connect.Low,
		Doc: "Origins whose pages may call the REST API (CORS): regular expressions, or a star for all."},
	{Name: "access.control.allow.methods", Type: connect.StringType, Default: "", Importance: connect.Low,
		Doc: "Methods that such pages may use; by default GET, POST and HEAD."},
	{Name: "response.http.headers.config", Type: connect.StringType, Default: "", Importance: connect.Low,
		Doc: "Rules for headers of every answer, as in: set X-Frame-Options:DENY."},
	{Name: "ssl.client.auth", Type: connect.StringType, Default: "none", Validator: connect.OneOf("required", "requested", "none"), Importance: connect.Low,
		Doc: "Whether HTTPS clients have to show a certificate."},
}

// standaloneKeys are those of a worker on its own.
var standaloneKeys = connect.ConfigDef{
	{Name: "offset.storage.file.filename", Type: connect.StringType, Required: true, Validator: connect.NonEmpty(), Importance: connect.High,
		Doc: "File for the offsets of source connectors."},
}
