// SPDX-License-Identifier: Apache-2.0

package protocol

// outbox gathers the actions of a step and puts them in the order in which they have to be carried out.
type outbox struct {
	// closing closes the gates of everything: before anything else.
	closing []Action
	// stops close the gates of what is gone or revoked. A lease must never be renewed before that, nor anything else start.
	stops []Action
	rest  []Action
	// lease opens the gates, and comes last.
	lease []Action
}

func (o *outbox) add(action Action) {
	switch action.(type) {
	case Stop:
		o.stops = append(o.stops, action)
	case Lease:
		// A later one of the same step stands for the earlier one.
		o.lease = []Action{action}
	default:
		o.rest = append(o.rest, action)
	}
}

// closeGates closes them before anything else happens.
func (o *outbox) closeGates() {
	o.closing = []Action{Lease{}}
	o.lease = nil
}

// take returns what was gathered, in its order.
func (o *outbox) take() []Action {
	actions := append(append(append(o.closing, o.stops...), o.rest...), o.lease...)
	*o = outbox{}
	return actions
}
