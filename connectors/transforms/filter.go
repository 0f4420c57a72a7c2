// SPDX-License-Identifier: Apache-2.0

package transforms

import (
	"context"

	"github.com/longshore-io/connect"
)

// filter drops every record: a predicate says which it is given.
type filter struct{ unclosed }

// Config defines nothing.
func (filter) Config() connect.ConfigDef { return connect.ConfigDef{} }

// Configure has nothing to take.
func (filter) Configure(map[string]string) error { return nil }

// Apply drops the record.
func (filter) Apply(context.Context, *connect.Record) (*connect.Record, error) { return nil, nil }
