// SPDX-License-Identifier: Apache-2.0

// Package javaprint prints numbers and JSON strings as the Java programs do whose bytes ours are compared with: doubles as
// Double.toString since JDK 19, JSON as Jackson prints it into UTF-8, and texts in the order of a HashMap.
//
// What lives here: AppendFloat64, AppendFloat32, AppendJSONFloat, AppendJSONString, and hash codes with the orders that
// follow from them (hash.go). What does not: Java's toString of
// other values (converters/javatext), and JSON as a whole (converters/json).
package javaprint
