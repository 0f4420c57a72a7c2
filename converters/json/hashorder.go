// SPDX-License-Identifier: Apache-2.0

package json

import (
	"math/big"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/internal/javaprint"
)

// Sizes of java.util.HashMap: the table starts with 16 buckets and doubles when more than three quarters as many entries
// are in it, or when a bucket gets its ninth entry while the table has fewer than 64.
const (
	firstTable     = 16
	crowdedBucket  = 9
	treesFromTable = 64
)

// hashed is an entry of a map with the spread hash of its key.
type hashed struct {
	connect.MapEntry
	hash uint32
	// at is the place of the value in the document, while it is not converted yet.
	at int32
}

// hashOrder puts entries, which are in the order of their insertion into an empty HashMap and have distinct keys, into the
// order in which that HashMap iterates: by bucket, and within a bucket by insertion, which splits of a bucket preserve.
func hashOrder(entries []hashed) {
	if len(entries) < 2 {
		return
	}
	mask := uint32(tableSize(entries) - 1)
	if len(entries) <= 2*firstTable {
		insertionSort(entries, mask)
		return
	}
	bucketSort(entries, mask)
}

func insertionSort(entries []hashed, mask uint32) {
	for i := 1; i < len(entries); i++ {
		e := entries[i]
		bucket := e.hash & mask
		j := i
		for ; j > 0 && entries[j-1].hash&mask > bucket; j-- {
			entries[j] = entries[j-1]
		}
		entries[j] = e
	}
}

func bucketSort(entries []hashed, mask uint32) {
	starts := make([]int32, mask+2)
	for i := range entries {
		starts[entries[i].hash&mask+1]++
	}
	for b := range mask {
		starts[b+1] += starts[b]
	}
	sorted := make([]hashed, len(entries))
	for _, e := range entries {
		b := e.hash & mask
		sorted[starts[b]] = e
		starts[b]++
	}
	copy(entries, sorted)
}

func tableSize(entries []hashed) int {
	size := firstTable
	var counts [treesFromTable]uint8
	for i := range entries {
		if size < treesFromTable {
			b := entries[i].hash & uint32(size-1)
			counts[b]++
			if counts[b] >= crowdedBucket {
				size *= 2
				recount(&counts, entries[:i+1], size)
			}
		}
		if i+1 > size/4*3 {
			size *= 2
			recount(&counts, entries[:i+1], size)
		}
	}
	return size
}

func recount(counts *[treesFromTable]uint8, entries []hashed, size int) {
	if size >= treesFromTable {
		return
	}
	*counts = [treesFromTable]uint8{}
	for i := range entries {
		counts[entries[i].hash&uint32(size-1)]++
	}
}

// hashCode is Java's hashCode of a value, and false for values that Java hashes by identity.
func hashCode(v any) (uint32, bool) {
	if hash, known := javaprint.HashOf(v); known {
		return hash, true
	}
	return composedHash(v)
}

func composedHash(v any) (uint32, bool) {
	switch v := v.(type) {
	case []any:
		return listHash(v)
	case *connect.Map:
		return mapHash(v)
	case connect.Decimal:
		return 31*bigHash(v.Unscaled()) + uint32(v.Scale()), true
	case interface{ UnixMilli() int64 }: // time.Time
		return javaprint.HashLong(uint64(v.UnixMilli())), true
	}
	return 0, false
}

func listHash(list []any) (uint32, bool) {
	h := uint32(1)
	for _, e := range list {
		eh, ok := hashCode(e)
		if !ok {
			return 0, false
		}
		h = 31*h + eh
	}
	return h, true
}

func mapHash(m *connect.Map) (uint32, bool) {
	h := uint32(0)
	for k, v := range m.All() {
		kh, ok := hashCode(k)
		vh, also := hashCode(v)
		if !ok || !also {
			return 0, false
		}
		h += kh ^ vh
	}
	return h, true
}

// bigHash is BigInteger.hashCode: over its 32-bit words from the highest.
func bigHash(v *big.Int) uint32 {
	h := uint32(0)
	b := v.Bytes()
	for word, left := uint32(0), len(b); left > 0; left-- {
		word = word<<8 | uint32(b[len(b)-left])
		if left%4 == 1 {
			h, word = 31*h+word, 0
		}
	}
	if v.Sign() < 0 {
		return -h
	}
	return h
}
