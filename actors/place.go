// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"context"

	connect "github.com/longshore-io/connect"
	"github.com/longshore-io/connect/cluster/group"
	"github.com/longshore-io/connect/internal/kafkaconfig"
)

// place is the worker's place in its Kafka group, with the client that keeps it.
type place struct {
	*group.Member
	client *kafkaconfig.Lease
}

// joinGroup returns when no worker of Kafka Connect runs in the group, and none can any more.
func joinGroup(ctx context.Context, env *environment) (*place, error) {
	props := kafkaconfig.Internal(env.config.Raw, "group")
	if env.config.ClientID == "" {
		props["client.id"] = "longshore-" + env.runtime.WorkerID
	}
	client, err := env.pool.Plain(props)
	if err != nil {
		return nil, err
	}
	member, err := group.Join(ctx, group.Options{
		Group: env.config.GroupID, Worker: env.runtime.WorkerID, Client: client.Client, Rights: client.Settings.Rights(),
		Session: env.config.SessionTimeout, Heartbeat: env.config.HeartbeatInterval, Clock: env.runtime.Clock, Log: env.log,
	})
	if err != nil {
		client.Close()
		return nil, connect.Classed(connect.Unusable, err)
	}
	return &place{member, client}, nil
}

func (p *place) leave() {
	p.Leave()
	p.client.Close()
}
