// SPDX-License-Identifier: Apache-2.0

// Package actors is the supervision tree: every connector and every task is an actor, and restart, pause, resume and stop
// are messages to them. It is the only importer of protoactor, and of it only of package actor.
//
// The tree of one worker, from the actor that WorkerProps describes (the strategy is what happens to the children of an
// actor that panic; user code panics elsewhere, on the pumps, where it becomes an error):
//
//	worker               hands requests on, fails as a whole                      children: rebuild
//	├── configlog        follows the config topic and writes it → configChanged
//	├── statuslog        writes the states of this worker, keeps those of all → statusOwn
//	├── members          gossips → peersChanged; only in a cluster
//	├── gateway          brings commands to other workers, and theirs here; only in a cluster
//	├── herder           answers from memory, turns commands into records; has this worker's seat
//	└── connectors       one share per connector of which something runs here     children: rebuild
//	    └── <name>       share: what this worker runs of one connector            children: stopAndTell
//	        ├── connector    unit: state, trace, generation                       children: stopAndTell
//	        │   └── g<n>     life: one Start to Stop of the instance, and its pump
//	        └── task-<n>     unit                                                 children: stopAndTell
//	            └── g<n>     life: one Start to Stop of the task, and its pump
//
// Which call becomes which message, and which record of the config topic:
//
//	POST /connectors              CreateConnector    target-state-*, connector-*   ┐
//	PUT  /connectors/x/config     PutConnectorConfig connector-*                   │
//	PATCH …/x/config              PatchConnectorConfig connector-*                 │
//	DELETE /connectors/x          DeleteConnector    tombstones                    │ written by the leader, read
//	PUT  /connectors/x/pause      SetTarget          target-state-*                │ back by configlog, followed by
//	PUT  /connectors/x/stop       SetTarget          commit-* 0, target-state-*    │ the herder, assigned by connectors
//	POST /connectors/x/restart?…  RestartConnector   restart-connector-*           │ on those who own something of it
//	PUT  …/loggers/l?scope=…      SetClusterLogger   logger-cluster-*              ┘
//	POST /connectors/x/restart    RestartConnector   none: restartUnit on its owner, to the share and the unit
//	POST …/tasks/0/restart        RestartTask        none: the same
//	PUT  …/loggers/l              SetLogger          none: set at once, here
//	PUT  …/x/topics/reset         ResetTopics        none: tombstones in the status topic
//	GET  …                        Get*, List*        none: the herder answers from memory
//	GET  …/plugins/p/config       GetPluginConfig    none: read beside the herder
//	PUT  …/config/validate        ValidateConfig     none: checked beside the herder
//	GET  …/offsets                GetOffsets         none: read beside the herder
//	PATCH, DELETE …/offsets       AlterOffsets, …    none: changed beside the leader's herder, while no task runs
//	GET  /cluster                 GetCluster         none: the herder's seat answers from memory
//
// Where a message goes in a cluster (route.go): a question is answered by whoever is asked. A command is carried by the gateway to the
// leader, or to the owner where it only concerns what runs, and comes to that one's herder as here; it is tried again where it was
// carried to the wrong one, or to one that died. What a connector plans (putTaskConfigs) goes the same way. Presences, by which workers
// acknowledge, go to the leader's gateway and to the status topic, and come to the seat as presenceCame and statusOwn.
//
// The way of work: configlog reads a generation → the seat (seat.go) tells the protocol, which returns Start and Stop → a Start is noted
// and goes with the next assignSome; a Stop shuts the gate at once (gates.go) and asks the share with endUnit → unitEnded comes back when
// nothing of the unit is left, and the protocol acknowledges. A life begins when the lease (lease.go) is open and the former owners that
// were declared dead are fenced (former.go, fence.go).
//
// The rules that hold everywhere:
//
//   - Receive never blocks. What blocks runs through background, on a goroutine of its own, and comes back as a message.
//   - User code of a life runs on its pump, which ends with one Exited and passes its gate before each effect. What is asked of
//     plugins beside that (checks of configurations and offsets, values of config providers) runs through background.
//   - A unit decides nothing by itself: lifecycle.Next does, and the unit carries out what it returns. Nor does the seat:
//     cluster/protocol does.
//   - A gate is shut before anybody is told that a right is gone, and an end is told after everything is stored.
//   - A message to a name without an actor is lost: whoever is reported to is spawned before those who report.
//
// What lives here: the actors, the pumps (source_pump.go, sink_pump.go), the worker's configuration (config*.go) and the
// client (client.go). Beside them in folders, pure: lifecycle (states of units), restart (backoff after failures), stage
// (transforms, converters, tolerance of errors), trace (what FAILED shows), validate (Kafka's validation).
//
// What does not: the formats of the topics, and what a cluster agrees on and how (the packages in cluster), offsets (package offsets),
// HTTP (package rest), and the reading of files and flags (cmd/app).
package actors
