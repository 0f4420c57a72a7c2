// SPDX-License-Identifier: Apache-2.0

// Package javadate counts days by the calendars of Java, and formats and parses dates by patterns of java.text.SimpleDateFormat, in English, as a
// Java process does whose language is en.
//
// What lives here: patterns (pattern.go), formatting (format.go), parsing, which is as lenient as Java's (parse.go, number.go,
// parsezone.go), days and dates of Java's calendar, with its change from the Julian to the Gregorian in 1582, and of the Gregorian one, and
// what clocks on the wall show (calendar.go), how fields that were parsed make a date (resolve.go), and the names of time zones (zonenames.go; testdata/README.md says where they come from). What
// does not: time zone data, which come from package time.
//
// Weeks begin on Sunday and the first one of a year is that of January 1st. Differences: years of four and more digits before
// Christ in weeks are not tried; a format keeps its zone, where Java's goes on with one that a text has named.
package javadate
