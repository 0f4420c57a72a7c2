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

func (v *values) producerOpts(s *Settings) []kgo.Opt {
	s.MaxBlock = v.ms("max.block.ms")
	s.TransactionalID = v.text("transactional.id")
	opts := []kgo.Opt{
		kgo.ProducerLinger(v.within("linger.ms", 0, time.Minute)),
		kgo.MaxBufferedBytes(int(min(v.number("buffer.memory"), math.MaxInt))),
		kgo.ProducerBatchCompression(v.compression()),
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
		opts = append(opts, kgo.TransactionalID(s.TransactionalID), kgo.TransactionTimeout(v.ms("transaction.timeout.ms")))
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
	all := acks == "all" || acks == "-1"
	off := v.isGiven("enable.idempotence") && !v.flag("enable.idempotence")
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
		return kgo.GzipCompression().WithLevel(int(v.number("compression.gzip.level")))
	case "snappy":
		return kgo.SnappyCompression()
	case "lz4":
		if v.isGiven("compression.lz4.level") {
			return kgo.Lz4Compression().WithLevel(int(v.number("compression.lz4.level")))
		}
		return kgo.Lz4Compression()
	case "zstd":
		return kgo.ZstdCompression().WithLevel(int(v.number("compression.zstd.level")))
	}
	return kgo.NoCompression()
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
