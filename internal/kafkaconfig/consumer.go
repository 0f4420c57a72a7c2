// SPDX-License-Identifier: Apache-2.0

package kafkaconfig

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

const (
	rangeAssignor       = "org.apache.kafka.clients.consumer.RangeAssignor"
	cooperativeAssignor = "org.apache.kafka.clients.consumer.CooperativeStickyAssignor"
)

func (v *values) consumerOpts(s *Settings) []kgo.Opt {
	s.MaxPollRecords = int(v.number("max.poll.records"))
	s.FetchMaxBytes, s.FetchMaxPartitionBytes = v.int32("fetch.max.bytes"), v.int32("max.partition.fetch.bytes")
	s.GroupID = v.text("group.id")
	opts := []kgo.Opt{
		kgo.FetchMinBytes(v.int32("fetch.min.bytes")),
		kgo.FetchMaxBytes(v.int32("fetch.max.bytes")),
		kgo.FetchMaxPartitionBytes(v.int32("max.partition.fetch.bytes")),
		kgo.FetchMaxWait(v.within("fetch.max.wait.ms", 10*time.Millisecond, time.Hour)),
	}
	if v.int32("fetch.max.bytes") > brokerRequest {
		opts = append(opts, kgo.BrokerMaxReadBytes(v.int32("fetch.max.bytes")))
	}
	if rack := v.text("client.rack"); rack != "" {
		opts = append(opts, kgo.Rack(rack))
	}
	if v.text("isolation.level") == "read_committed" {
		opts = append(opts, kgo.FetchIsolationLevel(kgo.ReadCommitted()))
	}
	if !v.flag("check.crcs") {
		opts = append(opts, kgo.DisableFetchCRCValidation())
	}
	if v.flag("allow.auto.create.topics") {
		opts = append(opts, kgo.AllowAutoTopicCreation())
	}
	opts = append(opts, v.resetOpts()...)
	return append(opts, v.groupOpts(s)...)
}

func (v *values) resetOpts() []kgo.Opt {
	policy := v.text("auto.offset.reset")
	offset := kgo.NewOffset()
	switch {
	case policy == "earliest":
		offset = offset.AtStart()
	case policy == "latest":
		offset = offset.AtEnd()
	case policy == "none":
		offset = kgo.NoResetOffset()
	case strings.HasPrefix(policy, "by_duration:"):
		back, ok := isoDuration(strings.TrimPrefix(policy, "by_duration:"))
		if !ok {
			v.fail("auto.offset.reset", "expected a duration such as by_duration:P1DT12H")
			return nil
		}
		offset = kgo.LookbackOffset(back)
	default:
		v.fail("auto.offset.reset", "Invalid value `"+policy+"` for configuration auto.offset.reset. The value must be either 'earliest', 'latest', 'none' or of the format 'by_duration:<PnDTnHnMn.nS.>'.")
		return nil
	}
	return []kgo.Opt{kgo.ConsumeStartOffset(offset), kgo.ConsumeResetOffset(offset)}
}

var isoPattern = regexp.MustCompile(`^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$`)

// isoDuration reads the part of ISO 8601 that java.time.Duration writes for positive durations. Out of range is not accepted.
func isoDuration(text string) (time.Duration, bool) {
	parts := isoPattern.FindStringSubmatch(text)
	if parts == nil {
		return 0, false
	}
	total := 0.0
	for i, unit := range []time.Duration{24 * time.Hour, time.Hour, time.Minute, time.Second} {
		if n, err := strconv.ParseFloat(parts[i+1], 64); err == nil {
			total += n * float64(unit)
		}
	}
	return time.Duration(total), total > 0 && total < float64(1<<62)
}

// groupOpts makes the client a member only if group.id is set: franz-go joins whenever a group is named, while a Java consumer that is
// assigned its partitions by hand does not.
func (v *values) groupOpts(s *Settings) []kgo.Opt {
	if s.GroupID == "" {
		return nil
	}
	s.InstanceID = v.text("group.instance.id")
	opts := []kgo.Opt{
		kgo.ConsumerGroup(s.GroupID),
		kgo.DisableAutoCommit(),
		kgo.SessionTimeout(v.ms("session.timeout.ms")),
		kgo.HeartbeatInterval(v.ms("heartbeat.interval.ms")),
		kgo.RebalanceTimeout(max(v.ms("max.poll.interval.ms"), 100*time.Millisecond)),
	}
	if s.InstanceID != "" {
		opts = append(opts, kgo.InstanceID(s.InstanceID))
	}
	if v.text("group.protocol") == "consumer" {
		return append(opts, kgo.ServerSideBalancer(), kgo.Balancers(v.remoteAssignor()))
	}
	if balancers := v.balancers(); len(balancers) > 0 {
		opts = append(opts, kgo.Balancers(balancers...))
	}
	return opts
}

func (v *values) remoteAssignor() kgo.GroupBalancer {
	switch v.text("group.remote.assignor") {
	case "range":
		return kgo.RangeBalancer()
	case "", "uniform":
	default:
		v.fail("group.remote.assignor", "the assignors of brokers are uniform and range")
	}
	return kgo.StickyBalancer() // franz-go asks the broker for "uniform" by this name
}

func (v *values) balancers() []kgo.GroupBalancer {
	var balancers []kgo.GroupBalancer
	for _, class := range v.list("partition.assignment.strategy") {
		class = strings.TrimPrefix(class, "class ")
		switch class[strings.LastIndexByte(class, '.')+1:] {
		case "RangeAssignor":
			balancers = append(balancers, kgo.RangeBalancer())
		case "RoundRobinAssignor":
			balancers = append(balancers, kgo.RoundRobinBalancer())
		case "StickyAssignor":
			balancers = append(balancers, kgo.StickyBalancer())
		case "CooperativeStickyAssignor":
			balancers = append(balancers, kgo.CooperativeStickyBalancer())
		default:
			v.fail("partition.assignment.strategy", "Java classes cannot be loaded. Use Kafka's RangeAssignor, RoundRobinAssignor, StickyAssignor or CooperativeStickyAssignor")
		}
	}
	return balancers
}
