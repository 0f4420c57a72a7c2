// SPDX-License-Identifier: Apache-2.0

package snapshot

import "math"

// method says how a table is cut into chunks.
type method int

const (
	// whole reads a table at once.
	whole method = iota
	// byKey cuts at values of the primary key. Its chunks can be told after a restart.
	byKey
	// byBlock cuts at places in the table's file. Rows move between them, so that they mean nothing after a restart.
	byBlock
)

// shape is what the choice depends on.
type shape struct {
	// pages is the size of the table, chunkPages that of a chunk.
	pages, chunkPages int64
	// threads is the number of readers.
	threads int
	// keyed says that there is a primary key, blocks that the rows are in one file that can be read by places in it, which
	// servers do well since version 14.
	keyed, blocks bool
	// correlation says how far the order of the key is that of the file: 1 and -1 entirely, 0 not at all.
	correlation float64
}

const (
	// cachedPages are those of a table that fits into memory most likely, 1 GiB: there the order in which rows are read does not matter.
	cachedPages = 1 << 17
	// correlated is how far an order must be that of the file so that not every row costs a read of its own.
	correlated = 0.5
)

// choose says how to cut a table. Chunks by key are wanted even for a single reader, since an interrupted snapshot goes on
// after them; chunks by place only for more readers.
func choose(s shape) method {
	if s.pages <= s.chunkPages {
		return whole
	}
	ordered := s.pages <= cachedPages || math.Abs(s.correlation) >= correlated
	switch {
	case s.keyed && (ordered || !s.blocks && s.threads > 1):
		return byKey
	case s.blocks && s.threads > 1:
		return byBlock
	}
	return whole
}

const (
	// The sizes of a chunk that is chosen by the size of the table: at least 512 KiB, at most 64 MiB of pages of 8 KiB.
	minChunkPages = 64
	maxChunkPages = 8192
	// chunksPerThread is how many chunks each reader has of a table. They keep all readers busy until the end, though they take unequal time; and
	// an interruption repeats no more than those that are under way, so that many are good.
	chunksPerThread = 16
	// scatteredPerThread is the same where the rows of each chunk are all over the file: most pages are then read for each chunk.
	scatteredPerThread = 4
	// assumedRows are the rows of a page where nothing is known.
	assumedRows = 50
)

// chunkPages is how large chunks of a table are to be: so many pages as have the wanted rows, or by its size where none are wanted.
func chunkPages(pages int64, threads, wantedRows int, rowsPerPage float64, scattered bool) int64 {
	if wantedRows > 0 {
		if rowsPerPage <= 0 {
			rowsPerPage = assumedRows
		}
		return max(1, int64(float64(wantedRows)/rowsPerPage))
	}
	chunks := chunksPerThread
	if scattered {
		chunks = scatteredPerThread
	}
	return min(max(pages/int64(chunks*max(1, threads)), minChunkPages), maxChunkPages)
}

// blocksOf cuts pages into chunks of a size. The last is open, for what was added.
func blocksOf(pages, size int64) []piece {
	var out []piece
	for from := int64(0); from == 0 || from < pages; from += size {
		p := piece{fromBlock: from, toBlock: from + size}
		if p.toBlock >= pages {
			p.toBlock = 0
		}
		out = append(out, p)
	}
	return out
}

// piecesOf cuts what lies between two bounds at further ones, which are in the order of the key.
func piecesOf(from, to bound, cuts []bound) []piece {
	out := make([]piece, 0, len(cuts)+1)
	for _, cut := range cuts {
		if cut.equal(from) || cut.equal(to) || len(out) > 0 && cut.equal(out[len(out)-1].from) {
			continue
		}
		out = append(out, piece{from: from, to: cut})
		from = cut
	}
	return append(out, piece{from: from, to: to})
}
