// SPDX-License-Identifier: Apache-2.0

package gossip

import (
	"log/slog"
	"net"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hashicorp/memberlist"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/longshore-io/connect/cluster/generation"
	"github.com/longshore-io/connect/cluster/protocol"
	"github.com/longshore-io/connect/internal/clock"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	// patience is for machines under load. Without it: 2 to 3 s for a death, some 300 ms for everything else.
	patience = 15 * time.Second
	look     = 5 * time.Millisecond
)

// hurried is the machine's clock, on which the pauses of the package are shorter.
type hurried struct {
	clock.System
	factor time.Duration
}

func (h hurried) AfterFunc(d time.Duration, f func()) func() bool {
	return h.System.AfterFunc(d/h.factor, f)
}

// worker is a Network and what it has told.
type worker struct {
	*Network
	refused chan error

	mu      sync.Mutex
	history [][]protocol.Peer
}

func options(id, boot string, seeds ...string) Options {
	return Options{
		Worker: id, Boot: generation.Boot(boot), Group: "group", Oldest: 1, Newest: 1,
		Bind: "127.0.0.1:0", RPC: id + ":rpc", Keys: [][]byte{[]byte("secret")},
		Seeds: func() []string { return seeds }, Clock: clock.System{}, Log: slog.New(slog.DiscardHandler),
	}
}

func join(t *testing.T, o Options) *worker {
	t.Helper()
	w := &worker{refused: make(chan error, 10)}
	if o.Changed == nil {
		o.Changed = w.changed
	}
	o.Refused = func(err error) { w.refused <- err }
	var err error
	w.Network, err = Join(o)
	require.NoError(t, err)
	t.Cleanup(func() { w.Close(false) })
	return w
}

func (w *worker) changed(peers []protocol.Peer) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.history = append(w.history, peers)
}

func (w *worker) told() [][]protocol.Peer {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.history)
}

// sees are "id/boot/state" of the latest snapshot.
func (w *worker) sees() []string {
	told := w.told()
	if len(told) == 0 {
		return nil
	}
	return names(told[len(told)-1])
}

func names(peers []protocol.Peer) []string {
	var names []string
	for _, p := range peers {
		names = append(names, p.Worker+"/"+string(p.Boot)+"/"+string(p.State))
	}
	return names
}

// eventually waits until w shows exactly these, and returns how long that took.
func (w *worker) eventually(t *testing.T, want ...string) time.Duration {
	t.Helper()
	begun := time.Now()
	require.Eventually(t, func() bool { return slices.Equal(want, w.sees()) }, patience, look, "want %v", want)
	return time.Since(begun)
}

// never holds that nothing that w has ever told has a process in it.
func (w *worker) never(t *testing.T, name string) {
	t.Helper()
	for _, peers := range w.told() {
		assert.NotContains(t, names(peers), name)
	}
}

func refusal(t *testing.T, w *worker) error {
	t.Helper()
	select {
	case err := <-w.refused:
		return err
	case <-time.After(patience):
		require.Fail(t, "nothing was refused")
		return nil
	}
}

// three join through the first one.
func three(t *testing.T, change ...func(*Options)) (a, b, c *worker) {
	t.Helper()
	start := func(id string, seeds ...string) *worker {
		o := options(id, "1", seeds...)
		for _, f := range change {
			f(&o)
		}
		return join(t, o)
	}
	a = start("a")
	b, c = start("b", a.Addr()), start("c", a.Addr())
	for _, w := range []*worker{a, b, c} {
		w.eventually(t, "a/1/up", "b/1/up", "c/1/up")
	}
	return a, b, c
}

func TestThreeWorkersMeetThroughOneSeed(t *testing.T) {
	t.Parallel()
	a, b, c := three(t)
	for _, w := range []*worker{a, b, c} {
		told := w.told()
		assert.Equal(t, []protocol.Peer{
			{Worker: "a", Boot: "1", State: generation.Up, RPC: "a:rpc"},
			{Worker: "b", Boot: "1", State: generation.Up, RPC: "b:rpc"},
			{Worker: "c", Boot: "1", State: generation.Up, RPC: "c:rpc"},
		}, told[len(told)-1])
	}
}

func TestAWorkerThatFindsNobodyIsANetworkOfItsOwn(t *testing.T) {
	t.Parallel()
	a := join(t, options("a", "1", freeAddr(t), "no-port", "127.0.0.1:99999"))
	a.eventually(t, "a/1/up")
	host, port, err := net.SplitHostPort(a.Addr())
	require.NoError(t, err)
	assert.Equal(t, "127.0.0.1", host)
	assert.NotEqual(t, "0", port)
	a.Close(true)
	a.Close(true)
	assert.Empty(t, a.refused, "not to reach anybody is no reason to stop")
}

