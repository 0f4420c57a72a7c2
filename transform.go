// SPDX-License-Identifier: Apache-2.0

package connect

import "context"

// Transformation changes records one by one between connector and converter. One instance serves one task; its methods
// are called one at a time.
type Transformation interface {
	// Config defines the transform's keys, without the transforms.<alias>. in front.
	Config() ConfigDef
	// Configure is called once, with those keys.
	Configure(props map[string]string) error
	// Apply owns r and may change it in place; it returns the record that goes on, or nil to drop it.
	Apply(ctx context.Context, r *Record) (*Record, error)
	// Close is called once, after the last record.
	Close() error
}

// Predicate chooses the records that a transform is applied to.
type Predicate interface {
	// Config defines the predicate's keys, without the predicates.<alias>. in front.
	Config() ConfigDef
	// Configure is called once, with those keys.
	Configure(props map[string]string) error
	// Test must not change the record.
	Test(ctx context.Context, r *Record) (bool, error)
	// Close is called once, after the last record.
	Close() error
}
