// SPDX-License-Identifier: Apache-2.0

package transforms

import (
	"context"
	"slices"
	"strings"

	"github.com/longshore-io/connect"
)

// recordStateClass is the name that Debezium's connectors have made known for this transform, and recordStateVersion the release
// whose behaviour it has.
const (
	recordStateClass   = "io.debezium.transforms.ExtractNewRecordState"
	recordStateVersion = "3.7.0.Final"
)

const (
	tombstoneModeKey     = "delete.tombstone.handling.mode"
	routeByFieldKey      = "route.by.field"
	addFieldsPrefixKey   = "add.fields.prefix"
	addFieldsKey         = "add.fields"
	addHeadersPrefixKey  = "add.headers.prefix"
	addHeadersKey        = "add.headers"
	dropFieldsHeaderKey  = "drop.fields.header.name"
	dropFieldsFromKeyKey = "drop.fields.from.key"
	dropCompatibleKey    = "drop.fields.keep.schema.compatible"
)

// What becomes of deletions, and of the tombstones behind them.
const (
	modeDrop                 = "drop"
	modeTombstone            = "tombstone"
	modeRewriteWithTombstone = "rewrite-with-tombstone"
	modeRewrite              = "rewrite"
	modeDeleteToTombstone    = "delete-to-tombstone"
)

var tombstoneModes = []string{modeDrop, modeTombstone, modeRewriteWithTombstone, modeRewrite, modeDeleteToTombstone}

var recordStateConfig = connect.ConfigDef{
	{Name: tombstoneModeKey, Type: connect.StringType, Default: modeTombstone, Validator: validMode, Importance: connect.Medium, Width: connect.MediumWidth,
		DisplayName: "Handle delete and tombstone records", Doc: "What a deletion becomes: nothing (drop), a tombstone (tombstone, delete-to-tombstone; the second without a schema), " +
			"or the row that was with a field __deleted (rewrite; rewrite-with-tombstone keeps the tombstone behind it, too)."},
	{Name: routeByFieldKey, Type: connect.StringType, Default: "", Importance: connect.Low, Width: connect.LongWidth, DisplayName: "Route by field name",
		Doc: "The column whose value replaces the topic."},
	{Name: addFieldsPrefixKey, Type: connect.StringType, Default: "__", Importance: connect.Low, Width: connect.ShortWidth, DisplayName: "Field prefix to be added to each field.",
		Doc: "What the names of added fields begin with."},
	{Name: addFieldsKey, Type: connect.ListType, Default: []string{}, Importance: connect.Low, Width: connect.LongWidth, DisplayName: "Adds the specified field(s) to the message if they exist.",
		Doc: "Fields of the event to add to the row: op, ts_ms, those of source by name, source.lsn, or lsn:position for another name."},
	{Name: addHeadersPrefixKey, Type: connect.StringType, Default: "__", Importance: connect.Low, Width: connect.ShortWidth, DisplayName: "Header prefix to be added to each header.",
		Doc: "What the names of added headers begin with."},
	{Name: addHeadersKey, Type: connect.ListType, Default: []string{}, Importance: connect.Low, Width: connect.LongWidth, DisplayName: "Adds the specified fields to the header if they exist.",
		Doc: "Fields of the event to add as headers, written as those of add.fields."},
	{Name: dropFieldsHeaderKey, Type: connect.StringType, Importance: connect.Low, Width: connect.ShortWidth, DisplayName: "Specifies a header that contains a list of field names to be removed",
		Doc: "The header with a list of the fields that are taken out of the row."},
	{Name: dropFieldsFromKeyKey, Type: connect.BooleanType, Default: false, Importance: connect.Low, Width: connect.ShortWidth,
		DisplayName: "Specifies whether the fields to be dropped should also be omitted from the key", Doc: "Whether these fields are taken out of the key, too."},
	{Name: dropCompatibleKey, Type: connect.BooleanType, Default: true, Importance: connect.Low, Width: connect.ShortWidth,
		DisplayName: "Specifies if fields are dropped, will the event's schemas be compatible", Doc: "Whether only optional fields are taken out, so that readers of the old schema can go on."},
}

var validMode = connect.ValidatorFunc(func(name string, value any) error {
	if text, ok := value.(string); ok && slices.Contains(tombstoneModes, strings.ToLower(text)) {
		return nil
	}
	return &connect.ConfigError{Key: name, Value: value, Reason: "Value must be one of " + strings.Join(tombstoneModes, ", ")}
})

// extractNewRecordState takes the row out of an event of change data capture: a struct of before, after, source and op. Other
// records pass unchanged.
type extractNewRecordState struct {
	unclosed
	mode, route         string
	fields, headers     []eventField
	before, after       change
	deleted, notDeleted change
	drop                droppedFields
	schemas             schemaCache[extendedRow]
}

// Config defines the keys of Debezium's transform of the same class name.
func (e *extractNewRecordState) Config() connect.ConfigDef { return recordStateConfig }

// Version is that of the Debezium release whose behaviour this is.
func (e *extractNewRecordState) Version() string { return recordStateVersion }

