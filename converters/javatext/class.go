// SPDX-License-Identifier: Apache-2.0

package javatext

import (
	"fmt"
	"time"

	"github.com/longshore-io/connect"
)

// ClassName returns the name of the Java class that holds such a value in Kafka Connect, as Class.getName prints it:
// java.lang.Long for int64, [B for []byte. Error messages show it, and people search for them.
func ClassName(v any) string {
	switch v.(type) {
	case bool:
		return "java.lang.Boolean"
	case int8:
		return "java.lang.Byte"
	case int16:
		return "java.lang.Short"
	case int32:
		return "java.lang.Integer"
	case int64:
		return "java.lang.Long"
	case float32:
		return "java.lang.Float"
	case float64:
		return "java.lang.Double"
	case string:
		return "java.lang.String"
	case []byte:
		return "[B"
	}
	return composedClass(v)
}

func composedClass(v any) string {
	switch v.(type) {
	case []any:
		return "java.util.ArrayList"
	case *connect.Map:
		return "java.util.HashMap"
	case *connect.Struct:
		return "org.apache.kafka.connect.data.Struct"
	case connect.Decimal:
		return "java.math.BigDecimal"
	case time.Time:
		return "java.util.Date"
	}
	return fmt.Sprintf("%T", v)
}
