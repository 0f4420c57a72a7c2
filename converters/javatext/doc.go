// SPDX-License-Identifier: Apache-2.0

// Package javatext prints values of the data model as Java prints them, so that what Longshore writes is byte for byte
// what the same pipeline wrote under Kafka Connect.
//
// What lives here: Java's toString of every value (String, Append), the
// class names that error messages show (ClassName), and its reading of bytes as UTF-8 text (DecodeUTF8).
//
// What does not: converters, which are built on this package, the text of numbers (internal/javaprint), and the parsing of text.
//
// Known differences, each chosen because Java's answer depends on the run: a byte array prints as base64 (Java prints the
// type and an identity hash, such as [B@1b6d3586), and a time zone without an abbreviation in the tz database prints as its
// offset (Java has names of its own for some).
package javatext
