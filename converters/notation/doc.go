// SPDX-License-Identifier: Apache-2.0

// Package notation reads and writes schemas and values as the golden data of converters and transforms has them: with the
// type of every value and the order of every map, where JSON as such has neither. testdata/README.md of the converters
// describes it. It is for tests.
//
// What lives here: both directions. What does not: cases, and what is done with them.
package notation
