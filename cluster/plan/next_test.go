// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect/cluster/generation"
)

const (
	a, b, c = "a", "b", "c"
	// before and now are the number of the generation that is there, and the one that is made.
	before, now = 20, 21
)

var (
	unit = task("db", 0)
	// onlyUnit is the work where a row says nothing else. Of the instance in it nothing is said.
	onlyUnit = connectors{"db": 1}
)

// grant is a right to the unit since generation 7.
func grant(worker string, revoked int64, fence ...string) *generation.Grant {
	return &generation.Grant{Worker: worker, Boot: boot(worker), Since: 7, Revoked: revoked, Fence: fence}
}

func given(worker string, fence ...string) *generation.Grant {
	return &generation.Grant{Worker: worker, Boot: boot(worker), Since: now, Fence: fence}
}

// row is what is so of one unit, and what becomes of it.
type row struct {
	name string
	// was is the unit's grant, lost who is to be fenced where nobody owns it.
	was  *generation.Grant
	lost []string
	work connectors
	Input
	// becomes is its grant then, or stillLost who is to be fenced; neither where the unit is gone.
	becomes   *generation.Grant
	stillLost []string
}

func ack(worker string, applied int64, holding ...generation.Holding) map[Process]Ack {
	held := map[generation.Holding]bool{}
	for _, h := range holding {
		held[h] = true
	}
	return map[Process]Ack{process(worker): {Applied: applied, Holding: held}}
}

var (
	yes     = func(string) bool { return true }
	none    = connectors{}
	unknown = connectors{"db": Unknown}
)

var ofUnowned = []row{
	{name: "a unit that nobody owns is given to a member", Input: Input{Members: members(b)}, becomes: given(b)},
	{name: "a unit that nobody owns stays so without a member"},
	{name: "a unit that nobody owns is not given to a worker that leaves", Input: Input{Members: members(a), Leaving: processes(a)}},
	{name: "a unit that nobody owns is not given to a worker that is dead", Input: Input{Members: members(a), Dead: processes(a)}},
	{name: "a unit that nobody owns is not given to a worker that has left", Input: Input{Members: members(a), Left: processes(a)}},
	{name: "a lost unit is given with the order to fence", lost: []string{a, c}, Input: Input{Members: members(b)},
		becomes: given(b, a, c)},
	{name: "a lost unit stays lost without a member", lost: []string{a}, stillLost: []string{a}},
	{name: "a lost unit goes back to the worker that had it", lost: []string{b}, Input: Input{Members: members(a, b, c)},
		becomes: given(b, b)},
	{name: "a lost unit waits for the worker that had it", lost: []string{a}, Input: Input{Members: members(b), Wait: yes},
		stillLost: []string{a}},
	{name: "a lost unit waits no more when the worker that had it is back", lost: []string{a},
		Input: Input{Members: members(a, b), Wait: yes}, becomes: given(a, a)},
	{name: "a lost unit that is not wanted and needs no fence is gone", lost: []string{}, work: none, Input: Input{Members: members(b)}},
	{name: "a lost unit that is not wanted is given only to be fenced", lost: []string{a}, work: none, Input: Input{Members: members(b)},
		becomes: &generation.Grant{Worker: b, Boot: boot(b), Since: now, Revoked: now, Fence: []string{a}}},
}

