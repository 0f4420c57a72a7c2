// SPDX-License-Identifier: Apache-2.0

//go:build real

package compat

// distributed is what workers of a group are asked.
var distributed = []scenario{
	{"methods", methodsOfEveryResource},
	{"slashes and unknown paths", slashesAndUnknownPaths},
	{"media types", mediaTypes},
	{"bodies that cannot be read", bodiesThatCannotBeRead},
	{"requests that are refused", requestsThatAreRefused},
	{"query booleans", queryBooleans},
	{"validate", validations},
	{"validate paths", validationPaths},
	{"plugin configs", pluginConfigs},
	{"loggers", loggers},
	{"create, read, change, delete", createReadChangeDelete},
	{"put creates and changes", putCreatesAndChanges},
	{"patch merges", patchMerges},
	{"pause, resume, stop", pauseResumeStop},
	{"initial states", initialStates},
	{"restarts", restarts},
	{"failures", failures},
	{"failures of tasks", failuresOfTasks},
	{"topics", topicsInUse},
	{"offsets of a source", offsetsOfASource},
	{"offsets in a topic of its own", offsetsInATopicOfItsOwn},
	{"offsets of a sink", offsetsOfASink},
	{"offsets of an overridden group", offsetsOfAnOverriddenGroup},
	{"names that are escaped oddly", namesThatAreEscapedOddly},
	{"odd names", oddNamesWork},
	{"names that no path reaches", namesThatNoPathReaches},
}

// standalone is what differs without a group.
var standalone = []scenario{
	{"a few of each", standaloneCalls},
}

// withOptions is what worker properties add to answers.
var withOptions = []scenario{
	{"cors and headers", corsAndHeaders},
	{"admin listeners", adminListeners},
}
