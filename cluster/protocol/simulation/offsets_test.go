// SPDX-License-Identifier: Apache-2.0

package simulation

// offsetsClient is the producer that a process stores source offsets with, under its worker's own id: it takes the id, reads the
// config topic to its end, and only then writes. One that was fenced begins again.
type offsetsClient struct {
	process  *process
	token    int64
	claiming bool
	verified bool
	// taken are called back when the id is taken again: no earlier request can come in any more.
	taken []func()
}

// claim takes the id and calls back when everything is read.
func (c *offsetsClient) claim(verified func()) {
	if c.claiming {
		return
	}
	p := c.process
	c.claiming, c.verified = true, false
	again := func() { c.claiming = false; c.claim(verified) }
	var token int64
	p.request(coordinator, 3*s, func() { token = p.world.ids.claimOffsets(p.worker.index) }, func() {
		c.token = token
		taken := c.taken
		c.taken = nil
		for _, then := range taken {
			p.after(0, then)
		}
		if p.world.off(reinitReadsOn) {
			c.verify(verified)
			return
		}
		p.readToEnd(func() { c.verify(verified) }, again)
	}, again)
}

func (c *offsetsClient) verify(then func()) {
	c.claiming, c.verified = false, true
	for _, i := range c.process.instances {
		if i.nature == atLeastOnce && i.stands() {
			i.token = c.token
		}
	}
	if then != nil {
		then()
	}
}

// again takes the id once more, after something has gone wrong with what was written under a token. It calls back when nothing of
// that can come in any more.
func (c *offsetsClient) again(token int64, taken func()) {
	if token != c.token { // It was taken meanwhile.
		c.process.after(0, taken)
		return
	}
	c.taken = append(c.taken, taken)
	c.claim(nil)
}

// fence takes the id from an earlier process of the same worker, which may live. That this process has taken it when it began is not
// enough: as long as the earlier one has not read that it was declared dead, it may have taken it back.
func (c *offsetsClient) fence(taken func()) {
	if c.claiming {
		c.process.after(20*ms, func() { c.fence(taken) })
		return
	}
	c.taken = append(c.taken, taken)
	c.claim(nil)
}
