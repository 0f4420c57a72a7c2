// SPDX-License-Identifier: Apache-2.0

// Package rest is the REST API of a worker: routes turn requests into calls of a small interface, the [Herder], and its
// answers into JSON. It speaks as Kafka Connect 4.1 does, down to the texts of its errors.
//
// What lives here: the table of routes (routes.go), one file of endpoints per resource, the way from a request to its
// endpoint and back (dispatch.go, reply.go, errors.go), the decoding of bodies (body.go), the listeners with the URL
// that is told to others (server.go, admin.go, advertise.go), and the headers that a configuration puts on every answer
// (cors.go, headers.go).
//
// What does not: any decision about connectors. Whether a connector exists, what its configuration lacks and who carries a
// request out is the Herder's business. The package imports the vocabulary and nothing else of Longshore.
//
// # Where it differs from Kafka Connect
//
// A body that is not JSON, or not of the right shape, is the caller's mistake: 400 with line and column, where Kafka answers
// 500; so are offsets that hold anything but texts, booleans, null and numbers of 64 bits. A connector may be called a/b or
// 50%: paths are routed as they were escaped and %2F, %25 and %00 are decoded per segment, where Kafka stores such connectors
// and then refuses every path to them. A body is at most 10 MiB, else 413. What Kafka's HTTP server refuses with a page or
// nothing is refused with a JSON body here. A 405 names the methods that are allowed. The two paths by which Kafka's workers
// call each other are not there. A worker that listens on 0.0.0.0 advertises an address that others can reach.
package rest
