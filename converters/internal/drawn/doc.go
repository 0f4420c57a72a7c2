// SPDX-License-Identifier: Apache-2.0

// Package drawn draws random schemas and values, for the property tests of converters: what a converter writes is read back
// as it was, whatever it is.
//
// What lives here: values that fit a schema, within the limits of a format, and the parts of schemas that all formats know.
// What does not: how schemas are put together, which each format restricts in its own way, and anything that is not for tests.
package drawn
