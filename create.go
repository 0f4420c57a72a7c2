// SPDX-License-Identifier: Apache-2.0

package connect

import "strings"

// CreateRequest asks for a new connector. Its JSON form, as clients send it and connector files have it, is
//
//	{"name": "orders", "config": {"connector.class": "…"}, "initial_state": "stopped"}
//
// Every value of config is kept as text: numbers and booleans as they were written, null as null. Name is trimmed where a
// connector is created by POST and nowhere else: PUT /connectors/%20x%20/config makes a connector with spaces around its
// name. A name inside config must be the same. The field initial_state may be missing or null, and is written in any case.
type CreateRequest struct {
	// Name of the connector.
	Name string
	// Config as submitted, with the name in it.
	Config RawConfig
	// InitialState is what the connector is to be from its start; nil is TargetStarted, without a record that says so.
	InitialState *TargetState
}

// ParseInitialState reads the field initial_state: running, paused or stopped in any case. The error is of class BadConfig.
func ParseInitialState(text string) (TargetState, error) {
	switch strings.ToUpper(text) {
	case "RUNNING":
		return TargetStarted, nil
	case "PAUSED":
		return TargetPaused, nil
	case "STOPPED":
		return TargetStopped, nil
	}
	return "", Errorf(BadConfig, "initial_state %q is not known: it must be RUNNING, PAUSED or STOPPED", text)
}
