// SPDX-License-Identifier: Apache-2.0

// Package validate is Kafka Connect's validation of connector configurations: the definitions of the keys that every
// connector has, the rules between them, and the answer of the validate endpoint.
//
// It is pure but for the connector that it asks for its own rules. That is user code which may block: the caller gives it
// a goroutine and a context; a panic is returned as an error.
//
// What does not live here: resolving variables (the caller does that first), HTTP, storing what was found valid.
package validate