var ofRunning = []row{
	{name: "a unit of a member stays", was: grant(a, 0), Input: Input{Members: members(a, b)}, becomes: grant(a, 0)},
	{name: "a unit keeps the order to fence", was: grant(a, 0, c), Input: Input{Members: members(a)}, becomes: grant(a, 0, c)},
	{name: "a unit of a dead worker is given to another at once", was: grant(a, 0),
		Input: Input{Members: members(b), Dead: processes(a)}, becomes: given(b, a)},
	{name: "fences add up", was: grant(b, 0, a, c), Input: Input{Members: members("d"), Dead: processes(b)},
		becomes: given("d", a, b, c)},
	{name: "a unit of a dead worker is lost without a member", was: grant(a, 0, c), Input: Input{Dead: processes(a)},
		stillLost: []string{a, c}},
	{name: "a unit of a dead worker that is waited for is lost", was: grant(a, 0),
		Input: Input{Members: members(b), Dead: processes(a), Wait: yes}, stillLost: []string{a}},
	{name: "a unit of a process that is not heard of stays", was: grant(a, 0), Input: Input{Members: members(b)}, becomes: grant(a, 0)},
	{name: "an acknowledgement means nothing where nothing was revoked", was: grant(a, 0),
		Input: Input{Members: members(b), Acks: ack(a, 20)}, becomes: grant(a, 0)},
	{name: "a unit that is not wanted is revoked", was: grant(a, 0, c), work: none, Input: Input{Members: members(a)},
		becomes: grant(a, now, c)},
	{name: "a unit of a worker that leaves is revoked", was: grant(a, 0), Input: Input{Members: members(b), Leaving: processes(a)},
		becomes: grant(a, now)},
	{name: "a unit of a worker that leaves is revoked, though nobody else is there", was: grant(a, 0),
		Input: Input{Leaving: processes(a)}, becomes: grant(a, now)},
	{name: "a unit of a worker that has left is given to another with the fences that it had", was: grant(a, 0, c),
		Input: Input{Members: members(b), Left: processes(a)}, becomes: given(b, c)},
	{name: "a worker that has left is not dead, too", was: grant(a, 0),
		Input: Input{Members: members(b), Left: processes(a), Dead: processes(a)}, becomes: given(b)},
	{name: "a unit of a worker that has left is lost without a member", was: grant(a, 0, c), Input: Input{Left: processes(a)},
		stillLost: []string{c}},
	{name: "a unit of a dead worker that is not wanted is given only to be fenced", was: grant(a, 0), work: none,
		Input:   Input{Members: members(b), Dead: processes(a)},
		becomes: &generation.Grant{Worker: b, Boot: boot(b), Since: now, Revoked: now, Fence: []string{a}}},
	{name: "a unit of a dead worker that is waited for is fenced at once if it is not wanted", was: grant(a, 0), work: none,
		Input:   Input{Members: members(b), Dead: processes(a), Wait: yes},
		becomes: &generation.Grant{Worker: b, Boot: boot(b), Since: now, Revoked: now, Fence: []string{a}}},
	{name: "a unit of a dead worker that is not wanted is lost without a member", was: grant(a, 0), work: none,
		Input: Input{Dead: processes(a)}, stillLost: []string{a}},
	{name: "a unit of a worker that has left is gone if it is not wanted", was: grant(a, 0), work: none,
		Input: Input{Members: members(b), Left: processes(a)}},
	{name: "a unit of a connector stays if its tasks are not known", was: grant(a, 0), work: unknown, Input: Input{Members: members(a)},
		becomes: grant(a, 0)},
	{name: "a unit of a connector is given on if its tasks are not known", was: grant(a, 0), work: unknown,
		Input: Input{Members: members(b), Dead: processes(a)}, becomes: given(b, a)},
	{name: "a lost unit of a connector is given on if its tasks are not known", lost: []string{a}, work: unknown,
		Input: Input{Members: members(b)}, becomes: given(b, a)},
}

