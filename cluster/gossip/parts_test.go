// SPDX-License-Identifier: Apache-2.0

package gossip

import (
	"bytes"
	"log/slog"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/memberlist"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect/cluster/generation"
	"github.com/longshore-io/connect/internal/clock"
)

func process(worker, boot string, started int64, addr string) member {
	return member{
		node: nodeName(worker, generation.Boot(boot)), worker: worker, boot: generation.Boot(boot), addr: addr,
		card: card{Group: "group", State: generation.Up, Oldest: 1, Newest: 1, Started: started},
	}
}

func TestTheRosterShowsOneProcessOfEachWorker(t *testing.T) {
	self, first, second := process("a", "1", 1, "a:1"), process("b", "1", 2, "b:1"), process("b", "2", 3, "b:2")
	r := newRoster(self)
	shows := func(want ...string) {
		t.Helper()
		assert.Equal(t, want, names(r.peers()))
	}
	shows("a/1/up")
	r.put(self)
	shows("a/1/up")
	assert.False(t, r.met)
	r.put(second)
	shows("a/1/up", "b/2/up")
	assert.True(t, r.met)
	assert.Empty(t, r.contested())
	r.put(first)
	shows("a/1/up", "b/2/up")
	assert.Equal(t, []member{first, second}, r.contested())
	r.mark(second, silent)
	shows("a/1/up", "b/2/up")
	r.mark(second, gone)
	shows("a/1/up", "b/1/up")
	r.mark(second, here)
	shows("a/1/up", "b/1/up")
	r.mark(first, gone)
	r.mark(second, gone)
	shows("a/1/up", "b/1/up")
	r.remove(first.node)
	shows("a/1/up", "b/2/up")
	r.remove(second.node)
	r.mark(second, gone)
	assert.Empty(t, r.gone)
	shows("a/1/up")
}

func TestOfTwoNewProcessesTheEarlierOneIsShown(t *testing.T) {
	r := newRoster(process("a", "1", 1, "a:1"))
	r.put(process("b", "2", 3, "b:2"))
	r.put(process("b", "1", 3, "b:1"))
	r.put(process("b", "3", 2, "b:3"))
	assert.Equal(t, []string{"a/1/up", "b/3/up"}, names(r.peers()))
	r.remove("b 3")
	assert.Equal(t, []string{"a/1/up", "b/1/up"}, names(r.peers()), "started at once: by boot")
}

func TestAProcessWhoseAddressAnotherOneHasIsReplaced(t *testing.T) {
	self, former := process("a", "2", 5, "a:1"), process("a", "1", 1, "a:1")
	r := newRoster(self)
	r.put(former)
	assert.True(t, r.replaced(former))
	assert.Equal(t, []member{former}, r.contested())
	assert.False(t, r.met, "a former self is nobody")
	first, second, elsewhere := process("b", "1", 1, "b:1"), process("b", "2", 2, "b:1"), process("c", "1", 1, "b:1")
	r.put(first)
	r.put(second)
	r.put(elsewhere)
	assert.True(t, r.replaced(first))
	assert.False(t, r.replaced(second))
	assert.False(t, r.replaced(elsewhere))
	assert.True(t, r.at("a:1"))
	assert.True(t, r.at("b:1"))
	assert.False(t, r.at("c:1"))
}

func TestOnlyWorkersOfTheGroupWithACommonVersionFit(t *testing.T) {
	self := process("a", "1", 1, "a:1")
	self.Oldest, self.Newest = 2, 3
	tests := map[string]struct {
		group          string
		oldest, newest int
		fits           bool
	}{
		"same":     {"group", 2, 3, true},
		"overlaps": {"group", 3, 9, true},
		"touches":  {"group", 1, 2, true},
		"older":    {"group", 1, 1, false},
		"newer":    {"group", 4, 4, false},
		"group":    {"other", 2, 3, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			other := process("b", "1", 1, "b:1")
			other.Group, other.Oldest, other.Newest = test.group, test.oldest, test.newest
			assert.Equal(t, test.fits, self.fits(other) == nil)
			assert.Equal(t, test.fits, other.fits(self) == nil)
		})
	}
}

func TestAMemberIsReadFromItsNode(t *testing.T) {
	want := process("host:8083", "boot", 7, "[::1]:9")
	meta, err := want.encode()
	require.NoError(t, err)
	node := &memberlist.Node{Name: "host:8083 boot", Addr: net.IPv6loopback, Port: 9, Meta: meta}
	got, err := memberOf(node)
	require.NoError(t, err)
	assert.Equal(t, want, got)
	node.Meta = bytes.Replace(meta, []byte("{"), []byte(`{"later":[1],`), 1)
	got, err = memberOf(node)
	require.NoError(t, err)
	assert.Equal(t, want, got, "fields that are not known are ignored")
	for _, bad := range []*memberlist.Node{{Name: "host:8083 boot", Meta: []byte("?")}, {Name: "no-worker", Meta: meta}} {
		_, err = memberOf(bad)
		assert.Error(t, err)
	}
}

