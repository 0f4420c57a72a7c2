// SPDX-License-Identifier: Apache-2.0

// Command clients drives one of two Go clients of Kafka Connect's REST interface through the life of some connectors, and prints
// what the client made of each answer as JSON. Its arguments:
//
//	clients cloudhut|ricardo http://host:port prefix folder
//
// The names of connectors and topics begin with the prefix. The folder has a file in.txt with some lines.
//
// It is a module of its own, so that the clients and what they need stay out of the project's dependencies. Nothing of the
// project lives here.
package main

import (
	"fmt"
	"os"
)

// stage is where a client plays: the worker, and names that nobody else uses.
type stage struct {
	url, prefix, folder string
}

func (s stage) name(of string) string { return s.prefix + "-" + of }

// source copies in.txt into the topic of the stage. Values are of several JSON types: a worker keeps them as text.
func (s stage) source() map[string]any {
	return map[string]any{"connector.class": "FileStreamSource", "tasks.max": 1, "file": s.folder + "/in.txt", "topic": s.name("lines"),
		"batch.size": "1000", "errors.log.enable": true}
}

func (s stage) sink() map[string]any {
	return map[string]any{"connector.class": "org.apache.kafka.connect.file.FileStreamSinkConnector", "tasks.max": "1",
		"file": s.folder + "/out.txt", "topics": s.name("lines")}
}

// failing is a sink whose task cannot start.
func (s stage) failing() map[string]any {
	config := s.sink()
	config["file"] = s.folder + "/nowhere/out.txt"
	return config
}

// with is a copy of a config with one more line.
func with(config map[string]any, key string, value any) map[string]any {
	more := map[string]any{key: value}
	for k, v := range config {
		if k != key {
			more[k] = v
		}
	}
	return more
}

func main() {
	players := map[string]func(*transcript, stage){"cloudhut": cloudhut, "ricardo": ricardo}
	if len(os.Args) != 5 || players[os.Args[1]] == nil {
		fmt.Fprintln(os.Stderr, "usage: clients cloudhut|ricardo http://host:port prefix folder")
		os.Exit(2)
	}
	t := &transcript{}
	players[os.Args[1]](t, stage{url: os.Args[2], prefix: os.Args[3], folder: os.Args[4]})
	good, err := t.print(os.Stdout)
	if err != nil {
		fmt.Fprintln(os.Stderr, "print the transcript:", err)
	}
	if err != nil || !good {
		os.Exit(1)
	}
}
