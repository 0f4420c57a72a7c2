// SPDX-License-Identifier: Apache-2.0

package replicationtest

import (
	"strings"

	"github.com/jackc/pgx/v5/pgproto3"
)

// Reply is what the server answers to a query. The zero value is no rows.
type Reply struct {
	columns []Column
	rows    [][]string
	code    string
	text    string
	stream  bool
}

// Column is a column of an answer; values are in text form.
type Column struct {
	Name string
	OID  uint32
}

// OIDs of types.
const (
	Bool = 16
	Int8 = 20
	Text = 25
)

// Rows answers with rows.
func Rows(columns []Column, rows ...[]string) Reply { return Reply{columns: columns, rows: rows} }

// Row answers with one row of texts.
func Row(values ...string) Reply {
	columns := make([]Column, len(values))
	for i := range columns {
		columns[i] = Column{OID: Text}
	}
	return Rows(columns, values)
}

// Refuse answers with an error.
func Refuse(code, text string) Reply { return Reply{code: code, text: text} }

// Streams answers by beginning a stream, which Server.Stream returns.
func Streams() Reply { return Reply{stream: true} }

func (r Reply) send(backend *pgproto3.Backend, query string) {
	switch {
	case r.code != "":
		backend.Send(&pgproto3.ErrorResponse{Severity: "ERROR", SeverityUnlocalized: "ERROR", Code: r.code, Message: r.text})
	default:
		r.sendRows(backend)
		tag, _, _ := strings.Cut(query, " ")
		backend.Send(&pgproto3.CommandComplete{CommandTag: []byte(strings.ToUpper(tag))})
	}
	backend.Send(&pgproto3.ReadyForQuery{TxStatus: 'I'})
}

func (r Reply) sendRows(backend *pgproto3.Backend) {
	if len(r.columns) == 0 {
		return
	}
	fields := make([]pgproto3.FieldDescription, len(r.columns))
	for i, column := range r.columns {
		fields[i] = pgproto3.FieldDescription{Name: []byte(column.Name), DataTypeOID: column.OID, DataTypeSize: -1, TypeModifier: -1}
	}
	backend.Send(&pgproto3.RowDescription{Fields: fields})
	for _, row := range r.rows {
		values := make([][]byte, len(row))
		for i, value := range row {
			values[i] = []byte(value)
		}
		backend.Send(&pgproto3.DataRow{Values: values})
	}
}
