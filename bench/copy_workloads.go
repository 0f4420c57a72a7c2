// SPDX-License-Identifier: Apache-2.0

package main

import (
	"maps"
	"strconv"
)

// allContenders take part where the bare client can do the work, too.
var allContenders = []contender{kafkaConnect, longshore, bareClient}

const (
	jsonText = "org.apache.kafka.connect.json.JsonConverter"
	// lineCount lines of lineBytes are 294 MB: long enough for both workers to run at their pace.
	lineCount = 3_000_000
	// structCount is for records that cost more.
	structCount = 1_000_000
)

// jsonWithSchemas are the converter's properties.
var jsonWithSchemas = map[string]string{"value.converter": jsonText, "value.converter.schemas.enable": "true"}

// copyWorkloads are those that move records as fast as they can.
var copyWorkloads = []workload{
	&sourceWorkload{
		told: about{name: "file source", contenders: allContenders, metrics: copying,
			what: "FileStreamSource brings 3,000,000 lines of 98 bytes into a topic, as strings."},
		full: lineCount, fill: fillLines(nil), expected: linesOf(lineCount),
	},
	&fileSink{
		told: about{name: "file sink", contenders: allContenders, metrics: copying,
			what: "FileStreamSink writes 3,000,000 strings of a topic into a file, as lines of 98 bytes."},
		input: input{full: lineCount, partitions: 1, fill: fillLines(nil)}, lineBytes: lineBytes,
	},
	&sourceWorkload{
		told: about{name: "datagen 1 kB", contenders: workers, metrics: copying,
			what: "The datagen source makes 1,000,000 strings of 1,000 bytes as fast as it can."},
		full: structCount, options: workerOptions{plugins: true}, fill: fillMade("text", 1000, nil),
	},
	&sourceWorkload{
		told: about{name: "JSON source", contenders: workers, metrics: copying,
			what: "The datagen source makes 1,000,000 structs, of about 300 bytes of JSON without its schema, which become JSON with schemas."},
		full: structCount, options: workerOptions{plugins: true}, fill: fillMade("struct", 300, jsonWithSchemas),
	},
	&fileSink{
		told: about{name: "JSON sink", contenders: workers, metrics: copying,
			what: "FileStreamSink writes 1,000,000 records of JSON with schemas into a file, as structs."},
		input:  input{full: structCount, partitions: 1, options: workerOptions{plugins: true}, fill: fillMade("struct", 300, jsonWithSchemas)},
		config: jsonWithSchemas,
	},
	&sourceWorkload{
		told: about{name: "three transforms", contenders: workers, metrics: copying,
			what: "FileStreamSource brings 1,000,000 lines into a topic through HoistField, InsertField (a text and the timestamp) and MaskField, as JSON with schemas."},
		full: structCount, fill: fillLines(threeTransforms), same: withoutNumber("at"),
	},
	&discardingSink{
		told: about{name: "sink, 16 partitions", contenders: workers, metrics: copying,
			what: "8 tasks of a sink that throws them away read 3,000,000 strings of 97 bytes from 16 partitions, and commit every 100 ms."},
		input: input{full: lineCount, partitions: 16, fill: fillLines(nil)}, tasks: 8, bytes: lineBytes - 1,
	},
}

// copyTargets are those of copyWorkloads.
var copyTargets = []target{
	{"file source", recordsPerSecond, kafkaConnect, 4},
	{"file source", recordsPerSecond, bareClient, 0.7},
	{"file source", cpuPerMillion, kafkaConnect, 0.25},
	{"file source", peakMemory, "", 150},
	{"file sink", recordsPerSecond, kafkaConnect, 3},
	{"file sink", recordsPerSecond, bareClient, 0.7},
	{"file sink", cpuPerMillion, kafkaConnect, third},
	{"file sink", peakMemory, "", 150},
	{"JSON source", recordsPerSecond, kafkaConnect, 3},
	{"JSON source", cpuPerMillion, kafkaConnect, third},
	{"JSON sink", recordsPerSecond, kafkaConnect, 3},
	{"JSON sink", cpuPerMillion, kafkaConnect, third},
	{"three transforms", recordsPerSecond, kafkaConnect, 3},
	{"three transforms", cpuPerMillion, kafkaConnect, third},
}

const third = 1.0 / 3

var threeTransforms = merged(jsonWithSchemas, map[string]string{
	"transforms":                        "hoist,insert,mask",
	"transforms.hoist.type":             "org.apache.kafka.connect.transforms.HoistField$Value",
	"transforms.hoist.field":            "line",
	"transforms.insert.type":            "org.apache.kafka.connect.transforms.InsertField$Value",
	"transforms.insert.static.field":    "from",
	"transforms.insert.static.value":    "bench",
	"transforms.insert.timestamp.field": "at",
	"transforms.mask.type":              "org.apache.kafka.connect.transforms.MaskField$Value",
	"transforms.mask.fields":            "from",
})

// fillLines brings the lines of a file into a topic.
func fillLines(more map[string]string) filling {
	return func(r *rig, topic string, records int) (moving, error) {
		file, err := r.lines(records)
		return moving{
			config: merged(more, map[string]string{"connector.class": "FileStreamSource", "tasks.max": "1", "file": file, "topic": topic}),
			bare:   bareJob{Broker: r.broker.Addr(), Topic: topic, File: file},
		}, err
	}
}

// fillMade has the datagen source make records.
func fillMade(shape string, size int, more map[string]string) filling {
	return func(_ *rig, topic string, records int) (moving, error) {
		return moving{config: merged(more, map[string]string{
			"connector.class": "io.longshore.connect.datagen.DatagenSource", "tasks.max": "1", "kafka.topic": topic,
			"value.shape": shape, "value.size": strconv.Itoa(size), "iterations": strconv.Itoa(records),
		})}, nil
	}
}

// linesOf is the content of a file that was brought into a topic.
func linesOf(full int) func(*rig) (content, error) {
	return func(r *rig) (content, error) {
		file, err := r.lines(r.records(full))
		if err != nil {
			return content{}, err
		}
		return fileContent(file)
	}
}

// sinkConfig is that of a sink, with more properties.
func sinkConfig(class, topic string, tasks int, more ...map[string]string) map[string]string {
	return merged(append(more, map[string]string{"connector.class": class, "topics": topic, "tasks.max": strconv.Itoa(tasks)})...)
}

func merged(all ...map[string]string) map[string]string {
	one := map[string]string{}
	for _, m := range all {
		maps.Copy(one, m)
	}
	return one
}
