// SPDX-License-Identifier: Apache-2.0

// Package stringconv is Kafka Connect's StringConverter: the text of a value in some encoding. (A package named string
// would hide the type from those who import it.)
//
// What lives here: the converter for keys and values, its form for headers, and the encodings. What does not: the text
// itself, which is Java's toString and lives in package javatext.
//
// Encodings are UTF-8, US-ASCII, ISO-8859-1, UTF-16, UTF-16BE and UTF-16LE, under the names that Java knows them by; others
// are refused. Bytes that are not of the encoding are read as U+FFFD, characters that it lacks are written as a question
// mark, as Java does.
package stringconv
