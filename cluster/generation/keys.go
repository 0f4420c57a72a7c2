// SPDX-License-Identifier: Apache-2.0

package generation

import (
	"strconv"
	"strings"
)

// Newest is the newest version of the records that this build reads and writes.
const Newest = 1

const (
	headKey       = "longshore-generation"
	sharePrefix   = "longshore-assignment-"
	workerPrefix  = "longshore-worker-"
	rollCallKey   = "longshore-rollcall"
	configTopic   = "config topic"
	statusTopic   = "status topic"
	partSeparator = "/"
)

// IsOwn tells whether a record of the config topic is one that generations are made of.
func IsOwn(key string) bool { return key == headKey || strings.HasPrefix(key, sharePrefix) }

func shareKey(worker string, part int) string {
	if part == 0 {
		return sharePrefix + worker
	}
	return sharePrefix + worker + partSeparator + strconv.Itoa(part)
}
