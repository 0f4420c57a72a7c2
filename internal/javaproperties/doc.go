// SPDX-License-Identifier: Apache-2.0

// Package javaproperties reads the format of java.util.Properties, in which the configurations of Kafka's tools and the
// secrets of its FileConfigProvider are written.
//
// What lives here: Parse. What does not: the meaning of any key, and variables such as ${env:HOME} (package configprovider).
package javaproperties
