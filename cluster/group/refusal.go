// SPDX-License-Identifier: Apache-2.0

package group

import (
	"errors"
	"fmt"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
)

// OccupiedError says that others are in the group, who they are, and what to do.
type OccupiedError struct {
	// Group is the group.id.
	Group string
	// Members names them by client id and host; empty where the broker does not tell.
	Members string
	// Kind is the protocol type of the group: connect for workers of Kafka Connect, consumer for consumers.
	Kind string
	// Waited is how long they were given to leave.
	Waited time.Duration
	// Later says that they came while this worker was a member and could not be reached.
	Later bool
}

// Error is one line for whoever runs the worker.
func (e *OccupiedError) Error() string {
	who := e.Members
	if who == "" {
		who = "members that the broker does not name"
	}
	switch {
	case e.Kind != protocolType && e.Kind != "":
		return fmt.Sprintf("group.id=%s is the group of other clients of this Kafka, of type %s (%s): give the worker a group.id that nothing else uses",
			e.Group, e.Kind, who)
	case e.Later:
		return fmt.Sprintf("workers of Kafka Connect have taken over group %s while this worker could not be reached (%s): all work stops here, "+
			"since they run every connector now; to come back, stop them and start Longshore", e.Group, who)
	}
	return fmt.Sprintf("workers of Kafka Connect run in group %s (%s) and have not left within %s: beside them every connector would run twice; "+
		"stop them first, or give this worker another group.id and other topics (config.storage.topic, offset.storage.topic, status.storage.topic)",
		e.Group, who, e.Waited)
}

// explain says what to do about a broker's refusal.
func (m *Member) explain(err error) error {
	switch {
	case errors.Is(err, kerr.GroupAuthorizationFailed):
		return fmt.Errorf("join group %s: %w (%s)", m.o.Group, err, m.o.Rights.ForGroup(m.o.Group))
	case errors.Is(err, kerr.InvalidSessionTimeout):
		return fmt.Errorf("join group %s: %w (session.timeout.ms=%d must be between the brokers' group.min.session.timeout.ms and group.max.session.timeout.ms)",
			m.o.Group, err, m.o.Session.Milliseconds())
	case errors.Is(err, kerr.InvalidGroupID):
		return fmt.Errorf("join group %q: %w (give the worker another group.id)", m.o.Group, err)
	}
	return fmt.Errorf("join group %s: %w", m.o.Group, err)
}
