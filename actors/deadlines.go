// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"time"

	connect "github.com/longshore-io/connect"
)

// late says that nobody waits any more for what had to be begun before the deadline.
func (e *environment) late(deadline time.Time) bool { return !e.runtime.Clock.Now().Before(deadline) }

func errTimedOut() error { return connect.Errorf(connect.TimedOut, "Request timed out") }

// timed is a command with a deadline.
type timed interface{ due() time.Time }

// The commands say until when they may be begun. Most are written through the config topic, which looks again right before
// the write.

func (m CreateConnector) due() time.Time      { return m.Deadline }
func (m PutConnectorConfig) due() time.Time   { return m.Deadline }
func (m PatchConnectorConfig) due() time.Time { return m.Deadline }
func (m DeleteConnector) due() time.Time      { return m.Deadline }
func (m SetTarget) due() time.Time            { return m.Deadline }
func (m RestartConnector) due() time.Time     { return m.Deadline }
func (m RestartTask) due() time.Time          { return m.Deadline }
func (m ResetTopics) due() time.Time          { return m.Deadline }
func (m AlterOffsets) due() time.Time         { return m.Deadline }
func (m ResetOffsets) due() time.Time         { return m.Deadline }
func (m SetLogger) due() time.Time            { return m.Deadline }
func (m SetClusterLogger) due() time.Time     { return m.Deadline }
func (m putTaskConfigs) due() time.Time       { return m.deadline }
func (m fenceZombies) due() time.Time         { return m.deadline }
