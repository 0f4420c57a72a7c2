// SPDX-License-Identifier: Apache-2.0

package transforms

import (
	"encoding/base64"
	"errors"
	"strings"
	"time"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/converters/javatext"
)

// castValue casts a value; a nil schema leaves its type to the value. Null stays null.
func castValue(schema *connect.Schema, value any, target connect.Type) (any, error) {
	if value == nil {
		return nil, nil
	}
	if err := castable(schema, value); err != nil {
		return nil, err
	}
	if target == connect.TypeString {
		return castToString(value), nil
	}
	value, err := physical(schema, value)
	if err != nil {
		return nil, err
	}
	v, err := castNumber(value, target)
	if errors.Is(err, errNotANumber) {
		return nil, dataErrorf("Value (%s) was out of range for requested data type", javatext.String(value))
	}
	return v, err
}

func castable(schema *connect.Schema, value any) error {
	var typ connect.Type
	if schema != nil {
		typ = schema.Type()
	} else if typ = typeOf(value); typ == 0 {
		return dataErrorf("Cast transformation was passed a value of type class %s which is not supported by Connect's data API", className(value))
	}
	if typ > connect.TypeBytes {
		return dataErrorf("Cast transformation does not support casting from %s; supported types are %s", typ, castSources)
	}
	return nil
}

// typeOf is the type of a value without schema, 0 for decimals and times: they have none without one.
func typeOf(value any) connect.Type {
	switch value.(type) {
	case int8:
		return connect.TypeInt8
	case int16:
		return connect.TypeInt16
	case int32:
		return connect.TypeInt32
	case int64:
		return connect.TypeInt64
	case float32:
		return connect.TypeFloat32
	case float64:
		return connect.TypeFloat64
	case bool:
		return connect.TypeBoolean
	case string:
		return connect.TypeString
	case []byte:
		return connect.TypeBytes
	case []any:
		return connect.TypeArray
	case *connect.Map:
		return connect.TypeMap
	case *connect.Struct:
		return connect.TypeStruct
	}
	return 0
}

// physical returns the number that stands for a date or time.
func physical(schema *connect.Schema, value any) (any, error) {
	t, ok := value.(time.Time)
	if !ok || schema == nil {
		return value, nil
	}
	switch schema.Name() {
	case connect.DateName:
		return connect.DateToDays(t)
	case connect.TimeName:
		return connect.TimeToMillis(t)
	case connect.TimestampName:
		return t.UnixMilli(), nil
	}
	return value, nil
}

// castNumber casts to anything but a string. The error is errNotANumber for a text that is none of the type.
func castNumber(value any, target connect.Type) (any, error) {
	n, ok := numberOf(value)
	text, isText := value.(string)
	switch {
	case isText:
		return castText(text, target)
	case !ok:
		return nil, dataErrorf("Unexpected type in Cast transformation: class %s", className(value))
	}
	switch target {
	case connect.TypeInt8:
		return int8(n.toInt()), nil
	case connect.TypeInt16:
		return int16(n.toInt()), nil
	case connect.TypeInt32:
		return n.toInt(), nil
	case connect.TypeInt64:
		return n.toLong(), nil
	case connect.TypeFloat32:
		return n.toFloat(), nil
	case connect.TypeFloat64:
		return n.toDouble(), nil
	case connect.TypeBoolean:
		return n.toLong() != 0, nil
	}
	return nil, dataErrorf("%s is not supported in the Cast transformation.", target)
}

func castText(text string, target connect.Type) (any, error) {
	switch target {
	case connect.TypeInt8:
		v, err := parseInteger(text, 8)
		return int8(v), err
	case connect.TypeInt16:
		v, err := parseInteger(text, 16)
		return int16(v), err
	case connect.TypeInt32:
		v, err := parseInteger(text, 32)
		return int32(v), err
	case connect.TypeInt64:
		return parseInteger(text, 64)
	case connect.TypeFloat32:
		v, err := parseFloat(text, 32)
		return float32(v), err
	case connect.TypeFloat64:
		return parseFloat(text, 64)
	}
	return strings.EqualFold(text, "true"), nil
}

func castToString(value any) string {
	switch v := value.(type) {
	case time.Time:
		return string(javatext.AppendISO(nil, v, time.Local))
	case []byte:
		return base64.StdEncoding.EncodeToString(v)
	}
	return javatext.String(value)
}

// number is a java.lang.Number or a boolean as 0 or 1; which of the three it is tells kind.
type number struct {
	kind    numberKind
	whole   int64
	float   float64
	decimal connect.Decimal
}

type numberKind uint8

const (
	wholeNumber numberKind = iota
	floatNumber
	decimalNumber
)

func numberOf(value any) (number, bool) {
	switch v := value.(type) {
	case int8:
		return number{whole: int64(v)}, true
	case int16:
		return number{whole: int64(v)}, true
	case int32:
		return number{whole: int64(v)}, true
	case int64:
		return number{whole: v}, true
	case float32:
		return number{kind: floatNumber, float: float64(v)}, true
	case float64:
		return number{kind: floatNumber, float: v}, true
	case bool:
		if v {
			return number{whole: 1}, true
		}
		return number{}, true
	case connect.Decimal:
		return number{kind: decimalNumber, decimal: v}, true
	}
	return number{}, false
}

// toInt cuts integers and decimals to their low bits, and bounds floats; so does toLong.
func (n number) toInt() int32 {
	if n.kind == floatNumber {
		return doubleToInt(n.float)
	}
	return int32(n.toLong())
}

func (n number) toLong() int64 {
	switch n.kind {
	case floatNumber:
		return doubleToLong(n.float)
	case decimalNumber:
		return decimalToLong(n.decimal)
	}
	return n.whole
}

func (n number) toFloat() float32 {
	switch n.kind {
	case floatNumber:
		return float32(n.float)
	case decimalNumber:
		return decimalToFloat(n.decimal)
	}
	return float32(n.whole)
}

func (n number) toDouble() float64 {
	switch n.kind {
	case floatNumber:
		return n.float
	case decimalNumber:
		return decimalToDouble(n.decimal)
	}
	return float64(n.whole)
}
