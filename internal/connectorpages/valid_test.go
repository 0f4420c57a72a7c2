// SPDX-License-Identifier: Apache-2.0

package connectorpages

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect"
)

// wrong is a text that hardly any key takes.
const wrong = "no such value"

// probes are values that can be parsed and are hardly right: what a connector says of them is what would be right.
func probes(typ connect.ConfigType) []string {
	switch typ {
	case connect.IntType:
		return []string{strconv.Itoa(math.MinInt32), strconv.Itoa(math.MaxInt32)}
	case connect.ShortType:
		return []string{strconv.Itoa(math.MinInt16), strconv.Itoa(math.MaxInt16)}
	case connect.LongType:
		return []string{strconv.FormatInt(math.MinInt64, 10), strconv.FormatInt(math.MaxInt64, 10)}
	case connect.DoubleType:
		return []string{"-1E300", "1E300"}
	case connect.StringType, connect.ListType, connect.ClassType:
		return []string{wrong, ""}
	}
	return nil
}

// validValues is what the connector says of values that are wrong, and what it recommends.
func (d definition) validValues(t *testing.T, key connect.ConfigKey) string {
	t.Helper()
	var said []string
	for _, probe := range probes(key.Type) {
		for _, value := range d.validate(t, map[string]string{key.Name: probe}) {
			if value.Name != key.Name {
				continue
			}
			for _, text := range value.Errors {
				said = append(said, reasonOf(text, probe))
			}
		}
	}
	if recommended := d.recommended(key); len(said) == 0 && recommended != "" {
		said = []string{recommended}
	}
	said = slices.DeleteFunc(said, func(text string) bool { return text == "" })
	slices.SortStableFunc(said, strings.Compare)
	return strings.Join(slices.Compact(said), "; ")
}

// validate is what the runtime does; the rest of the configuration is missing, so that nobody is asked over the network.
func (d definition) validate(t *testing.T, props map[string]string) []*connect.ConfigValue {
	t.Helper()
	values := d.Validate(props)
	if d.validator == nil {
		return values
	}
	byName := map[string]*connect.ConfigValue{}
	for _, value := range values {
		byName[value.Name] = value
	}
	require.NoError(t, d.validator.ValidateConfig(t.Context(), props, byName))
	return values
}

var (
	spaces = regexp.MustCompile(`\s+`)
	// heads are what everybody knows: the key and the value.
	heads = regexp.MustCompile(`(?s)^(Invalid value .* for configuration [^:]+: |The '[^']+' value is invalid: )`)
)

// reasonOf is an error without key and value.
func reasonOf(text, probe string) string {
	text = spaces.ReplaceAllString(heads.ReplaceAllString(text, ""), " ")
	if probe != "" {
		text = strings.ReplaceAll(text, probe, "…")
	}
	return strings.TrimPrefix(strings.TrimSpace(text), "… ")
}

func (d definition) recommended(key connect.ConfigKey) string {
	if key.Recommender == nil {
		return ""
	}
	parsed, _ := d.Parse(nil)
	values, err := key.Recommender.ValidValues(key.Name, parsed)
	if err != nil {
		return ""
	}
	var texts []string
	for _, value := range values {
		text, _ := connect.FormatConfigValue(value)
		texts = append(texts, text)
	}
	return strings.Join(texts, ", ")
}
