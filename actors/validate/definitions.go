// SPDX-License-Identifier: Apache-2.0

package validate

import "github.com/longshore-io/connect"

// Groups of keys, as user interfaces show them.
const (
	groupCommon        = "Common"
	groupTransforms    = "Transforms"
	groupPredicates    = "Predicates"
	groupErrors        = "Error Handling"
	groupTopicCreation = "Topic Creation"
	groupExactlyOnce   = "Exactly Once Support"
	groupOffsetsTopic  = "offsets.topic"
)

// Source defines the keys that every source connector has, in Kafka Connect's order.
func Source() connect.ConfigDef {
	return common().With(ErrorHandling()...).With(sourceOnly()...)
}

// Sink defines the keys that every sink connector has, in Kafka Connect's order.
func Sink() connect.ConfigDef {
	return common().With(ErrorHandling()...).With(sinkOnly()...)
}

func common() connect.ConfigDef {
	return connect.ConfigDef{
		{Name: NameKey, Type: connect.StringType, Required: true, Validator: connect.ValidatorFunc(checkName), Importance: connect.High,
			Doc: "Name of the connector, unique in the cluster.", Group: groupCommon, OrderInGroup: 1, Width: connect.MediumWidth, DisplayName: "Connector name"},
		{Name: ClassKey, Type: connect.StringType, Required: true, Importance: connect.High,
			Doc:   "Class of the connector: its full name, or its simple name with or without Connector at the end.",
			Group: groupCommon, OrderInGroup: 2, Width: connect.LongWidth, DisplayName: "Connector class"},
		{Name: VersionKey, Type: connect.StringType, Importance: connect.Medium,
			Doc:   "Version of the connector that is wanted: one version, or a range such as [1.0,2.0).",
			Group: groupCommon, OrderInGroup: 3, Width: connect.MediumWidth, DisplayName: "Connector version"},
		{Name: "tasks.max", Type: connect.IntType, Default: 1, Validator: connect.AtLeast(1), Importance: connect.High,
			Doc: "Number of tasks that the connector may have at most.", Group: groupCommon, OrderInGroup: 4, Width: connect.ShortWidth, DisplayName: "Tasks max"},
		{Name: "tasks.max.enforce", Type: connect.BooleanType, Default: true, Importance: connect.Low,
			Doc:   "Whether a connector that makes more tasks than tasks.max fails, or is only warned of.",
			Group: groupCommon, OrderInGroup: 5, Width: connect.ShortWidth, DisplayName: "Enforce tasks max"},
		converterKey(roleKey, "Key", 6), converterVersionKey(roleKey, "Key", 7),
		converterKey(roleValue, "Value", 8), converterVersionKey(roleValue, "Value", 9),
		converterKey(roleHeader, "Header", 10), converterVersionKey(roleHeader, "Header", 11),
		{Name: Transforms, Type: connect.ListType, Default: []string{}, Validator: uniqueAliases, Importance: connect.Low,
			Doc: "Aliases of the transforms, in the order in which records go through them.", Group: groupTransforms, OrderInGroup: 12, Width: connect.LongWidth, DisplayName: "Transforms"},
		{Name: Predicates, Type: connect.ListType, Default: []string{}, Validator: uniqueAliases, Importance: connect.Low,
			Doc: "Aliases of the predicates that transforms may name.", Group: groupPredicates, OrderInGroup: 13, Width: connect.LongWidth, DisplayName: "Predicates"},
		{Name: "config.action.reload", Type: connect.StringType, Default: "restart", Validator: connect.OneOf("none", "restart"), Importance: connect.Low,
			Doc:   "What to do when a value from a config provider has run out: restart the connector then, or nothing.",
			Group: groupCommon, OrderInGroup: 14, Width: connect.MediumWidth, DisplayName: "Reload Action"},
	}
}

func converterKey(role, title string, order int) connect.ConfigKey {
	return connect.ConfigKey{Name: role, Type: connect.ClassType, Importance: connect.Low,
		Doc:   title + " converter of this connector, in place of the worker's; none of the worker's converter keys count then.",
		Group: groupCommon, OrderInGroup: order, Width: connect.ShortWidth, DisplayName: title + " converter class"}
}

func converterVersionKey(role, title string, order int) connect.ConfigKey {
	return connect.ConfigKey{Name: role + "." + versionSuffix, Type: connect.StringType, Importance: connect.Low,
		Doc:   "Version of the " + role + " that is wanted.",
		Group: groupCommon, OrderInGroup: order, Width: connect.ShortWidth, DisplayName: title + " converter version"}
}