var ofRevoked = []row{
	{name: "a revoked unit waits for the acknowledgement", was: grant(a, 9), Input: Input{Members: members(a, b)}, becomes: grant(a, 9)},
	{name: "a revoked unit is given on once it is acknowledged, without a fence", was: grant(a, 9, c),
		Input: Input{Members: members(b), Acks: ack(a, 9)}, becomes: given(b)},
	{name: "an acknowledgement of an earlier generation does not count", was: grant(a, 9),
		Input: Input{Members: members(b), Acks: ack(a, 8)}, becomes: grant(a, 9)},
	{name: "an acknowledgement of an owner that still holds the unit does not count", was: grant(a, 9),
		Input: Input{Members: members(b), Acks: ack(a, 9, held(unit, 7))}, becomes: grant(a, 9)},
	{name: "an acknowledgement of an owner that holds the unit from an earlier life does not count", was: grant(a, 9),
		Input: Input{Members: members(b), Acks: ack(a, 9, held(unit, 3))}, becomes: grant(a, 9)},
	{name: "an acknowledgement of an owner that holds another unit counts", was: grant(a, 9),
		Input: Input{Members: members(b), Acks: ack(a, 9, held(task("db", 1), 7))}, becomes: given(b)},
	{name: "an acknowledgement of another process of the owner does not count", was: grant(a, 9),
		Input:   Input{Members: members(b), Acks: map[Process]Ack{{a, "a2"}: {Applied: 20}}},
		becomes: grant(a, 9)},
	{name: "an acknowledgement of another worker does not count", was: grant(a, 9),
		Input: Input{Members: members(b), Acks: ack(b, 20)}, becomes: grant(a, 9)},
	{name: "a revoked unit is lost once it is acknowledged without a member", was: grant(a, 9), Input: Input{Acks: ack(a, 9)},
		stillLost: []string{}},
	{name: "a revoked unit that is not wanted waits for the acknowledgement", was: grant(a, 9), work: none,
		Input: Input{Members: members(a)}, becomes: grant(a, 9)},
	{name: "a revoked unit that is not wanted is gone once it is acknowledged", was: grant(a, 9, c), work: none,
		Input: Input{Members: members(a), Acks: ack(a, 9)}},
	{name: "a revoked unit that is wanted again waits for the acknowledgement", was: grant(a, 9), Input: Input{Members: members(a)},
		becomes: grant(a, 9)},
	{name: "a revoked unit that is wanted again is given on once it is acknowledged", was: grant(a, 9),
		Input: Input{Members: members(a), Acks: ack(a, 12)}, becomes: given(a)},
	{name: "a revoked unit of a dead worker is given on at once", was: grant(a, 9),
		Input: Input{Members: members(b), Dead: processes(a)}, becomes: given(b, a)},
	{name: "a revoked unit of a dead worker is fenced even if it was acknowledged", was: grant(a, 9),
		Input: Input{Members: members(b), Dead: processes(a), Acks: ack(a, 9)}, becomes: given(b, a)},
	{name: "a revoked unit of a worker that has left is given on with the fences that it had", was: grant(a, 9, c),
		Input: Input{Members: members(b), Left: processes(a)}, becomes: given(b, c)},
	{name: "a revoked unit of a worker that has acknowledged and left is given on without a fence", was: grant(a, 9, c),
		Input: Input{Members: members(b), Left: processes(a), Acks: ack(a, 9)}, becomes: given(b)},
	{name: "a revoked unit of a worker that has left is given only to be fenced if it is not wanted", was: grant(a, 9, c), work: none,
		Input:   Input{Members: members(b), Left: processes(a)},
		becomes: &generation.Grant{Worker: b, Boot: boot(b), Since: now, Revoked: now, Fence: []string{c}}},
	{name: "a revoked unit is not revoked again by its owner's leaving", was: grant(a, 9), Input: Input{Leaving: processes(a)},
		becomes: grant(a, 9)},
	{name: "an acknowledged unit of a connector is given on if its tasks are not known", was: grant(a, 9), work: unknown,
		Input: Input{Members: members(b), Acks: ack(a, 9)}, becomes: given(b)},
}

func TestOfAUnit(t *testing.T) {
	for _, rows := range [][]row{ofUnowned, ofRunning, ofRevoked} {
		for _, r := range rows {
			t.Run(r.name, func(t *testing.T) { r.check(t) })
		}
	}
}

func (r row) check(t *testing.T) {
	in := r.Input
	in.Work = onlyUnit
	if r.work != nil {
		in.Work = r.work
	}
	in.State = generation.State{
		Number: before, Workers: map[string]generation.Worker{}, Grants: map[generation.Unit]generation.Grant{},
		Lost: map[generation.Unit][]string{},
	}
	for id, process := range in.Members {
		in.State.Workers[id] = generation.Worker{Boot: process, Generation: 5, Parts: 1}
	}
	if r.was != nil {
		in.State.Grants[unit] = *r.was
		in.State.Workers[r.was.Worker] = generation.Worker{Boot: r.was.Boot, Generation: 7, Parts: 1}
	}
	if r.lost != nil {
		in.State.Lost[unit] = r.lost
	}

	next, changed := checked(t, in)
	followed(t, in, next)
	if changed {
		listed(t, in, next)
	}

	got, owned := next.Grants[unit]
	require.Equal(t, r.becomes != nil, owned)
	if owned {
		require.Equal(t, *r.becomes, got)
	}
	lost, isLost := next.Lost[unit]
	require.Equal(t, r.stillLost != nil, isLost)
	require.ElementsMatch(t, r.stillLost, lost)
}
