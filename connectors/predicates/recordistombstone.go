// SPDX-License-Identifier: Apache-2.0

package predicates

import (
	"context"

	"github.com/longshore-io/connect"
)

// recordIsTombstone chooses records without a value.
type recordIsTombstone struct{ unclosed }

// Config defines nothing.
func (recordIsTombstone) Config() connect.ConfigDef { return connect.ConfigDef{} }

// Configure has nothing to take.
func (recordIsTombstone) Configure(map[string]string) error { return nil }

// Test is true for a null value, whatever its schema.
func (recordIsTombstone) Test(_ context.Context, r *connect.Record) (bool, error) {
	return r.Value == nil, nil
}
