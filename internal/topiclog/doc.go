// SPDX-License-Identifier: Apache-2.0

// Package topiclog keeps a compacted topic as a log that is read from its start, followed for ever, and written by key. The config,
// offsets and status topics are such logs.
//
// Here live: making and checking such a topic ([Ensure]), following it ([Open], [Log.ReadToEnd]), writing to it with or without the
// exclusive right of a transactional id ([Log.Put], [Log.Claim], [Log.PutTxn]), and writing to several of one cluster at once under such an
// id ([Claimant]).
//
// Here does not live: what the records mean, and the map they add up to. Both belong to whoever gives Apply.
//
// Apply runs on one goroutine, in the order of each partition. Keys are placed by Java's murmur2, so that a new value lands in the
// partition of the old one whichever client wrote that.
package topiclog