func TestAWorkerThatIsKilledIsGoneAfterSeconds(t *testing.T) {
	t.Parallel()
	for _, how := range []string{"closed", "cut off"} {
		t.Run(how, func(t *testing.T) {
			t.Parallel()
			var wires []memberlist.NodeAwareTransport
			a, b, c := three(t, func(o *Options) {
				o.wrap = func(wire memberlist.NodeAwareTransport) memberlist.NodeAwareTransport {
					wires = append(wires, wire)
					return wire
				}
			})
			if how == "closed" {
				c.Close(false)
			} else {
				require.NoError(t, wires[2].Shutdown())
			}
			first := a.eventually(t, "a/1/up", "b/1/up")
			t.Log("seen after", first, "and", first+b.eventually(t, "a/1/up", "b/1/up"))
		})
	}
}

func TestARestartShowsAsAnotherBoot(t *testing.T) {
	t.Parallel()
	for _, where := range []string{"same address", "other port"} {
		t.Run(where, func(t *testing.T) {
			t.Parallel()
			a, b, c := three(t)
			c.Close(false)
			again := options("c", "2", a.Addr())
			if where == "same address" {
				again.Bind = c.Addr()
			}
			c2 := join(t, again)
			first := a.eventually(t, "a/1/up", "b/1/up", "c/2/up")
			t.Log("seen after", first, "and", first+b.eventually(t, "a/1/up", "b/1/up", "c/2/up"))
			c2.eventually(t, "a/1/up", "b/1/up", "c/2/up")
			// The former process is taken for dead in a while: the name stays the new one's.
			for _, w := range []*worker{a, b, c2} {
				require.Eventually(t, func() bool { return w.nodes() == 3 }, patience, look)
				w.eventually(t, "a/1/up", "b/1/up", "c/2/up")
			}
			assert.Empty(t, c2.refused, "a restart is no conflict")
		})
	}
}

// nodes is how many processes memberlist takes for alive.
func (w *worker) nodes() int { return len(w.list.Members()) }

func TestALeaverIsSeenLeavingAndThenGone(t *testing.T) {
	t.Parallel()
	a, b, c := three(t)
	c.SetState(generation.NoKafka)
	c.SetState(generation.Leaving)
	a.eventually(t, "a/1/up", "b/1/up", "c/1/leaving")
	b.eventually(t, "a/1/up", "b/1/up", "c/1/leaving")
	c.eventually(t, "a/1/up", "b/1/up", "c/1/leaving")
	c.Close(true)
	a.eventually(t, "a/1/up", "b/1/up")
	b.eventually(t, "a/1/up", "b/1/up")
}

func TestAStateGoesRoundAndTheLastOneCounts(t *testing.T) {
	t.Parallel()
	a, b, c := three(t)
	for range 20 {
		b.SetState(generation.NoKafka)
		b.SetState(generation.Up)
	}
	b.SetState(generation.NoKafka)
	for _, w := range []*worker{a, b, c} {
		w.eventually(t, "a/1/up", "b/1/nokafka", "c/1/up")
	}
}

func TestTheSecretIsChangedWithoutLosingAnybody(t *testing.T) {
	t.Parallel()
	a, b, c := three(t)
	before := []int{len(a.told()), len(b.told()), len(c.told())}
	workers := []*worker{a, b, c}
	past, next := []byte("secret"), []byte("another, of any length whatever it may be")
	for _, secrets := range [][][]byte{{past, next}, {next, past}, {next}} {
		for _, w := range workers {
			require.NoError(t, w.SetKeys(secrets))
		}
	}
	for i, w := range workers {
		assert.Len(t, w.told(), before[i], "nobody came or went")
	}
	o := options("d", "1", a.Addr())
	o.Keys = [][]byte{next}
	join(t, o)
	for _, w := range workers {
		w.eventually(t, "a/1/up", "b/1/up", "c/1/up", "d/1/up")
	}
	late := join(t, options("e", "1", a.Addr()))
	var secret *SecretError
	require.ErrorAs(t, refusal(t, late), &secret)
	assert.Error(t, a.SetKeys(nil))
}

