// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"sync"
	"sync/atomic"

	clusterstatus "github.com/longshore-io/connect/cluster/statuslog"
)

// statusCache is what the status topic says: the topic's goroutine fills it, and the herder and statuslog read views.
type statusCache struct {
	mu    sync.Mutex
	cache *clusterstatus.Cache
	// resets counts how often it was said of a connector that it does not use a topic any more: tasks that do tell so again.
	resets atomic.Int64
}

func newStatusCache() *statusCache { return &statusCache{cache: clusterstatus.NewCache()} }

func (s *statusCache) apply(key, value []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, err := s.cache.Apply(key, value)
	if value == nil && clusterstatus.OfTopic(key) {
		s.resets.Add(1)
	}
	return err
}

// highestGeneration is that of all statuses that were read: what is decided next has to be above it, or readers that compare take
// the statuses of the new owners for late ones of former owners.
func (s *statusCache) highestGeneration() int64 {
	view, highest := s.view(), 0
	for _, name := range view.Connectors() {
		status, _ := view.ConnectorStatus(name)
		highest = max(highest, status.Generation)
		for _, task := range view.Tasks(name) {
			highest = max(highest, task.Generation)
		}
	}
	return int64(highest)
}

// of returns the status of a unit as it is known now.
func (s *statusCache) of(id unitID) (clusterstatus.Status, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if id.task == theConnector {
		return s.cache.Now().ConnectorStatus(id.connector)
	}
	return s.cache.Now().TaskStatus(id.taskID())
}

// uses tells whether it is known by now that a connector uses a topic.
func (s *statusCache) uses(connector, topic string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.cache.Now().Uses(connector, topic)
}

// view returns what is known now; it does not change any more. The next status of each connector costs a copy of all that is known
// of it: who asks for one thing at a time asks the cache itself.
func (s *statusCache) view() clusterstatus.View {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.cache.View()
}
