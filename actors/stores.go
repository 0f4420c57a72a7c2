// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/asynkron/protoactor-go/actor"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"

	connect "github.com/longshore-io/connect"
	"github.com/longshore-io/connect/internal/kafkaconfig"
	"github.com/longshore-io/connect/internal/topiclog"
	"github.com/longshore-io/connect/offsets"
)

// connectToKafka joins the group, checks the three topics, making those that are missing, and reads the offsets. Nothing is
// created before everything that can be checked was, and nothing is touched while workers of Kafka Connect use it.
func connectToKafka(ctx context.Context, env *environment) (*stores, error) {
	admin, cluster, err := firstContact(ctx, env)
	if err != nil {
		return nil, err
	}
	defer admin.Close()
	begun := env.runtime.Clock.Now()
	place, err := joinGroup(ctx, env)
	env.noteSlow("entering the group", begun)
	if err != nil {
		return nil, err
	}
	opened, err := openTopics(ctx, env, admin)
	if err != nil {
		place.leave()
		return nil, err
	}
	closeTopics := opened.close
	opened.clusterID, opened.lost = cluster, place.Lost()
	opened.close = func() {
		closeTopics()
		place.leave() // last: others may come as soon as it is told
	}
	return opened, nil
}

func openTopics(ctx context.Context, env *environment, admin *kafkaconfig.Lease) (*stores, error) {
	begun := env.runtime.Clock.Now()
	for _, spec := range topicSpecs(env.config, admin.Settings.Rights()) {
		if err := topiclog.Ensure(ctx, kadm.NewClient(admin.Client), spec, env.log); err != nil {
			return nil, connect.Classed(connect.Unusable, err)
		}
	}
	env.noteSlow("looking at the topics", begun)
	begun = env.runtime.Clock.Now()
	store, closeOffsets, err := openOffsets(ctx, env)
	env.noteSlow("reading the offsets and claiming their id", begun)
	if err != nil {
		return nil, err
	}
	return &stores{
		offsets: store, close: closeOffsets,
		openConfig: func(ctx context.Context, apply func(topiclog.Record)) (exclusiveTopic, error) {
			return openLog(ctx, env, env.config.ConfigTopic.Name, "configs", true, apply)
		},
		openStatus: func(ctx context.Context, apply func(topiclog.Record)) (topic, error) {
			return openLog(ctx, env, env.config.StatusTopic.Name, statuses, false, apply)
		},
	}, nil
}

// connectStandalone has only the offsets outside of memory.
func connectStandalone(ctx context.Context, env *environment) (*stores, error) {
	admin, cluster, err := firstContact(ctx, env)
	if err != nil {
		return nil, err
	}
	defer admin.Close()
	store, err := offsets.OpenFile(env.config.OffsetFile, env.log)
	if err != nil {
		return nil, err
	}
	return &stores{
		offsets: store, clusterID: cluster, close: func() {},
		openConfig: func(_ context.Context, apply func(topiclog.Record)) (exclusiveTopic, error) {
			return &memoryTopic{apply: apply}, nil
		},
		openStatus: func(_ context.Context, apply func(topiclog.Record)) (topic, error) {
			return &memoryTopic{apply: apply}, nil
		},
	}, nil
}

// firstContact waits for Kafka and returns a client for what follows, and the cluster's id. The client is the caller's to
// close where there is no error.
func firstContact(ctx context.Context, env *environment) (*kafkaconfig.Lease, *string, error) {
	admin, err := env.pool.Plain(kafkaconfig.Internal(env.config.Raw, "admin"))
	if err != nil {
		return nil, nil, err
	}
	if err := awaitKafka(ctx, env, admin); err != nil {
		admin.Close()
		return nil, nil, err
	}
	brokers, err := kadm.NewClient(admin.Client).BrokerMetadata(ctx)
	if err != nil {
		admin.Close()
		return nil, nil, fmt.Errorf("ask Kafka for the id of its cluster: %w", err)
	}
	return admin, &brokers.Cluster, nil
}