// Configure reads the keys, and replace.null.with.default, which the definition does not have.
func (e *extractNewRecordState) Configure(props map[string]string) error {
	config, err := parse(recordStateConfig, props)
	if err != nil {
		return err
	}
	e.mode, e.route = strings.ToLower(config.String(tombstoneModeKey)), config.String(routeByFieldKey)
	e.drop = droppedFields{header: config.String(dropFieldsHeaderKey), fromKey: config.Bool(dropFieldsFromKeyKey), compatible: config.Bool(dropCompatibleKey)}
	if e.fields, err = eventFields(config.String(addFieldsPrefixKey), props[addFieldsKey]); err != nil {
		return err
	}
	if e.headers, err = eventFields(config.String(addHeadersPrefixKey), props[addHeadersKey]); err != nil {
		return err
	}
	return e.configureParts(props[replaceNullKey])
}

func (e *extractNewRecordState) configureParts(replaceNull string) error {
	if !strings.EqualFold(replaceNull, "false") {
		replaceNull = "true"
	}
	e.before, e.after, e.deleted, e.notDeleted = &extractField{}, &extractField{}, &insertField{}, &insertField{}
	for _, p := range []struct {
		change change
		props  map[string]string
	}{
		{e.before, map[string]string{fieldKey: "before"}},
		{e.after, map[string]string{fieldKey: "after"}},
		{e.deleted, map[string]string{staticFieldKey: "__deleted", staticValueKey: "true", replaceNullKey: replaceNull}},
		{e.notDeleted, map[string]string{staticFieldKey: "__deleted", staticValueKey: "false", replaceNullKey: replaceNull}},
	} {
		if err := p.change.Configure(p.props); err != nil {
			return err
		}
	}
	return nil
}

// Apply finds out what kind of event the record is.
func (e *extractNewRecordState) Apply(_ context.Context, r *connect.Record) (*connect.Record, error) {
	event := r.ValueSchema != nil && strings.HasSuffix(r.ValueSchema.Name(), ".Envelope")
	if r.Value == nil {
		return e.tombstone(r)
	}
	if !event {
		return r, nil
	}
	envelope, err := requireStruct(r.Value, insertSourcePurpose)
	if err != nil {
		return nil, err
	}
	if err := e.addHeaders(r, envelope); err != nil {
		return nil, err
	}
	schema, row, err := e.after.apply(r, r.ValueSchema, r.Value)
	if err != nil {
		return nil, err
	}
	if row == nil {
		return e.deletion(r, envelope, schema)
	}
	return e.change(r, envelope, schema, row)
}

func (e *extractNewRecordState) tombstone(r *connect.Record) (*connect.Record, error) {
	for _, f := range e.headers {
		if f.field == "op" {
			r.Headers = append(slices.Clip(r.Headers), connect.Header{Key: f.name, Schema: connect.String, Value: "d"})
		}
	}
	if e.mode == modeRewriteWithTombstone {
		return r, nil
	}
	return nil, nil
}

// change is a row that was read, inserted or updated.
func (e *extractNewRecordState) change(r *connect.Record, envelope *connect.Struct, schema *connect.Schema, row any) (*connect.Record, error) {
	var err error
	if _, isStruct := row.(*connect.Struct); isStruct && e.rewrites() {
		if _, row, err = e.notDeleted.apply(r, schema, row); err != nil {
			return nil, err
		}
	}
	if e.route != "" {
		s, err := requireStruct(row, "Read record to set topic routing for CREATE / UPDATE")
		if err != nil {
			return nil, err
		}
		if err := e.setTopic(r, s); err != nil {
			return nil, err
		}
	}
	if r.ValueSchema, r.Value, err = e.addFields(envelope, row); err != nil {
		return nil, err
	}
	return r, e.drop.from(r)
}

func (e *extractNewRecordState) rewrites() bool {
	return e.mode == modeRewrite || e.mode == modeRewriteWithTombstone
}

// deletion is an event without a row; one that has none of before either empties a table, and is dropped.
func (e *extractNewRecordState) deletion(r *connect.Record, envelope *connect.Struct, schema *connect.Schema) (*connect.Record, error) {
	beforeSchema, before, err := e.before.apply(r, r.ValueSchema, r.Value)
	if before == nil || err != nil || e.mode == modeDrop {
		return nil, err
	}
	var row any
	switch {
	case e.mode == modeDeleteToTombstone:
		schema = nil
	case e.rewrites():
		schema, row = beforeSchema, before
		if _, isStruct := row.(*connect.Struct); isStruct {
			if schema, row, err = e.deleted.apply(r, schema, row); err != nil {
				return nil, err
			}
		}
	}
	if e.route != "" {
		s, err := structOf(envelope, "before")
		if err == nil {
			err = e.setTopic(r, s)
		}
		if err != nil {
			return nil, err
		}
	}
	r.ValueSchema, r.Value = schema, row
	if err := e.drop.from(r); err != nil || r.Value == nil {
		return r, err
	}
	r.ValueSchema, r.Value, err = e.addFields(envelope, r.Value)
	return r, err
}

// setTopic leaves the topic alone where the field is null or blank.
func (e *extractNewRecordState) setTopic(r *connect.Record, row *connect.Struct) error {
	topic, err := stringOf(row, e.route)
	if err == nil && strings.TrimSpace(topic) != "" {
		r.Topic = topic
	}
	return err
}
