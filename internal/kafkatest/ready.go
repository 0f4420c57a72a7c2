// SPDX-License-Identifier: Apache-2.0

package kafkatest

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// pollEvery is how often a starting process is asked whether it answers.
const pollEvery = 50 * time.Millisecond

// errPortTaken says that somebody took the port between our asking for a free one and Java's binding it.
var errPortTaken = errors.New("the port is in use")

// features are those that a freshly formatted Kafka 4.1 cluster has and that one without bootstrap metadata lacks: transactions of
// KIP-890, the group protocol of KIP-848, and eligible leader replicas of KIP-966.
var features = map[string]int16{"transaction.version": 2, "group.version": 1, "eligible.leader.replicas.version": 1}

// until calls ready until it returns nil. It ends early, with the last answer, when the process or ctx does.
func until(ctx context.Context, p *process, ready func(context.Context) error) error {
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	for {
		err := ready(ctx)
		if err == nil {
			return nil
		}
		if p.portTaken() {
			return errPortTaken
		}
		select {
		case <-p.exited:
			return errors.New("the process has ended")
		case <-ctx.Done():
			return errors.Join(ctx.Err(), err)
		case <-tick.C:
		}
	}
}

// awaitBroker returns when the broker answers requests and has its features on.
func awaitBroker(ctx context.Context, p *process, addr string) error {
	// Short timeouts: who has taken our port may accept connections and never answer.
	cl, err := kgo.NewClient(kgo.SeedBrokers(addr), kgo.RequestRetries(0), kgo.MetadataMinAge(pollEvery),
		kgo.DialTimeout(time.Second), kgo.RequestTimeoutOverhead(time.Second))
	if err != nil {
		return err
	}
	defer cl.Close()
	if err := until(ctx, p, func(ctx context.Context) error { return brokerAnswers(ctx, cl) }); err != nil {
		return err
	}
	if err := until(ctx, p, func(ctx context.Context) error { return finalizeFeatures(ctx, cl) }); err != nil {
		return fmt.Errorf("turn on the broker's features: %w", err)
	}
	return nil
}

func brokerAnswers(ctx context.Context, cl *kgo.Client) error {
	m, err := kadm.NewClient(cl).BrokerMetadata(ctx)
	if err == nil && len(m.Brokers) == 0 {
		err = errors.New("no broker in the cluster's metadata")
	}
	return err
}

// finalizeFeatures returns nil once the broker itself reports every feature as on; turning one on takes a moment to come round.
func finalizeFeatures(ctx context.Context, cl *kgo.Client) error {
	missing, err := missingFeatures(ctx, cl)
	if err != nil || len(missing) == 0 {
		return err
	}
	updated, err := kadm.NewClient(cl).UpdateFeatures(ctx, false, missing...)
	if err == nil {
		err = updated.Error()
	}
	if err != nil {
		return err
	}
	return errors.New("the broker does not report its features yet")
}

func missingFeatures(ctx context.Context, cl *kgo.Client) ([]kadm.FeatureUpdate, error) {
	req := kmsg.NewPtrApiVersionsRequest()
	req.ClientSoftwareName, req.ClientSoftwareVersion = "kafkatest", "1"
	resp, err := req.RequestWith(ctx, cl)
	if err != nil {
		return nil, err
	}
	on := map[string]int16{}
	for _, f := range resp.FinalizedFeatures {
		on[f.Name] = f.MaxVersionLevel
	}
	var missing []kadm.FeatureUpdate
	for name, level := range features {
		if on[name] < level {
			missing = append(missing, kadm.FeatureUpdate{Feature: name, MaxVersionLevel: level, UpgradeType: 1})
		}
	}
	return missing, nil
}
