// SPDX-License-Identifier: Apache-2.0

package verifiable

import (
	"context"
	"time"

	"github.com/longshore-io/connect"
)

// atOnce is how many messages one Poll returns at most.
const atOnce = 500

// pacer says when messages may be made.
type pacer interface {
	// due waits until a message may be made, and returns how many may be by now, at most as many as asked for; 0 when ctx was
	// cancelled.
	due(ctx context.Context, most int) int
}

// pace is so many messages a second on average, counted from its making: what was late is caught up with.
type pace struct {
	now func() time.Time
	// perSecond below 0 is without limit; 0 is one message, and then none.
	perSecond int64
	begun     time.Time
	sent      int64
}

func newPace(perSecond int64, now func() time.Time) pacer {
	return &pace{now: now, perSecond: perSecond, begun: now()}
}

func (p *pace) due(ctx context.Context, most int) int {
	if !p.await(ctx) {
		return 0
	}
	n := int64(most)
	if p.perSecond >= 0 {
		byNow := int64(p.now().Sub(p.begun).Seconds() * float64(p.perSecond))
		// What was waited for is due, whatever becomes of fractions.
		n = max(1, min(n, byNow+1-p.sent))
	}
	p.sent += n
	return int(n)
}

// await returns false where ctx ends before the next message is due.
func (p *pace) await(ctx context.Context) bool {
	switch {
	case ctx.Err() != nil:
		return false
	case p.perSecond < 0 || p.sent == 0:
		return true
	case p.perSecond == 0:
		<-ctx.Done()
		return false
	}
	at := time.Duration(float64(p.sent) / float64(p.perSecond) * float64(time.Second))
	return connect.Sleep(ctx, at-p.now().Sub(p.begun)) == nil
}
