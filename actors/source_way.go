// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"context"
	"errors"
	"fmt"

	"github.com/longshore-io/connect/actors/budget"
	"github.com/longshore-io/connect/internal/kafkaconfig"
)

// wayToKafka is what a source task produces with: one of sender and lease, and a budget for what is under way.
type wayToKafka struct {
	sender *kafkaconfig.Sender // for at-least-once delivery
	lease  *kafkaconfig.Lease  // for exactly-once delivery
	buffer *budget.Task
}

// reach makes a task's producer. Those that deliver at least once share clients, unless client.sharing or a client.id of their own says
// otherwise. The budget is no larger than buffer.memory: shared clients have no bound of their own.
func (r *sourceRun) reach() (way wayToKafka, err error) {
	var settings kafkaconfig.Settings
	if r.exactly() {
		if way.lease, err = r.env.pool.Producer(r.producerProps()); err == nil {
			settings = way.lease.Settings
		}
	} else if way.sender, err = r.newSender(); err == nil {
		settings = way.sender.Settings
	}
	if err != nil {
		return way, noClient("producer", err)
	}
	if way.buffer, err = r.budgetWithin(r.spec.connector, settings.BufferMemory); err != nil {
		way.close()
	}
	return way, err
}

// noClient is why there is no client. Of properties that are wrong the first is named, in the words of Kafka's client, as Kafka Connect does.
func noClient(kind string, err error) error {
	var wrong *kafkaconfig.Error
	if errors.As(err, &wrong) {
		return wrong
	}
	return fmt.Errorf("make the %s: %w", kind, err)
}

func (r *sourceRun) newSender() (*kafkaconfig.Sender, error) {
	if r.env.config.ClientSharing == sharingNone || kafkaconfig.NamesProducer(r.env.config.Raw, r.spec.connector) {
		return r.env.pool.Sender(r.producerProps())
	}
	return r.env.pool.SharedSender(r.producerProps())
}

func (w wayToKafka) producer() producer {
	if w.sender != nil {
		return w.sender
	}
	return w.lease.Client
}

func (w wayToKafka) close() {
	if w.sender != nil {
		w.sender.Close()
	}
	if w.lease != nil {
		w.lease.Close()
	}
}

// logIn returns an error where Kafka refuses the task's producer.
func (r *sourceRun) logIn(ctx context.Context) error {
	if r.sender != nil {
		return r.sender.LogIn(ctx)
	}
	return r.producer.LogIn(ctx)
}
