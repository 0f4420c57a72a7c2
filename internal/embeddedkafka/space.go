// SPDX-License-Identifier: Apache-2.0

package embeddedkafka

import (
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// spaceEvery is how often free space is looked at when nothing is written by us.
const spaceEvery = time.Second

// checksPerReserve is how often free space is looked at while as many bytes arrive as must stay free, so that a fast producer cannot
// use up the reserve between two looks.
const checksPerReserve = 8

// space watches the disk of the data folder.
type space struct {
	dir     string
	min     int64
	free    func(dir string) (int64, error)
	log     *slog.Logger
	low     atomic.Bool
	arrived atomic.Int64 // bytes since the last look

	mu    sync.Mutex // one look at a time
	blind bool       // the last look failed and this was logged
}

// arriving counts the bytes of requests and looks at the disk now and then.
func (s *space) arriving(size int) {
	if s.arrived.Add(int64(size)) >= s.min/checksPerReserve {
		s.check()
	}
}

// check looks at the disk and logs a change. When the system does not tell, writing goes on: the folder is in use and works.
func (s *space) check() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.arrived.Store(0)
	free, err := s.free(s.dir)
	if err != nil {
		if !s.blind {
			s.log.Warn("cannot tell how much disk space is free for the embedded Kafka; writing goes on", "dir", s.dir, "error", err)
		}
		s.blind = true
		return
	}
	s.blind = false
	low := free < s.min
	if s.low.Swap(low) == low {
		return
	}
	if low {
		s.log.Error("disk nearly full: the embedded Kafka refuses records until space is freed; delete files or topics",
			"dir", s.dir, "free_bytes", free, "needed_bytes", s.min)
		return
	}
	s.log.Info("disk space is back: the embedded Kafka accepts records again", "dir", s.dir, "free_bytes", free)
}

// refuseWhenLow has the cluster refuse what makes the data folder grow. What frees space or ends something goes through: deletes,
// ends of transactions, fencing. Commits get the error that a Kafka broker answers when it cannot write them, for Java's consumer
// takes any other one as fatal.
func (s *space) refuseWhenLow(c *kfake.Cluster) {
	low := func(kmsg.Request) bool { return s.low.Load() }
	c.Fault(
		kfake.Fault{Keys: []kmsg.Key{kmsg.Produce, kmsg.CreateTopics, kmsg.CreatePartitions}, Err: kerr.KafkaStorageError, Count: -1, When: low},
		kfake.Fault{Keys: []kmsg.Key{kmsg.OffsetCommit, kmsg.TxnOffsetCommit}, Err: kerr.CoordinatorNotAvailable, Count: -1, When: low},
	)
}
