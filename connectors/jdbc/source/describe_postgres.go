// SPDX-License-Identifier: Apache-2.0

package source

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

var postgresKinds = map[uint32]kind{
	oidBool: kindBoolean, oidInt2: kindSmallInt, oidInt4: kindInteger, oidInt8: kindBigInt, oidOID: kindBigInt, oidFloat4: kindReal, oidFloat8: kindDouble,
	oidMoney: kindDouble, oidNumeric: kindNumeric, oidChar: kindText, oidName: kindText, oidText: kindText, oidBPChar: kindText, oidVarchar: kindText,
	oidJSON: kindText, oidJSONB: kindText, oidXML: kindText, oidUUID: kindText, oidBytea: kindBytes, oidDate: kindDate, oidTime: kindTime,
	oidTimeTZ: kindTime, oidTimestamp: kindTimestamp, oidTimestampTZ: kindTimestamp,
}

// postgresColumns describes the result of a statement: types come with it, whether a column may be null and what unknown types are from the catalog.
func postgresColumns(ctx context.Context, conn *pgx.Conn, fields []pgconn.FieldDescription) ([]column, error) {
	required, err := postgresRequired(ctx, conn, fields)
	if err != nil {
		return nil, err
	}
	enums, err := postgresEnums(ctx, conn, fields)
	if err != nil {
		return nil, err
	}
	columns := make([]column, len(fields))
	for i, f := range fields {
		c := column{label: f.Name, oid: f.DataTypeOID, kind: postgresKinds[f.DataTypeOID], zoned: f.DataTypeOID == oidTimestampTZ}
		c.required = required[origin{f.TableOID, f.TableAttributeNumber}]
		switch {
		case f.DataTypeOID == oidBit:
			c.kind, c.precision = bitKind(f.TypeModifier), int(f.TypeModifier)
		case f.DataTypeOID == oidNumeric:
			c.precision, c.scale = numericSize(f.TypeModifier)
		case enums[f.DataTypeOID]:
			c.kind = kindText
		}
		if c.kind == kindOther {
			c.native = fmt.Sprintf("number %d of pg_type", f.DataTypeOID)
		}
		columns[i] = c
	}
	return columns, nil
}

// bitKind goes by the number of bits: one is a truth value, up to eight are an INT8 of decimal digits, more are bytes with their digits.
func bitKind(bits int32) kind {
	switch {
	case bits <= 1:
		return kindBoolean
	case bits <= 8:
		return kindBit
	}
	return kindBytes
}

// numericSize reads the modifier of a numeric: precision and scale, which has 11 bits and a sign; -1 is neither.
func numericSize(modifier int32) (precision, scale int) {
	if modifier < 4 {
		return 0, unsetScale
	}
	scale = int((modifier - 4) & 0x7ff)
	if scale >= 1024 {
		scale -= 2048
	}
	return int((modifier-4)>>16) & 0xffff, scale
}

// origin is the table and the column that a column of a result comes from; both 0 for an expression.
type origin struct {
	table uint32
	place uint16
}

const requiredColumns = `SELECT a.attrelid, a.attnum FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
WHERE a.attrelid = ANY($1::oid[]) AND a.attnum > 0 AND (a.attnotnull OR (t.typtype = 'd' AND t.typnotnull))`

func postgresRequired(ctx context.Context, conn *pgx.Conn, fields []pgconn.FieldDescription) (map[origin]bool, error) {
	seen := map[uint32]bool{}
	var tables []uint32
	for _, f := range fields {
		if f.TableOID != 0 && !seen[f.TableOID] {
			seen[f.TableOID] = true
			tables = append(tables, f.TableOID)
		}
	}
	if len(tables) == 0 {
		return nil, nil
	}
	rows, err := conn.Query(ctx, requiredColumns, tables)
	if err != nil {
		return nil, fmt.Errorf("ask which columns may be null: %w", err)
	}
	out := map[origin]bool{}
	var o origin
	var place int16
	_, err = pgx.ForEachRow(rows, []any{&o.table, &place}, func() error {
		out[origin{o.table, uint16(place)}] = true
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("ask which columns may be null: %w", err)
	}
	return out, nil
}

// firstUserType is the lowest number that types have which are not PostgreSQL's own.
const firstUserType = 16384

func postgresEnums(ctx context.Context, conn *pgx.Conn, fields []pgconn.FieldDescription) (map[uint32]bool, error) {
	var unknown []uint32
	for _, f := range fields {
		if f.DataTypeOID >= firstUserType {
			unknown = append(unknown, f.DataTypeOID)
		}
	}
	if len(unknown) == 0 {
		return nil, nil
	}
	rows, err := conn.Query(ctx, "SELECT oid FROM pg_catalog.pg_type WHERE oid = ANY($1::oid[]) AND typtype = 'e'", unknown)
	if err != nil {
		return nil, fmt.Errorf("ask for the types of columns: %w", err)
	}
	out := map[uint32]bool{}
	var oid uint32
	if _, err = pgx.ForEachRow(rows, []any{&oid}, func() error { out[oid] = true; return nil }); err != nil {
		return nil, fmt.Errorf("ask for the types of columns: %w", err)
	}
	return out, nil
}
