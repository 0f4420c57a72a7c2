// SPDX-License-Identifier: Apache-2.0

package gossip

import (
	"fmt"
	"strings"
)

// NameTakenError says that another process, which was started earlier and is alive, runs under the id of this worker.
type NameTakenError struct {
	// Worker is the id, Addr the gossip address of the other process.
	Worker, Addr string
}

// Error says which process has the name, and what to change.
func (e *NameTakenError) Error() string {
	return fmt.Sprintf("worker id %s is taken: the process with the gossip address %s has it, is alive and was started earlier; "+
		"stop one of the two, or give each its own rest.advertised.host.name and rest.advertised.port", e.Worker, e.Addr)
}

// GroupError says that the workers that this one was told to join are of another group.
type GroupError struct {
	// Group is this worker's, Other that of the worker whose gossip address is Addr.
	Group, Other, Addr string
}

// Error says which groups they are, and what to change.
func (e *GroupError) Error() string {
	return fmt.Sprintf("the worker with the gossip address %s is of the group %q, this one of the group %q: check cluster.seeds and group.id",
		e.Addr, e.Other, e.Group)
}

// VersionError says that the workers of the cluster speak no version of the protocol that this one speaks.
type VersionError struct {
	// Oldest and Newest are this worker's, OtherOldest and OtherNewest those of the worker whose gossip address is Addr.
	Oldest, Newest, OtherOldest, OtherNewest int
	Addr                                     string
}

// Error says which versions they are, and what to do.
func (e *VersionError) Error() string {
	return fmt.Sprintf("the worker with the gossip address %s speaks the versions %d to %d of the cluster protocol, this one %d to %d: "+
		"upgrade the cluster by way of a release that speaks a version of both", e.Addr, e.OtherOldest, e.OtherNewest, e.Oldest, e.Newest)
}

// SecretError says that this worker's secret is not that of the cluster.
type SecretError struct {
	// Addrs are the gossip addresses at which it was refused.
	Addrs []string
}

// Error says who refuses the secret, and what to change.
func (e *SecretError) Error() string {
	return fmt.Sprintf("the cluster at %s has another secret than this worker: cluster.secret has to be the same on all workers of a cluster",
		strings.Join(e.Addrs, ", "))
}
