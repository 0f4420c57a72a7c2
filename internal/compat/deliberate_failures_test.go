// SPDX-License-Identifier: Apache-2.0

package compat

import (
	"regexp"
	"strings"
)

func mendMediaType(c call, java, ours *view) bool {
	theirs, own := java.header["Content-Type"], ours.header["Content-Type"]
	kind, parameters, _ := strings.Cut(theirs, ";")
	if own != "application/json" || kind == own && parameters == "" || kind != own && c.method != "OPTIONS" {
		return false
	}
	java.header["Content-Type"] = own
	return true
}

func mendEmptyLevel(_ call, java, ours *view) bool {
	if java.status != 500 || ours.status != 404 || message(java) != "Illegal null or empty Level name." {
		return false
	}
	*java = *ours
	return true
}

// exception is the first line of a Java stack trace: the class of an exception and its text.
var exception = regexp.MustCompile(`^((?:[a-z]\w*\.)+[A-Z]\w*(?:Exception|Error))(?:: (.+))?$`)

// mendTraces lets the texts of exceptions differ, and their classes where Kafka Connect's is of Java itself.
func mendTraces(_ call, java, ours *view) bool {
	return inPairs(java.body, ours.body, func(theirs, own map[string]any) bool {
		their, is := theirs["trace"].(string)
		our, too := own["trace"].(string)
		a, b := exception.FindStringSubmatch(their), exception.FindStringSubmatch(our)
		if !is || !too || their == our || a == nil || b == nil || a[1] != b[1] && !strings.HasPrefix(a[1], "java.") || b[2] == "" {
			return false
		}
		theirs["trace"] = our
		return true
	})
}

// mendFailedStart is about a connector that Kafka Connect has failed to make: it has no version then, no state but FAILED,
// and an answer to its restart that does not say why.
func mendFailedStart(_ call, java, ours *view) bool {
	if java.status == 500 && ours.status == 500 {
		theirs, own := message(java), message(ours)
		plain := strings.HasPrefix(own, theirs+": ") && strings.HasPrefix(theirs, "Failed to start connector: ")
		created := strings.HasPrefix(theirs, "Non-string value found") && strings.HasPrefix(own, "Failed to transition connector ")
		if plain || created {
			setMessage(java, own)
		}
		return plain || created
	}
	return inPairs(java.body, ours.body, func(theirs, own map[string]any) bool {
		version, has := theirs["version"]
		if !has || version != nil || own["version"] == nil || theirs["state"] != "FAILED" && theirs["state"] != "RESTARTING" {
			return false
		}
		if own["state"] == "STOPPED" {
			delete(theirs, "trace")
			theirs["state"] = own["state"]
		}
		theirs["version"] = own["version"]
		return true
	})
}

// inPairs visits the objects that are at the same place in both values, and says whether one of the visits was of use.
func inPairs(theirs, own any, visit func(theirs, own map[string]any) bool) bool {
	useful := false
	switch theirs := theirs.(type) {
	case map[string]any:
		own, is := own.(map[string]any)
		if !is {
			return false
		}
		useful = visit(theirs, own)
		for key, value := range theirs {
			useful = inPairs(value, own[key], visit) || useful
		}
	case []any:
		own, is := own.([]any)
		for i := 0; is && i < min(len(theirs), len(own)); i++ {
			useful = inPairs(theirs[i], own[i], visit) || useful
		}
	}
	return useful
}
