// SPDX-License-Identifier: Apache-2.0

// Package gateway carries messages from worker to worker: one gRPC service, which takes envelopes and answers each. No address of
// an actor crosses it.
//
// An envelope names the worker, and the process of it, that it is for, what is asked, and how long the asker waits; whoever is
// not meant, does not know the kind, or gets it too late says so and does nothing. Messages are JSON. Both sides prove by mutual
// TLS that they know the cluster's secret, or have the certificates that a user gave them. Nothing that grpc keeps for the whole
// process is touched: a host that embeds a worker may use grpc as it likes.
//
// What lives here: the service, its envelopes, and who may call it. What does not: what the messages mean, which is for whoever
// handles them, and which worker has which address, which is for gossip and the status topic.
package gateway
