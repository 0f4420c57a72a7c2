// SPDX-License-Identifier: Apache-2.0

package rest

import (
	"context"
	"strings"

	connect "github.com/longshore-io/connect"
)

func (r request) logger() string { return r.params.ByName("logger") }

func listLoggers(ctx context.Context, herder Herder, _ request) (reply, error) {
	levels, err := herder.LoggerLevels(ctx)
	if levels == nil {
		levels = map[string]connect.LoggerLevel{}
	}
	return ok(levels), err
}

func getLogger(ctx context.Context, herder Herder, r request) (reply, error) {
	level, err := herder.LoggerLevel(ctx, r.logger())
	return ok(level), err
}

// setLogger sets a level here, and answers with the loggers that have changed, or on all workers, which will do it some time
// later.
func setLogger(ctx context.Context, herder Herder, r request) (reply, error) {
	text, level, err := decodeLevel(r.body)
	if err != nil {
		return reply{}, err
	}
	switch scope, given := r.first("scope"); {
	case strings.EqualFold(scope, "cluster"):
		return noContent, herder.SetClusterLoggerLevel(ctx, r.logger(), text)
	case given && !strings.EqualFold(scope, "worker"):
		r.log.Warn("unknown scope of a log level: it is set on this worker only; known are worker and cluster", "scope", scope, "logger", r.logger())
	}
	changed, err := herder.SetLoggerLevel(ctx, r.logger(), level)
	return ok(list(changed)), err
}

// decodeLevel reads {"level": "DEBUG"}, with the text as it was written. Kafka Connect takes any object of texts.
func decodeLevel(body []byte) (text string, level connect.LogLevel, err error) {
	fields, err := decodeConfig(body)
	if err != nil {
		return "", "", err
	}
	text, given := fields.Get("level")
	if !given {
		return "", "", badRequest("Desired 'level' parameter was not specified in request.")
	}
	level, err = connect.ParseLogLevel(text)
	return text, level, err
}
