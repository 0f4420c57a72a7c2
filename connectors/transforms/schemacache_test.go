// SPDX-License-Identifier: Apache-2.0

package transforms

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect"
)

func TestTheCacheForgetsTheSchemaThatWasNotUsedForLongest(t *testing.T) {
	derived := 0
	derive := func(*connect.Schema) (int, error) { derived++; return derived, nil }
	var c schemaCache[int]
	schemas := make([]*connect.Schema, cachedSchemas+1)
	for i := range schemas {
		schemas[i] = connect.Int8.WithVersion(i)
		if i < cachedSchemas {
			_, _ = c.get(schemas[i], derive)
		}
	}
	_, _ = c.get(schemas[0], derive) // used again: the second is the oldest now
	require.Equal(t, cachedSchemas, derived)
	_, _ = c.get(schemas[cachedSchemas], derive)
	require.Len(t, c.entries, cachedSchemas)
	v, _ := c.get(schemas[0], derive)
	require.Equal(t, 1, v, "kept")
	_, _ = c.get(schemas[1], derive)
	require.Equal(t, cachedSchemas+2, derived, "the second was forgotten")
}

func TestAnEqualSchemaTakesThePlaceOfTheRemembered(t *testing.T) {
	var c schemaCache[*connect.Schema]
	first, twin := connect.Int8.WithDoc("d"), connect.Int8.WithDoc("d")
	same := func(s *connect.Schema) (*connect.Schema, error) { return s, nil }
	_, _ = c.get(first, same)
	v, err := c.get(twin, same)
	require.NoError(t, err)
	require.Same(t, first, v)
	require.Same(t, twin, c.entries[0].schema)
	require.Len(t, c.entries, 1)
}

func TestAnErrorIsNotRemembered(t *testing.T) {
	var c schemaCache[int]
	_, err := c.get(connect.Int8, func(*connect.Schema) (int, error) { return 0, errors.New("no") })
	require.Error(t, err)
	v, err := c.get(connect.Int8, func(*connect.Schema) (int, error) { return 7, nil })
	require.NoError(t, err)
	require.Equal(t, 7, v)
}
