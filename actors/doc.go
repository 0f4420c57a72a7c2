// SPDX-License-Identifier: Apache-2.0

// Package actors is the supervision tree: every connector and every task is an actor, and restart, pause, resume and stop
// are messages to them. It is the only importer of protoactor, and of it only of package actor.
//
// The tree of one worker, from the actor that WorkerProps describes (the strategy is what happens to the children of an
// actor that panic; user code panics elsewhere, on the pumps, where it becomes an error):
//
//	worker               hands requests on, fails as a whole                      children: rebuild
//	├── configlog        follows the config topic and writes it → configChanged
//	├── statuslog        writes the states of this worker, keeps those of all
//	├── herder           answers from memory, turns commands into records
//	└── connectors       one share per connector                                  children: rebuild
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
//	DELETE /connectors/x          DeleteConnector    tombstones                    │ read back by configlog,
//	PUT  /connectors/x/pause      SetTarget          target-state-*                │ followed by the herder,
//	PUT  /connectors/x/stop       SetTarget          commit-* 0, target-state-*    │ assigned by connectors
//	POST /connectors/x/restart?…  RestartConnector   restart-connector-*           ┘
//	POST /connectors/x/restart    RestartConnector   none: restartUnit to the share, then to the unit
//	POST …/tasks/0/restart        RestartTask        none: the same
//	PUT  …/loggers/l?scope=…      SetClusterLogger   logger-cluster-*, set by who reads it
//	PUT  …/loggers/l              SetLogger          none: set at once, here
//	PUT  …/x/topics/reset         ResetTopics        none: tombstones in the status topic
//	GET  …                        Get*, List*        none: the herder answers from memory
//	GET  …/plugins/p/config       GetPluginConfig    none: read beside the herder
//	PUT  …/config/validate        ValidateConfig     none: checked beside the herder
//	GET  …/offsets                GetOffsets         none: read beside the herder
//	PATCH, DELETE …/offsets       AlterOffsets, …    none: changed beside the herder, while no task runs
//
// The rules that hold everywhere:
//
//   - Receive never blocks. What blocks runs through background, on a goroutine of its own, and comes back as a message.
//   - User code of a life runs on its pump, which ends with one Exited and passes its gate before each effect. What is asked of
//     plugins beside that (checks of configurations and offsets, values of config providers) runs through background.
//   - A unit decides nothing by itself: lifecycle.Next does, and the unit carries out what it returns.
//   - A message to a name without an actor is lost: whoever is reported to is spawned before those who report.
//
// What lives here: the actors, the pumps (source_pump.go, sink_pump.go), the worker's configuration (config*.go) and the
// client (client.go). Beside them in folders, pure: lifecycle (states of units), restart (backoff after failures), stage
// (transforms, converters, tolerance of errors), trace (what FAILED shows), validate (Kafka's validation).
//
// What does not: the formats of the topics (package cluster), offsets (package offsets), HTTP (package rest), and the
// reading of files and flags (cmd/app).
package actors
