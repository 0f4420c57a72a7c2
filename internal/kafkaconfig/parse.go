// SPDX-License-Identifier: Apache-2.0

package kafkaconfig

import (
	"context"
	"crypto/tls"
	"fmt"
	"math/rand/v2"
	"net"
	"slices"
	"strconv"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

// Dialer opens a connection to a broker; host is "name:port". TLS is put on top of it where security.protocol asks for that.
type Dialer func(ctx context.Context, network, host string) (net.Conn, error)

// Settings are one client's properties after reading: the franz-go options, and what the worker must honour by itself.
type Settings struct {
	// Brokers are the addresses of bootstrap.servers.
	Brokers []string
	// ClientID is client.id, empty if not set.
	ClientID string
	// SecurityProtocol is PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL.
	SecurityProtocol string
	// MaxBlock is max.block.ms of a producer: how long to wait for room in its buffer. The longest duration means for ever.
	MaxBlock time.Duration
	// BufferMemory is buffer.memory of a producer: how many bytes of records it may hold.
	BufferMemory int64
	// MaxPollRecords is max.poll.records of a consumer.
	MaxPollRecords int
	// FetchMaxBytes and FetchMaxPartitionBytes are fetch.max.bytes and max.partition.fetch.bytes of a consumer.
	FetchMaxBytes, FetchMaxPartitionBytes int32
	// GroupID is group.id of a consumer, empty for one without a group.
	GroupID string
	// InstanceID is group.instance.id of a consumer, empty for a dynamic member.
	InstanceID string
	// TransactionalID is transactional.id of a producer, empty for a plain one.
	TransactionalID string
	// TransactionTimeout is transaction.timeout.ms of a producer that has a TransactionalID.
	TransactionTimeout time.Duration
	// User is the user name of sasl.jaas.config; empty without one, and with a delegation token, which stands for somebody else.
	User string
	// Warnings holds one line for each given property that cannot take effect, with the reason.
	Warnings []string

	// sharable says that a producer may be shared, smallBuffer that a record may be larger than its buffer and not than a request.
	sharable, smallBuffer bool
	// unknownTries is how often a producer may be told that brokers do not know a topic.
	unknownTries int

	opts        []kgo.Opt
	tls         *tls.Config
	dialTimeout time.Duration
	buffers     socketBuffers
}

// Parse reads the composed properties of one Java client. It returns one [*Error] for each wrong value; the settings are usable only
// when there are none. The key stores that ssl.* properties name are read here.
func Parse(role Role, props map[string]string) (Settings, []error) {
	v := readValues(role, props)
	s := Settings{
		Brokers:          v.brokers(),
		ClientID:         v.text("client.id"),
		SecurityProtocol: v.text("security.protocol"),
		dialTimeout:      v.within("socket.connection.setup.timeout.ms", 100*time.Millisecond, time.Hour),
		buffers:          socketBuffers{send: v.bufferSize("send.buffer.bytes"), receive: v.bufferSize("receive.buffer.bytes")},
	}
	s.opts = v.commonOpts(&s)
	switch role {
	case Producer:
		s.opts = append(s.opts, v.producerOpts(&s)...)
	case Consumer:
		s.opts = append(s.opts, v.consumerOpts(&s)...)
	}
	s.opts = append(s.opts, v.securityOpts(&s)...)
	v.warnings = append(v.warnings, unknownKeys(props)...)
	if len(v.errs) == 0 {
		v.validate(&s)
	}
	s.Warnings = v.warnings
	return s, v.errs
}

// validate lets franz-go look for settings that contradict each other, such as a heartbeat longer than the session.
func (v *values) validate(s *Settings) {
	if err := kgo.ValidateOpts(s.opts...); err != nil {
		v.errs = append(v.errs, fmt.Errorf("these Kafka client properties do not fit together: %w", err))
	}
}

// Options returns the client's options. All its connections go through dial; nil means the ordinary network.
func (s *Settings) Options(dial Dialer) []kgo.Opt {
	return append(slices.Clone(s.opts), kgo.Dialer(withTLS(withBuffers(dial, s.buffers), s.tls, s.dialTimeout)))
}

func (v *values) brokers() []string {
	brokers := v.list("bootstrap.servers")
	if len(brokers) == 0 {
		v.fail("bootstrap.servers", "No bootstrap urls given in bootstrap.servers")
	}
	for _, b := range brokers {
		if !validAddress(b) {
			v.fail("bootstrap.servers", "Invalid url in bootstrap.servers: "+b+" (expected host:port)")
		}
	}
	return brokers
}

func validAddress(address string) bool {
	host, port, err := net.SplitHostPort(address)
	n, numErr := strconv.ParseUint(port, 10, 16)
	return err == nil && numErr == nil && host != "" && n > 0
}

// metadataMinAge is how soon franz-go may ask for metadata again. Its own default, five seconds, would be felt after each change of a
// partition's leader and for each new topic; Java asks after retry.backoff.ms (100).
const metadataMinAge = 250 * time.Millisecond

func (v *values) commonOpts(s *Settings) []kgo.Opt {
	opts := []kgo.Opt{
		kgo.SeedBrokers(s.Brokers...),
		kgo.MetadataMaxAge(v.within("metadata.max.age.ms", metadataMinAge, time.Hour)),
		kgo.MetadataMinAge(metadataMinAge),
		kgo.ConnIdleTimeout(v.idleTimeout()),
	}
	if s.ClientID != "" {
		opts = append(opts, kgo.ClientID(s.ClientID))
	}
	if !v.flag("enable.metrics.push") {
		opts = append(opts, kgo.DisableClientMetrics())
	}
	// The bound of a produce request is another option, in producer.go.
	if v.isGiven("request.timeout.ms") && v.role != Producer {
		opts = append(opts, kgo.RequestTimeoutOverhead(v.within("request.timeout.ms", 100*time.Millisecond, 15*time.Minute)))
	}
	if v.role == Plain && v.number("retries") < int32Max {
		opts = append(opts, kgo.RequestRetries(int(v.number("retries"))))
	}
	if v.isGiven("retry.backoff.ms") || v.isGiven("retry.backoff.max.ms") {
		return append(opts, kgo.RetryBackoffFn(v.backoff()))
	}
	return append(opts, kgo.RetryBackoffFn(doubling(250*time.Millisecond, 5*time.Second)))
}

// idleTimeout bounds connections.max.idle.ms to franz-go's 15 minutes; -1, Java's "never", becomes that bound as well.
func (v *values) idleTimeout() time.Duration {
	const longest = 15 * time.Minute
	if v.number("connections.max.idle.ms") < 0 {
		return longest
	}
	return v.within("connections.max.idle.ms", 100*time.Millisecond, longest)
}

// backoff doubles from retry.backoff.ms to retry.backoff.max.ms with a fifth of jitter either way (KIP-580).
func (v *values) backoff() func(int) time.Duration {
	first := max(v.ms("retry.backoff.ms"), time.Millisecond)
	return doubling(first, max(v.ms("retry.backoff.max.ms"), first))
}

// doubling is also what franz-go does from 250 ms to 5 s where nothing is said; but there each client has a generator of random numbers
// of its own for it, of 5 kB.
func doubling(first, longest time.Duration) func(int) time.Duration {
	return func(tries int) time.Duration {
		wait := first
		for ; tries > 1 && wait < longest; tries-- {
			wait *= 2
		}
		return time.Duration(float64(min(wait, longest)) * (0.8 + 0.4*rand.Float64()))
	}
}
