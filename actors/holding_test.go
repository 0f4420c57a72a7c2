// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	connect "github.com/longshore-io/connect"
)

const (
	heldSourceClass = "org.example.HeldSourceConnector"
	heldSinkClass   = "org.example.HeldSinkConnector"
	// quiet is how long nothing has to happen for a test to believe that nothing does.
	quiet = 300 * time.Millisecond
)

var (
	heldTask0    = unitID{"c", 0}
	heldInstance = unitID{"c", theConnector}
)

// counting has polls wait for permits, so that a test knows how many records there are.
func (h *holder) counting() (permits chan struct{}) {
	permits = make(chan struct{}, 1000)
	h.plugin.when("Poll", func(ctx context.Context) error {
		select {
		case <-permits:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	})
	return permits
}

func permit(permits chan struct{}, n int) {
	for range n {
		permits <- struct{}{}
	}
}

func (h *holder) untilProduced(t *testing.T, n int) {
	t.Helper()
	admin := h.admin(t)
	require.Eventually(t, func() bool { return h.produced(t, admin) == n }, timeToSee, tick)
}

func TestASourceStandsStillWithoutTheLeaseAndGoesOnInItsPlace(t *testing.T) {
	h := startHolder(t, map[string]string{"offset.flush.interval.ms": "20"})
	permits := h.counting()
	h.assign(heldSourceClass, 1, map[int]int64{0: 7})
	permit(permits, 5)
	h.untilProduced(t, 5)
	require.Eventually(t, func() bool { return h.store.writes.Load() > 0 }, timeToSee, tick)
	stuck, release := hang()
	h.plugin.when("Poll", stuck)
	require.Eventually(t, func() bool { return h.plugin.called("Poll") >= 6 }, timeToSee, tick)
	permit(permits, 1)
	require.Eventually(t, func() bool { return h.plugin.called("Poll") >= 7 }, timeToSee, tick, "the one that waited is over, and the next hangs")
	h.untilProduced(t, 6)

	h.shut()
	writes, polls := h.store.writes.Load(), h.plugin.called("Poll")
	release() // a plugin that looks at no context returns a record now
	admin := h.admin(t)
	require.Never(t, func() bool {
		return h.produced(t, admin) > 6 || h.plugin.called("Poll") > polls || h.store.writes.Load() > writes+1 // one may have been under way
	}, quiet, tick)

	h.counting()
	h.open()
	h.untilProduced(t, 7)
	require.Eventually(t, func() bool { return h.store.writes.Load() > writes }, timeToSee, tick)
	require.Equal(t, 1, h.plugin.called("Start"), "it is the same life")
	require.Equal(t, []string{"RUNNING/7"}, h.states(heldTask0))
}

func TestASinkStandsStillWithoutTheLeaseAndGoesOnInItsPlace(t *testing.T) {
	h := startHolder(t, nil)
	admin := h.admin(t)
	h.feed(t, 0, 5)
	h.assign(heldSinkClass, 1, map[int]int64{0: 7})
	require.Eventually(t, func() bool { return len(h.accepted()) == 5 }, timeToSee, tick)

	h.shut()
	h.feed(t, 5, 8) // wakes the pump, which would commit for a pause
	require.Never(t, func() bool {
		return len(h.accepted()) > 5 || h.plugin.called("PreCommit") > 0 || h.committed(t, admin) >= 0
	}, quiet, tick)

	h.open()
	require.Eventually(t, func() bool { return len(h.accepted()) == 8 }, timeToSee, tick, "it does not wait for its next commit, a minute from now")
	require.Eventually(t, func() bool { return h.committed(t, admin) >= 5 }, timeToSee, tick)
	var want []string
	for i := range 8 {
		want = append(want, fmt.Sprint(i))
	}
	require.Equal(t, want, h.accepted(), "nothing is lost, and nothing comes twice")
	require.Equal(t, 1, h.plugin.called("Start"), "it is the same life")
	require.Equal(t, []string{"RUNNING/7"}, h.states(heldTask0))
}

func TestWhatASinkAcceptedIsNotCommittedOnceTheLeaseIsOver(t *testing.T) {
	h := startHolder(t, map[string]string{"offset.flush.interval.ms": "20"})
	admin := h.admin(t)
	stuck, release := hang()
	h.plugin.when("Put", stuck)
	h.feed(t, 0, 1)
	h.assign(heldSinkClass, 1, map[int]int64{0: 7})
	require.Eventually(t, func() bool { return h.plugin.called("Put") == 1 }, timeToSee, tick)

	h.shut()
	release()
	require.Eventually(t, func() bool { return len(h.accepted()) == 1 }, timeToSee, tick)
	before := h.plugin.called("PreCommit")
	require.Never(t, func() bool { return h.plugin.called("PreCommit") > before || h.committed(t, admin) >= 0 }, quiet, tick)
	h.assign(heldSinkClass, 1, map[int]int64{})
	h.awaitEnd(heldTask0, 7)
	require.Eventually(t, func() bool { return slices.Contains(h.ends(), any(unitEnded{heldTask0, 7})) }, timeToSee, tick)
	require.Equal(t, before, h.plugin.called("PreCommit"), "not at its end, either")
	require.Negative(t, h.committed(t, admin))
}

func TestNothingStartsWithoutTheLease(t *testing.T) {
	for _, class := range []string{heldSourceClass, heldSinkClass} {
		t.Run(class, func(t *testing.T) {
			h := startHolder(t, nil)
			h.counting()
			h.shut()
			h.assign(class, 1, map[int]int64{0: 7, theConnector: 7})
			require.Never(t, func() bool { return h.plugin.called("Start")+h.plugin.called("Connector.Start") > 0 }, quiet, tick)
			h.open()
			require.Eventually(t, func() bool { return h.plugin.called("Start") == 1 && h.plugin.called("Connector.Start") == 1 }, timeToSee, tick)
		})
	}
}

func TestAStallStopsASource(t *testing.T) {
	h := startHolder(t, nil)
	permits := h.counting()
	h.assign(heldSourceClass, 1, map[int]int64{0: 7})
	permit(permits, 1)
	h.untilProduced(t, 1)
	require.Eventually(t, func() bool { return h.plugin.called("Poll") == 2 }, timeToSee, tick)

	h.clock.pass(time.Second)
	permit(permits, 1)
	admin := h.admin(t)
	still := func() bool { return h.produced(t, admin) > 1 || h.plugin.called("Poll") > 2 }
	require.Never(t, still, quiet, tick)
	h.env.lease.tick()
	require.Never(t, still, quiet, tick, "that the process runs on does not say that the task is still this worker's")
	h.open()
	h.untilProduced(t, 2)
}

func TestAUnitThatIsTakenAwayStoresWhatItHasWhileItIsStillThisWorkers(t *testing.T) {
	for name, c := range map[string]struct {
		turn  func(h *holder)
		wrote int64
		tells bool
	}{
		"closed":                    {func(h *holder) { h.env.gates.close(heldTask0, 7) }, 1, true},
		"closed, without the lease": {func(h *holder) { h.env.gates.close(heldTask0, 7); h.shut() }, 0, true},
		"shut":                      {func(h *holder) { h.env.gates.shut(heldTask0, 7) }, 0, false},
	} {
		t.Run(name, func(t *testing.T) {
			h := startHolder(t, nil)
			permits := h.counting()
			h.assign(heldSourceClass, 1, map[int]int64{0: 7})
			permit(permits, 3)
			h.untilProduced(t, 3)
			require.Eventually(t, func() bool { return h.plugin.called("Poll") == 4 }, timeToSee, tick)

			c.turn(h)
			permit(permits, 1)
			admin := h.admin(t)
			require.Never(t, func() bool { return h.produced(t, admin) > 3 || h.plugin.called("Poll") > 4 }, quiet, tick)
			h.assign(heldSourceClass, 1, map[int]int64{})
			h.awaitEnd(heldTask0, 7)
			require.Eventually(t, func() bool { return slices.Contains(h.ends(), any(unitEnded{heldTask0, 7})) }, timeToSee, tick)
			require.Equal(t, c.wrote, h.store.writes.Load())
			require.Equal(t, 3, h.produced(t, admin))
			tells := func() bool { return slices.Contains(h.states(heldTask0), "UNASSIGNED/7") }
			if c.tells {
				require.Eventually(t, tells, timeToSee, tick)
			} else {
				require.Never(t, tells, quiet, tick, "its new owner reports on it")
			}
		})
	}
}

func TestARightThatIsGivenAgainIsAnotherLife(t *testing.T) {
	h := startHolder(t, nil)
	permits := h.counting()
	h.assign(heldSourceClass, 1, map[int]int64{0: 7})
	permit(permits, 1)
	h.untilProduced(t, 1)

	h.assign(heldSourceClass, 1, map[int]int64{0: 9})
	require.Eventually(t, func() bool {
		return slices.Equal(h.states(heldTask0), []string{"RUNNING/7", "UNASSIGNED/7", "RUNNING/9"})
	}, timeToSee, tick)
	require.Equal(t, []any{unitGone{id: heldTask0, since: 7}}, h.ends())
	require.Equal(t, 2, h.plugin.called("Start"))

	// The same right, taken and given again, after a gate was closed for good.
	h.env.gates.shut(heldTask0, 9)
	h.assign(heldSourceClass, 1, map[int]int64{})
	h.awaitEnd(heldTask0, 9)
	require.Eventually(t, func() bool { return slices.Contains(h.ends(), any(unitEnded{heldTask0, 9})) }, timeToSee, tick)
	h.assign(heldSourceClass, 1, map[int]int64{0: 9})
	permit(permits, 1)
	h.untilProduced(t, 2)
}

func TestTheEndOfWhatDoesNotRunIsToldAtOnce(t *testing.T) {
	h := startHolder(t, nil)
	h.counting()
	h.awaitEnd(unitID{"unknown", 3}, 5)
	h.assign(heldSourceClass, 2, map[int]int64{0: 7})
	h.awaitEnd(unitID{"c", 1}, 6)
	h.awaitEnd(heldTask0, 5)
	require.Eventually(t, func() bool { return len(h.ends()) == 3 }, timeToSee, tick)
	require.ElementsMatch(t, []any{unitEnded{unitID{"unknown", 3}, 5}, unitEnded{unitID{"c", 1}, 6}, unitEnded{heldTask0, 5}}, h.ends())
}

func TestTheEndOfAnAbandonedUnitIsToldAfterItWasCutOff(t *testing.T) {
	for name, class := range map[string]string{"a source that does not return from its poll": heldSourceClass, "a sink that does not return from its put": heldSinkClass} {
		t.Run(name, func(t *testing.T) {
			h, release := startStuck(t, class)
			h.assign(class, 1, map[int]int64{})
			h.awaitEnd(heldTask0, 7)
			cutOff := []any{unitGone{heldTask0, 7, true}, unitCutOff{heldTask0, 7}}
			require.Eventually(t, func() bool { return slices.Equal(h.ends(), cutOff) }, timeToSee, tick)
			h.awaitEnd(heldTask0, 7)
			cutOff = append(cutOff, unitCutOff{heldTask0, 7})
			require.Eventually(t, func() bool { return slices.Equal(h.ends(), cutOff) }, timeToSee, tick, "who asks later is told, too")
			require.Never(t, func() bool { return len(h.ends()) > len(cutOff) }, quiet, tick)
			release()
			require.Eventually(t, func() bool { return len(h.ends()) == len(cutOff)+2 }, timeToSee, tick)
			require.ElementsMatch(t, append(cutOff, unitGone{heldTask0, 7, false}, unitEnded{heldTask0, 7}), h.ends())
			require.Empty(t, h.env.meters.Progress(), "what does not run here is not counted here")
		})
	}
}

// startStuck runs a task whose plugin does not return from its work before it is released.
func startStuck(t *testing.T, class string) (h *holder, release func()) {
	h = startHolder(t, map[string]string{"task.shutdown.graceful.timeout.ms": "50"})
	stuck, release := hang()
	t.Cleanup(release)
	call := map[string]string{heldSourceClass: "Poll", heldSinkClass: "Put"}[class]
	h.plugin.when(call, stuck)
	h.feed(t, 0, 1)
	h.assign(class, 1, map[int]int64{0: 7})
	require.Eventually(t, func() bool { return h.plugin.called(call) == 1 }, timeToSee, tick)
	return h, release
}

func TestADrainDoesNotWaitForWhatWasCutOff(t *testing.T) {
	for name, before := range map[string]func(t *testing.T, h *holder){
		"it is cut off in the drain": func(*testing.T, *holder) {},
		"it was cut off when its work was handed over": func(t *testing.T, h *holder) {
			h.assign(heldSinkClass, 1, map[int]int64{})
			require.Eventually(t, func() bool { return slices.Equal(h.ends(), []any{unitGone{heldTask0, 7, true}}) }, timeToSee, tick)
		},
		"it was cut off, and something else runs beside it": func(t *testing.T, h *holder) {
			h.assign(heldSinkClass, 2, map[int]int64{theConnector: 8})
			require.Eventually(t, func() bool { return slices.Contains(h.states(heldInstance), "RUNNING/8") }, timeToSee, tick)
		},
	} {
		t.Run(name, func(t *testing.T) {
			h, _ := startStuck(t, heldSinkClass)
			before(t, h)
			began := time.Now()
			h.drain(t, false)
			require.Less(t, time.Since(began), 5*time.Second, "twice offset.flush.timeout.ms and more is the limit")
			require.Eventually(t, func() bool { return slices.Contains(h.ends(), any(unitGone{heldTask0, 7, true})) }, timeToSee, tick)
			require.NotContains(t, h.ends(), any(unitGone{heldTask0, 7, false}), "it has not returned")
		})
	}
}

func TestWhatWasCutOffRunsAgainWhenItHasReturned(t *testing.T) {
	h, release := startStuck(t, heldSinkClass)
	h.assign(heldSinkClass, 1, map[int]int64{})
	h.awaitEnd(heldTask0, 7)
	require.Eventually(t, func() bool { return slices.Contains(h.ends(), any(unitCutOff{heldTask0, 7})) }, timeToSee, tick)
	h.assign(heldSinkClass, 1, map[int]int64{0: 9})
	require.Never(t, func() bool { return h.plugin.called("Start") > 1 }, quiet, tick)
	release()
	require.Eventually(t, func() bool { return slices.Contains(h.states(heldTask0), "RUNNING/9") }, timeToSee, tick)
	require.Equal(t, 2, h.plugin.called("Start"))
}

func TestASinkKeepsItsPlaceInTheGroupWhenItMovesAndLeavesWhenItGoes(t *testing.T) {
	none := map[int]int64{}
	for name, c := range map[string]struct {
		end   func(t *testing.T, h *holder)
		stays bool
	}{
		"another worker was given it":         {func(_ *testing.T, h *holder) { h.assign(heldSinkClass, 1, none) }, true},
		"and then the connector was deleted":  {func(_ *testing.T, h *holder) { h.assign(heldSinkClass, 1, none); h.assign(heldSinkClass, -1, nil) }, true},
		"the configuration has no such task":  {func(_ *testing.T, h *holder) { h.assign(heldSinkClass, 0, map[int]int64{0: 7}) }, false},
		"the connector was deleted":           {func(_ *testing.T, h *holder) { h.assign(heldSinkClass, -1, nil) }, false},
		"the worker goes, and others follow":  {func(t *testing.T, h *holder) { h.drain(t, false) }, true},
		"the worker goes, and it is the last": {func(t *testing.T, h *holder) { h.drain(t, true) }, false},
		"the worker may have lost it already": {func(t *testing.T, h *holder) { h.shut(); h.drain(t, true) }, true},
	} {
		t.Run(name, func(t *testing.T) {
			h := startHolder(t, nil)
			admin := h.admin(t)
			h.feed(t, 0, 1)
			h.assign(heldSinkClass, 1, map[int]int64{0: 7})
			require.Eventually(t, func() bool { return len(h.accepted()) == 1 }, timeToSee, tick)
			require.Equal(t, []string{"connector-consumer-c-0"}, h.members(t, admin))

			c.end(t, h)
			require.Eventually(t, func() bool { return slices.Contains(h.ends(), any(unitGone{id: heldTask0, since: 7})) }, timeToSee, tick)
			if c.stays {
				require.Equal(t, []string{"connector-consumer-c-0"}, h.members(t, admin))
			} else {
				require.Empty(t, h.members(t, admin))
			}
		})
	}
}

func TestARestartOfWhatRunsElsewhereSaysSo(t *testing.T) {
	h := startHolder(t, nil)
	h.counting()
	h.assign(heldSourceClass, 2, map[int]int64{0: 7})
	require.Eventually(t, func() bool { return len(h.states(heldTask0)) == 1 }, timeToSee, tick)
	for id, here := range map[unitID]bool{heldTask0: true, {"c", 1}: false, heldInstance: false, {"unknown", 0}: false} {
		_, err := request(t.Context(), h.system, h.env.connectors, toShare{id.connector, restartUnit{id}})
		if here {
			require.NoError(t, err)
			continue
		}
		require.ErrorIs(t, err, errNotHere)
		require.Equal(t, connect.NotFound, connect.Classify(err), "for whom nobody sends on")
	}
}
