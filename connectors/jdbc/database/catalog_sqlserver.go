// SPDX-License-Identifier: Apache-2.0

package database

import (
	"slices"
	"strings"
)

// sqlserverRelations lists tables and views, and synonyms only where they are wanted: the driver does not know them.
const sqlserverRelations = `SELECT db_name(%d), s.name, o.name, CASE o.type WHEN 'U' THEN 'TABLE' WHEN 'V' THEN 'VIEW' WHEN 'SN' THEN 'SYNONYM' ELSE 'SYSTEM TABLE' END
FROM %p.sys.objects o JOIN %p.sys.schemas s ON s.schema_id = o.schema_id WHERE `

// in puts the name of a database into a statement.
func (s *Session) in(text, catalog string) string {
	if catalog == "" {
		catalog = s.catalog
	}
	quoted := SQLServer.QuoteAlways(catalog)
	return strings.NewReplacer("db_name(%d)", "N'"+strings.ReplaceAll(catalog, "'", "''")+"'", "%p", quoted).Replace(text)
}

func sqlserverTables(s *Session, l Listing) (string, []any) {
	catalog := ""
	if l.Catalog != nil {
		catalog = *l.Catalog
	}
	types := "o.type IN ('U', 'V')"
	if slices.ContainsFunc(l.Types, func(t string) bool { return strings.EqualFold(t, "SYNONYM") }) {
		types = "o.type IN ('U', 'V', 'SN')"
	}
	return s.statement(s.in(sqlserverRelations, catalog)).add(types).pattern("s.name", l.Schema).done()
}

func sqlserverTable(s *Session, id TableID) (string, []any) {
	b := s.statement(s.in(sqlserverRelations, id.Catalog)).add("o.type IN ('U', 'V', 'SN', 'S') AND o.name = ").arg(id.Name)
	return b.add(" AND s.name = ").arg(s.sqlserverSchema(id)).done()
}

func (s *Session) sqlserverSchema(id TableID) string {
	if id.Schema == "" {
		return s.schema
	}
	return id.Schema
}

const sqlserverColumnsOf = `SELECT c.name, t.name + CASE
  WHEN t.name IN ('decimal', 'numeric') THEN '(' + cast(c.precision AS varchar(5)) + ',' + cast(c.scale AS varchar(5)) + ')'
  WHEN t.name IN ('datetime2', 'datetimeoffset', 'time') THEN '(' + cast(c.scale AS varchar(5)) + ')'
  WHEN t.name IN ('char', 'varchar', 'binary', 'varbinary') THEN '(' + CASE WHEN c.max_length < 0 THEN 'max' ELSE cast(c.max_length AS varchar(5)) END + ')'
  WHEN t.name IN ('nchar', 'nvarchar') THEN '(' + CASE WHEN c.max_length < 0 THEN 'max' ELSE cast(c.max_length / 2 AS varchar(5)) END + ')'
  ELSE '' END,
 t.name, 0, c.is_nullable, coalesce(k.key_ordinal, 0), c.is_identity, c.is_identity, cast(CASE WHEN c.is_computed = 1 OR t.name = 'timestamp' THEN 1 ELSE 0 END AS bit),
 cast(CASE WHEN c.default_object_id <> 0 OR c.is_identity = 1 THEN 1 ELSE 0 END AS bit)
FROM %p.sys.columns c JOIN %p.sys.objects o ON o.object_id = c.object_id JOIN %p.sys.schemas s ON s.schema_id = o.schema_id
 JOIN %p.sys.types t ON t.user_type_id = c.system_type_id
 LEFT JOIN %p.sys.indexes x ON x.object_id = c.object_id AND x.is_primary_key = 1
 LEFT JOIN %p.sys.index_columns k ON k.object_id = x.object_id AND k.index_id = x.index_id AND k.column_id = c.column_id
WHERE o.name = `

func sqlserverColumns(s *Session, id TableID) (string, []any) {
	b := s.statement(s.in(sqlserverColumnsOf, id.Catalog)).arg(id.Name)
	return b.add(" AND s.name = ").arg(s.sqlserverSchema(id)).add(" ORDER BY c.column_id").done()
}
