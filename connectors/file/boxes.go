// SPDX-License-Identifier: Apache-2.0

package file

import "unsafe"

// boxesAtOnce is how many values are allocated at once, at most.
const boxesAtOnce = 512

// boxes make values of texts. A string in an interface is a pointer to it: Go allocates one for each, which was a quarter of the work
// of a source. Here they are elements of one slice for many. No slice has texts of two reads, so that a value which is kept keeps no
// more alive than the text that it is part of.
type boxes struct{ texts []string }

// of returns a text as a value. The string that the value points to is never written again.
func (b *boxes) of(text string) any {
	if len(b.texts) == cap(b.texts) {
		b.texts = make([]string, 0, min(max(2*cap(b.texts), 1), boxesAtOnce))
	}
	b.texts = append(b.texts, text)
	value := any("")
	(*[2]unsafe.Pointer)(unsafe.Pointer(&value))[1] = unsafe.Pointer(&b.texts[len(b.texts)-1])
	return value
}

// renew is called where texts of another read begin.
func (b *boxes) renew() { b.texts = nil }
