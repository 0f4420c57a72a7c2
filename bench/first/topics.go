// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
)

// topics makes the topics of the contenders and looks how full they are.
type topics struct {
	client *kgo.Client
	admin  *kadm.Client
}

func newTopics(broker string) (*topics, error) {
	client, err := kgo.NewClient(kgo.SeedBrokers(broker))
	if err != nil {
		return nil, err
	}
	return &topics{client, kadm.NewClient(client)}, nil
}

func (t *topics) close() { t.client.Close() }

// create makes a topic with one partition: a file has one order, and both file connectors one task.
func (t *topics) create(ctx context.Context, topic string) error {
	if _, err := t.admin.CreateTopic(ctx, 1, 1, nil, topic); err != nil {
		return fmt.Errorf("create topic %s: %w", topic, err)
	}
	return nil
}

// remove keeps the disk from filling up.
func (t *topics) remove(ctx context.Context, topic string) error {
	if _, err := t.admin.DeleteTopic(ctx, topic); err != nil {
		return fmt.Errorf("delete topic %s: %w", topic, err)
	}
	return nil
}

// hasRecords says whether a topic has so many records; more of them are an error.
func (t *topics) hasRecords(topic string, want int) func(context.Context) (bool, error) {
	return func(ctx context.Context) (bool, error) {
		ends, err := t.admin.ListEndOffsets(ctx, topic)
		if err != nil {
			return false, err
		}
		end, _ := ends.Lookup(topic, 0)
		if end.Err == nil && end.Offset > int64(want) {
			return false, fmt.Errorf("topic %s has %d records, which is more than %d", topic, end.Offset, want)
		}
		return end.Offset == int64(want), end.Err
	}
}
