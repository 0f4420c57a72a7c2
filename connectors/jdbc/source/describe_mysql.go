// SPDX-License-Identifier: Apache-2.0

package source

import (
	"database/sql/driver"
	"reflect"
)

// mysqlField is what the server says of a column of a result and the driver keeps to itself.
type mysqlField struct {
	length   int
	unsigned bool
}

// unsignedFlag is UNSIGNED_FLAG of MySQL's protocol.
const unsignedFlag = 1 << 5

// mysqlFieldOf reads it from the driver's rows. Only the length tells TINYINT(1), which is a truth value, from TINYINT; a driver that has changed inside tells
// nothing, and a test on a real server finds that out.
func mysqlFieldOf(rows driver.Rows, i int) (f mysqlField) {
	value := reflect.ValueOf(rows)
	if value.Kind() != reflect.Pointer || value.Elem().Kind() != reflect.Struct {
		return f
	}
	set := value.Elem().FieldByName("rs")
	if !set.IsValid() || set.Kind() != reflect.Struct {
		return f
	}
	columns := set.FieldByName("columns")
	if !columns.IsValid() || columns.Kind() != reflect.Slice || i >= columns.Len() || columns.Index(i).Kind() != reflect.Struct {
		return f
	}
	if length := columns.Index(i).FieldByName("length"); length.IsValid() && length.CanUint() {
		f.length = int(length.Uint())
	}
	if flags := columns.Index(i).FieldByName("flags"); flags.IsValid() && flags.CanUint() {
		f.unsigned = flags.Uint()&unsignedFlag != 0
	}
	return f
}
