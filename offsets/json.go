// SPDX-License-Identifier: Apache-2.0

package offsets

import (
	"encoding/base64"
	"strconv"

	"github.com/longshore-io/connect/internal/javaprint"
)

// The texts here are those of Jackson, which prints Kafka Connect's JSON, and of Java's Double.toString since JDK 19.
// encoding/json differs: it escapes <, >, & and U+2028, leaves what is beyond U+FFFF unescaped, writes hexadecimal digits
// in lower case, and 1e+20 for 1.0E20.

func appendPrimitive(dst []byte, name string, value any) ([]byte, error) {
	switch v := value.(type) {
	case nil:
		return append(dst, "null"...), nil
	case bool:
		return strconv.AppendBool(dst, v), nil
	case string:
		return javaprint.AppendJSONString(dst, v), nil
	case []byte:
		return append(base64.StdEncoding.AppendEncode(append(dst, '"'), v), '"'), nil
	case float32:
		return javaprint.AppendJSONFloat(dst, float64(v), 32), nil
	case float64:
		return javaprint.AppendJSONFloat(dst, v, 64), nil
	}
	if n, ok := asInt64(value); ok {
		return strconv.AppendInt(dst, n, 10), nil
	}
	return nil, notPrimitive(name, value)
}

func asInt64(value any) (int64, bool) {
	switch v := value.(type) {
	case int64:
		return v, true
	case int:
		return int64(v), true
	case int32:
		return int64(v), true
	case int16:
		return int64(v), true
	case int8:
		return int64(v), true
	}
	return 0, false
}
