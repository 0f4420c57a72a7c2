// SPDX-License-Identifier: Apache-2.0

package transforms

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect"
)

func TestAStructThatContainsItselfIsNotFlattened(t *testing.T) {
	base, err := connect.NewStructSchema("tree", nil)
	require.NoError(t, err)
	tree, err := connect.NewRecursiveStruct(base, func(self *connect.Schema) ([]connect.SchemaField, error) {
		return []connect.SchemaField{{Name: "next", Schema: connect.Optional(self)}}, nil
	})
	require.NoError(t, err)
	f := onPart{part: valuePart, change: &flatten{}}
	require.NoError(t, f.Configure(map[string]string{}))
	_, err = f.Apply(t.Context(), &connect.Record{ValueSchema: tree, Value: connect.NewStruct(tree)})
	require.ErrorContains(t, err, "contains itself")
}
