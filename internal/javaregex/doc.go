// SPDX-License-Identifier: Apache-2.0

// Package javaregex runs regular expressions that were written for Java on Go's RE2, which needs time in proportion to the
// text, whatever the expression.
//
// What lives here: Compile, which reads the syntax of java.util.regex.Pattern (scan.go, parse.go, escape.go, class.go,
// property.go), translates it exactly (emit.go), and refuses what RE2 cannot do; whole matches and Java's replacement
// of the first match (replace.go). What does not: splitting, repeated searches, and other flags than those that an
// expression can set for itself.
//
// A wrong expression has the error text that Java has. These are refused with a clear error instead of being changed:
// look-ahead and look-behind, back references, possessive quantifiers and atomic groups, \X, \b{g}, \N{name}, ^ and $ with the
// flag m, a $, \Z or \R that something which matches a line end comes after, \b with the flag U, canonical equivalence, Unicode
// blocks, more than 1000 repetitions.
//
// Differences that remain: \b goes by ASCII, as in Java since 19; properties of characters are those of Go's version of
// Unicode; text that is not UTF-8 counts as U+FFFD, and there are no halves of surrogate pairs.
package javaregex
