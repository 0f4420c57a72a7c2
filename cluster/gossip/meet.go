// SPDX-License-Identifier: Apache-2.0

package gossip

import (
	"context"
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

const (
	// strikes is how many rounds in a row have to be refused by everybody before a worker gives up.
	strikes = 3
	// youth is how long after its start a worker may give up. Later it is rather the others that are wrong.
	youth = time.Minute
	// crowd is how many addresses are tried at a time.
	crowd = 64
	// lookupTimeout is how long a name may take to look up.
	lookupTimeout = 2 * time.Second
)

// pauses are those between the first rounds of meeting, at the start and after somebody came or went; the last one stays.
// Memberlist does not try the dead again, so only these rounds mend a split, and one may not be enough: each side refutes first
// what the other one thinks of it.
var pauses = []time.Duration{
	200 * time.Millisecond, 500 * time.Millisecond, time.Second, 2 * time.Second, 5 * time.Second, 10 * time.Second,
}

// reason is why a merge was refused, and whether the other side was there earlier.
type reason struct {
	err     error
	earlier bool
}

// answer is how it went at one address.
type answer struct {
	addr string
	// accepted is a merge; refused is why there was none, nil where nobody answered; secret says that it is the secret.
	accepted bool
	refused  error
	earlier  bool
	secret   bool
}

// meet tries the seeds that are not known as members, again and again.
func (n *Network) meet() {
	begun := n.o.Clock.Now()
	refused, turnover := 0, 0
	for round := 0; ; round++ {
		answers := n.meetSeeds()
		if n.ctx.Err() != nil {
			return
		}
		n.introduce(true)
		young := n.o.Clock.Now().Sub(begun) < youth
		refused = n.judge(answers, refused, young)
		if now := n.turnover(); now != turnover {
			round, turnover = 0, now
		}
		stop := n.o.Clock.AfterFunc(pauses[min(round, len(pauses)-1)], n.Reach)
		more := n.await(n.reach)
		stop()
		if !more {
			return
		}
	}
}

// meetSeeds tries all at a time: one that does not answer delays no other.
func (n *Network) meetSeeds() []answer {
	n.mu.Lock()
	n.reasons = nil
	n.mu.Unlock()
	seeds := slices.Clone(n.o.Seeds())
	slices.Sort(seeds)
	var mu sync.Mutex
	var all []answer
	var wg sync.WaitGroup
	slots := make(chan struct{}, crowd)
	for _, seed := range slices.Compact(seeds) {
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			answers := n.meetSeed(seed)
			mu.Lock()
			defer mu.Unlock()
			all = append(all, answers...)
		})
	}
	wg.Wait()
	slices.SortFunc(all, func(a, b answer) int { return strings.Compare(a.addr, b.addr) })
	return all
}

// meetSeed tries every address that a seed's name has.
func (n *Network) meetSeed(seed string) []answer {
	addrs, err := n.addresses(seed)
	if err != nil {
		if n.ctx.Err() == nil && n.limit.pass("seed "+seed) {
			n.o.Log.Warn("gossip: a seed has no address", "seed", seed, "error", err)
		}
		return nil
	}
	var answers []answer
	for _, addr := range addrs {
		if n.ctx.Err() != nil || n.known(addr) {
			continue
		}
		_, err := n.list.Join([]string{addr})
		answers = append(answers, n.understand(addr, err))
	}
	return answers
}

func (n *Network) addresses(seed string) ([]string, error) {
	host, port, err := splitAddr(seed)
	if err != nil {
		return nil, fmt.Errorf("must be host:port: %w", err)
	}
	ctx, cancel := context.WithCancel(n.ctx)
	defer cancel()
	defer n.o.Clock.AfterFunc(lookupTimeout, cancel)()
	ips, err := lookup(ctx, host)
	if err != nil {
		return nil, err
	}
	addrs := make([]string, 0, len(ips))
	for _, ip := range ips {
		addrs = append(addrs, net.JoinHostPort(ip.String(), strconv.Itoa(port)))
	}
	return addrs, nil
}

func (n *Network) known(addr string) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.roster.at(addr)
}

// understand sorts out what joining came to. Memberlist passes only the texts of errors on: that of a secret is its own, from
// this side or from the other one, and those of merges are found again.
func (n *Network) understand(addr string, err error) answer {
	a := answer{addr: addr, accepted: err == nil}
	if err == nil {
		return a
	}
	text := err.Error()
	if strings.Contains(text, "no installed keys could decrypt") {
		a.refused, a.earlier, a.secret = &SecretError{Addrs: []string{addr}}, true, true
		return a
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, r := range n.reasons {
		if strings.Contains(text, r.err.Error()) {
			a.refused, a.earlier = r.err, r.earlier
		}
	}
	return a
}

// judge gives up after some rounds in which everybody who answered has refused this worker, who has never met anybody. It returns
// how many there were.
func (n *Network) judge(answers []answer, refused int, young bool) int {
	answers = slices.DeleteFunc(answers, func(a answer) bool { return !a.accepted && a.refused == nil })
	if n.met() || !young {
		n.complain(answers)
		return 0
	}
	if len(answers) == 0 || slices.ContainsFunc(answers, func(a answer) bool { return a.accepted || !a.earlier }) {
		return 0
	}
	if refused++; refused >= strikes {
		n.refuse(sum(answers))
	}
	return refused
}

// sum is one reason for all: another secret where that is one, else the first.
func sum(answers []answer) error {
	var addrs []string
	for _, a := range answers {
		if a.secret {
			addrs = append(addrs, a.addr)
		}
	}
	if len(addrs) == 0 {
		return answers[0].refused
	}
	return &SecretError{Addrs: addrs}
}

// complain logs what a worker that has its place refuses, or is refused by.
func (n *Network) complain(answers []answer) {
	for _, a := range answers {
		if a.refused != nil && n.limit.pass("refused "+a.addr) {
			n.o.Log.Warn("gossip: a worker does not belong to this cluster", "addr", a.addr, "error", a.refused)
		}
	}
}

func (n *Network) turnover() int {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.roster.turnover
}

func (n *Network) met() bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.roster.met
}

// reject remembers why a merge is refused.
func (n *Network) reject(r reason) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if len(n.reasons) < crowd {
		n.reasons = append(n.reasons, r)
	}
}
