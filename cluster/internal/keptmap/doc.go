// SPDX-License-Identifier: Apache-2.0

// Package keptmap is a map by name that can be kept as it is at a moment while it goes on changing: what the records of a topic
// add up to is looked at after nearly every record, and with thousands of names a copy for each look would cost more than all
// else.
//
// What does not live here: who may change the values. A map that was kept shares them.
package keptmap
