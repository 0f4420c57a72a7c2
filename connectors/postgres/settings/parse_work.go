// SPDX-License-Identifier: Apache-2.0

package settings

import (
	"fmt"
	"strings"
)

func (in input) snapshot() Snapshot {
	const based = "snapshot.mode.configuration.based."
	return Snapshot{
		Mode: SnapshotMode(in.choice("snapshot.mode")),
		Based: ConfigurationBased{
			Data: in.boolean(based + "snapshot.data"), Schema: in.boolean(based + "snapshot.schema"), Stream: in.boolean(based + "start.stream"),
			OnDataError: in.boolean(based + "snapshot.on.data.error"),
		},
		Isolation: IsolationMode(in.choice("snapshot.isolation.mode")), Locking: LockingMode(in.choice("snapshot.locking.mode")),
		LockTimeout: max(0, in.milliseconds("snapshot.lock.timeout.ms")),
		Threads:     in.integer("snapshot.max.threads"), Include: in.patterns("snapshot.include.collection.list"), Overrides: in.overrides(),
		Delay: in.milliseconds("snapshot.delay.ms"), StreamingDelay: in.milliseconds("streaming.delay.ms"),
		ChunkRows: max(0, in.integer("snapshot.chunk.rows")), Resume: in.boolean("snapshot.resume"),
	}
}

// overrides leaves out tables that have no statement: Debezium does not refuse them.
func (in input) overrides() map[string]string {
	out := map[string]string{}
	for _, table := range in.list(overridesKey) {
		if statement := in.trimmed(overridePrefix + table); statement != "" {
			out[table] = strings.TrimSuffix(statement, ";")
		}
	}
	return out
}

func (in input) incremental() Incremental {
	return Incremental{
		ChunkSize: in.integer("incremental.snapshot.chunk.size"),
		Watermark: WatermarkMode(strings.ToUpper(in.trimmed("incremental.snapshot.watermarking.strategy"))),
		ReadOnly:  in.boolean("read.only"),
	}
}

func (in input) signals() Signals {
	return Signals{
		Table: in.trimmed("signal.data.collection"), Source: in.has(signalChannels, "source"), File: in.has(signalChannels, "file"),
		FilePath: in.trimmed("signal.file"), PollInterval: in.milliseconds("signal.poll.interval.ms"),
	}
}

func (in input) notifications() Notifications {
	return Notifications{Sink: in.has(noticeChannels, sinkChannel), Log: in.has(noticeChannels, "log"), Topic: in.trimmed(noticeTopic)}
}

func (in input) flow() Flow {
	return Flow{
		MaxBatch: in.integer(maxBatchSize), MaxQueueBytes: in.number("max.queue.size.in.bytes"), PollInterval: in.milliseconds("poll.interval.ms"),
	}
}

func (in input) failures() Failures {
	return Failures{
		Event:      FailureMode(in.choice("event.processing.failure.handling.mode")),
		MaxRetries: in.integer("errors.max.retries"), RestartWait: in.milliseconds("retriable.restart.connector.wait.ms"),
	}
}

// warnings are about what a user may expect to have an effect and has none.
func (in input) warnings() []string {
	out := in.channelWarnings()
	warn := func(wrong bool, format string, args ...any) {
		if wrong {
			out = append(out, fmt.Sprintf(format, args...))
		}
	}
	warn(!in.boolean("flush.lsn.source"), "flush.lsn.source is false: the slot is never moved on, and the server keeps all changes until somebody moves it")
	warn(in.boolean("openlineage.integration.enabled"), "openlineage.integration.enabled has no effect: OpenLineage is not supported")
	_, set := in.props["heartbeat.topics.prefix"]
	warn(set, "heartbeat.topics.prefix has no effect: topic.heartbeat.prefix names the topic of heartbeats")
	_, wrong := params(in.trimmed("slot.stream.params"))
	warn(len(wrong) > 0, "slot.stream.params: %s is left out, since it has no value", strings.Join(wrong, ", "))
	for _, table := range in.list(overridesKey) {
		warn(in.trimmed(overridePrefix+table) == "", "%s names %s, but %s%s is not set: all rows are read", overridesKey, table, overridePrefix, table)
	}
	mode := in.choice(fieldNames)
	warn(string(adjustment(mode)) != mode, "%s has an unknown value and counts as none", fieldNames)
	return out
}

func (in input) channelWarnings() []string {
	var out []string
	for _, channel := range in.list(signalChannels) {
		switch strings.ToLower(channel) {
		case "source", "file":
		default:
			out = append(out, fmt.Sprintf("%s: no signals are read from %s, only from source and file", signalChannels, channel))
		}
	}
	for _, channel := range in.list(noticeChannels) {
		switch strings.ToLower(channel) {
		case sinkChannel, "log":
		default:
			out = append(out, fmt.Sprintf("%s: no notifications go to %s, only to sink and log", noticeChannels, channel))
		}
	}
	return out
}
