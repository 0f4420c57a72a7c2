// SPDX-License-Identifier: Apache-2.0

package position

// Tracker keeps the offset along the stream, and tells for each message whether its events were sent before. It is told of all messages, in their
// order, also of those that make no events.
type Tracker struct {
	// Offset is that after the last message, for the records of its events. Who keeps it copies it.
	Offset

	resume resume
	// inside is the id of the transaction that messages belong to now, 0 between two.
	inside int64
	// skipping says that the transaction was dealt with completely before.
	skipping bool
	// at and same count the changes of the transaction that share the last LSN.
	at   LSN
	same int64
}

// resume is what was done in the transaction in which the connector was interrupted.
type resume struct {
	// committed is up to where whole transactions are done.
	committed LSN
	// xid is the interrupted transaction, 0 for none, or when it has been passed.
	xid int64
	// done is the last LSN of it that was dealt with, and left is how many of the changes there were. A message comes before changes of its LSN.
	done LSN
	left int64
	// began says that its BEGIN record was sent.
	began bool
	// within says that the messages are those of that transaction.
	within bool
}

// Track begins where a stored offset is, or a snapshot has ended: stored is as Load returns it, or the zero offset for a start without any.
func Track(stored Offset) *Tracker {
	t := &Tracker{Offset: stored.Resumed()}
	t.resume.committed = stored.Committed
	if done, midway := stored.midway(); midway {
		t.resume.xid, t.resume.done = stored.TxID, done
		if stored.MessageType != Message {
			t.resume.left = max(stored.AtLSN, 1)
		}
	}
	t.resume.began = stored.Transaction != ""
	if stored.MessageType == Begin {
		t.resume.xid = stored.TxID
	}
	return t
}

// Begin is told of the start of a transaction: the LSN of its frame, where its commit record will be, when that was written in microseconds since
// 1970, and its id. It returns whether that is news; if not, a BEGIN record was sent before.
func (t *Tracker) Begin(lsn, final LSN, committed int64, xid uint32) bool {
	r := &t.resume
	t.inside, t.at, t.same = int64(xid), 0, 0
	t.skipping = r.committed != 0 && final < r.committed
	if t.skipping {
		return false
	}
	t.Time, t.Timed = committed, true
	t.endSnapshot()
	if r.within = r.xid != 0 && r.xid == t.inside; r.within {
		return !r.began
	}
	t.LSN, t.MessageType, t.TxID, t.AtLSN = lsn, Begin, t.inside, 0
	return true
}

// endSnapshot is for the first message: what follows is of the stream.
func (t *Tracker) endSnapshot() {
	t.Snapshot, t.LastRow, t.Completed, t.Progress = "", false, false, ""
}

// Change is told of an insert, update, delete or truncate, and returns whether it is news. What is not leaves the offset where it is, so that it
// never goes back.
func (t *Tracker) Change(lsn LSN, kind string) bool {
	if t.skipping {
		return false
	}
	if lsn == t.at {
		t.same++
	} else {
		t.at, t.same = lsn, 1
	}
	if t.resume.within && !t.resume.passes(lsn) {
		return false
	}
	t.LSN, t.Processed, t.MessageType, t.AtLSN = lsn, lsn, kind, t.same
	return true
}

// passes says whether a change lies behind what was done.
func (r *resume) passes(lsn LSN) bool {
	switch {
	case lsn < r.done:
		return false
	case lsn == r.done && r.left > 0:
		r.left--
		return false
	}
	return true
}

// Commit is told of the end of a transaction, and returns whether that is news.
func (t *Tracker) Commit(lsn LSN) bool {
	t.inside = 0
	if t.skipping {
		t.skipping = false
		return false
	}
	if t.resume.within {
		t.resume = resume{committed: t.resume.committed}
	}
	t.LSN, t.Processed, t.Committed = lsn, lsn, lsn
	t.MessageType, t.AtLSN = Commit, 0
	return true
}

// Emitted is told of a logical decoding message, and returns whether it is news. One of a transaction does not move Processed; one of none is
// like a transaction of its own.
func (t *Tracker) Emitted(lsn LSN, transactional bool) bool {
	if !transactional {
		return t.alone(lsn)
	}
	if t.skipping {
		return false
	}
	if t.resume.within && lsn <= t.resume.done {
		return false
	}
	t.LSN, t.MessageType, t.AtLSN = lsn, Message, 0
	return true
}

// alone is for a message of no transaction. It may have been sent, since a stream that starts at its place has it again.
func (t *Tracker) alone(lsn LSN) bool {
	if lsn <= t.resume.committed {
		return false
	}
	t.endSnapshot()
	t.LSN, t.Processed, t.Committed = lsn, lsn, lsn
	t.MessageType, t.TxID, t.AtLSN = Message, 0, 0
	return true
}

// Midway says whether some of a transaction was dealt with and not yet all of it, also where it has to come again for that.
func (t *Tracker) Midway() bool { return t.inside != 0 || t.resume.xid != 0 }

// Inside says whether messages belong to a transaction now.
func (t *Tracker) Inside() bool { return t.inside != 0 }