func TestTheMachinesFirstUsableAddress(t *testing.T) {
	tests := map[string]struct {
		addrs []string
		want  string
	}{
		"version 4 first":  {[]string{"127.0.0.1/8", "fe80::1/64", "2001:db8::1/64", "10.1.2.3/8", "10.1.2.4/8"}, "10.1.2.3"},
		"version 6":        {[]string{"127.0.0.1/8", "fe80::1/64", "2001:db8::1/64"}, "2001:db8::1"},
		"loopback at last": {[]string{"fe80::1/64", "127.0.0.1/8", "::1/128"}, "127.0.0.1"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var addrs []net.Addr
			for _, text := range test.addrs {
				ip, network, err := net.ParseCIDR(text)
				require.NoError(t, err)
				addrs = append(addrs, &net.IPNet{IP: ip, Mask: network.Mask})
			}
			got, err := firstUsable(addrs)
			require.NoError(t, err)
			assert.Equal(t, test.want, got.String())
		})
	}
	_, err := firstUsable(nil)
	assert.Error(t, err)
}

func TestAllAddressesAreNeverAdvertised(t *testing.T) {
	for _, host := range []string{"", "0.0.0.0", "::"} {
		ip, err := usable(t.Context(), host)
		require.NoError(t, err)
		assert.False(t, ip.IsUnspecified())
	}
}

func TestARingHoldsExactlyTheKeysInUse(t *testing.T) {
	all, err := derive([][]byte{[]byte("1"), []byte("2"), []byte("3"), []byte("4")})
	require.NoError(t, err)
	ring, err := memberlist.NewKeyring(nil, all[0])
	require.NoError(t, err)
	for _, keys := range [][][]byte{{all[0], all[1]}, {all[1], all[0], all[2]}, {all[2], all[3]}, {all[3]}, {all[0]}, {all[0], all[0]}} {
		before := ring.GetKeys()
		copied := append([][]byte(nil), before...)
		require.NoError(t, rotate(ring, keys))
		assert.Equal(t, keys[0], ring.GetPrimaryKey())
		assert.Subset(t, keys, ring.GetKeys())
		assert.Subset(t, ring.GetKeys(), keys)
		assert.Equal(t, copied, before, "readers keep what they have")
	}
}

func TestKeysComeFromSecretsOfAnyLength(t *testing.T) {
	keys, err := derive([][]byte{[]byte("x"), bytes.Repeat([]byte("y"), 999), []byte("x")})
	require.NoError(t, err)
	assert.Len(t, keys[0], 32)
	assert.Len(t, keys[1], 32)
	assert.Equal(t, keys[0], keys[2])
	assert.NotEqual(t, keys[0], keys[1])
}

func TestLinesOfMemberlistKeepTheirLevelAndDoNotRepeatThemselves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		inner := slog.NewTextHandler(&out, &slog.HandlerOptions{Level: slog.LevelInfo})
		log := slog.NewLogLogger(bridge{inner, newLimiter(clock.System{})}, slog.LevelDebug)
		log.Print("[DEBUG] memberlist: Stream connection")
		log.Print("[INFO] memberlist: Marking b as failed")
		log.Print("[WARN] memberlist: Refuting a suspect message (from: b)")
		log.Print("[ERR] memberlist: failed to receive: no key from=1.2.3.4:5")
		log.Print("[ERR] memberlist: failed to receive: no key from=1.2.3.4:6")
		log.Print("unknown")
		time.Sleep(quiet) //nolint:forbidigo // the clock of a bubble
		log.Print("[ERR] memberlist: failed to receive: no key from=1.2.3.4:7")
		var got []string
		for line := range strings.Lines(out.String()) {
			_, rest, _ := strings.Cut(line, "level=")
			got = append(got, strings.TrimSpace(rest))
		}
		assert.Equal(t, []string{
			`INFO msg="gossip: Marking b as failed"`,
			`WARN msg="gossip: Refuting a suspect message (from: b)"`,
			`WARN msg="gossip: failed to receive: no key from=1.2.3.4:5"`,
			`INFO msg="gossip: unknown"`,
			`WARN msg="gossip: failed to receive: no key from=1.2.3.4:7"`,
		}, got)
	})
}

func TestALimiterRemembersOnlySoMuch(t *testing.T) {
	l := newLimiter(clock.System{})
	for i := range 10 * kinds {
		assert.True(t, l.pass(string(rune(i))))
	}
	assert.LessOrEqual(t, len(l.last), kinds)
}
