// SPDX-License-Identifier: Apache-2.0

// Package header is Kafka Connect's SimpleHeaderConverter: header values as text, whose type is inferred when it is read.
//
// What lives here: the writer (write.go), the reader's tokens (tokens.go), its inference (infer.go, number.go,
// temporal.go) and how elements of lists and maps come to one type (merge.go). What does not: headers in JSON or other
// formats, which the converters of those formats offer themselves.
//
// The text goes through Kafka Connect's own, surprising rules, because pipelines rely on them: 1,2 is the INT8 1, 007 is 7,
// 1.0 is the INT8 1, 1.5 is a FLOAT32 that may lose digits, and [1,null] is text. Dates are read and written in the
// time zone of the process.
//
// Differences: lists and maps nested deeper than 1000 are read as BYTES at once; Java does so when its stack is full. Dates
// before the first rule of a time zone, usually in the nineteenth century, are of its local mean time; Java takes the
// zone's standard time of today. Years that milliseconds of 64 bits cannot count, as that of 1E9-001-01, are read as some
// other instant here and there, but not the same one.
package header
