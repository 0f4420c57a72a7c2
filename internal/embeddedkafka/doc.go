// SPDX-License-Identifier: Apache-2.0

// Package embeddedkafka is the Kafka broker inside `longshore run` and inside hermetic tests: kfake, franz-go's broker in Go, with a
// data folder and with guards against what kfake does otherwise than Kafka. It is one broker for one machine, bound to the loopback
// interface, for trying things out and for small work; it is not replicated and does not replace a Kafka cluster.
//
// # The data folder
//
//	lock     held while a broker has the folder open; the system frees it even after kill -9
//	format   what this folder is, the version of its layout, the cluster's id and the port it keeps (JSON)
//	kafka/   kfake's own files
//
// A folder in use, of another version or with foreign files in it is refused with a line that says what to do.
//
// # What survives
//
// A record that was acknowledged survives the end of the process in whatever way, kill -9 included: it is in the operating
// system's hands before the answer goes out. It may be lost when the machine itself loses power, as with Kafka's own defaults.
// Synchronous writes would cost a disk flush per batch, milliseconds each on ordinary disks, which is more than the time of a
// whole batch; a single broker that must outlive a power cut is the wrong tool at any speed.
//
// Topics, configurations, group offsets and producer ids survive as well. After a kill -9 the start of a partition may move back to
// records that retention had removed within a segment file, and open transactions count as aborted.
//
// # Guards
//
//   - kfake compacts up to the end of the log, across open transactions, and rewrites its files in place. So it never compacts by
//     itself; Open compacts before the first client is let in, after ending open transactions (their producers are fenced), with
//     the old files kept aside until the new ones are complete.
//   - kfake's retention, which also runs with every compaction, does not spare compacted topics and empties a partition
//     completely, after which a restart begins at offset 0 again. So it never runs; retention here goes by Kafka's rules, leaves
//     compacted topics alone and always keeps a partition's last batch.
//   - kfake writes a topic that a metadata request creates to disk only with the next change of any topic. So such topics are
//     created here, before the request reaches it.
//   - Frames of unknown requests, and those that are too large, would stop the process; they close their connection instead.
//   - When the disk is nearly full (Config.MinFreeBytes) writes are refused with errors that clients retry, one line in the log says
//     so and another that it is over: kfake itself would acknowledge the retry of a batch that it could not write.
//   - Two request versions that kfake answers otherwise than Java's admin tools can read are not offered.
//   - After start the cluster's id is asked for over the network, so that a port shared with another Kafka is noticed.
package embeddedkafka
