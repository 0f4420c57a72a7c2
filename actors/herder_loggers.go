// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"github.com/asynkron/protoactor-go/actor"

	connect "github.com/longshore-io/connect"
	clusterlog "github.com/longshore-io/connect/cluster/configlog"
)

func (h *herder) logger(name string) (connect.LoggerLevel, error) {
	level, known := h.env.runtime.Loggers.Level(name)
	if !known {
		return connect.LoggerLevel{}, connect.Errorf(connect.NotFound, "Logger %s not found.", name)
	}
	return level, nil
}

// setClusterLogger stores the level as it was written. This worker sets it, as all others do, when it reads the record.
func (h *herder) setClusterLogger(c actor.Context, m SetClusterLogger) {
	if _, err := connect.ParseLogLevel(m.Level); err != nil {
		c.Respond(Reply{Err: err})
		return
	}
	h.writeAndConfirm(c, writeConfig{records: []clusterlog.Record{clusterlog.LoggerRecord(m.Name, m.Level)}, deadline: m.Deadline})
}

// applyLevel sets what a record of the config topic asks for. Others write that topic too: what it says may be wrong.
func (h *herder) applyLevel(m clusterlog.LoggerLevelSet) {
	level, err := connect.ParseLogLevel(m.Level)
	if err != nil {
		h.env.log.Warn("a level that the config topic asks for was not set", "logger", m.Namespace, "error", err)
		return
	}
	h.env.runtime.Loggers.SetLevel(m.Namespace, level)
}
