// SPDX-License-Identifier: Apache-2.0

package kafkaconfig

import (
	"math"
	"strings"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

// stickyBytes is how many bytes of records without a key go to one partition before the next is chosen. Java uses batch.size; larger
// runs make fuller batches.
const stickyBytes = 64 << 10

// smallestBatch and largestBatch bound what franz-go takes as the limit of a batch.
const (
	smallestBatch = 512
	largestBatch  = 1 << 30
	// brokerRequest is the largest request that a broker takes by default (socket.request.max.bytes).
	brokerRequest = 100 << 20
)

// stillEnding is the pause after an answer that the transaction before is still being ended, as it often is: brokers write its markers
// after they have confirmed it. franz-go's own for records is until it has asked for metadata again.
const stillEnding = 10 * time.Millisecond

// longestUnknown bounds how long records wait for a topic that brokers do not know, with max.block.ms. A broker that is asked for many new
// topics at once takes seconds until it has made them; a topic that nobody makes is an error some time.
const longestUnknown = time.Minute

// metadataAge is how soon a producer asks anew for metadata.
func metadataAge(s *Settings) time.Duration {
	if s.TransactionalID != "" {
		return stillEnding
	}
	return metadataMinAge
}

func (v *values) producerOpts(s *Settings) []kgo.Opt {
	s.MaxBlock = v.ms("max.block.ms")
	s.BufferMemory = v.number("buffer.memory")
	s.smallBuffer = s.BufferMemory < v.number("max.request.size")
	s.TransactionalID = v.text("transactional.id")
	s.sharable = s.TransactionalID == "" && v.idempotent() && v.number("delivery.timeout.ms") == int32Max
	s.unknownTries = int(min(s.MaxBlock, longestUnknown) / metadataAge(s))
	opts := []kgo.Opt{
		kgo.ProducerLinger(v.within("linger.ms", 0, time.Minute)),
		kgo.MaxBufferedBytes(int(min(s.BufferMemory, math.MaxInt))),
		kgo.ProducerBatchCompression(v.compression()),
		kgo.UnknownTopicRetries(s.unknownTries),
	}
	if v.flag("allow.auto.create.topics") {
		opts = append(opts, kgo.AllowAutoTopicCreation()) // the broker has the last word
	}
	opts = append(opts, v.sizeOpts()...)
	opts = append(opts, v.ackOpts()...)
	opts = append(opts, v.timeoutOpts()...)
	if p := v.partitioner(); p != nil {
		opts = append(opts, kgo.RecordPartitioner(chosenFirst{p}))
	}
	if s.TransactionalID != "" {
		s.TransactionTimeout = v.ms("transaction.timeout.ms")
		opts = append(opts, kgo.TransactionalID(s.TransactionalID), kgo.TransactionTimeout(s.TransactionTimeout),
			kgo.ConcurrentTransactionsBackoff(stillEnding), kgo.MetadataMinAge(metadataAge(s)))
	}
	return opts
}

// sizeOpts limits a batch by max.request.size; the package comment says why batch.size does not.
func (v *values) sizeOpts() []kgo.Opt {
	limit := min(max(v.int32("max.request.size"), smallestBatch), largestBatch)
	opts := []kgo.Opt{kgo.ProducerBatchMaxBytes(limit)}
	if limit > brokerRequest {
		opts = append(opts, kgo.BrokerMaxWriteBytes(limit))
	}
	return opts
}

// ackOpts decides on acknowledgement and idempotence; the package comment gives the reasons.
func (v *values) ackOpts() []kgo.Opt {
	acks := v.text("acks")
	all, off := v.allAcks(), v.idempotenceOff()
	switch {
	case v.text("transactional.id") != "" && (off || !all):
		v.fail("transactional.id", "a transactional producer needs acks=all and enable.idempotence=true")
		return nil
	case v.isGiven("enable.idempotence") && !off && !all:
		v.fail("acks", "Must set acks to all in order to use the idempotent producer. Otherwise we cannot guarantee idempotence.")
		return nil
	case all && !off:
		return []kgo.Opt{kgo.RequiredAcks(kgo.AllISRAcks())}
	}
	opts := []kgo.Opt{kgo.DisableIdempotentWrite(), kgo.MaxProduceRequestsInflightPerBroker(v.inFlight())}
	switch acks {
	case "0":
		return append(opts, kgo.RequiredAcks(kgo.NoAck()))
	case "1":
		return append(opts, kgo.RequiredAcks(kgo.LeaderAck()))
	}
	return append(opts, kgo.RequiredAcks(kgo.AllISRAcks()))
}

func (v *values) allAcks() bool { return v.text("acks") == "all" || v.text("acks") == "-1" }

func (v *values) idempotenceOff() bool {
	return v.isGiven("enable.idempotence") && !v.flag("enable.idempotence")
}

func (v *values) idempotent() bool { return v.allAcks() && !v.idempotenceOff() }

func (v *values) inFlight() int {
	return int(max(v.number("max.in.flight.requests.per.connection"), 1))
}

// timeoutOpts leaves delivery unbounded where Java's limit is its largest number, which is what source tasks run with.
func (v *values) timeoutOpts() []kgo.Opt {
	var opts []kgo.Opt
	if v.number("delivery.timeout.ms") < int32Max {
		opts = append(opts, kgo.RecordDeliveryTimeout(v.within("delivery.timeout.ms", time.Second, math.MaxInt64)))
	}
	if v.number("retries") < int32Max {
		opts = append(opts, kgo.RecordRetries(int(v.number("retries"))))
	}
	if v.isGiven("request.timeout.ms") {
		opts = append(opts, kgo.ProduceRequestTimeout(v.within("request.timeout.ms", 100*time.Millisecond, millis(int32Max))))
	}
	return opts
}

func (v *values) compression() kgo.CompressionCodec {
	switch v.text("compression.type") {
	case "gzip":
		if v.number("compression.gzip.level") == 0 {
			v.fail("compression.gzip.level", "Value must be between 1 and 9 or equal to -1")
		}
		return kgo.GzipCompression().WithLevel(int(v.number("compression.gzip.level")))
	case "snappy":
		return kgo.SnappyCompression()
	case "lz4":
		return kgo.Lz4Compression().WithLevel(lz4Level(v.number("compression.lz4.level")))
	case "zstd":
		return kgo.ZstdCompression().WithLevel(zstdLevel(v.number("compression.zstd.level")))
	}
	return kgo.NoCompression()
}

// lz4Level gives a level the number that Go's library has for it: 1 to 9 are powers of two from 512 on, and there is nothing above. Java
// compresses with the fast method at its default level, and only then, which is level 0 in Go.
func lz4Level(java int64) int {
	const javasDefault, highest = 9, 9
	if java == javasDefault {
		return 0
	}
	return 1 << (8 + min(java, highest))
}

// zstdLevel chooses among the four speeds of Go's library, each of which stands for a range of levels.
func zstdLevel(java int64) int {
	switch {
	case java < 3:
		return 1
	case java < 6:
		return 2
	case java < 10:
		return 3
	}
	return 4
}

// partitioner chooses by murmur2 of the key, as Java does, so that a key stays in its partition whichever client writes it.
func (v *values) partitioner() kgo.Partitioner {
	class := v.text("partitioner.class")
	switch class[strings.LastIndexByte(class, '.')+1:] {
	case "":
		return kgo.UniformBytesPartitioner(stickyBytes, v.flag("partitioner.adaptive.partitioning.enable"), !v.flag("partitioner.ignore.keys"), nil)
	case "RoundRobinPartitioner":
		return kgo.RoundRobinPartitioner()
	}
	v.fail("partitioner.class", "Java classes cannot be loaded. Remove the property for Kafka's default partitioner, or use org.apache.kafka.clients.producer.RoundRobinPartitioner")
	return nil
}
