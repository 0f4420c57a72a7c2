// SPDX-License-Identifier: Apache-2.0

package configprovider

import (
	"context"
	"fmt"
	"os"
	"time"

	connect "github.com/longshore-io/connect"
	"github.com/longshore-io/connect/internal/javaregex"
)

// EnvClass is Kafka's class name of the provider of NewEnv.
const EnvClass = "org.apache.kafka.common.config.provider.EnvVarConfigProvider"

// allowlist is the parameter of the provider of environment variables.
const allowlist = "allowlist.pattern"

// env reads environment variables.
type env struct {
	lookup  func(name string) (string, bool)
	allowed *javaregex.Regexp // nil allows every name
}

// NewEnv makes a provider whose keys are environment variables of the process, and which has no paths: ${env:NAME}. Its
// parameter allowlist.pattern is a Java regular expression that a whole name has to match.
func NewEnv() connect.ConfigProvider { return &env{lookup: os.LookupEnv} }

// Configure reads allowlist.pattern.
func (e *env) Configure(params map[string]string) error {
	pattern, set := params[allowlist]
	if !set {
		return nil
	}
	allowed, err := javaregex.Compile(pattern)
	if err != nil {
		return &connect.ConfigError{Key: allowlist, Value: pattern, Reason: "not a regular expression: " + err.Error()}
	}
	e.allowed = allowed
	return nil
}

// Get returns the variables that are set and allowed.
func (e *env) Get(_ context.Context, path string, keys []string) (map[string]string, time.Duration, error) {
	if path != "" {
		return nil, 0, fmt.Errorf("Path is not supported for EnvVarConfigProvider, invalid value '%s'", path) //nolint:staticcheck // Kafka's text
	}
	found := map[string]string{}
	for _, key := range keys {
		if e.allowed != nil && !e.allowed.MatchString(key) {
			continue
		}
		if value, set := e.lookup(key); set {
			found[key] = value
		}
	}
	return found, 0, nil
}

// Close does nothing.
func (e *env) Close() error { return nil }
