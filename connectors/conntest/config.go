// SPDX-License-Identifier: Apache-2.0

package conntest

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect"
)

// checkConfigurations tries what is right, what is wrong key by key, and what is missing.
func (s subject) checkConfigurations(t *testing.T) {
	try(t, "the configuration that works is found right", func(tr *trial) {
		for key, errs := range tr.wrongKeys(s.create(), s.prepareFor(tr).props) {
			assert.Empty(tr, errs, "the errors of %s", key)
		}
	})
	def := s.create().Config()
	for name := range s.bad {
		assert.NotNil(t, def.Key(name), "the case has a wrong value of %s, and the connector does not define that key", name)
	}
	t.Run("wrong values are named", func(t *testing.T) {
		p := s.prepare(t)
		for _, wrong := range s.wrongs() {
			try(t, wrong.Key, func(tr *trial) { s.checkWrong(tr, p, wrong) })
		}
	})
	try(t, "required keys that are missing are named, each one", func(tr *trial) {
		found := tr.wrongKeys(s.create(), map[string]string{})
		for _, key := range def {
			if key.Required {
				assert.Contains(tr, strings.Join(found[key.Name], "\n"), key.Name)
			}
		}
	})
}

func (s subject) checkWrong(tr *trial, p place, wrong Wrong) {
	tr.keep(s.create().Config(), p.props, p.secrets...)
	props := maps.Clone(p.props)
	maps.Copy(props, wrong.With)
	props[wrong.Key] = wrong.Value
	tr.keep(s.create().Config(), props)
	found := tr.wrongKeys(s.create(), props)
	text := strings.Join(found[wrong.Key], "\n")
	assert.Contains(tr, text, wrong.Key, "no error of the key names it; found: %v", found)
	assert.Contains(tr, text, wrong.Says)
	assert.NotContains(tr, found[wrong.Key], fmt.Sprintf("Invalid value %s for configuration %s", wrong.Value, wrong.Key), "the error does not say what would be right")
	for key, errs := range found {
		if key != wrong.Key && !slices.Contains(wrong.Also, key) {
			assert.Fail(tr, "a key that is right has errors", "%s: %v", key, errs)
		}
	}
}

// wrongKeys validates as the runtime does, and returns the errors by key.
func (tr *trial) wrongKeys(c connect.Connector, props map[string]string) map[string][]string {
	tr.Helper()
	values := valuesOf(c, props)
	if v, ok := c.(connect.ConfigValidator); ok {
		require.NoError(tr, tr.hear(v.ValidateConfig(tr.Context(), props, values)))
	}
	found := map[string][]string{}
	for name, value := range values {
		if len(value.Errors) > 0 {
			found[name] = value.Errors
			_ = tr.hear(fmt.Errorf("%s", strings.Join(value.Errors, "\n")))
		}
	}
	return found
}

func valuesOf(c connect.Connector, props map[string]string) map[string]*connect.ConfigValue {
	values := map[string]*connect.ConfigValue{}
	for _, value := range c.Config().Validate(props) {
		values[value.Name] = value
	}
	return values
}
