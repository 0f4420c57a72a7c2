// SPDX-License-Identifier: Apache-2.0

package offsets

import (
	"context"
	"fmt"
	"time"

	"github.com/longshore-io/connect/internal/topiclog"
)

// claimPause is the time between claims while a transaction's outcome has to be settled and Kafka does not let it be.
const claimPause = 200 * time.Millisecond

// serve writes until nothing waits.
func (g *Group) serve() {
	for g.more() {
		g.turn <- struct{}{}
		switch ready, err := g.ready(); {
		case err != nil:
			g.unready(err)
		case ready:
			g.put()
		}
		<-g.turn
	}
}

// more ends the service when nothing waits, or everything was given up.
func (g *Group) more() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	for g.closed && len(g.waiting) > 0 {
		g.finish(g.waiting[0], topiclog.ErrClosed)
	}
	if len(g.waiting) > 0 {
		return true
	}
	close(g.serving)
	g.serving = nil
	return false
}

// ready claims the id where that is due, and says whether anything is to be written. Nothing is claimed for work that is not ours: a
// process that took our name would be thrown out.
func (g *Group) ready() (bool, error) {
	g.mu.Lock()
	plain, fit := g.plain, g.confirmed && g.o.Claimant.Claimed()
	g.mu.Unlock()
	if plain || fit {
		return true, nil
	}
	ctx, cancel := g.bound(g.life)
	defer cancel()
	if g.o.Claimant.Claimed() {
		err := g.confirmRights(ctx)
		return err == nil, err
	}
	if err := g.confirm(ctx); err != nil {
		return false, err
	}
	if !g.dropLost() {
		return false, nil
	}
	err := g.claim(ctx)
	return err == nil, err
}

// claim takes the id, and then reads what the right to write rests on; the caller has the turn.
func (g *Group) claim(ctx context.Context) error {
	g.setConfirmed(false)
	if err := g.o.Claimant.Claim(ctx); topiclog.IsRefused(err) {
		g.becomePlain(err)
		return nil
	} else if err != nil {
		return err
	}
	return g.confirmRights(ctx)
}

// confirmRights reads what this worker may still store.
func (g *Group) confirmRights(ctx context.Context) error {
	if err := g.confirm(ctx); err != nil {
		return err
	}
	g.setConfirmed(true)
	return nil
}

func (g *Group) setConfirmed(confirmed bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.confirmed = confirmed
}

func (g *Group) confirm(ctx context.Context) error {
	g.mu.Lock()
	reconfirm := g.reconfirm
	g.mu.Unlock()
	if reconfirm == nil {
		return nil
	}
	if err := reconfirm(ctx); err != nil {
		return fmt.Errorf("confirm what this worker runs before its offsets are written: %w", err)
	}
	return nil
}

func (g *Group) becomePlain(err error) {
	g.o.Log.Warn("source offsets are written without a transactional id: if this worker is declared dead and lives, offsets that it still "+
		"writes may set tasks of its successors back, which then repeat records. Mend the reason and restart the worker", "reason", err)
	g.mu.Lock()
	defer g.mu.Unlock()
	g.plain = true
}

// dropLost refuses the writes whose condition does not hold, and says whether others wait.
func (g *Group) dropLost() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, w := range append([]*write{}, g.waiting...) {
		if !w.taken && !w.mine() {
			g.finish(w, ErrNotMine)
		}
	}
	return len(g.waiting) > 0
}

// unready tells all who can be told that the id could not be claimed. The outcome of a transaction that was under way is only known after
// a claim: those in it wait on.
func (g *Group) unready(err error) {
	g.mu.Lock()
	for _, w := range append([]*write{}, g.waiting...) {
		if !w.taken {
			g.finish(w, err)
		}
	}
	unsettled := len(g.waiting) > 0
	g.mu.Unlock()
	if unsettled {
		g.o.Log.Debug("the outcome of a transaction of offsets is not known yet", "error", err)
		_ = g.o.Clock.Sleep(g.life, claimPause)
	}
}

// bound gives a claim or the records of a transaction their time.
func (g *Group) bound(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(ctx)
	stop := g.o.Clock.AfterFunc(g.o.Timeout, func() { cancel(context.DeadlineExceeded) })
	return ctx, func() { stop(); cancel(nil) }
}
