// SPDX-License-Identifier: Apache-2.0

package rest

import (
	"context"
	"net/http"

	connect "github.com/longshore-io/connect"
)

// getLive says that somebody answers, whatever the worker's health is.
func getLive(ctx context.Context, herder Herder, _ request) (reply, error) {
	health, message, err := herder.Health(ctx)
	if err != nil {
		return reply{}, err
	}
	live := healthReply(health, message)
	live.status = http.StatusOK
	return live, nil
}

// getReady says whether the worker takes part: it is healthy, and in a cluster it knows who leads.
func getReady(ctx context.Context, herder Herder, _ request) (reply, error) {
	health, message, err := herder.Health(ctx)
	if err != nil {
		return reply{}, err
	}
	if health != connect.Healthy {
		return unready(healthReply(health, message)), nil
	}
	info, err := herder.Cluster(ctx)
	switch {
	case connect.Classify(err) == connect.NotFound: // it is on its own
	case err != nil:
		return reply{}, err
	case info.Leader == "":
		return unready(healthReply(connect.Starting, "Worker "+info.Worker+" knows of no leader of group "+info.Group+" yet.")), nil
	}
	return healthReply(health, message), nil
}

func unready(r reply) reply {
	r.status = http.StatusServiceUnavailable
	return r
}

// unreadyReply answers for a worker that did not.
func unreadyReply(err error) reply { return unready(unhealthyReply(err)) }
