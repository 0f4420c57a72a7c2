// SPDX-License-Identifier: Apache-2.0

package group

import (
	"context"
	"fmt"
	"strings"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// The protocol type is Kafka Connect's, so that the broker compares; the protocol is one that no Java worker has.
const (
	protocolType = "connect"
	protocol     = "longshore"
)

// ask sends the request of a state's phase.
func (m *Member) ask(ctx context.Context, s state) answer {
	switch s.phase {
	case joining:
		return m.join(ctx, s)
	case syncing:
		return m.sync(ctx, s)
	}
	return m.beat(ctx, s)
}

func (m *Member) join(ctx context.Context, s state) answer {
	r := kmsg.NewPtrJoinGroupRequest()
	r.Group, r.MemberID, r.ProtocolType = m.o.Group, s.id, protocolType
	r.SessionTimeoutMillis = int32(m.o.Session.Milliseconds())
	r.RebalanceTimeoutMillis = r.SessionTimeoutMillis
	p := kmsg.NewJoinGroupRequestProtocol()
	p.Name, p.Metadata = protocol, []byte(m.o.Worker)
	r.Protocols = []kmsg.JoinGroupRequestProtocol{p}
	got, err := r.RequestWith(ctx, m.o.Client)
	if err != nil {
		return answer{err: err}
	}
	a := answer{err: kerr.ErrorForCode(got.ErrorCode), id: got.MemberID, generation: got.Generation}
	if got.LeaderID == got.MemberID {
		for _, member := range got.Members {
			a.members = append(a.members, member.MemberID)
		}
	}
	return a
}

// sync ends the rebalance. A leader gives every member the same: nothing.
func (m *Member) sync(ctx context.Context, s state) answer {
	kind, name := protocolType, protocol
	r := kmsg.NewPtrSyncGroupRequest()
	r.Group, r.MemberID, r.Generation, r.ProtocolType, r.Protocol = m.o.Group, s.id, s.generation, &kind, &name
	for _, member := range s.others {
		nothing := kmsg.NewSyncGroupRequestGroupAssignment()
		nothing.MemberID = member
		r.GroupAssignment = append(r.GroupAssignment, nothing)
	}
	got, err := r.RequestWith(ctx, m.o.Client)
	if err != nil {
		return answer{err: err}
	}
	return answer{err: kerr.ErrorForCode(got.ErrorCode)}
}

func (m *Member) beat(ctx context.Context, s state) answer {
	r := kmsg.NewPtrHeartbeatRequest()
	r.Group, r.MemberID, r.Generation = m.o.Group, s.id, s.generation
	got, err := r.RequestWith(ctx, m.o.Client)
	if err != nil {
		return answer{err: err}
	}
	return answer{err: kerr.ErrorForCode(got.ErrorCode)}
}

// leave names the member twice: older brokers read the first, those since 2.4 the list.
func (m *Member) leave(ctx context.Context, id string) error {
	r := kmsg.NewPtrLeaveGroupRequest()
	r.Group, r.MemberID = m.o.Group, id
	me := kmsg.NewLeaveGroupRequestMember()
	me.MemberID = id
	r.Members = []kmsg.LeaveGroupRequestMember{me}
	got, err := r.RequestWith(ctx, m.o.Client)
	if err != nil {
		return err
	}
	return kerr.ErrorForCode(got.ErrorCode)
}

// company is who is in the group.
type company struct {
	kind    string // the protocol type
	members []member
}

type member struct{ id, clientID, host string }

// foreign says that the group belongs to something that is no worker, such as a consumer.
func (c company) foreign() bool { return len(c.members) > 0 && c.kind != "" && c.kind != protocolType }

func (c company) has(id string) bool {
	for _, m := range c.members {
		if m.id == id {
			return true
		}
	}
	return false
}

// String names the members by client id and host.
func (c company) String() string {
	names := make([]string, len(c.members))
	for i, m := range c.members {
		names[i] = fmt.Sprintf("%s on %s", m.clientID, m.host)
	}
	return strings.Join(names, ", ")
}

// look asks who is in the group. Members are there from the moment in which the broker holds others to their protocols, which
// is before it answers their request to join.
func (m *Member) look(ctx context.Context) (company, error) {
	r := kmsg.NewPtrDescribeGroupsRequest()
	r.Groups = []string{m.o.Group}
	got, err := r.RequestWith(ctx, m.o.Client)
	if err != nil {
		return company{}, err
	}
	var c company
	for _, g := range got.Groups {
		if err := kerr.ErrorForCode(g.ErrorCode); err != nil {
			return company{}, err
		}
		c.kind = g.ProtocolType
		for _, m := range g.Members {
			c.members = append(c.members, member{m.MemberID, m.ClientID, strings.TrimPrefix(m.ClientHost, "/")})
		}
	}
	return c, nil
}