// awaitKafka waits for brokers that do not answer yet, as when they are started together with the worker. What waiting does
// not mend, such as a wrong password, ends it at once.
func awaitKafka(ctx context.Context, env *environment, admin *kafkaconfig.Lease) error {
	ctx, cancel := within(ctx, env.runtime.Clock, env.config.StartTimeout)
	defer cancel()
	for attempt := 1; ; attempt++ {
		err := kafkaconfig.Ping(ctx, admin.Client, admin.Settings)
		var silent *net.OpError
		if err == nil || !errors.As(err, &silent) || kafkaconfig.IsTLSAlert(err) {
			return err
		}
		if attempt == 1 {
			env.log.Warn("Kafka does not answer yet; waiting for it", "up to", env.config.StartTimeout, "error", err)
		}
		if env.runtime.Clock.Sleep(ctx, pingPause) != nil {
			return err
		}
	}
}

const pingPause = 500 * time.Millisecond

func topicSpecs(config Config, rights kafkaconfig.Rights) []topiclog.Spec {
	spec := func(topic Topic, kind, purpose string) topiclog.Spec {
		return topiclog.Spec{Topic: topic.Name, Partitions: int32(topic.Partitions), ReplicationFactor: int16(topic.ReplicationFactor),
			Configs: topic.Settings, Property: kind + ".storage.topic", Purpose: purpose, SinglePartition: kind == "config",
			Bootstrap: strings.Join(config.BootstrapServers, ","), Rights: rights}
	}
	return []topiclog.Spec{
		spec(config.ConfigTopic, "config", "connector configurations"),
		spec(config.OffsetTopic, "offset", "source connector offsets"),
		spec(config.StatusTopic, "status", "connector and task statuses"),
	}
}

// openOffsets reads the offsets topic, and then claims the id that this worker writes it under: what a process of its name wrote before
// is either there by then, or refused.
func openOffsets(ctx context.Context, env *environment) (*offsets.TopicStore, func(), error) {
	fencing, err := newFencing(env)
	if err != nil {
		return nil, nil, err
	}
	var log *topiclog.Log
	store, err := offsets.OpenTopic(env.log, func(apply func(topiclog.Record)) (offsets.Log, error) {
		var err error
		if log, err = openLog(ctx, env, env.config.OffsetTopic.Name, "offsets", false, apply); err != nil {
			return nil, err
		}
		return fencing.group.On(env.config.OffsetTopic.Name, log), nil
	})
	if err != nil {
		fencing.close()
		return nil, nil, err
	}
	fencing.claim(ctx, env)
	env.fencing = fencing
	return store, func() { fencing.close(); log.Close() }, nil
}

// statuses is the purpose of the clients of the status topic.
const statuses = "statuses"

// openLog follows one of the worker's topics. All are read committed: leaders write in transactions.
func openLog(ctx context.Context, env *environment, name, purpose string, led bool, apply func(topiclog.Record)) (*topiclog.Log, error) {
	client, settings, err := env.pool.Options(kafkaconfig.Producer, kafkaconfig.Internal(env.config.Raw, purpose))
	if err != nil {
		return nil, err
	}
	var leader []kgo.Opt
	if led {
		if leader, _, err = env.pool.Options(kafkaconfig.Producer, kafkaconfig.Leader(env.config.Raw)); err != nil {
			return nil, err
		}
	}
	return topiclog.Open(ctx, topiclog.Options{
		Topic: name, Client: client, Leader: leader, ReadCommitted: true, PastOpen: name == env.config.OffsetTopic.Name && env.taskTransactions(), Apply: apply, Log: env.log, Rights: settings.Rights(),
		OnFatal: func(err error) { env.log.Error("a topic of the worker cannot be followed any more", "error", err) },
	})
}

// poolOf is the pool of a worker.
func poolOf(runtime Runtime) *kafkaconfig.Pool {
	pool := newPool(runtime)
	runtime.Meters.pool(pool)
	return pool
}

func newPool(runtime Runtime) *kafkaconfig.Pool {
	return kafkaconfig.NewPool(kafkaconfig.PoolOptions{Dial: runtime.Dial, Log: runtime.Log.With(connect.LoggerAttr, connect.ClientsLogger),
		Clock: runtime.Clock, SharedID: "longshore-producer-" + runtime.WorkerID})
}

// addresses names the worker's children before they are there: they know each other by these.
func (e *environment) addresses(c actor.Context) {
	child := func(name string) *actor.PID { return actor.NewPID(c.Self().Address, c.Self().Id+"/"+name) }
	e.statuslog, e.herder, e.connectors, e.configlog = child("statuslog"), child("herder"), child("connectors"), child("configlog")
	e.members, e.gateway = child("members"), child("gateway")
}
