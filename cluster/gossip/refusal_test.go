// SPDX-License-Identifier: Apache-2.0

package gossip

import (
	"errors"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestANewcomerThatDoesNotBelongIsToldAndNobodyElseNotices(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		change func(*Options)
		want   func(a *worker) error
	}{
		"another secret": {
			func(o *Options) { o.Keys = [][]byte{[]byte("other")} },
			func(a *worker) error { return &SecretError{Addrs: []string{a.Addr()}} },
		},
		"another secret, but knows theirs": {
			func(o *Options) { o.Keys = [][]byte{[]byte("other"), []byte("secret")} },
			func(a *worker) error { return &SecretError{Addrs: []string{a.Addr()}} },
		},
		"another group": {
			func(o *Options) { o.Group = "other" },
			func(*worker) error { return &GroupError{Group: "other", Other: "group"} },
		},
		"another version": {
			func(o *Options) { o.Oldest, o.Newest = 2, 3 },
			func(*worker) error { return &VersionError{Oldest: 2, Newest: 3, OtherOldest: 1, OtherNewest: 1} },
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := join(t, options("a", "1"))
			b := join(t, options("b", "1", a.Addr()))
			a.eventually(t, "a/1/up", "b/1/up")
			b.eventually(t, "a/1/up", "b/1/up")
			before := []int{len(a.told()), len(b.told())}
			o := options("d", "1", a.Addr(), freeAddr(t))
			test.change(&o)
			d := join(t, o)
			assert.Equal(t, test.want(a), unaddressed(refusal(t, d)))
			d.Close(true)
			assert.Equal(t, before, []int{len(a.told()), len(b.told())})
			assert.Len(t, d.told(), 1, "the newcomer met nobody")
			assert.Empty(t, a.refused)
			assert.Empty(t, d.refused, "a reason is given once")
		})
	}
}

// unaddressed leaves out which of the workers it was: any of them may come first.
func unaddressed(err error) error {
	switch e := err.(type) { //nolint:errorlint // as it was given
	case *GroupError:
		e.Addr = ""
	case *VersionError:
		e.Addr = ""
	}
	return err
}

func TestAReasonIsOneLineThatSaysWhatToDo(t *testing.T) {
	for _, err := range []error{
		&NameTakenError{Worker: "h:8083", Addr: "1.2.3.4:7"}, &GroupError{Group: "a", Other: "b", Addr: "1.2.3.4:7"},
		&VersionError{Oldest: 2, Newest: 3, OtherOldest: 1, OtherNewest: 1, Addr: "1.2.3.4:7"}, &SecretError{Addrs: []string{"1.2.3.4:7"}},
	} {
		assert.NotContains(t, err.Error(), "\n")
		assert.Contains(t, err.Error(), "1.2.3.4:7")
	}
}

func TestTheFormerOfTwoWithOneNameStays(t *testing.T) {
	t.Parallel()
	a, b, c := three(t)
	o := options("c", "2", a.Addr())
	o.Seeds = func() []string { return []string{a.Addr(), b.Addr(), c.Addr()} }
	newcomer := join(t, o)
	assert.Equal(t, &NameTakenError{Worker: "c", Addr: c.Addr()}, refusal(t, newcomer))
	select {
	case <-newcomer.Introduced():
		assert.Fail(t, "it has told others that it is c")
	default:
	}
	for _, w := range []*worker{a, b, c} {
		<-w.Introduced()
	}
	for _, w := range []*worker{a, b} {
		require.Eventually(t, func() bool { return w.nodes() == 4 }, patience, look, "the newcomer is known")
	}
	newcomer.Close(true)
	for _, w := range []*worker{a, b, c} {
		require.Eventually(t, func() bool { return w.nodes() == 3 }, patience, look)
		w.eventually(t, "a/1/up", "b/1/up", "c/1/up")
		w.never(t, "c/2/up")
		w.never(t, "c/2/leaving")
		assert.Empty(t, w.refused)
	}
}

func TestAWorkerThatHasMetOthersOnlyComplains(t *testing.T) {
	t.Parallel()
	other := options("z", "1")
	other.Group = "other"
	z := join(t, other)
	a := join(t, options("a", "1"))
	o := options("b", "1", a.Addr(), z.Addr())
	o.Clock = hurried{factor: 20}
	b := join(t, o)
	b.eventually(t, "a/1/up", "b/1/up")
	var rounds atomic.Int64
	o = options("c", "1")
	o.Clock = hurried{factor: 20}
	o.Seeds = func() []string { rounds.Add(1); return []string{a.Addr(), z.Addr()} }
	c := join(t, o)
	require.Eventually(t, func() bool { return rounds.Load() > strikes+2 }, patience, look)
	for _, w := range []*worker{a, b, c, z} {
		assert.Empty(t, w.refused)
		w.never(t, "z/2/up")
	}
	a.eventually(t, "a/1/up", "b/1/up", "c/1/up")
}

func TestWhoGivesUpIsAloneAndNewAndRefusedByAllThreeTimes(t *testing.T) {
	secret := answer{addr: "s", refused: &SecretError{Addrs: []string{"s"}}, earlier: true, secret: true}
	second := answer{addr: "t", refused: &SecretError{Addrs: []string{"t"}}, earlier: true, secret: true}
	group := answer{addr: "g", refused: &GroupError{Addr: "g"}, earlier: true}
	younger := answer{addr: "y", refused: &GroupError{Addr: "y"}}
	accepted, nobody := answer{addr: "a", accepted: true}, answer{addr: "n"}
	tests := map[string]struct {
		rounds [][]answer
		met    bool
		old    bool
		want   error
	}{
		"three rounds":            {rounds: [][]answer{{secret, nobody}, {secret}, {secret, second}}, want: &SecretError{Addrs: []string{"s", "t"}}},
		"two rounds":              {rounds: [][]answer{{secret}, {secret}}},
		"interrupted":             {rounds: [][]answer{{group}, {group}, {nobody}, {group}, {group}}},
		"group":                   {rounds: [][]answer{{group}, {group}, {group}}, want: group.refused},
		"accepted by another one": {rounds: [][]answer{{secret, accepted}, {secret, accepted}, {secret, accepted}}},
		"the others came later":   {rounds: [][]answer{{younger}, {younger}, {younger}}},
		"has met somebody":        {rounds: [][]answer{{group}, {group}, {group}}, met: true},
		"not new":                 {rounds: [][]answer{{secret}, {secret}, {secret}}, old: true},
		"nobody answers":          {rounds: [][]answer{{nobody}, {nobody}, {}, nil}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var got error
			o := options("a", "1")
			o.Refused = func(err error) { got = errors.Join(got, err) }
			n := &Network{o: o, limit: newLimiter(o.Clock), told: map[string]bool{}, roster: newRoster(member{node: "a 1"})}
			n.roster.met = test.met
			refused := 0
			for _, answers := range test.rounds {
				refused = n.judge(answers, refused, !test.old)
			}
			if test.want == nil {
				assert.NoError(t, got)
				return
			}
			assert.Equal(t, errors.Join(test.want), got)
		})
	}
}
