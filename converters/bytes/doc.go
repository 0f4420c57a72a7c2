// SPDX-License-Identifier: Apache-2.0

// Package bytes is Kafka Connect's ByteArrayConverter: bytes as they are.
//
// What lives here: the converter for keys and values, and its form for headers. What does not: anything that looks into
// the bytes.
package bytes
