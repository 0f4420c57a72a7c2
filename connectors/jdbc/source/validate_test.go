// SPDX-License-Identifier: Apache-2.0

package source

import (
	"context"
	"maps"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect"
)

// wrongKeys validates a configuration and returns the keys that have errors.
func wrongKeys(t *testing.T, props map[string]string) []string {
	t.Helper()
	c := New()
	values := map[string]*connect.ConfigValue{}
	for _, v := range c.Config().Validate(props) {
		values[v.Name] = v
	}
	require.NoError(t, c.(connect.ConfigValidator).ValidateConfig(context.Background(), props, values))
	var out []string
	for _, key := range slices.Sorted(maps.Keys(values)) {
		if len(values[key].Errors) > 0 {
			out = append(out, key)
		}
	}
	return out
}

func TestKeysThatDoNotFitTogetherAreNamed(t *testing.T) {
	db := newSQLite(t, "CREATE TABLE orders (id INTEGER PRIMARY KEY)")
	for name, c := range map[string]struct {
		more []string
		want []string
	}{
		"all is well":                     {nil, nil},
		"no mode":                         {[]string{modeKey, ""}, []string{modeKey}},
		"snapshots of another database":   {[]string{isolationKey, isolationSnapshot}, []string{isolationKey}},
		"keys of two families":            {[]string{includeKey, ".*"}, []string{includeKey, whitelistKey}},
		"no table is named":               {[]string{whitelistKey, ""}, []string{blacklistKey, excludeKey, includeKey, whitelistKey}},
		"a column restricts, too":         {[]string{whitelistKey, "", incrementingKey, "id"}, nil},
		"two queries":                     {[]string{whitelistKey, "", queryKey, "SELECT 1", maskedQueryKey, "SELECT 1"}, []string{queryKey, maskedQueryKey}},
		"a query and a table":             {[]string{queryKey, "SELECT 1"}, []string{queryKey, whitelistKey}},
		"a query without its column":      {[]string{whitelistKey, "", queryKey, "SELECT 1"}, []string{incrementingKey}},
		"no SELECT":                       {[]string{whitelistKey, "", modeKey, modeBulk, queryKey, "WITH x AS (SELECT 1) SELECT * FROM x"}, []string{queryKey}},
		"a masked one that is no SELECT":  {[]string{whitelistKey, "", modeKey, modeBulk, maskedQueryKey, "DROP TABLE orders"}, []string{maskedQueryKey}},
		"a query that is fine":            {[]string{whitelistKey, "", queryKey, "SELECT id FROM orders", incrementingKey, "id"}, nil},
		"a query that is not":             {[]string{whitelistKey, "", modeKey, modeBulk, queryKey, "SELECT nothing FROM nowhere"}, []string{queryKey}},
		"no URL":                          {[]string{urlKey, ""}, []string{urlKey}},
		"nobody there":                    {[]string{urlKey, "jdbc:postgresql://127.0.0.1:1/x", userKey, "u"}, []string{urlKey}},
		"a database that is not known":    {[]string{urlKey, "jdbc:oracle:thin:@x"}, []string{urlKey}},
		"a dialect of another":            {[]string{dialectKey, "MySqlDatabaseDialect"}, []string{dialectKey}},
		"exclusion without inclusion":     {[]string{whitelistKey, "", excludeKey, "x"}, []string{excludeKey}},
		"a mapping that the mode lacks":   {[]string{whitelistKey, "", includeKey, ".*"}, []string{modeKey}},
		"a mapping that the mode has not": {[]string{whitelistKey, "", includeKey, ".*", modeKey, modeBulk, incrementingMappingKey, ".*:id"}, []string{modeKey}},
	} {
		t.Run(name, func(t *testing.T) { assert.Equal(t, c.want, wrongKeys(t, db.props(c.more...))) })
	}
}

func TestAQueryThatIsMaskedIsNotShown(t *testing.T) {
	db := newSQLite(t)
	props := db.props(whitelistKey, "", modeKey, modeBulk, maskedQueryKey, "SELECT top_secret FROM hidden_place")
	c := New()
	values := map[string]*connect.ConfigValue{}
	for _, v := range c.Config().Validate(props) {
		values[v.Name] = v
	}
	require.NoError(t, c.(connect.ConfigValidator).ValidateConfig(context.Background(), props, values))
	require.Len(t, values[maskedQueryKey].Errors, 1)
	assert.NotContains(t, values[maskedQueryKey].Errors[0], "hidden_place")
}

func TestValuesThatTheOtherConnectorTakesAreTaken(t *testing.T) {
	db := newSQLite(t, "CREATE TABLE orders (id INTEGER PRIMARY KEY)")
	assert.Empty(t, wrongKeys(t, db.props(granularityKey, "MICROS_LONG", numericMappingKey, "BEST_FIT", retriesKey, "-5", lingerKey, "-1", delayKey, "-1000", initialKey, "-1", quoteKey, "Never",
		credentialsKey, "io.confluent.connect.jdbc.util.DefaultJdbcCredentialsProvider", tablePollIntervalKey, "9223372036854775807")))
	s, err := parse(db.props(granularityKey, "NANOS_STRING", numericMappingKey, "BEST_FIT", delayKey, "-1000"))
	require.NoError(t, err)
	assert.Equal(t, []any{granularityNanosText, numericBestFit, -time.Second}, []any{s.granularity, s.numeric, s.delay})
}

func TestIntervalsMayBeAsLongAsTheirKeys(t *testing.T) {
	assert.Greater(t, milliseconds(math.MaxInt64), 200*365*24*time.Hour)
	assert.Less(t, duration(math.MinInt64), -200*365*24*time.Hour)
	assert.Zero(t, milliseconds(-1))
}

func TestEveryKeyIsDocumented(t *testing.T) {
	for _, key := range New().Config() {
		assert.NotEmpty(t, key.Doc, key.Name)
		assert.Contains(t, []string{databaseGroup, modeGroup, connectorGroup, ""}, key.Group, key.Name)
		if !key.Internal {
			assert.NotZero(t, key.OrderInGroup, key.Name)
		}
	}
}
