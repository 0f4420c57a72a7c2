// SPDX-License-Identifier: Apache-2.0

package main

const (
	snapshotCount = 2_000_000
	streamCount   = 500_000
	upsertCount   = 500_000
)

// postgresWorkloads bring a database into topics, and topics into a database.
var postgresWorkloads = []workload{
	&snapshotWorkload{told: about{name: "postgres snapshot", contenders: workers, metrics: copying,
		what: "The PostgreSQL connector brings the 2,000,000 rows that a table of nine columns has into a topic, as JSON without schemas."}},
	&streamWorkload{told: about{name: "postgres stream", contenders: workers, metrics: copying,
		what: "The PostgreSQL connector brings 500,000 updates of a table of nine columns, which wait for it in its slot, into a topic, as JSON without schemas."}},
	&tableSink{
		told: about{name: "postgres sink", contenders: workers, metrics: copying,
			what: "Debezium's JDBC sink, and ours of its name, inserts 1,000,000 records of JSON with schemas into a table of PostgreSQL that it makes."},
		input:  input{full: structCount, partitions: 1, options: workerOptions{plugins: true}, fill: fillMade("struct", 300, jsonWithSchemas)},
		config: map[string]string{"insert.mode": "insert"},
	},
	&tableSink{
		told: about{name: "postgres upsert sink", contenders: workers, metrics: copying,
			what: "The same with 500,000 records and insert.mode=upsert, by a key of one field."},
		input:  input{full: upsertCount, partitions: 1, options: workerOptions{plugins: true}, fill: fillMade("struct", 300, jsonWithSchemas)},
		config: map[string]string{"insert.mode": "upsert", "primary.key.mode": "record_value", "primary.key.fields": "id"},
	},
}

// postgresTargets are those of postgresWorkloads.
var postgresTargets = []target{
	{"postgres snapshot", recordsPerSecond, kafkaConnect, 3},
	{"postgres snapshot", peakMemory, "", 200},
	{"postgres stream", recordsPerSecond, kafkaConnect, 3},
	{"postgres stream", peakMemory, "", 200},
	{"postgres sink", recordsPerSecond, kafkaConnect, 2},
	{"postgres upsert sink", recordsPerSecond, kafkaConnect, 2},
}
