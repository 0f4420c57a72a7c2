// SPDX-License-Identifier: Apache-2.0

package settings

import "github.com/longshore-io/connect"

// furtherKeys are those that Debezium reads without defining them, and those of our own, which it ignores.
func furtherKeys() []definition {
	return []definition{
		{connect.ConfigKey{Name: "topic.delimiter", Type: connect.StringType, Default: ".", Importance: connect.Medium, Width: connect.ShortWidth, DisplayName: "Topic delimiter",
			Doc: "What stands between the parts of the names of topics."}, []check{validName}},
		{connect.ConfigKey{Name: "topic.transaction", Type: connect.StringType, Default: "transaction", Importance: connect.Low, Width: connect.MediumWidth, DisplayName: "Transaction topic",
			Doc: "Last part of the name of the topic for transactions."}, []check{validName}},
		{connect.ConfigKey{Name: "topic.heartbeat.prefix", Type: connect.StringType, Default: "__debezium-heartbeat", Importance: connect.Low, Width: connect.MediumWidth, DisplayName: "Heartbeat topic prefix",
			Doc: "What the name of the topic for heartbeats begins with."}, []check{validName}},
		{connect.ConfigKey{Name: "topic.cache.size", Type: connect.IntType, Default: 10000, Importance: connect.Low, Width: connect.ShortWidth, DisplayName: "Topic cache size",
			Doc: "Has no effect here."}, nil},
		{connect.ConfigKey{Name: "field.name.adjustment.mode", Type: connect.StringType, Default: "none", Importance: connect.Low, Width: connect.MediumWidth, DisplayName: "Field Name Adjustment",
			Doc: "How names of fields are made to fit Avro: none, avro or avro_unicode. Where the connector has a converter of its own for Avro, none is avro."}, nil},
		{connect.ConfigKey{Name: "money.fraction.digits", Type: connect.ShortType, Default: 2, Importance: connect.Low, Width: connect.ShortWidth, DisplayName: "Money fraction digits",
			Doc: "How many digits after the point money columns have."}, []check{nonNegativeInteger}},
		{connect.ConfigKey{Name: "skip.messages.without.change", Type: connect.BooleanType, Default: false, Importance: connect.Low, Width: connect.ShortWidth, DisplayName: "Skip messages without change",
			Doc: "Whether an update that changes none of the captured columns makes no record; the table needs REPLICA IDENTITY FULL."}, nil},
		{connect.ConfigKey{Name: "read.only", Type: connect.BooleanType, Default: false, Importance: connect.Low, Width: connect.ShortWidth, DisplayName: "Read only",
			Doc: "Whether incremental snapshots do without writing to the signal table; signals then come from other channels."}, nil},
		{connect.ConfigKey{Name: "signal.file", Type: connect.StringType, Default: "file-signals.txt", Importance: connect.Low, Width: connect.MediumWidth, DisplayName: "Signal file",
			Doc: "File that the signal channel file reads: one JSON object in each line."}, nil},
		{connect.ConfigKey{Name: "internal.slot.seek.to.known.offset.on.start", Type: connect.BooleanType, Default: false, Importance: connect.Low, Width: connect.ShortWidth, DisplayName: "Seek slot to offset",
			Doc: "Whether a slot that is behind the stored offset is moved to it at start."}, nil},
		{connect.ConfigKey{Name: "internal.create.slot.command.timeout", Type: connect.LongType, Default: int64(90), Importance: connect.Low, Width: connect.ShortWidth, DisplayName: "Slot creation timeout",
			Doc: "How long statements that make slots and publications may take, in seconds."}, nil},
		{connect.ConfigKey{Name: "snapshot.chunk.rows", Type: connect.IntType, Default: 0, Importance: connect.Low, Width: connect.ShortWidth, DisplayName: "Snapshot chunk rows",
			Doc: "About how many rows of a table one connection reads in one go in a snapshot; 0 chooses by the size of the table. A key of Longshore."}, []check{nonNegativeInteger}},
		{connect.ConfigKey{Name: "snapshot.resume", Type: connect.BooleanType, Default: true, Importance: connect.Low, Width: connect.ShortWidth, DisplayName: "Resume snapshots",
			Doc: "Whether a snapshot that was interrupted goes on where it stopped; otherwise it begins anew. A key of Longshore."}, []check{boolean}},
	}
}
