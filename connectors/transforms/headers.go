// SPDX-License-Identifier: Apache-2.0

package transforms

import (
	"context"
	"slices"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/converters/header"
)

const (
	headerKey       = "header"
	valueLiteralKey = "value.literal"
)

var dropHeadersConfig = connect.ConfigDef{
	{Name: headersKey, Type: connect.ListType, Required: true, Validator: nonEmptyList, Importance: connect.High, DisplayName: headersKey,
		Doc: "The names of the headers to take away."},
}

// dropHeaders takes headers away, all of a name.
type dropHeaders struct {
	unclosed
	names []string
}

// Config defines headers.
func (d *dropHeaders) Config() connect.ConfigDef { return dropHeadersConfig }

// Configure reads the names.
func (d *dropHeaders) Configure(props map[string]string) error {
	config, err := parse(dropHeadersConfig, props)
	if err != nil {
		return err
	}
	d.names = config.List(headersKey)
	return nil
}

// Apply copies the headers only where one of them goes.
func (d *dropHeaders) Apply(_ context.Context, r *connect.Record) (*connect.Record, error) {
	goes := func(h connect.Header) bool { return slices.Contains(d.names, h.Key) }
	if slices.ContainsFunc(r.Headers, goes) {
		r.Headers = slices.DeleteFunc(slices.Clone(r.Headers), goes)
	}
	return r, nil
}

var insertHeaderConfig = connect.ConfigDef{
	{Name: headerKey, Type: connect.StringType, Required: true, Validator: nonNull, Importance: connect.High, DisplayName: headerKey,
		Doc: "The name of the header."},
	{Name: valueLiteralKey, Type: connect.StringType, Required: true, Validator: nonNull, Importance: connect.High, DisplayName: valueLiteralKey,
		Doc: "The value of the header; its type is inferred from the text as that of a header that SimpleHeaderConverter reads."},
}

// nonNull wants a value, whatever it is.
var nonNull = connect.ValidatorFunc(func(name string, value any) error {
	if value == nil {
		return &connect.ConfigError{Key: name, Reason: "entry must be non null"}
	}
	return nil
})

// insertHeader adds the same header to every record.
type insertHeader struct {
	unclosed
	header connect.Header
}

// Config defines header and value.literal.
func (i *insertHeader) Config() connect.ConfigDef { return insertHeaderConfig }

// Configure infers the value.
func (i *insertHeader) Configure(props map[string]string) error {
	config, err := parse(insertHeaderConfig, props)
	if err != nil {
		return err
	}
	name, text := config.String(headerKey), config.String(valueLiteralKey)
	inferred, err := header.Converter{}.ToConnectHeader(context.Background(), "", name, []byte(text))
	i.header = connect.Header{Key: name, Schema: inferred.Schema, Value: inferred.Value}
	return err
}

// Apply adds the header behind those that are there.
func (i *insertHeader) Apply(_ context.Context, r *connect.Record) (*connect.Record, error) {
	r.Headers = append(slices.Clip(r.Headers), i.header)
	return r, nil
}
