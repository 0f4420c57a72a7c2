// SPDX-License-Identifier: Apache-2.0

package actors

import (
	connect "github.com/longshore-io/connect"
	"github.com/longshore-io/connect/actors/validate"
	"github.com/longshore-io/connect/internal/kafkaconfig"
)

// Validation returns what a validation of a connector needs to know of the worker.
func (c Config) Validation() validate.Worker {
	policy, _ := kafkaconfig.ParsePolicy(c.OverridePolicy) // WorkerProps has refused a wrong one
	return validate.Worker{
		KeyConverter: c.KeyConverter.Class, ValueConverter: c.ValueConverter.Class, HeaderConverter: c.HeaderConverter.Class,
		Distributed: !c.Standalone, GroupID: c.GroupID, ExactlyOnce: c.ExactlyOnce == "enabled",
		Own: connectorKeys(),
		Override: func(_ validate.Client, key, value string) error {
			for _, err := range policy.Check(map[string]string{key: value}) {
				return err
			}
			return nil
		},
	}
}

// connectorKeys are keys of ours that connectors may set for themselves.
func connectorKeys() connect.ConfigDef { return restartKeys().With(taskBufferSetting) }
