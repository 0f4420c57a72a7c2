// SPDX-License-Identifier: Apache-2.0

package jsonschema

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect"
)

func TestASchemaThatContainsItselfHasNoJSONSchema(t *testing.T) {
	base, err := connect.NewStructSchema("tree", nil)
	require.NoError(t, err)
	tree, err := connect.NewRecursiveStruct(base, func(self *connect.Schema) ([]connect.SchemaField, error) {
		return []connect.SchemaField{{Name: "next", Schema: connect.Optional(self)}}, nil
	})
	require.NoError(t, err)
	_, err = textOf(tree, &options{})
	require.ErrorContains(t, err, "contains itself")
}