func TestWhoeverIsSlowToHearHoldsNobodyUp(t *testing.T) {
	t.Parallel()
	entered, release := make(chan struct{}), make(chan struct{})
	var once sync.Once
	var slow *worker
	o := options("a", "1")
	o.Changed = func(peers []protocol.Peer) {
		once.Do(func() { close(entered); <-release })
		slow.changed(peers)
	}
	slow = &worker{}
	a := join(t, o)
	<-entered
	b, c := join(t, options("b", "1", a.Addr())), join(t, options("c", "1", a.Addr()))
	b.eventually(t, "a/1/up", "b/1/up", "c/1/up")
	a.SetState(generation.NoKafka)
	c.eventually(t, "a/1/nokafka", "b/1/up", "c/1/up")
	close(release)
	slow.eventually(t, "a/1/nokafka", "b/1/up", "c/1/up")
	assert.Len(t, slow.told(), 2, "what came meanwhile comes together")
}

func TestJoinRefusesWhatCannotWork(t *testing.T) {
	t.Parallel()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer taken.Close()
	tests := map[string]struct {
		change func(*Options)
		want   string
	}{
		"port in use":        {func(o *Options) { o.Bind = taken.Addr().String() }, "listen for gossip on " + taken.Addr().String()},
		"bind without port":  {func(o *Options) { o.Bind = "127.0.0.1" }, "bind address"},
		"bind to nonsense":   {func(o *Options) { o.Bind = "host.invalid:0" }, "host.invalid"},
		"advertise nonsense": {func(o *Options) { o.Advertise = "host.invalid" }, "host.invalid"},
		"long RPC address":   {func(o *Options) { o.RPC = strings.Repeat("x", 500) }, "its RPC address 500"},
		"long group":         {func(o *Options) { o.Group = strings.Repeat("g", 500) }, "its group.id takes 500"},
		"no secret":          {func(o *Options) { o.Keys = nil }, "needs a secret"},
		"empty secret":       {func(o *Options) { o.Keys = [][]byte{{}} }, "must not be empty"},
		"space in the name":  {func(o *Options) { o.Worker = "a b" }, "worker id"},
		"no boot":            {func(o *Options) { o.Boot = "" }, "boot"},
		"versions":           {func(o *Options) { o.Oldest = 2 }, "versions"},
		"no seeds":           {func(o *Options) { o.Seeds = nil }, "Seeds"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			o := options("a", "1")
			o.Changed, o.Refused = func([]protocol.Peer) {}, func(error) {}
			test.change(&o)
			_, err := Join(o)
			require.Error(t, err)
			assert.Contains(t, err.Error(), test.want)
		})
	}
}

// stopped is a clock on which nothing comes due.
type stopped struct{ clock.System }

func (stopped) AfterFunc(time.Duration, func()) func() bool { return func() bool { return true } }

func TestReachLooksForOthersAtOnce(t *testing.T) {
	t.Parallel()
	a := join(t, options("a", "1"))
	asked, seeds := make(chan struct{}, 10), make(chan []string, 1)
	seeds <- nil
	o := options("b", "1")
	o.Clock = stopped{}
	o.Seeds = func() []string { asked <- struct{}{}; return <-seeds }
	b := join(t, o)
	<-asked
	b.eventually(t, "b/1/up")
	assert.Empty(t, asked)
	seeds <- []string{a.Addr()}
	b.Reach()
	a.eventually(t, "a/1/up", "b/1/up")
	b.eventually(t, "a/1/up", "b/1/up")
}

func TestWhatIsAdvertisedCanBeDialled(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ bind, advertise, want string }{
		"the bound address":    {"127.0.0.1:0", "", "127.0.0.1:PORT"},
		"a name":               {"127.0.0.1:0", "localhost", "localhost:PORT"},
		"a name that is bound": {"localhost:0", "", "localhost:PORT"},
		"another port":         {"127.0.0.1:0", "127.0.0.1:7", "127.0.0.1:7"},
		"a port":               {"127.0.0.1:0", ":7", "127.0.0.1:7"},
		"version 6":            {"127.0.0.1:0", "[::1]", "[::1]:PORT"},
		"port 0":               {"127.0.0.1:0", "127.0.0.1:0", "127.0.0.1:PORT"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			o := options("a", "1")
			o.Bind, o.Advertise = test.bind, test.advertise
			a := join(t, o)
			want, port := test.want, strconv.Itoa(int(a.list.LocalNode().Port))
			if host, p, _ := net.SplitHostPort(want); p == "PORT" {
				want = net.JoinHostPort(host, port)
			}
			assert.Equal(t, want, a.Addr())
			assert.True(t, a.list.LocalNode().Addr.IsLoopback())
		})
	}
}

// freeAddr is one that nobody listens at.
func freeAddr(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	return l.Addr().String()
}
