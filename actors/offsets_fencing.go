// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"context"
	"maps"
	"strings"
	"time"

	"github.com/longshore-io/connect/internal/kafkaconfig"
	"github.com/longshore-io/connect/internal/topiclog"
	"github.com/longshore-io/connect/offsets"
)

// fencing is how this worker writes source offsets so that a successor can keep late ones out, and keeps those of others out.
type fencing struct {
	group  *offsets.Group
	fencer *fencer
	close  func()
}

func newFencing(env *environment) (*fencing, error) {
	opts, settings, err := env.pool.Options(kafkaconfig.Producer, kafkaconfig.OffsetsWriter(env.config.Raw, env.runtime.WorkerID))
	if err != nil {
		return nil, err
	}
	lease, err := env.pool.Plain(kafkaconfig.Internal(env.config.Raw, "offsets-fence"))
	if err != nil {
		return nil, err
	}
	prefix := kafkaconfig.OffsetsIDPrefix(env.config.Raw)
	claimant := topiclog.NewClaimant(settings.TransactionalID, prefix, opts, settings.Rights())
	group := offsets.NewGroup(offsets.GroupOptions{Claimant: claimant, Timeout: env.config.OffsetFlushTimeout, Clock: env.runtime.Clock, Log: env.log})
	life, end := context.WithCancel(context.Background())
	fencer := &fencer{client: lease.Client, clock: env.runtime.Clock, log: env.log, rights: lease.Settings.Rights(), prefix: prefix, life: life,
		own: settings.TransactionalID, claim: group.Claim}
	return &fencing{group, fencer, func() { end(); group.Close(); lease.Close() }}, nil
}

// bootClaimLimit is how long a worker's start waits for the transactional id of its offsets. Without it the first to need it claims it.
const bootClaimLimit = 10 * time.Second

// claim fences a former process of this worker, which may still be writing. What this process runs need not be confirmed, for that is
// nothing yet.
func (f *fencing) claim(ctx context.Context, env *environment) {
	ctx, cancel := within(ctx, env.runtime.Clock, bootClaimLimit)
	defer cancel()
	if err := f.group.Claim(ctx); err != nil {
		env.log.Warn("the transactional id of this worker's offsets could not be taken yet; that is tried again before offsets are read or written", "error", err)
	}
	f.group.Reconfirm(env.confirmed)
}

// sharesKafka says whether a producer that is composed for a connector reaches the same Kafka as this worker's own clients, as the same
// user, so that the worker may write in its place.
func (e *environment) sharesKafka(producer map[string]string) bool {
	own := connection(kafkaconfig.Internal(e.config.Raw, "offsets"))
	theirs := connection(producer)
	same := sameServers(theirs["bootstrap.servers"], strings.Split(own["bootstrap.servers"], ","))
	theirs["bootstrap.servers"] = own["bootstrap.servers"]
	return same && maps.Equal(own, theirs)
}

// connection is what of a client's properties says where and as whom it connects.
func connection(props map[string]string) map[string]string {
	found := maps.Clone(props)
	maps.DeleteFunc(found, func(key, _ string) bool {
		return key != "bootstrap.servers" && key != "security.protocol" && !strings.HasPrefix(key, "sasl.") && !strings.HasPrefix(key, "ssl.")
	})
	return found
}
