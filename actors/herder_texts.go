// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"fmt"

	connect "github.com/longshore-io/connect"
	clusterlog "github.com/longshore-io/connect/cluster/configlog"
)

// The answers of Kafka Connect's standalone herder to a caller's mistakes, where they are not those of the distributed one.
// Where it has no words of its own but the JVM's, the distributed ones are told.

// unlessConfigured refuses to stop a connector that is not there.
func unlessConfigured(name string) func(clusterlog.State) error {
	return func(state clusterlog.State) error {
		if _, exists := state.Connector(name); !exists {
			return fmt.Errorf("No connector `%s` configured", name) //nolint:staticcheck // Kafka's text
		}
		return nil
	}
}

// restartOfUnknown refuses to restart a task of a connector that is not there.
func (h *herder) restartOfUnknown(id connect.TaskID) error {
	if h.env.config.Standalone {
		return fmt.Errorf("Failed to start task %s-%d since it is not a recognizable type (source or sink)", id.Connector, id.Task) //nolint:staticcheck // Kafka's text
	}
	return unknownUnit(unitID{id.Connector, theConnector})
}

// unknownTask refuses to restart a task that the connector does not have.
func (h *herder) unknownTask(id connect.TaskID) error {
	if h.env.config.Standalone {
		return connect.Errorf(connect.NotFound, "Task %s-%d not found", id.Connector, id.Task)
	}
	return connect.Errorf(connect.NotFound, "Unknown task: %s-%d", id.Connector, id.Task) // -1 too, which is no connector here
}

// unknownUnit refuses to restart what is not there.
func unknownUnit(id unitID) error {
	if id.task == theConnector {
		return connect.Errorf(connect.NotFound, "Unknown connector: %s", id.connector)
	}
	return connect.Errorf(connect.NotFound, "Unknown task: %s-%d", id.connector, id.task)
}
