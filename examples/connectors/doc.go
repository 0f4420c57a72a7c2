// SPDX-License-Identifier: Apache-2.0

// Package connectors has a configuration file for each connector that is bundled, for `longshore run`, connect-standalone and `longshore
// connectors create`:
//
//	bin/longshore run examples/connectors/datagen.properties
//
// What lives here besides: tests that run each of the files, and the recipes of docs/recipes line by line. What does not: connectors, and
// what their keys mean, which is in docs/connectors.
package connectors
