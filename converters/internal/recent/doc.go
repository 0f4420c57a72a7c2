// SPDX-License-Identifier: Apache-2.0

// Package recent remembers what was used last: what converters have derived from schemas.
//
// What lives here: one kind of cache. What does not: what is remembered, and for how long it is true.
package recent
