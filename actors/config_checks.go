// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"errors"
	"slices"
	"strings"

	connect "github.com/longshore-io/connect"
	"github.com/longshore-io/connect/internal/kafkaconfig"
)

// Checks of single properties, with Kafka's texts where Kafka checks the same.
var (
	replicationFactor = check(positiveOrDefault, "Replication factor must be positive and not larger than the number of brokers in the Kafka cluster, or -1 to use the broker's default")
	partitionCount    = check(positiveOrDefault, "Number of partitions must be positive, or -1 to use the broker's default")
	portNumber        = check(func(n int) bool { return n >= 0 && n <= 65535 }, "Port must be between 0 and 65535")

	listenerURLs       = connect.ValidatorFunc(checkListeners)
	atLeastOneListener = connect.AllOf(check(notEmpty, "at least one URL is expected, ex: http://localhost:8080,https://localhost:8443."), listenerURLs)

	verificationAlgorithms = check(notEmpty, "At least one signature verification algorithm must be provided")
	// A worker whose users rely on an extension for authentication must not be open to all instead.
	noExtensions = check(func(list []string) bool { return len(list) == 0 }, "REST extensions cannot be loaded: leave the key out and put what they protect behind a proxy")

	groupProtocol    = check(oneOf("eager", "compatible", "sessioned"), "Invalid Connect protocol compatibility")
	advertisedScheme = check(oneOf("http", "https"), `Listener protocol must be either "http" or "https".`)
	overridePolicy   = connect.ValidatorFunc(checkOverridePolicy)
)

// check lets null pass and everything else that is good.
func check[T any](good func(T) bool, reason string) connect.Validator {
	return connect.ValidatorFunc(func(key string, value any) error {
		if v, set := value.(T); set && !good(v) {
			return &connect.ConfigError{Key: key, Value: value, Reason: reason}
		}
		return nil
	})
}

func positiveOrDefault(n int) bool { return n > 0 || n == -1 }

func notEmpty(list []string) bool { return len(list) > 0 }

func oneOf(known ...string) func(string) bool {
	return func(text string) bool { return slices.Contains(known, strings.ToLower(text)) }
}

// fraction wants a number in a range, both ends included.
func fraction(least, most float64) connect.Validator {
	return connect.ValidatorFunc(func(key string, value any) error {
		switch v, _ := value.(float64); {
		case v < least:
			return &connect.ConfigError{Key: key, Value: value, Reason: "Value must be at least " + javaDouble(least)}
		case v > most:
			return &connect.ConfigError{Key: key, Value: value, Reason: "Value must be no more than " + javaDouble(most)}
		}
		return nil
	})
}

func javaDouble(v float64) string {
	text, _ := connect.FormatConfigValue(v)
	return text
}

// checkListeners names the first URL that is none.
func checkListeners(key string, value any) error {
	urls, _ := value.([]string)
	for _, url := range urls {
		if url == "" {
			return &connect.ConfigError{Key: key, Value: url, Reason: "Empty URL found when parsing " + key + " list."}
		}
		if _, err := connect.ParseListener(url); err != nil {
			return &connect.ConfigError{Key: key, Value: url, Reason: err.Error()}
		}
	}
	return nil
}

func checkOverridePolicy(key string, value any) error {
	name, _ := value.(string)
	_, err := kafkaconfig.ParsePolicy(name)
	var wrong *kafkaconfig.Error
	if errors.As(err, &wrong) {
		return &connect.ConfigError{Key: key, Value: name, Reason: wrong.Reason}
	}
	return err
}
