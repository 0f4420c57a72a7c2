// SPDX-License-Identifier: Apache-2.0

// Package gossip finds out which workers seem to be alive, with memberlist. What it says is a hint and may be wrong in any way.
//
// Each process is a node of its own there, named by the worker's id and its boot. So a restart shows at once, at whatever address,
// and memberlist never has to judge whose a name is. This package does: where two processes of one worker id seem to be alive, all
// workers go on showing the one that they know, unless it turns out not to be there any more, and the process that was started
// later, by the wall clock of its machine, gives way if the other one answers it. A restarted worker meets no answer, for its former
// process is dead.
//
// A worker that cannot take part says so only while it is alone and new: it has met nobody yet, and everybody who answers refuses
// it three times in a row. Workers that have met others only log what they refuse. Not reaching anybody is no reason to stop.
//
// What lives here: the network of hints, its encryption, its healing after a split, and the refusal of a name that is taken. What does
// not: what follows from a hint, which is cluster/protocol's.
package gossip