// ErrorHandling defines errors.*: what is done about records that cannot be handled.
func ErrorHandling() connect.ConfigDef {
	return connect.ConfigDef{
		{Name: "errors.retry.timeout", Type: connect.LongType, Default: int64(0), Importance: connect.Medium,
			Doc:   "How long, in milliseconds, something that failed for the moment is tried again; 0 for not at all, -1 without end.",
			Group: groupErrors, OrderInGroup: 1, Width: connect.MediumWidth, DisplayName: "Retry Timeout for Errors"},
		{Name: "errors.retry.delay.max.ms", Type: connect.LongType, Default: int64(60000), Importance: connect.Medium,
			Doc:   "Longest pause between two attempts, in milliseconds; longer ones are spread at random below it.",
			Group: groupErrors, OrderInGroup: 2, Width: connect.MediumWidth, DisplayName: "Maximum Delay Between Retries for Errors"},
		{Name: "errors.tolerance", Type: connect.StringType, Default: "none", Validator: connect.OneOf("none", "all"), Importance: connect.Medium,
			Doc:   "Whether a record that cannot be converted or transformed fails the task (none) or is skipped (all).",
			Group: groupErrors, OrderInGroup: 3, Width: connect.ShortWidth, DisplayName: "Error Tolerance"},
		{Name: "errors.log.enable", Type: connect.BooleanType, Default: false, Importance: connect.Medium,
			Doc:   "Whether records that cannot be handled are logged; those that fail the task are in its status anyway.",
			Group: groupErrors, OrderInGroup: 4, Width: connect.ShortWidth, DisplayName: "Log Errors"},
		{Name: "errors.log.include.messages", Type: connect.BooleanType, Default: false, Importance: connect.Medium,
			Doc:   "Whether the log says which record failed: a sink's by topic, partition and offset, a source's with its contents.",
			Group: groupErrors, OrderInGroup: 5, Width: connect.ShortWidth, DisplayName: "Log Error Details"},
	}
}

func sourceOnly() connect.ConfigDef {
	return connect.ConfigDef{
		{Name: topicCreationGroups, Type: connect.ListType, Default: []string{}, Validator: uniqueAliases, Importance: connect.Low,
			Doc: "Groups of topics that are created alike; the group default is always there.", Group: groupTopicCreation, OrderInGroup: 1, Width: connect.LongWidth, DisplayName: "Topic Creation Groups"},
		{Name: ExactlyOnce, Type: connect.StringType, Default: "requested", Validator: connect.OneOfFold("REQUIRED", "REQUESTED"), Importance: connect.Medium,
			Doc:   "Whether the connector may be created where exactly-once delivery is not sure: required refuses, requested does not.",
			Group: groupExactlyOnce, OrderInGroup: 2, Width: connect.ShortWidth, DisplayName: "Exactly once support"},
		{Name: TransactionBoundary, Type: connect.StringType, Default: "poll", Validator: connect.OneOfFold("INTERVAL", "POLL", "CONNECTOR"), Importance: connect.Medium,
			Doc:   "What one transaction holds: the records of a poll, those of an interval, or what the connector says.",
			Group: groupExactlyOnce, OrderInGroup: 3, Width: connect.ShortWidth, DisplayName: "Transaction Boundary"},
		{Name: BoundaryInterval, Type: connect.LongType, Validator: optional(connect.AtLeast(0)), Importance: connect.Low,
			Doc:   "Length of a transaction in milliseconds where the boundary is interval; by default the worker's offset.flush.interval.ms.",
			Group: groupExactlyOnce, OrderInGroup: 4, Width: connect.ShortWidth, DisplayName: "Transaction boundary interval"},
		{Name: OffsetsTopic, Type: connect.StringType, Validator: connect.NonEmpty(), Importance: connect.Low,
			Doc:   "Topic of this connector's own for its offsets, in addition to the worker's.",
			Group: groupOffsetsTopic, OrderInGroup: 1, Width: connect.LongWidth, DisplayName: "Offsets topic"},
	}
}

func sinkOnly() connect.ConfigDef {
	return connect.ConfigDef{
		{Name: Topics, Type: connect.ListType, Default: []string{}, Importance: connect.High,
			Doc: "Topics to consume.", Group: groupCommon, OrderInGroup: 4, Width: connect.LongWidth, DisplayName: "Topics"},
		{Name: TopicsRegex, Type: connect.StringType, Default: "", Validator: connect.ValidatorFunc(checkRegex), Importance: connect.High,
			Doc:   "Regular expression for the whole names of the topics to consume; either this or topics is set.",
			Group: groupCommon, OrderInGroup: 4, Width: connect.LongWidth, DisplayName: "Topics regex"},
		{Name: DeadLetterTopic, Type: connect.StringType, Default: "", Importance: connect.Medium,
			Doc:   "Topic that messages go to which cannot be converted or transformed; empty for none.",
			Group: groupErrors, OrderInGroup: 6, Width: connect.MediumWidth, DisplayName: "Dead Letter Queue Topic Name"},
		{Name: "errors.deadletterqueue.topic.replication.factor", Type: connect.ShortType, Default: 3, Importance: connect.Medium,
			Doc:   "Replication factor with which the dead letter topic is created where it is missing.",
			Group: groupErrors, OrderInGroup: 7, Width: connect.MediumWidth, DisplayName: "Dead Letter Queue Topic Replication Factor"},
		{Name: "errors.deadletterqueue.context.headers.enable", Type: connect.BooleanType, Default: false, Importance: connect.Medium,
			Doc:   "Whether dead letters get headers, all beginning with __connect.errors., that say where and why they failed.",
			Group: groupErrors, OrderInGroup: 8, Width: connect.MediumWidth, DisplayName: "Enable Error Context Headers"},
	}
}
