// SPDX-License-Identifier: Apache-2.0

package jsonrecord

import "github.com/longshore-io/connect/internal/javaprint"

// AppendNullable appends a string, or null for nil.
func AppendNullable(dst []byte, s *string) []byte {
	if s == nil {
		return append(dst, "null"...)
	}
	return javaprint.AppendJSONString(dst, *s)
}
