// SPDX-License-Identifier: Apache-2.0

package catalog

// ID names a table in a database.
type ID struct{ Schema, Name string }

// String returns schema.table without quotes, which is what filters are matched with.
func (id ID) String() string { return id.Schema + "." + id.Name }

// Identity says which columns the old row of an update or delete has in the stream: pg_class.relreplident.
type Identity byte

// The replica identities.
const (
	// IdentityDefault sends the columns of the primary key.
	IdentityDefault Identity = 'd'
	// IdentityNothing sends no old row.
	IdentityNothing Identity = 'n'
	// IdentityFull sends all columns.
	IdentityFull Identity = 'f'
	// IdentityIndex sends the columns of a unique index.
	IdentityIndex Identity = 'i'
)

// Table is the definition of a table at one time. It must not be changed once it is in use: rows that are in work hold it.
type Table struct {
	ID
	// OID is pg_class.oid, the relation id of the stream.
	OID uint32
	// Columns are in the order in which rows have their values. Dropped columns are not among them.
	Columns []Column
	// Key are the places in Columns of the primary key, in the order of the constraint, or of the first unique index that is not over
	// expressions; none where there is neither.
	Key []int
	// PrimaryKey says that Key is a primary key.
	PrimaryKey bool
	// Identity is the replica identity.
	Identity Identity
	// Partitioned says that the table has no rows of its own: those of its partitions are read through it.
	Partitioned bool
	// Partition says that the table is a partition of another.
	Partition bool
	// Pages are the 8 KiB pages that the planner believes the table to have; -1 where it was never analysed.
	Pages int64
	// Rows are the rows that the planner believes the table to have; -1 where it was never analysed.
	Rows int64
	// Comment is the table's comment.
	Comment string
}

// Column is a column of a table.
type Column struct {
	// Name is as it is stored, without quotes.
	Name string
	// Type is the declared type. It is never nil: a type that is not known has its OID only.
	Type *Type
	// Modifier is pg_attribute.atttypmod: what the declaration has in parentheses, -1 for nothing.
	Modifier int32
	// Optional says that null is allowed: the column is not NOT NULL and neither is its domain.
	Optional bool
	// Default is the text of the default expression, as pg_get_expr prints it; "" for none.
	Default string
	// Generated says that the column is computed from others; the stream of servers before version 18 does not have it.
	Generated bool
	// Comment is the column's comment.
	Comment string
}

// Column returns the place of a column, -1 where there is none of the name.
func (t *Table) Column(name string) int {
	for i := range t.Columns {
		if t.Columns[i].Name == name {
			return i
		}
	}
	return -1
}
