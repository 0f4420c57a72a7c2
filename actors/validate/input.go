// SPDX-License-Identifier: Apache-2.0

package validate

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/longshore-io/connect"
)

// Input is what a connector's configuration is validated against.
type Input struct {
	// Plugins are the classes that there are.
	Plugins *connect.Plugins
	// Config is the configuration with its variables resolved; nulls are kept.
	Config connect.RawConfig
	// Worker is what the worker brings in.
	Worker Worker
}

// Worker is what a validation needs to know of the worker.
type Worker struct {
	// KeyConverter, ValueConverter and HeaderConverter are the classes of connectors that do not name their own.
	KeyConverter, ValueConverter, HeaderConverter string
	// Distributed turns on the rules that only a cluster has: the names of consumer groups, exactly-once delivery.
	Distributed bool
	// GroupID is the cluster's group.id.
	GroupID string
	// ExactlyOnce says that exactly-once source support is enabled.
	ExactlyOnce bool
	// Own are keys that connectors may set and Kafka Connect does not know. They are checked where they are set, and shown where they are wrong.
	Own connect.ConfigDef
	// Override says why a connector may not set a client property, nil where it may; the key comes without its prefix. A
	// nil function allows everything.
	Override func(client Client, key, value string) error
}

// Client is a kind of Kafka client whose properties a connector may override.
type Client string

// The kinds of clients.
const (
	Producer Client = "producer"
	Consumer Client = "consumer"
	Admin    Client = "admin"
)

// prefix is in front of a connector's properties for a client.
func (c Client) prefix() string { return string(c) + ".override." }

// find returns the connector that the configuration names. The errors are of class BadConfig.
func (in *Input) find() (connect.Connector, connect.PluginInfo, error) {
	class, ok := in.Config.Get(ClassKey)
	if !ok {
		return nil, connect.PluginInfo{}, connect.Errorf(connect.BadConfig, "Connector config %s contains no connector type", in.redacted())
	}
	class = strings.TrimSpace(class)
	var made connect.Connector
	var info connect.PluginInfo
	err := connect.Guard(func() (err error) {
		made, info, err = in.Plugins.Connector(class)
		return err
	})
	var unknown *connect.UnknownPluginError
	switch {
	case !errors.As(err, &unknown):
		return made, info, err
	case len(unknown.Ambiguous) > 0:
		return nil, info, connect.Errorf(connect.BadConfig, "More than one connector matches alias %s. Please use full package and class name instead. Classes found: %s",
			class, strings.Join(unknown.Ambiguous, ", "))
	}
	text := fmt.Sprintf("Failed to find any class that implements Connector and which name matches %s, available connectors are: %s", class, strings.Join(in.connectors(), ", "))
	if unknown.Nearest != "" {
		text += ". The nearest is " + unknown.Nearest
	}
	return nil, info, connect.Errorf(connect.BadConfig, "%s", text)
}

func (in *Input) connectors() []string {
	return classesOf(in.Plugins, connect.SourcePlugin, connect.SinkPlugin)
}

func classesOf(plugins *connect.Plugins, types ...connect.PluginType) []string {
	var out []string
	for _, p := range plugins.List() {
		if slices.Contains(types, p.Type) {
			out = append(out, p.Class)
		}
	}
	return out
}

// redacted prints the configuration as Java prints a map. Only the name is shown: any other value may be a secret.
func (in *Input) redacted() string {
	var parts []string
	for _, k := range slices.Sorted(maps.Keys(in.Config)) {
		switch v := in.Config[k]; {
		case v == nil:
			parts = append(parts, k+"=null")
		case k == NameKey:
			parts = append(parts, k+"="+*v)
		default:
			parts = append(parts, k+"=[hidden]")
		}
	}
	return "{" + strings.Join(parts, ", ") + "}"
}
