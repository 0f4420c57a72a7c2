// SPDX-License-Identifier: Apache-2.0

package trace

import (
	"github.com/longshore-io/connect"
)

// Kafka's names of the exceptions that our errors stand for.
const (
	connectException   = "org.apache.kafka.connect.errors.ConnectException"
	dataException      = "org.apache.kafka.connect.errors.DataException"
	retriableException = "org.apache.kafka.connect.errors.RetriableException"
	configException    = "org.apache.kafka.common.config.ConfigException"
)

// ClassName returns the class name of the Java exception that an error, without its causes, stands for: what its method JavaClass() string
// says where it has one. Monitoring and dead letter queues are searched by it.
func ClassName(err error) string {
	switch e := err.(type) { //nolint:errorlint // of this error alone: its causes have names of their own
	case javaNamed:
		return e.JavaClass()
	case *connect.StageError:
		return connectException
	case *connect.DataError:
		return dataException
	case interface{ Class() connect.Class }:
		switch e.Class() {
		case connect.BadRecord:
			return dataException
		case connect.BadConfig:
			return configException
		case connect.Transient:
			return retriableException
		}
	}
	return connectException
}
