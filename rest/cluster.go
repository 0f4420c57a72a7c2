// SPDX-License-Identifier: Apache-2.0

package rest

import (
	"context"
	"slices"

	connect "github.com/longshore-io/connect"
)

func getCluster(ctx context.Context, herder Herder, _ request) (reply, error) {
	info, err := herder.Cluster(ctx)
	return ok(viewCluster(info)), err
}

// viewCluster shows lists that are empty as such, never as null.
func viewCluster(info connect.ClusterInfo) connect.ClusterInfo {
	members := make([]connect.ClusterMember, len(info.Members))
	for i, member := range info.Members {
		member.Connectors, member.Tasks = listed(member.Connectors), listed(member.Tasks)
		members[i] = member
	}
	info.Members, info.Moving, info.Unassigned = members, listed(info.Moving), listed(info.Unassigned)
	return info
}

func listed[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return slices.Clip(list)
}
