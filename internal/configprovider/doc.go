// SPDX-License-Identifier: Apache-2.0

// Package configprovider resolves the variables ${provider:path:key} and ${provider:key} of configurations, as Kafka's
// ConfigTransformer does (KIP-297), and has Kafka's own three providers: of properties files, of folders, and of the
// environment (KIP-421).
//
// What lives here: how a variable is written, the providers that a worker declares, the calls to them, and the hiding of what
// they returned. What does not: when a configuration is resolved, and what follows when its values expire (package actors),
// how task configurations are stored without what was resolved (cluster/configlog), and the interface that a provider has
// (connect.ConfigProvider).
package configprovider
