// SPDX-License-Identifier: Apache-2.0

package datagen

import "encoding/binary"

// The constants of SplitMix64.
const (
	golden = 0x9e3779b97f4a7c15
	first  = 0xbf58476d1ce4e5b9
	second = 0x94d049bb133111eb
)

func mixed(z uint64) uint64 {
	z = (z ^ z>>30) * first
	z = (z ^ z>>27) * second
	return z ^ z>>31
}

// taskState is what all records of a task are drawn from.
func taskState(seed, task int64) uint64 { return mixed(uint64(seed) + golden*uint64(task+1)) }

// draws are the random numbers of one record.
type draws uint64

func drawsOf(task uint64, n int64) draws { return draws(mixed(task + golden*uint64(n))) }

func (d *draws) next() uint64 {
	*d += golden
	return mixed(uint64(*d))
}

// drawn is how many letters come of one random number.
const drawn = 16

// letters fills p with letters from a to p; up to fifteen bytes beyond are written too, for which there has to be room.
func (d *draws) letters(p []byte) {
	const nibbles, letterA = 0x0f0f0f0f0f0f0f0f, 0x6161616161616161
	state := *d
	for i := 0; i < len(p); i += drawn {
		sixteen, word := state.next(), p[i:i+drawn:i+drawn]
		binary.LittleEndian.PutUint64(word, sixteen&nibbles+letterA)
		binary.LittleEndian.PutUint64(word[drawn/2:], sixteen>>4&nibbles+letterA)
	}
	*d = state
}
