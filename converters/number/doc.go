// SPDX-License-Identifier: Apache-2.0

// Package number holds Kafka Connect's converters of single values of fixed size: Short, Integer, Long, Float and Double,
// big-endian, and Boolean, one byte.
//
// What lives here: the six converters, each for keys and values and for headers. What does not: numbers in text or JSON.
package number
