// SPDX-License-Identifier: Apache-2.0

package avro

import (
	"strings"

	"github.com/longshore-io/connect"
)

var logicalNames = map[string]string{
	connect.DateName: "date", connect.TimeName: "time-millis", connect.TimestampName: "timestamp-millis", connect.DecimalName: "decimal",
}

// annotate adds the properties that Avro's types do not tell, in Confluent's order: documentation, version, parameters,
// default, name, type, then the logical type and the parameters that are called avro….
func (w *schemaWriter) annotate(n *node, s *connect.Schema) error {
	if w.meta {
		if err := w.addMeta(n, s); err != nil {
			return err
		}
	}
	if logical := logicalNames[s.Name()]; logical != "" {
		n.setProp(logicalProp, logical)
	}
	for _, p := range s.Parameters() {
		if strings.HasPrefix(p.Name, avroParamStart) {
			n.setProp(p.Name, p.Value)
		}
	}
	return nil
}

func (w *schemaWriter) addMeta(n *node, s *connect.Schema) error {
	if s.Doc() != "" {
		n.setProp(docProp, s.Doc())
	}
	if v, ok := s.Version(); ok {
		n.setProp(versionProp, int64(v))
	}
	params := newObject()
	for _, p := range s.Parameters() {
		if w.discard || p.Name != fieldDefParam {
			params.put(p.Name, p.Value)
		}
	}
	if len(params.names) > 0 {
		n.setProp(parametersProp, params)
	}
	if _, ofField := s.Parameter(fieldDefParam); s.Default() != nil && (w.discard || !ofField) {
		def, err := w.defaultJSON(s, s.Default())
		if err != nil {
			return err
		}
		n.setProp(defaultProp, def)
	}
	if s.Name() != "" {
		n.setProp(nameProp, s.Name())
	}
	switch s.Type() {
	case connect.TypeInt8:
		n.setProp(typeProp, "int8")
	case connect.TypeInt16:
		n.setProp(typeProp, "int16")
	}
	return nil
}
