// SPDX-License-Identifier: Apache-2.0

package kafkaconfig

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Policy is connector.client.config.override.policy: which client properties a connector may set for itself.
type Policy string

const (
	// PolicyAll allows every property. It is Kafka's default.
	PolicyAll Policy = "All"
	// PolicyNone allows no property.
	PolicyNone Policy = "None"
	// PolicyPrincipal allows the properties that say who the client is, and nothing else.
	PolicyPrincipal Policy = "Principal"
)

const (
	policyPackage = "org.apache.kafka.connect.connector.policy."
	policySuffix  = "ConnectorClientConfigOverridePolicy"
)

// ParsePolicy reads a policy by its short name or by the name of Kafka's class. The empty text is PolicyAll.
func ParsePolicy(text string) (Policy, error) {
	short := strings.TrimSuffix(strings.TrimPrefix(text, policyPackage), policySuffix)
	switch p := Policy(short); p {
	case "":
		return PolicyAll, nil
	case PolicyAll, PolicyNone, PolicyPrincipal:
		return p, nil
	}
	return "", &Error{Key: "connector.client.config.override.policy", Value: text, Reason: "use All, None or Principal; Java classes cannot be loaded"}
}

// OverrideError is one property that a policy forbids.
type OverrideError struct {
	// Key is the property without its prefix.
	Key string
	// Policy is the policy that forbids it.
	Policy Policy
}

// Error is Kafka's sentence for a forbidden override.
func (e OverrideError) Error() string {
	return fmt.Sprintf("The '%s' policy does not allow '%s' to be overridden in the connector configuration.", e.Policy, e.Key)
}

// Check returns one error for each override that the policy forbids, in the order of the keys. Overrides come without their prefix.
func (p Policy) Check(overrides map[string]string) []OverrideError {
	var errs []OverrideError
	for _, key := range slices.Sorted(maps.Keys(overrides)) {
		if !p.allows(key) {
			errs = append(errs, OverrideError{Key: key, Policy: p})
		}
	}
	return errs
}

func (p Policy) allows(key string) bool {
	switch p {
	case PolicyAll:
		return true
	case PolicyPrincipal:
		return key == "sasl.jaas.config" || key == "sasl.mechanism" || key == "security.protocol"
	}
	return false
}
