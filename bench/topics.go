// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
)

// topics makes topics and looks how full they are.
type topics struct {
	broker string
	client *kgo.Client
	admin  *kadm.Client
}

func newTopics(broker string) (*topics, error) {
	client, err := kgo.NewClient(kgo.SeedBrokers(broker))
	if err != nil {
		return nil, err
	}
	return &topics{broker, client, kadm.NewClient(client)}, nil
}

func (t *topics) close() { t.client.Close() }

// create returns when the broker knows the topic, which is some time after it has answered that it will make it.
func (t *topics) create(ctx context.Context, topic string, partitions int32) error {
	if _, err := t.admin.CreateTopic(ctx, partitions, 1, nil, topic); err != nil {
		return fmt.Errorf("create topic %s: %w", topic, err)
	}
	return poll(ctx, func(ctx context.Context) (bool, error) {
		_, err := t.end(ctx, topic)
		if errors.Is(err, kerr.UnknownTopicOrPartition) {
			return false, nil
		}
		return err == nil, err
	})
}

// removeAll deletes the topics whose names begin so; it keeps the disk from filling up.
func (t *topics) removeAll(ctx context.Context, prefix string) error {
	listed, err := t.admin.ListTopicsWithInternal(ctx)
	if err != nil {
		return fmt.Errorf("list topics: %w", err)
	}
	names := slices.DeleteFunc(listed.Names(), func(name string) bool { return !strings.HasPrefix(name, prefix) })
	if len(names) == 0 {
		return nil
	}
	deleted, err := t.admin.DeleteTopics(ctx, names...)
	if err == nil {
		err = deleted.Error()
	}
	if err != nil {
		return fmt.Errorf("delete the topics of %s: %w", prefix, err)
	}
	return nil
}

// end is how many records a topic has had, in all its partitions.
func (t *topics) end(ctx context.Context, topic string) (int64, error) {
	ends, err := t.admin.ListEndOffsets(ctx, topic)
	if err == nil {
		err = ends.Error()
	}
	if err != nil {
		return 0, fmt.Errorf("read the end offsets of %s: %w", topic, err)
	}
	var all int64
	ends.Each(func(o kadm.ListedOffset) { all += o.Offset })
	return all, nil
}

// hasRecords says whether a topic has so many records; more of them are an error.
func (t *topics) hasRecords(topic string, want int) func(context.Context) (bool, error) {
	return func(ctx context.Context) (bool, error) {
		end, err := t.end(ctx, topic)
		if err == nil && end > int64(want) {
			err = fmt.Errorf("topic %s has %d records, which is more than %d", topic, end, want)
		}
		return end == int64(want), err
	}
}

// allHaveRecords is hasRecords for several topics, each with so many records.
func (t *topics) allHaveRecords(names []string, want int) func(context.Context) (bool, error) {
	return func(ctx context.Context) (bool, error) {
		for _, name := range names {
			if done, err := t.hasRecords(name, want)(ctx); !done || err != nil {
				return false, err
			}
		}
		return true, nil
	}
}

// hasCommitted says whether a group has committed so many records of a topic; more of them are an error.
func (t *topics) hasCommitted(group, topic string, want int) func(context.Context) (bool, error) {
	return func(ctx context.Context) (bool, error) {
		offsets, err := t.admin.FetchOffsets(ctx, group)
		if errors.Is(err, kerr.GroupIDNotFound) || errors.Is(err, kerr.NotCoordinator) || errors.Is(err, kerr.CoordinatorNotAvailable) {
			return false, nil
		}
		if err != nil {
			return false, fmt.Errorf("read what group %s has committed: %w", group, err)
		}
		var all int64
		for _, o := range offsets[topic] {
			all += o.At
		}
		if all > int64(want) {
			err = fmt.Errorf("group %s has committed %d records, which is more than %d", group, all, want)
		}
		return all == int64(want), err
	}
}
