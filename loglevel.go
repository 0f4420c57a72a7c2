// SPDX-License-Identifier: Apache-2.0

package connect

import (
	"slices"
	"strings"
)

// LogLevel is the level of a logger, in the words of Log4j, which Kafka Connect logs with.
type LogLevel string

// The levels, from the one that lets nothing pass.
const (
	LogOff   LogLevel = "OFF"
	LogFatal LogLevel = "FATAL"
	LogError LogLevel = "ERROR"
	LogWarn  LogLevel = "WARN"
	LogInfo  LogLevel = "INFO"
	LogDebug LogLevel = "DEBUG"
	LogTrace LogLevel = "TRACE"
	LogAll   LogLevel = "ALL"
)

// ParseLogLevel reads a level in any case, with spaces around it or not. The error is of class NotFound, with Kafka Connect's text.
func ParseLogLevel(text string) (LogLevel, error) {
	level := LogLevel(strings.ToUpper(strings.TrimSpace(text)))
	if !slices.Contains([]LogLevel{LogOff, LogFatal, LogError, LogWarn, LogInfo, LogDebug, LogTrace, LogAll}, level) {
		return "", Errorf(NotFound, "invalid log level '%s'.", text)
	}
	return level, nil
}

// RootLogger is the name of the logger above all others.
const RootLogger = "root"

// LoggerAttr is the key of an attribute that names a logger: a *slog.Logger made with it has the level of that name, if the
// process that made the log knows of it. The names are those of Kafka Connect, so that what users set there has the same
// effect here.
const LoggerAttr = "logger"

// The names of the runtime's loggers. A connector's logger, and that of its tasks, has the name of the connector's class.
const (
	RuntimeLogger = "org.apache.kafka.connect.runtime"
	RESTLogger    = RuntimeLogger + ".rest"
	ClientsLogger = "org.apache.kafka.clients"
)

// LoggerLevel is the level of a logger and when it was last set.
type LoggerLevel struct {
	Level LogLevel `json:"level"`
	// LastModified is in milliseconds since 1970, null where the level was not set since the start of the process.
	LastModified *int64 `json:"last_modified"`
}

// Loggers are the loggers of a process, by dotted names: what is set for a name holds for all below it. They are safe for
// concurrent use.
type Loggers interface {
	// Levels returns the loggers that there are, without those that are off.
	Levels() map[string]LoggerLevel
	// Level returns the level of one logger, and false where there is none of that name.
	Level(name string) (LoggerLevel, bool)
	// SetLevel sets the level of a logger, which is made if there is none, and of all below it. It returns the sorted names
	// of those whose level is another now.
	SetLevel(name string, level LogLevel) []string
}
