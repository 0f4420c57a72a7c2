// SPDX-License-Identifier: Apache-2.0

package transforms

import (
	"strings"

	"github.com/longshore-io/connect"
)

const (
	fieldSyntaxKey = "field.syntax.version"
	fieldSyntaxV1  = "V1"
	fieldSyntaxV2  = "V2"

	nestedPurpose = "nested field access"
)

// fieldSyntaxConfig is the key of transforms that reach into nested structs and maps.
var fieldSyntaxConfig = connect.ConfigKey{Name: fieldSyntaxKey, Type: connect.StringType, Default: fieldSyntaxV1, Validator: connect.OneOfFold(fieldSyntaxV1, fieldSyntaxV2),
	Importance: connect.High, DisplayName: fieldSyntaxKey,
	Doc: "V1 takes the whole text as the name of a field at the root; V2 takes it as a path with dots between the names, in which a name with dots stands between backticks."}

// fieldPath are the names from the root to a field. Only the path of an empty text in syntax V2 has none; it leads nowhere.
type fieldPath []string

// parsePath reads a path in a version of the syntax, in any case.
func parsePath(text, version string) (fieldPath, error) {
	if strings.EqualFold(version, fieldSyntaxV1) {
		return fieldPath{text}, nil
	}
	var path fieldPath
	for rest := text; rest != ""; {
		var step string
		if rest[0] != '`' {
			step, rest, _ = strings.Cut(rest, ".")
		} else {
			var closed bool
			if step, rest, closed = quotedStep(rest[1:]); !closed {
				return nil, unclosedBacktick(text, len(text)-len(rest)-1)
			}
		}
		path = append(path, step)
	}
	if strings.HasSuffix(text, ".") {
		path = append(path, "")
	}
	return path, nil
}

// quotedStep reads a name up to the backtick that closes it: the first one that a dot follows, or the end of the text, and that has
// no backslash before it. A backslash is taken away only where the backtick after it would have closed the name. An unclosed
// name returns the text it was given.
func quotedStep(text string) (step, rest string, closed bool) {
	var name strings.Builder
	from := 0
	for i := range len(text) {
		if text[i] != '`' {
			continue
		}
		escaped := i > 0 && text[i-1] == '\\'
		switch last := i == len(text)-1; {
		case last && escaped:
			return "", text, false
		case last:
			return name.String() + text[from:i], "", true
		case text[i+1] != '.':
		case escaped:
			name.WriteString(text[from:i-1] + "`")
			from = i + 1
		default:
			return name.String() + text[from:i], text[i+2:], true
		}
	}
	return "", text, false
}

// unclosedBacktick counts positions as Java does, in UTF-16 units.
func unclosedBacktick(text string, at int) error {
	return configErrorf("Incomplete backtick pair in path: [%s], consider adding a backslash before backtick at position %d to escape it",
		text, utf16Length(text[:at]))
}

func utf16Length(s string) int {
	n := 0
	for _, r := range s {
		n++
		if r > 0xffff {
			n++
		}
	}
	return n
}

// parents are the names before the last one.
func (p fieldPath) parents() (fieldPath, error) {
	if len(p) == 0 {
		return nil, &javaError{illegalArgument, "fromIndex(0) > toIndex(-1)"}
	}
	return p[:len(p)-1], nil
}

func (p fieldPath) last() string { return p[len(p)-1] }

// inSchema returns the field that the path leads to, nil where there is none.
func (p fieldPath) inSchema(s *connect.Schema) (*connect.SchemaField, error) {
	parents, err := p.parents()
	if err != nil {
		return nil, err
	}
	for _, name := range parents {
		f, err := lookUp(s, name)
		if f == nil || err != nil {
			return nil, err
		}
		s = f.Schema
	}
	return lookUp(s, p.last())
}

func lookUp(s *connect.Schema, field string) (*connect.SchemaField, error) {
	if s.Type() != connect.TypeStruct {
		return nil, dataErrorf("Cannot look up fields on non-struct type")
	}
	return s.Field(field), nil
}

// inStruct returns the value that the path leads to, nil where there is none. Parents that are null are read as their
// defaults always, the field itself as the transform says.
func (p fieldPath) inStruct(s *connect.Struct, nulls nullReader) (any, error) {
	parents, err := p.parents()
	if err != nil {
		return nil, err
	}
	for _, name := range parents {
		f := s.Schema().Field(name)
		if f == nil {
			return nil, nil
		}
		if s, err = requireStructOrNull(nullReader{true}.at(s, f), nestedPurpose); s == nil || err != nil {
			return nil, err
		}
	}
	f := s.Schema().Field(p.last())
	if f == nil {
		return nil, nil
	}
	return nulls.at(s, f), nil
}

// inMap returns the value that the path leads to, nil where there is none.
func (p fieldPath) inMap(m *connect.Map) (any, error) {
	parents, err := p.parents()
	if err != nil {
		return nil, err
	}
	for _, name := range parents {
		v, _ := m.Get(name)
		if m, err = requireMapOrNull(v, nestedPurpose); m == nil || err != nil {
			return nil, err
		}
	}
	v, _ := m.Get(p.last())
	return v, nil
}
