// SPDX-License-Identifier: Apache-2.0

package event

import "github.com/longshore-io/connect/connectors/postgres/catalog"

// extent is the length and the scale that a column is said to have, as JDBC counts: characters of what is printed for dates and times.
type extent struct{ length, scale int }

// extentOf is by the type's name; arrays have the extent of their elements.
func extentOf(t *catalog.Type, modifier int32) extent {
	t, modifier = t.Base(modifier)
	if t.Kind == catalog.KindArray && t.Element != nil {
		t, modifier = t.Element.Base(modifier)
	}
	mod := int(modifier)
	switch t.Name {
	case "int2":
		return extent{5, 0}
	case "int4", "oid":
		return extent{10, 0}
	case "int8":
		return extent{19, 0}
	case "float4":
		return extent{8, 8}
	case "float8":
		return extent{17, 17}
	case "bool", "char":
		return extent{1, 0}
	case "date":
		return extent{13, 0}
	case "time", "timetz", "timestamp", "timestamptz":
		return clockExtent(t.Name, mod)
	case "interval":
		if mod < 0 {
			return extent{49, 6}
		}
		return extent{49, mod & 0xffff}
	case "numeric":
		precision, scale, limited := precisionOf(modifier)
		if !limited {
			return extent{131089, 0}
		}
		return extent{precision, scale}
	case "varchar", "bpchar":
		if mod >= 4 {
			return extent{mod - 4, 0}
		}
	case "bit", "varbit":
		if mod >= 0 {
			return extent{mod, 0}
		}
	}
	return extent{unlimited, 0}
}

// clockExtent counts the digits after the point, and the point.
func clockExtent(name string, precision int) extent {
	if precision < 0 {
		precision = 6
	}
	fraction := precision + 1
	if precision == 0 {
		fraction = 0
	}
	width := map[string]int{"time": 8, "timetz": 14, "timestamp": 22, "timestamptz": 28}[name]
	return extent{width + fraction, precision}
}
