// SPDX-License-Identifier: Apache-2.0

package protobuf

import (
	"fmt"
	"strconv"
	"strings"
)

// String returns the text of the file, byte for byte as Confluent's converter registers it: registries compare texts.
func (f *file) String() string {
	var out strings.Builder
	out.WriteString("syntax = \"proto3\";\n")
	if f.pkg != "" {
		out.WriteString("package " + f.pkg + ";\n")
	}
	if len(f.imports) > 0 {
		out.WriteByte('\n')
	}
	for _, path := range f.imports {
		fmt.Fprintf(&out, "import %q;\n", path)
	}
	return out.String() + "\n" + f.message.text()
}

// indented puts two spaces in front of each line, of empty ones too.
func indented(text string) string {
	return "  " + strings.ReplaceAll(strings.TrimSuffix(text, "\n"), "\n", "\n  ") + "\n"
}

func (m *message) text() string {
	var out strings.Builder
	out.WriteString("message " + m.name + " {")
	block := func(parts []string) {
		if len(parts) > 0 {
			out.WriteByte('\n')
		}
		for _, part := range parts {
			out.WriteString(indented(part))
		}
	}
	block(fieldTexts(m.fields))
	var parts []string
	for _, o := range m.oneofs {
		if len(o.fields) > 0 {
			parts = append(parts, o.text())
		}
	}
	block(parts)
	parts = nil
	for _, nested := range m.nested {
		parts = append(parts, nested.text())
	}
	for _, e := range m.enums {
		parts = append(parts, e.text())
	}
	block(parts)
	return out.String() + "}\n"
}

func fieldTexts(fields []field) []string {
	texts := make([]string, len(fields))
	for i := range fields {
		texts[i] = fields[i].text()
	}
	return texts
}

func (f *field) text() string {
	text := f.typ + " " + f.name + " = " + strconv.Itoa(f.number)
	if f.label != "" {
		text = f.label + " " + text
	}
	if len(f.meta) == 0 {
		return text + ";\n"
	}
	var params strings.Builder
	for i, p := range f.meta {
		end := ","
		if i == len(f.meta)-1 {
			end = ""
		}
		lines := [2]string{"key: \"" + escaped(p.Name) + "\"", "value: \"" + escaped(p.Value) + "\""}
		if p.Name == precisionMeta || p.Name == scaleParam { // those come the other way round
			lines[0], lines[1] = lines[1], lines[0]
		}
		params.WriteString(indented("{\n" + indented(lines[0]+",\n"+lines[1]) + "}" + end))
	}
	return text + " [(confluent.field_meta) = {\n" + indented("params: [\n"+params.String()+"]") + "}];\n"
}

var escapes = strings.NewReplacer("\a", `\a`, "\b", `\b`, "\f", `\f`, "\n", `\n`, "\r", `\r`, "\t", `\t`, "\v", `\v`, `\`, `\\`, `'`, `\'`, `"`, `\"`)

func escaped(text string) string { return escapes.Replace(text) }

func (o *oneof) text() string {
	text := "oneof " + o.name + " {\n"
	for _, f := range fieldTexts(o.fields) {
		text += indented(f)
	}
	return text + "}\n"
}

func (e *enum) text() string {
	text := "enum " + e.name + " {"
	if len(e.symbols) > 0 {
		text += "\n"
	}
	for _, s := range e.symbols {
		text += indented(s.name + " = " + strconv.Itoa(s.number) + ";")
	}
	return text + "}\n"
}

// wrappersText is the text under which values that are not structs are registered: the whole of wrappers.proto.
func wrappersText() string {
	text := `syntax = "proto3";
package google.protobuf;

option java_package = "com.google.protobuf";
option java_outer_classname = "WrappersProto";
option java_multiple_files = true;
option go_package = "google.golang.org/protobuf/types/known/wrapperspb";
option cc_enable_arenas = true;
option objc_class_prefix = "GPB";
option csharp_namespace = "Google.Protobuf.WellKnownTypes";

`
	for _, w := range wrapperMessages {
		text += "message " + w.name + " {\n  " + w.scalar + " value = 1 [json_name = \"value\"];\n}\n"
	}
	return text
}
