// SPDX-License-Identifier: Apache-2.0

package connect

import "time"

// ClusterInfo is what a worker knows of its cluster: who is in it, who leads, who runs what, and what is being moved.
type ClusterInfo struct {
	// Group is the worker's group.id, Worker its own id.
	Group  string `json:"group"`
	Worker string `json:"worker"`
	// Leader is the id of the worker that leads, "" where none does.
	Leader string `json:"leader"`
	// Generation is the number of what was agreed last, Term that of the leader's claim, Protocol the version that is spoken.
	Generation int64 `json:"generation"`
	Term       int64 `json:"term"`
	Protocol   int   `json:"protocol"`
	// Reason is what led to the generation.
	Reason string `json:"reason"`
	// Suspended says that this worker's tasks wait, since it cannot confirm its share against Kafka.
	Suspended bool `json:"suspended"`
	// Members are the workers of the cluster, by id, also those that gossip does not see.
	Members []ClusterMember `json:"members"`
	// Moving are the units that are being taken from one worker, by connector and task.
	Moving []ClusterMove `json:"moving"`
	// Unassigned are the units that nobody runs.
	Unassigned []ClusterUnit `json:"unassigned"`
}

// ClusterMember is one worker of a cluster.
type ClusterMember struct {
	Worker string `json:"worker"`
	// URL is that of its REST API, "" where it is not known.
	URL string `json:"url"`
	// State is up, nokafka, leaving, left or unseen: gossip does not see it.
	State string `json:"state"`
	// Connectors are the connector instances that it runs, Tasks its tasks, in order.
	Connectors []string `json:"connectors"`
	Tasks      []TaskID `json:"tasks"`
}

// ClusterUnit is a task, or a connector instance, whose Task is -1.
type ClusterUnit struct {
	Connector string `json:"connector"`
	Task      int    `json:"task"`
}

// ClusterMove is a unit that its owner was asked to stop, so that another worker can run it.
type ClusterMove struct {
	ClusterUnit
	// From is its owner, Generation the one that asked, Since when this worker read that.
	From       string    `json:"from"`
	Generation int64     `json:"generation"`
	Since      time.Time `json:"since"`
}
