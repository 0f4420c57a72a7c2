// SPDX-License-Identifier: Apache-2.0

package generation

import (
	"strconv"
	"strings"
)

// Newest is the newest version of the records that this build reads and writes.
const Newest = 1

const (
	ownPrefix     = "longshore-"
	headKey       = "longshore-generation"
	sharePrefix   = "longshore-assignment-"
	workerPrefix  = "longshore-worker-"
	rollCallKey   = "longshore-rollcall"
	configTopic   = "config topic"
	statusTopic   = "status topic"
	partSeparator = "/"
)

// IsOwn tells whether a record of the config topic or the status topic is one by which workers agree: Kafka Connect has none of that
// name.
func IsOwn(key string) bool { return strings.HasPrefix(key, ownPrefix) }

func shareKey(worker string, part int) string {
	if part == 0 {
		return sharePrefix + worker
	}
	return sharePrefix + worker + partSeparator + strconv.Itoa(part)
}
