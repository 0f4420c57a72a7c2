// SPDX-License-Identifier: Apache-2.0

package predicates

import (
	"context"

	"github.com/longshore-io/connect"
)

const nameKey = "name"

var hasHeaderKeyConfig = connect.ConfigDef{
	{Name: nameKey, Type: connect.StringType, Required: true, Validator: connect.NonEmpty(), Importance: connect.Medium, DisplayName: nameKey,
		Doc: "The name of the header."},
}

// hasHeaderKey chooses records that have a header.
type hasHeaderKey struct {
	unclosed
	name string
}

// Config defines name.
func (p *hasHeaderKey) Config() connect.ConfigDef { return hasHeaderKeyConfig }

// Configure reads the name.
func (p *hasHeaderKey) Configure(props map[string]string) error {
	config, err := parse(hasHeaderKeyConfig, props)
	if err == nil {
		p.name = config.String(nameKey)
	}
	return err
}

// Test is true for at least one header of the name, even with a null value.
func (p *hasHeaderKey) Test(_ context.Context, r *connect.Record) (bool, error) {
	return r.Headers.Last(p.name) != nil, nil
}
