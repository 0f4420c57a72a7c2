// SPDX-License-Identifier: Apache-2.0

package registrytest

import (
	"maps"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect"
)

// Configured configures a converter of values with the registry at url and more options, and returns it.
func Configured[C connect.Converter](t testing.TB, converter C, url string, more map[string]string) C {
	t.Helper()
	props := map[string]string{"schema.registry.url": url}
	maps.Copy(props, more)
	require.NoError(t, converter.Configure(props, false))
	return converter
}
