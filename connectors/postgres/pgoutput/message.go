// SPDX-License-Identifier: Apache-2.0

package pgoutput

// Kind is the first byte of a message.
type Kind byte

// The kinds of messages of version 1 of the protocol.
const (
	// Begin and Commit enclose the changes of one transaction; transactions come whole, in the order of their commits.
	Begin  Kind = 'B'
	Commit Kind = 'C'
	// Origin says from where a transaction was replicated.
	Origin Kind = 'O'
	// RelationInfo describes a table before its first change, and again after the table has changed.
	RelationInfo Kind = 'R'
	// TypeInfo names a type that is not built in.
	TypeInfo Kind = 'Y'
	// Insert, Update, Delete and Truncate are changes.
	Insert   Kind = 'I'
	Update   Kind = 'U'
	Delete   Kind = 'D'
	Truncate Kind = 'T'
	// Logical is what pg_logical_emit_message wrote.
	Logical Kind = 'M'
)

// Old tuples come in two forms.
const (
	// KeyTuple has values in the columns of the replica identity, and null in all others.
	KeyTuple = 'K'
	// WholeTuple has all values, since the table's replica identity is FULL.
	WholeTuple = 'O'
)

// Message is one message. Which fields have a meaning depends on its kind. It and all slices in it belong to the decoder and are good until the
// next call of Decode; Relation may be kept.
type Message struct {
	Kind Kind

	// Xid is the transaction of a Begin.
	Xid uint32
	// FinalLSN of a Begin is where the commit record of the transaction begins.
	FinalLSN uint64
	// CommitLSN and EndLSN of a Commit are where the commit record begins, and where what follows it does.
	CommitLSN, EndLSN uint64
	// Committed is when the transaction was committed, in microseconds since 1970: of Begin and Commit.
	Committed int64

	// Relation is what a RelationInfo describes. It is made anew for each.
	Relation *Relation
	// RelationID is the table's object identifier: of Insert, Update and Delete.
	RelationID uint32
	// OldKind is KeyTuple or WholeTuple, or 0 where the change has no old tuple: of Update and Delete.
	OldKind byte
	// Old and New are values in their text form, in the order of the relation's columns: nil for null, the decoder's Unchanged for what was
	// not sent. They are views of the decoded bytes.
	Old, New [][]byte
	// Truncated are the object identifiers of all tables that a Truncate emptied.
	Truncated []uint32
	// Cascade and RestartIdentity are the options of a Truncate.
	Cascade, RestartIdentity bool

	// Transactional says whether a Logical belongs to a transaction.
	Transactional bool
	// MessageLSN is where a Logical was written.
	MessageLSN uint64
	// Prefix and Content are what a Logical says. Content is a view of the decoded bytes.
	Prefix  string
	Content []byte
}

// Relation describes a table as it was when the changes that follow were made.
type Relation struct {
	// ID is the table's object identifier.
	ID uint32
	// Schema and Name are the table's; a table of pg_catalog has "pg_catalog", although the server leaves it out.
	Schema, Name string
	// Identity is the replica identity: 'd' default, 'n' nothing, 'f' full, 'i' index.
	Identity byte
	// Columns are all that are published, in the order of tuples.
	Columns []Column
}

// Column is a column of a relation.
type Column struct {
	// Name is the column's name.
	Name string
	// Key says whether the column belongs to the replica identity.
	Key bool
	// Type is the object identifier of the type.
	Type uint32
	// Modifier is the type's modifier, -1 for none: pg_attribute.atttypmod.
	Modifier int32
}
