// SPDX-License-Identifier: Apache-2.0

package connect

import (
	"fmt"
	"strings"
)

// ConfigInfos is the outcome of a validation, in the form of the validate endpoint of the REST API.
type ConfigInfos struct {
	// Name is connector.class as it was given.
	Name string `json:"name"`
	// ErrorCount is 0 for a valid configuration.
	ErrorCount int `json:"error_count"`
	// Groups are the groups of the keys, in the order in which they are shown.
	Groups []string `json:"groups"`
	// Configs are the keys with their values.
	Configs []ConfigInfo `json:"configs"`
}

// ConfigInfo is one key; one of the two may be missing.
type ConfigInfo struct {
	Definition *ConfigKeyInfo   `json:"definition"`
	Value      *ConfigValueInfo `json:"value"`
}

// ConfigKeyInfo is the definition of a key.
type ConfigKeyInfo struct {
	Name     string     `json:"name"`
	Type     ConfigType `json:"type"`
	Required bool       `json:"required"`
	// DefaultValue is null for none, and for a default of null.
	DefaultValue  *string    `json:"default_value"`
	Importance    Importance `json:"importance"`
	Documentation string     `json:"documentation"`
	// Group is null for a key without one; Order is then -1.
	Group       *string  `json:"group"`
	Width       Width    `json:"width"`
	DisplayName string   `json:"display_name"`
	Dependents  []string `json:"dependents"`
	Order       int      `json:"order"`
}

// ConfigValueInfo is the value of a key and what is wrong with it.
type ConfigValueInfo struct {
	Name string `json:"name"`
	// Value is null for null, and for a text that did not parse; a password is hidden.
	Value             *string  `json:"value"`
	RecommendedValues []string `json:"recommended_values"`
	Errors            []string `json:"errors"`
	Visible           bool     `json:"visible"`
}

// Err is nil for a valid configuration, else of class BadConfig with Kafka Connect's text: all that is wrong.
func (r *ConfigInfos) Err() error {
	if r.ErrorCount == 0 {
		return nil
	}
	var b strings.Builder
	fmt.Fprintf(&b, "Connector configuration is invalid and contains the following %d error(s):", r.ErrorCount)
	for _, c := range r.Configs {
		if c.Value == nil {
			continue
		}
		for _, text := range c.Value.Errors {
			b.WriteString("\n" + text)
		}
	}
	b.WriteString("\nYou can also find the above list of errors at the endpoint `/connector-plugins/{connectorType}/config/validate`")
	return Errorf(BadConfig, "%s", b.String())
}
