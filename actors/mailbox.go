// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"sync"
	"sync/atomic"

	"github.com/asynkron/protoactor-go/actor"
)

// gatedMailbox holds back whatever is posted before the actor was fully spawned. protoactor makes a name visible in its
// registry before the mailbox has a dispatcher: a sender that hits that moment panics, and the new actor never runs.
// Everybody here sends to well-known names that are respawned, so the moment is hit.
type gatedMailbox struct {
	actor.Mailbox
	open atomic.Bool

	mu     sync.Mutex
	system []any
	user   []any
}

func newGatedMailbox() actor.Mailbox { return &gatedMailbox{Mailbox: actor.Unbounded()()} }

func (m *gatedMailbox) PostUserMessage(message any) {
	if !m.open.Load() && m.hold(&m.user, message) {
		return
	}
	m.Mailbox.PostUserMessage(message)
}

func (m *gatedMailbox) PostSystemMessage(message any) {
	if !m.open.Load() && m.hold(&m.system, message) {
		return
	}
	m.Mailbox.PostSystemMessage(message)
}

// hold keeps a message for Start, unless Start has run meanwhile.
func (m *gatedMailbox) hold(queue *[]any, message any) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.open.Load() {
		return false
	}
	*queue = append(*queue, message)
	return true
}

// Start is the spawner's last step: the dispatcher is there now. Started goes first, whatever was posted before it.
func (m *gatedMailbox) Start() {
	m.Mailbox.Start()
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, message := range m.system {
		if _, first := message.(*actor.Started); first {
			m.Mailbox.PostSystemMessage(message)
		}
	}
	for _, message := range m.system {
		if _, first := message.(*actor.Started); !first {
			m.Mailbox.PostSystemMessage(message)
		}
	}
	for _, message := range m.user {
		m.Mailbox.PostUserMessage(message)
	}
	m.system, m.user = nil, nil
	m.open.Store(true)
}
